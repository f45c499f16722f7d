"""A module of LLVM text taken apart: its functions, constants and entry point; no instruction is read here.

The grammar is that of https://llvm.org/docs/LangRef.html as far as QIR uses it; the attributes of entry
points are those of https://github.com/qir-alliance/qir-spec. A line that fits none of it is refused.
"""

import re
from collections.abc import Mapping

import attrs

from quire.model import TargetSpec
from quire.qir import ENTRY_POINT
from quire.simulator.faults import PayloadError
from quire.simulator.limits import MAX_RESULTS


@attrs.frozen
class Function:
    """A function that the module defines.

    Attributes:
        name: Its name, without ``@``.
        returns: The type it returns.
        parameters: The text between the parentheses.
        first: The index of its body's first line.
        stop: The index of the line that closes it.
        attributes: Its string attributes.
    """

    name: str
    returns: str
    parameters: str
    first: int
    stop: int
    attributes: Mapping[str, str]


@attrs.frozen
class Module:
    """A module and the entry point that is to run.

    Attributes:
        lines: All its lines.
        functions: The functions it defines, by name.
        constants: The text of each global variable's definition with its line's number, by name.
        entry: The entry point.
        num_qubits: How many qubits the entry point declares.
        num_results: How many results it declares.
    """

    lines: list[str]
    functions: Mapping[str, Function]
    constants: Mapping[str, tuple[int, str]]
    entry: Function
    num_qubits: int
    num_results: int


_NAME = r'(?:[\w.$-]+|"[^"]*")'
_DEFINE = re.compile(
    r"define (?:(?:private|internal|linkonce|linkonce_odr|weak|weak_odr|external|dso_local|hidden|protected|"
    r"fastcc|ccc|noundef|zeroext|signext) )*"
    rf"(?P<returns>[\w%.*]+) @(?P<name>{_NAME})\((?P<parameters>.*)\)(?P<rest>[^(){{}}]*)\{{$"
)
_GROUP = re.compile(r"attributes #(\d+) = \{(.*)\}$")
_ATTRIBUTE = re.compile(r'"([^"]*)"(?:="([^"]*)")?')
_GLOBAL = re.compile(rf"@({_NAME}) = (.*)$")
# Lines that say nothing about what the program does.
_SILENT = re.compile(rf"declare |%{_NAME} = type |source_filename = |target (?:datalayout|triple) = |!|;|$")
_ENTRY_ATTRIBUTES = ("entry_point", "EntryPoint")


def shortened(text: str) -> str:
    """A text of a payload, short enough for a message."""
    return text if len(text) <= 120 else text[:117] + "..."


def refuse_line(number: int, line: str, reason: str) -> PayloadError:
    """The fault of a line, with its number from 1 and its text."""
    return PayloadError(f"QIR line {number}: {shortened(reason)}: {shortened(line.strip())}")


class _Scanner:
    """Collects the entities at a module's top level."""

    def __init__(self, text: str) -> None:
        self.lines = (text.replace("\r\n", "\n") if "\r" in text else text).split("\n")
        self.headers: list[tuple[re.Match[str], int, int]] = []
        self.groups: dict[str, dict[str, str]] = {}
        self.constants: dict[str, tuple[int, str]] = {}

    def scan(self) -> None:
        lines, index = self.lines, 0
        while index < len(lines):
            line = lines[index].strip()
            index += 1
            if line.startswith("define "):
                index = self._function(line, index)
            elif line.startswith("attributes #"):
                self._group(line, index)
            elif line.startswith("@"):
                self._constant(line, index)
            elif not _SILENT.match(line):
                raise refuse_line(index, line, "unexpected text outside of functions")

    def _function(self, line: str, first: int) -> int:
        header = _DEFINE.match(line)
        if header is None:
            raise refuse_line(first, line, "this form of function definition is not supported")
        try:
            stop = self.lines.index("}", first)
        except ValueError:
            raise refuse_line(first, line, "the function is never closed by a line with }") from None
        self.headers.append((header, first, stop))
        return stop + 1

    def _group(self, line: str, number: int) -> None:
        group = _GROUP.match(line)
        if group is None:
            raise refuse_line(number, line, "this attribute group cannot be read")
        self.groups[group[1]] = dict(_ATTRIBUTE.findall(group[2]))

    def _constant(self, line: str, number: int) -> None:
        found = _GLOBAL.match(line)
        if found is None or found[1] in self.constants:
            raise refuse_line(number, line, "this global variable cannot be read")
        self.constants[found[1]] = (number, found[2])

    def functions(self) -> dict[str, Function]:
        found: dict[str, Function] = {}
        for header, first, stop in self.headers:
            name = header["name"]
            if name in found:
                raise refuse_line(first, header[0], "a second function of this name")
            attributes = dict(_ATTRIBUTE.findall(header["rest"]))
            for group in re.findall(r"#(\d+)", header["rest"]):
                attributes.update(self.groups.get(group, {}))
            found[name] = Function(name, header["returns"], header["parameters"], first, stop, attributes)
        return found


def _entry(functions: Mapping[str, Function], wanted: str | None) -> Function:
    entries = {
        name: function
        for name, function in functions.items()
        if any(attribute in function.attributes for attribute in _ENTRY_ATTRIBUTES)
    }
    names = shortened(", ".join(entries))
    if wanted is not None:
        if wanted not in entries:
            raise PayloadError(
                f"the program has no entry point {shortened(wanted)!r}; it has: {names or 'none'}"
            )
        return entries[wanted]
    if not entries:
        raise PayloadError('the program has no entry point: no function has the attribute "entry_point"')
    if len(entries) == 1:
        return next(iter(entries.values()))
    if ENTRY_POINT in entries:
        return entries[ENTRY_POINT]
    raise PayloadError(f"the program has several entry points, entryPoint must name one: {names}")


def _declared(entry: Function, what: str) -> int:
    # The second spelling is that of the first drafts of the base profile.
    for attribute in (f"required_num_{what}", f"num_required_{what}"):
        if attribute in entry.attributes:
            text = entry.attributes[attribute]
            if not (text.isascii() and text.isdigit()) or len(text) > 18:
                raise PayloadError(f"{attribute} of the entry point is {shortened(text)!r}, not a number")
            return int(text)
    raise PayloadError(f"the entry point has no attribute required_num_{what}")


def scan_module(text: str, entry_point: str | None, target: TargetSpec) -> Module:
    """Takes a module apart and checks what its entry point declares.

    Args:
        text: The module.
        entry_point: The entry point to run; None for the only one, or the one of the usual name.
        target: What its declared qubits are measured against.

    Raises:
        PayloadError: It is not such a module, or it asks for more than the target has.
    """
    scanner = _Scanner(text)
    scanner.scan()
    functions = scanner.functions()
    entry = _entry(functions, entry_point)
    if entry.parameters.strip():
        raise refuse_line(entry.first, scanner.lines[entry.first - 1], "an entry point takes no parameters")
    num_qubits, num_results = _declared(entry, "qubits"), _declared(entry, "results")
    if num_qubits > target.num_qubits:
        raise PayloadError(f"the program declares {num_qubits} qubits; {target.id} has {target.num_qubits}")
    if num_results > MAX_RESULTS:
        raise PayloadError(f"the program declares {num_results} results; the simulator takes {MAX_RESULTS}")
    return Module(scanner.lines, functions, scanner.constants, entry, num_qubits, num_results)
