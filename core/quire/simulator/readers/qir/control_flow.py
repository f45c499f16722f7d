"""QIR with branches, loops and functions: the full reader, which also says what is wrong with a program."""

import re
from collections.abc import Iterator
from typing import Any

import attrs

from quire.simulator.limits import MAX_LINE_LENGTH
from quire.simulator.profile import least_profile
from quire.simulator.program import NO_REGISTER, Edge, Function, Instruction, Program
from quire.simulator.readers.qir import module as qir_module
from quire.simulator.readers.qir.globals import Globals
from quire.simulator.readers.qir.instructions import read_instruction
from quire.simulator.readers.qir.module import Module, refuse_line
from quire.simulator.readers.qir.scope import Declarations, Scope, Signature
from quire.simulator.readers.qir.values import UnreadableError, split_commas, take_type, width_of

_LABEL = re.compile(r'([\w.$-]+|"[^"]*"):$')
_ASSIGNMENT = re.compile(r'%([\w.$-]+|"[^"]*") = (.*)$')
_COMMENT = re.compile(r'((?:[^";]|"[^"]*")*);.*$')
_METADATA = re.compile(r"[\w.]+ !\d+(?:, ![\w.]+ !\d+)*$")
_BLOCK = r'label %([\w.$-]+|"[^"]*")'
_JUMP = re.compile(rf"br {_BLOCK}$")
_BRANCH = re.compile(rf"br (.*), {_BLOCK}, {_BLOCK}$")
_SWITCH = re.compile(rf"switch (.*), {_BLOCK} \[(.*)\]$")
_CASE = re.compile(rf"\s*(i\d+) (-?\d+|true|false), {_BLOCK}")
_PHI_SOURCE = re.compile(r'\[ ?(.*), %([\w.$-]+|"[^"]*") ?\]$')


@attrs.define
class _Block:
    """A block as read, before it is known where its edges lead."""

    line: int
    steps: list[Instruction] = attrs.field(factory=list)
    phis: list[tuple[int, dict[str, int]]] = attrs.field(factory=list)
    is_closed: bool = False


def _statements(module: Module, function: qir_module.Function) -> list[tuple[int, str]]:
    """The lines of a function's body with their numbers, without comments; a switch is one line."""
    found: list[tuple[int, str]] = []
    switch: list[str] = []
    for number, line in enumerate(module.lines[function.first : function.stop], function.first + 1):
        text = _bare(number, line)
        if switch or (text.startswith("switch ") and "]" not in text):
            switch.append(text)
            if "]" not in text:
                continue
            # It is placed at its last line.
            text, switch = " ".join(switch), []
        if text:
            found.append((number, text))
    if switch:
        raise refuse_line(function.stop, switch[0], "a switch that is never closed")
    return found


def _bare(number: int, line: str) -> str:
    """A line without what says nothing about the program: space, comments, debugging metadata."""
    if len(line) > MAX_LINE_LENGTH:
        raise refuse_line(number, line, f"a line of more than {MAX_LINE_LENGTH} characters")
    text = _COMMENT.sub(r"\1", line) if ";" in line else line
    text, mark, metadata = text.strip().partition(", !")
    if mark and not _METADATA.match(metadata):
        raise refuse_line(number, line, "unexpected text after the instruction")
    return text.rstrip()


