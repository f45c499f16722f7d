"""Many calls compiled as one program, and that program's QIR split into theirs.

The compiler takes 40 to 60 ms for any program, since it lowers its whole library each time, and 0.05 ms for
each further call in it. So the calls of a sweep become the items of one array; a marker stands before each::

    [{ QuireBegin(); Op(2, [0.1]) }, { QuireBegin(); Op(2, [0.2]) }]

The marker touches a qubit of its own, which shows where the numbering of qubits has arrived, and measures it,
which shows the same of the results. Each call is evaluated by the compiler itself, so control flow that depends
on its arguments is right. The calls share nothing but numbers, which are counted from zero again. Text of
another shape than expected is refused, and the caller compiles the calls one by one.
"""

import re
from collections.abc import Iterator, Sequence

import attrs

MARKER_SOURCE = """\
operation QuireMark(q : Qubit) : Unit { body intrinsic; }
operation QuireBegin() : Unit { use q = Qubit(); QuireMark(q); let _ = Std.Measurement.MResetZ(q); }
"""

_MARK = "  call void @QuireMark("
_QUBIT = re.compile(r"%Qubit\* inttoptr \(i64 (\d+) to %Qubit\*\)")
_RESULT = re.compile(r"%Result\* inttoptr \(i64 (\d+) to %Result\*\)")
_NAME = re.compile(r"\b(?:var|block)_\d+\b")
_MADE = re.compile(r"(?:  %)?((?:var|block)_\d+)(?: = |:$)")
_CALLEE = re.compile(r"@([\w.]+)\(")
_LABEL = re.compile(r'^@(\d+) = internal constant \[\d+ x i8\] c"\d+_(\w+)\\00"$')
_LABEL_USE = re.compile(r"i8\* getelementptr inbounds \(\[\d+ x i8\], \[\d+ x i8\]\* @(\d+), i64 0, i64 0\)")
_ITEM = re.compile(r"a(\d+)(\w+)")
_COUNTS = re.compile(r'"required_num_qubits"="\d+" "required_num_results"="\d+"')
_MEASURES = ("@__quantum__qis__m__body(", "@__quantum__qis__mresetz__body(", "@__quantum__qis__mz__body(")


class UnexpectedShapeError(Exception):
    """The QIR is not of the shape that the splitter knows."""


def batch_expression(calls: Sequence[str]) -> str:
    """The expression of a program that makes some calls, one after another."""
    return "[" + ", ".join(f"{{ QuireBegin(); {call} }}" for call in calls) + "]"


@attrs.define
class _Part:
    """The lines of one call.

    Attributes:
        block: The block in which it begins.
        mark: The number of its marker's qubit.
        first_result: The number of its marker's result; -1 until that is read.
        is_reset: Whether the marker's qubit was reset, and so may be the call's first.
        lines: Its instructions and block labels.
        records: Its output records: the line, and the label's path.
    """

    block: str
    mark: int
    first_result: int = -1
    is_reset: bool = False
    lines: list[str] = attrs.field(factory=list)
    records: list[tuple[str, str]] = attrs.field(factory=list)


@attrs.frozen
class _Module:
    """A program's text in its parts: label paths by constant, the body, and what follows it."""

    types: tuple[str, ...]
    labels: dict[int, str]
    start: tuple[str, ...]
    body: tuple[str, ...]
    records: tuple[str, ...]
    end: tuple[str, ...]


def split(qir: str, count: int) -> list[str]:
    """The QIR of each call of a batch.

    Args:
        qir: The QIR of a program that :func:`batch_expression` gave.
        count: How many calls it makes.

    Raises:
        UnexpectedShapeError: It cannot be split with certainty.
    """
    module = _module(qir)
    parts = _parts(module.body)
    if len(parts) != count or any(part.first_result < 0 for part in parts):
        raise UnexpectedShapeError(f"{len(parts)} markers for {count} calls")
    _share_records(module, parts)
    return [_program(module, part) for part in parts]


def normalized(qir: str) -> str:
    """A program's text for comparison: names counted from zero, declarations sorted, counts left out.

    A batch does not show qubits that are allocated and never used.

    Raises:
        UnexpectedShapeError: It is not of the shape that the splitter knows.
    """
    module = _module(qir)
    lines = [*module.body, *module.records]
    body = _renamed(lines, {})
    declared = sorted(line for line in module.end if line.startswith("declare "))
    rest = [_COUNTS.sub("", line) for line in module.end if line and not line.startswith("declare ")]
    return "\n".join([*map(str, sorted(module.labels.items())), *body, *declared, *rest])


def _module(qir: str) -> _Module:
    lines = qir.splitlines()
    try:
        define = next(i for i, line in enumerate(lines) if line.startswith("define "))
        begin = lines.index("  call void @__quantum__rt__initialize(i8* null)", define)
        last = lines.index("}", begin)
        first_record = next(i for i in range(begin, last) if "_record_output(" in lines[i])
    except (StopIteration, ValueError) as error:
        raise UnexpectedShapeError("it has no entry point of the known form") from error
    if any(line.startswith("define ") for line in lines[define + 1 :]):
        raise UnexpectedShapeError("it has several functions")
    labels = {int(match[1]): match[2] for match in map(_LABEL.match, lines[:define]) if match}
    return _Module(
        tuple(line for line in lines[:define] if line.startswith("%")),
        labels,
        tuple(lines[define : begin + 1]),
        tuple(lines[begin + 1 : first_record]),
        tuple(lines[first_record : last - 1]),
        tuple(lines[last - 1 :]),
    )


