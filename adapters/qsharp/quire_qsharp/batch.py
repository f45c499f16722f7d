"""Many calls compiled as one program, and that program's QIR split into theirs.

The compiler takes 40 to 60 ms for any program, since it lowers its whole library each time, and 0.1 ms for
each further call in it. So the calls of a sweep become one loop, or the items of one array, which is unrolled
for all profiles but Adaptive; a marker stands before each::

    for (n, angle) in points { QuireBegin(4); set outputs += [Op(n, angle)]; }
    [{ QuireBegin(4); Op(2, [0.1]) }, { QuireBegin(4); Op(2, [0.2]) }]

The marker touches the next free qubit, which shows where the numbering has arrived. The compiler evaluates
each call by itself, so control flow that depends on arguments is right; the calls share nothing but numbers,
and these are counted from zero again, for qubits as in ``idle_qubits``. What cannot be told apart with
certainty is refused, and is then to be compiled call by call.
"""

import bisect
import itertools
import re
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import attrs

from quire_qsharp.idle_qubits import QUBIT, numbered, qubit

# In profile Base, qubits that a call has released unmeasured would come back in another order. So the marker
# first takes the spare ones, for good.
MARKER_SOURCE = """\
operation QuireMark(q : Qubit) : Unit { body intrinsic; }
operation QuireBegin(spare : Int) : Unit {
    if spare > 0 {
        let _ = QIR.Runtime.AllocateQubitArray(spare);
        QuireMark(QIR.Runtime.__quantum__rt__qubit_allocate());
    } else {
        use q = Qubit();
        QuireMark(q);
    }
}
"""

_MARK = "  call void @QuireMark("
_RESULT = re.compile(r"%Result\* inttoptr \(i64 (\d+) to %Result\*\)")
_NAME = re.compile(r"\b(?:var|block)_\d+\b")
_MADE = re.compile(r"^(?:  %)?((?:var|block)_\d+)(?: = |:$)", re.MULTILINE)
_CALLEE = re.compile(r"@([\w.]+)\(")
_LABEL = re.compile(r'^@(\d+) = internal constant \[\d+ x i8\] c"\d+_(\w+)\\00"$')
_LABEL_USE = re.compile(r"i8\* getelementptr inbounds \(\[\d+ x i8\], \[\d+ x i8\]\* @(\d+), i64 0, i64 0\)")
_ITEM = re.compile(r"a(\d+)(\w+)")
_COUNTS = re.compile(r'"required_num_qubits"="\d+" "required_num_results"="\d+"')
_NO_END = 2**63
_MEASURE = re.compile(r"@__quantum__qis__(?:m|mz|mresetz)__body\([^\n]*?%Result\* inttoptr \(i64 (\d+) to")


class UnexpectedShapeError(Exception):
    """The QIR is not of the shape that the splitter knows."""


@attrs.frozen
class Batch:
    """Some calls of one callable.

    Attributes:
        name: The callable.
        parameters: The types of its parameters.
        output: The type of what it returns.
        calls: The calls, as expressions.
        rows: The arguments of each call as the compiler takes them; None if it does not take some of them.
        spare: For profile Base, at least as many as qubits that a call releases unmeasured; for others 0.
    """

    name: str
    parameters: tuple[str, ...]
    output: str
    calls: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...] | None
    spare: int

    def expression(self) -> str:
        """The expression of a program that makes the calls, one after another."""
        return "[" + ", ".join(f"{{ QuireBegin({self.spare}); {call} }}" for call in self.calls) + "]"

    def operation(self, name: str) -> str:
        """The source of an operation that makes calls with the rows that it is given."""
        names = [f"quire{i}" for i in range(len(self.parameters))]
        row, point = ", ".join(self.parameters), ", ".join(names)
        if len(names) > 1:
            row, point = f"({row})", f"({point})"
        return (
            f"operation {name}(points : {row}[], spare : Int) : {self.output}[] {{\n"
            f"    mutable outputs : {self.output}[] = [];\n"
            f"    for {point} in points {{\n"
            f"        QuireBegin(spare);\n"
            f"        set outputs += [{self.name}({', '.join(names)})];\n"
            "    }\n"
            "    outputs\n"
            "}\n"
        )

    def arguments(self) -> tuple[Any, ...]:
        """What that operation is given."""
        rows = self.rows or ()
        return ([row[0] if len(row) == 1 else row for row in rows], self.spare)