class _FunctionReader:
    """Reads the body of one function."""

    def __init__(self, module: Module, function: qir_module.Function, declarations: Declarations) -> None:
        self._module = module
        self._function = function
        self._scope = Scope(declarations)
        self._signature = declarations.signatures[function.name]
        self._blocks: dict[str, _Block] = {}
        self._current = _Block(function.first, is_closed=True)

    def read(self) -> Function:
        parameters = tuple(self._scope.define(name, kind) for kind, name in self._signature.parameters)
        for number, text in _statements(self._module, self._function):
            try:
                self._statement(number, text)
            except UnreadableError as error:
                raise refuse_line(number, text, str(error)) from None
        number = self._function.first
        try:
            if not self._current.is_closed or not self._blocks:
                raise UnreadableError("the function ends without a return")
            self._scope.require_all_defined()
            numbers = {name: index for index, name in enumerate(self._blocks)}
            blocks = tuple(self._resolved(name, block, numbers) for name, block in self._blocks.items())
        except UnreadableError as error:
            raise refuse_line(number, self._module.lines[number - 1], str(error)) from None
        return Function(blocks, tuple(self._scope.values), parameters)

    def _statement(self, number: int, text: str) -> None:
        label = _LABEL.match(text)
        if label is not None:
            self._begin(label[1], number)
            return
        if not self._blocks:
            # A first block without a label has the number that follows those of the parameters.
            unnamed = sum(name.isdigit() for _, name in self._signature.parameters)
            self._begin(str(unnamed), number)
        if self._current.is_closed:
            raise UnreadableError("an instruction after the end of its block")
        assignment = _ASSIGNMENT.match(text)
        name, text = (assignment[1], assignment[2]) if assignment else ("", text)
        opcode = text.partition(" ")[0]
        if opcode == "phi" and name:
            self._phi(name, text)
        elif opcode in ("br", "switch", "ret", "unreachable") and not name:
            self._current.steps.append(self._leave(opcode, text, number))
            self._current.is_closed = True
        else:
            self._current.steps += read_instruction(self._scope, text, name, number)

    def _begin(self, name: str, number: int) -> None:
        if not self._current.is_closed:
            raise UnreadableError("the block before this label does not end in a branch or return")
        if name in self._blocks:
            raise UnreadableError("a second block of this name")
        self._current = self._blocks[name] = _Block(number)

    def _phi(self, name: str, text: str) -> None:
        if self._current.steps:
            raise UnreadableError("phi must come first in its block")
        kind, rest = take_type(text.partition(" ")[2])
        sources: dict[str, int] = {}
        for part in split_commas(rest):
            source = _PHI_SOURCE.match(part)
            if source is None:
                raise UnreadableError("this form of phi is not supported")
            sources[source[2]] = self._scope.value(kind, source[1].strip())
        self._current.phis.append((self._scope.define(name, kind), sources))

    def _leave(self, opcode: str, text: str, number: int) -> Instruction:
        if opcode == "unreachable":
            return Instruction("unreachable", NO_REGISTER, (), None, number)
        if opcode == "ret":
            return self._return(text.partition(" ")[2], number)
        if opcode == "switch":
            return self._switch(text, number)
        jump = _JUMP.match(text)
        if jump is not None:
            return Instruction("jump", NO_REGISTER, (), jump[1], number)
        branch = _BRANCH.match(text)
        if branch is None:
            raise UnreadableError("this form of branch is not supported")
        condition = self._scope.operand(branch[1], "i1")
        return Instruction("branch", NO_REGISTER, (condition,), (branch[2], branch[3]), number)

    def _return(self, text: str, number: int) -> Instruction:
        returns = self._signature.returns
        if text == "void":
            if returns != "void":
                raise UnreadableError(f"the function returns {returns}")
            return Instruction("return", NO_REGISTER, (), None, number)
        return Instruction("return", NO_REGISTER, (self._scope.operand(text, returns),), None, number)

    def _switch(self, text: str, number: int) -> Instruction:
        switch = _SWITCH.match(text)
        if switch is None:
            raise UnreadableError("this form of switch is not supported")
        kind, register = self._scope.typed(switch[1])
        width_of(kind)
        cases: dict[int, str] = {}
        position = 0
        while switch[3][position:].strip():
            case = _CASE.match(switch[3], position)
            if case is None or case[1] != kind:
                raise UnreadableError("this form of switch is not supported")
            cases[self._scope.values[self._scope.value(kind, case[2])]] = case[3]
            position = case.end()
        return Instruction("switch", NO_REGISTER, (register,), (switch[2], cases), number)

    def _resolved(self, name: str, block: _Block, numbers: dict[str, int]) -> tuple[Instruction, ...]:
        """A block's instructions with edges in place of block names in its last."""

        def edge(target: str) -> Edge:
            if target not in numbers:
                raise UnreadableError(f"there is no block {target}")
            return Edge(numbers[target], tuple(self._moves(name, target)))

        last = block.steps[-1]
        detail: Any = last.detail
        if last.op == "jump":
            detail = edge(detail)
        elif last.op == "branch":
            detail = (edge(detail[0]), edge(detail[1]))
        elif last.op == "switch":
            default, cases = detail
            detail = (edge(default), {number: edge(target) for number, target in cases.items()})
        return (*block.steps[:-1], last._replace(detail=detail))

    def _moves(self, source: str, target: str) -> Iterator[tuple[int, int]]:
        """What the phis of a block take on when it is entered from another."""
        for register, sources in self._blocks[target].phis:
            if source not in sources:
                raise UnreadableError(f"a phi of block {target} lacks a value for block {source}")
            yield register, sources[source]


def _signature(function: qir_module.Function, lines: list[str]) -> Signature:
    parameters = []
    try:
        returns, _ = take_type(function.returns)
        unnamed = 0
        for text in split_commas(function.parameters):
            kind, name = take_type(text)
            if name and not name.startswith("%"):
                raise UnreadableError(f"unexpected {name!r} among the parameters")
            # LLVM counts the parameters without names; it may or may not write the numbers.
            name = name[1:] or str(unnamed)
            unnamed += name == str(unnamed)
            parameters.append((kind, name))
    except UnreadableError as error:
        raise refuse_line(function.first, lines[function.first - 1], str(error)) from None
    return Signature(returns, tuple(parameters))


def read_control_flow(module: Module) -> Program:
    """Reads a whole module as a program.

    Raises:
        PayloadError: A line of it is not valid or not supported; the message has its number and text.
    """
    variables = Globals(module)
    signatures = {name: _signature(function, module.lines) for name, function in module.functions.items()}
    declarations = Declarations(signatures, variables, module.num_qubits, module.num_results)
    functions = {
        name: _FunctionReader(module, function, declarations).read()
        for name, function in module.functions.items()
    }
    profile, reason = least_profile(functions)
    return Program(
        functions=functions,
        entry=module.entry.name,
        num_qubits=module.num_qubits,
        num_results=module.num_results,
        memory=tuple(variables.memory),
        num_constants=variables.num_constants,
        profile=profile,
        reason=reason,
    )