def _parts(body: Sequence[str]) -> list[_Part]:
    parts: list[_Part] = []
    block = "block_0"
    for line in body:
        if line.startswith(_MARK):
            parts.append(_Part(block, _qubits(line)[0]))
        elif not parts:
            raise UnexpectedShapeError("instructions before the first marker")
        elif not _is_measurement(line):
            parts[-1].lines.append(line)
        else:
            _share_measurement(line, parts)
        if not line.startswith(" "):
            block = line.rstrip(":")
    return parts


def _is_measurement(line: str) -> bool:
    return any(name in line for name in _MEASURES)


def _share_measurement(line: str, parts: list[_Part]) -> None:
    """Gives a measurement to its call. In profile Base all come at the end, in the order of the calls."""
    (qubit,), (result,) = _qubits(line), _results(line)
    waiting = next((part for part in parts if part.first_result < 0), None)
    if waiting is not None and qubit == waiting.mark:
        waiting.first_result = result
        waiting.is_reset = "mresetz" in line
        return
    owners = [part for part in parts if 0 <= part.first_result < result]
    if not owners:
        raise UnexpectedShapeError("a measurement before the first marker's")
    owners[-1].lines.append(line)


def _share_records(module: _Module, parts: list[_Part]) -> None:
    for i, line in enumerate(module.records):
        use = _LABEL_USE.search(line)
        path = module.labels.get(int(use[1])) if use else None
        if path is None:
            raise UnexpectedShapeError("an output record without a label")
        if i == 0:
            continue
        item = _ITEM.fullmatch(path)
        if item is None or int(item[1]) >= len(parts):
            raise UnexpectedShapeError(f"an output record labelled {path}")
        parts[int(item[1])].records.append((line, item[2]))


def _program(module: _Module, part: _Part) -> str:
    labels: list[str] = []
    records: list[str] = []
    for number, (line, path) in enumerate(part.records):
        text = f"{number}_{path}"
        kind = f"[{len(text) + 1} x i8]"
        labels.append(f'@{number} = internal constant {kind} c"{text}\\00"')
        use = f"i8* getelementptr inbounds ({kind}, {kind}* @{number}, i64 0, i64 0)"
        records.append(_LABEL_USE.sub(use, line))
    body = _renamed([*part.lines, *records], {part.block: "block_0"})
    _check_names(body)
    body, qubits = _renumbered(body, _QUBIT, "Qubit", part.mark + (not part.is_reset))
    body, results = _renumbered(body, _RESULT, "Result", part.first_result + 1)
    used = set(_CALLEE.findall("\n".join([*module.start[1:], *body])))
    counts = f'"required_num_qubits"="{qubits}" "required_num_results"="{results}"'
    end = [_COUNTS.sub(counts, line) for line in _declared(module.end, used)]
    return "\n".join([*module.types, "", *labels, "", *module.start, *body, *end]) + "\n"


def _declared(end: Sequence[str], used: set[str]) -> Iterator[str]:
    """What follows the body, without the declarations that are not used and the blank lines behind them."""
    is_left_out = False
    for line in end:
        if line.startswith("declare "):
            callee = _CALLEE.search(line)
            is_left_out = callee is None or callee[1] not in used
        elif line:
            is_left_out = False
        if not is_left_out:
            yield line


def _renamed(lines: Sequence[str], known: dict[str, str]) -> list[str]:
    """The lines with their variables and blocks counted in the order in which they come."""
    names = dict(known)
    counts = {"var": 0, "block": len(names)}

    def rename(match: re.Match[str]) -> str:
        name = match[0]
        if name not in names:
            kind = name.partition("_")[0]
            names[name] = f"{kind}_{counts[kind]}"
            counts[kind] += 1
        return names[name]

    return [_NAME.sub(rename, line) for line in lines]


def _check_names(lines: Sequence[str]) -> None:
    """Refuses lines that use a variable or block of another call."""
    made = {match[1] for match in map(_MADE.match, lines) if match} | {"block_0"}
    used = {name for line in lines for name in _NAME.findall(line)}
    if not used <= made:
        raise UnexpectedShapeError(f"{', '.join(sorted(used - made))} of another call")


def _renumbered(
    lines: Sequence[str], pattern: re.Pattern[str], kind: str, start: int
) -> tuple[list[str], int]:
    """The lines with their qubits or results counted from zero, and how many there are."""
    used = sorted({int(number) for line in lines for number in pattern.findall(line)})
    if used and used[0] < start:
        # A call that leaves a qubit unmeasured has the next one begin with it.
        numbers = {number: i for i, number in enumerate(used)}
    else:
        numbers = {number: number - start for number in used}
    texts = {str(n): f"%{kind}* inttoptr (i64 {i} to %{kind}*)" for n, i in numbers.items()}
    count = max(numbers.values(), default=-1) + 1
    return [pattern.sub(lambda match: texts[match[1]], line) for line in lines], count


def _qubits(line: str) -> list[int]:
    return [int(number) for number in _QUBIT.findall(line)]


def _results(line: str) -> list[int]:
    return [int(number) for number in _RESULT.findall(line)]