@attrs.define
class _Part:
    """The lines of one call.

    Attributes:
        block: The block in which it begins.
        first_qubit: The number of its first qubit.
        end_qubit: The number behind that of the last qubit that it can have allocated.
        lines: Its instructions and block labels.
        records: Its output records: the line, and the label's path.
    """

    block: str
    first_qubit: int
    end_qubit: int = _NO_END
    lines: list[str] = attrs.field(factory=list)
    records: list[tuple[str, str]] = attrs.field(factory=list)


@attrs.frozen
class _Module:
    """A program's text in its parts; ``labels`` are the paths of the output labels by constant."""

    types: tuple[str, ...]
    labels: dict[int, str]
    start: tuple[str, ...]
    body: tuple[str, ...]
    records: tuple[str, ...]
    end: tuple[str, ...]

    @property
    def is_base(self) -> bool:
        """Whether all measurements come at the end, and no qubit is used again after its own."""
        return any('"qir_profiles"="base_profile"' in line for line in self.end)


def split(qir: str, count: int) -> list[str]:
    """The QIR of each call of a batch.

    Args:
        qir: The QIR of a program that a :class:`Batch` gave.
        count: How many calls it makes.

    Raises:
        UnexpectedShapeError: It cannot be split with certainty.
    """
    module = _module(qir)
    parts = _parts(module)
    if len(parts) != count:
        raise UnexpectedShapeError(f"{len(parts)} markers for {count} calls")
    _share_records(module, parts)
    if not module.is_base and len({part.first_qubit for part in parts}) != 1:
        raise UnexpectedShapeError("the calls begin with different qubits")
    programs: list[str] = []
    first_result = 0
    for part in parts:
        measured = list(map(int, _MEASURE.findall("\n".join(part.lines))))
        if measured != list(range(first_result, first_result + len(measured))):
            raise UnexpectedShapeError("the results of a call are not in a row")
        programs.append(_program(module, part, first_result, len(measured)))
        first_result += len(measured)
    return programs


def normalized(qir: str) -> str:
    """A program's text for comparison: names counted from zero, declarations and phi nodes sorted.

    Raises:
        UnexpectedShapeError: It is not of the shape that the splitter knows.
    """
    module = _module(qir)
    body = _renamed("\n".join(_with_sorted_phis([*module.body, *module.records])), {})
    declared = sorted(line for line in module.end if line.startswith("declare "))
    rest = [line for line in module.end if line and not line.startswith("declare ")]
    return "\n".join([*map(str, sorted(module.labels.items())), body, *declared, *rest])


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


def _parts(module: _Module) -> list[_Part]:
    parts: list[_Part] = []
    is_base = module.is_base
    block = "block_0"
    measurements: list[str] = []
    for line in module.body:
        if line.startswith(_MARK):
            # In profile Base the marker keeps its qubit, else it is the call's first.
            parts.append(_Part(block, _qubits(line)[0] + is_base))
        elif not parts:
            raise UnexpectedShapeError("instructions before the first marker")
        elif is_base and _MEASURE.search(line):
            measurements.append(line)
        else:
            parts[-1].lines.append(line)
        if not line.startswith(" "):
            block = line.rstrip(":")
    if is_base:
        _share_qubits(parts, measurements)
    return parts


def _share_qubits(parts: Sequence[_Part], measurements: Sequence[str]) -> None:
    """Gives the measurements, which come last in profile Base, to their calls, by their qubits and order.

    A call's qubits are those that it allocated, and copies of measured ones. Copies have the highest numbers,
    and only those that something is done to are seen in the call.
    """
    for part, following in itertools.pairwise(parts):
        part.end_qubit = following.first_qubit
    used = [set(_qubits("\n".join(part.lines))) for part in parts]
    parts[-1].end_qubit = min(_copies(parts, used), default=_NO_END)
    owners: dict[int, int] = {}
    for i, part in enumerate(parts):
        for number in used[i]:
            if owners.setdefault(number, i) != i or number < part.first_qubit:
                raise UnexpectedShapeError("a call uses a qubit of another")
    latest = 0
    for line in measurements:
        number = _qubits(line)[0]
        owner = owners[number] if number in owners else _allocator(parts, number)
        if owner is None or owner < latest:
            raise UnexpectedShapeError("a measurement that cannot be told to be a certain call's")
        parts[owner].lines.append(line)
        latest = owner


def _copies(parts: Sequence[_Part], used: Sequence[set[int]]) -> Iterator[int]:
    """The numbers of qubits that are copies, as far as calls before the last use them."""
    for part, numbers in zip(parts[:-1], used, strict=False):
        yield from (number for number in numbers if number >= part.end_qubit)


def _allocator(parts: Sequence[_Part], number: int) -> int | None:
    """The call that has allocated a qubit; None for a copy."""
    i = bisect.bisect_right(parts, number, key=lambda part: part.first_qubit) - 1
    return i if i >= 0 and number < parts[i].end_qubit else None


def _qubits(text: str) -> list[int]:
    return [int(number) for number in QUBIT.findall(text)]


def _share_records(module: _Module, parts: Sequence[_Part]) -> None:
    """Gives the records to their calls; the first is that of the array of all calls."""
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


def _program(module: _Module, part: _Part, first_result: int, num_results: int) -> str:
    labels: list[str] = []
    records: list[str] = []
    for number, (line, path) in enumerate(part.records):
        text = f"{number}_{path}"
        kind = f"[{len(text) + 1} x i8]"
        labels.append(f'@{number} = internal constant {kind} c"{text}\\00"')
        records.append(_LABEL_USE.sub(_constant(kind, number), line))
    body = _renamed("\n".join([*part.lines, *records]), {part.block: "block_0"})
    _check_names(body)
    qubits = _qubit_numbers(part, body)

    def renumbered(match: re.Match[str]) -> str:
        return qubit(qubits[int(match[1])])

    def result(match: re.Match[str]) -> str:
        number = int(match[1]) - first_result
        if not 0 <= number < num_results:
            raise UnexpectedShapeError("a call uses a result of another")
        return f"%Result* inttoptr (i64 {number} to %Result*)"

    body = _RESULT.sub(result, QUBIT.sub(renumbered, body))
    used = set(_CALLEE.findall("\n".join([*module.start[1:], body])))
    counts = f'"required_num_qubits"="{len(qubits)}" "required_num_results"="{num_results}"'
    end = [_COUNTS.sub(counts, line) for line in _declared(module.end, used)]
    lines = [*module.types, "", *labels, "", *module.start, *([body] if body else []), *end]
    return "\n".join(lines) + "\n"


def _qubit_numbers(part: _Part, body: str) -> dict[int, int]:
    """A call's own numbers by the batch's: qubits that it allocated, then copies of measured ones."""
    numbers = numbered(_qubits(body))
    if any(number < part.first_qubit for number in numbers):
        raise UnexpectedShapeError("a call uses a qubit before its first")
    return numbers


def _constant(kind: str, number: int) -> Callable[[re.Match[str]], str]:
    text = f"i8* getelementptr inbounds ({kind}, {kind}* @{number}, i64 0, i64 0)"
    return lambda _: text


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


def _renamed(text: str, known: dict[str, str]) -> str:
    """Lines with their variables and blocks counted in the order in which they come."""
    names = dict(known)
    counts = {"var": 0, "block": len(names)}

    def rename(match: re.Match[str]) -> str:
        name = match[0]
        if name not in names:
            kind = name.partition("_")[0]
            names[name] = f"{kind}_{counts[kind]}"
            counts[kind] += 1
        return names[name]

    return _NAME.sub(rename, text)


def _with_sorted_phis(lines: Sequence[str]) -> list[str]:
    """The lines with phi nodes in an order of their own, since the compiler gives them in any."""
    found: list[str] = []
    phis: list[str] = []
    for line in [*lines, ""]:
        if " = phi " in line:
            phis.append(line)
            continue
        found += sorted(phis, key=lambda phi: _NAME.sub("", phi))
        phis = []
        found.append(line)
    return found[:-1]


def _check_names(text: str) -> None:
    """Refuses lines that use a variable or block of another call."""
    made = {*_MADE.findall(text), "block_0"}
    used = set(_NAME.findall(text))
    if not used <= made:
        raise UnexpectedShapeError(f"{', '.join(sorted(used - made))} of another call")
