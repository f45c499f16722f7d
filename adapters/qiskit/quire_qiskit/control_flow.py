"""Qiskit's control flow: choices become branches or guards, loops are unrolled, the rest is refused."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from qiskit import QuantumCircuit
from qiskit.circuit import (
    CASE_DEFAULT,
    BoxOp,
    CircuitInstruction,
    ForLoopOp,
    IfElseOp,
    Parameter,
    SwitchCaseOp,
)

from quire.errors import TranslationError
from quire.writers import BlockFrame, OpenQasmFrame
from quire_qiskit.conditions import BitIndex, Conditions
from quire_qiskit.decisions import Decision, DecisionFrame, require_few
from quire_qiskit.gates import MAX_DEPTH

if TYPE_CHECKING:
    from quire_qiskit.translation import Scope, Translation


def write_control_flow(
    translation: "Translation", instruction: CircuitInstruction, scope: "Scope", depth: int
) -> None:
    """Writes an instruction of control flow.

    Args:
        translation: The program.
        instruction: The instruction.
        scope: What its bits are in the whole program.
        depth: How many parts its blocks are inside of.

    Raises:
        TranslationError: It has no counterpart, or the target's profile does not allow it.
    """
    if depth > MAX_DEPTH:
        raise TranslationError(f"blocks are nested more than {MAX_DEPTH} deep")
    part = _Part(translation, instruction, scope, depth)
    operation = instruction.operation
    if isinstance(operation, IfElseOp):
        part.write_if(operation)
    elif isinstance(operation, SwitchCaseOp):
        part.write_switch(operation)
    elif isinstance(operation, ForLoopOp):
        part.write_loop(operation)
    elif isinstance(operation, BoxOp) and not operation.annotations:
        part.write(operation.body)
    else:
        raise TranslationError(
            f"{operation.name} cannot be written: of control flow there are if_else, switch_case, "
            "for_loop without break or continue, and boxes without annotations; and no run-time variables"
        )


class _Part:
    """The blocks of one instruction of control flow."""

    def __init__(
        self, translation: "Translation", instruction: CircuitInstruction, scope: "Scope", depth: int
    ) -> None:
        self._translation = translation
        self._frame = translation.frame
        self._instruction = instruction
        self._scope = scope
        self._depth = depth

    def write(self, block: QuantumCircuit) -> None:
        inner = self._translation.inner_scope(block, self._instruction, self._scope)
        self._translation.write(block, inner, self._depth)

    def write_if(self, operation: IfElseOp) -> None:
        self._translation.require_adaptive("it branches")
        blocks = operation.blocks
        if isinstance(self._frame, OpenQasmFrame):
            decision = self._decision(self._frame, lambda c, *to: c.choose(operation.condition, *to))
            self._write_guarded(self._frame, [(decision, 0, blocks[0]), (decision, 1, _second(blocks))])
        elif isinstance(self._frame, BlockFrame):
            self._write_branches(self._frame, operation)

    def _write_branches(self, frame: BlockFrame, operation: IfElseOp) -> None:
        then, other, end = frame.new_block(), frame.new_block(), frame.new_block()
        conditions = Conditions(frame, self._translation.written)
        conditions.choose(operation.condition, self._scope.clbits, then, other, then)
        self.write(operation.blocks[0])
        frame.begin_block(other, go_to=end)
        if len(operation.blocks) > 1:
            self.write(operation.blocks[1])
        frame.begin_block(end)

    def write_switch(self, operation: SwitchCaseOp) -> None:
        self._translation.require_adaptive("it branches")
        if isinstance(self._frame, OpenQasmFrame):
            self._write_guarded_switch(self._frame, operation)
        elif isinstance(self._frame, BlockFrame):
            self._write_switch_branches(self._frame, operation)

    def _write_switch_branches(self, frame: BlockFrame, operation: SwitchCaseOp) -> None:
        conditions = Conditions(frame, self._translation.written)
        operand = conditions.bits(operation.target, self._scope.clbits)
        end = frame.new_block()
        for values, block in operation.cases_specifier():
            then, other = frame.new_block(), frame.new_block()
            numbers = [int(value) for value in values if value is not CASE_DEFAULT]
            for value in numbers:
                following = frame.new_block()
                conditions.equal(operand, value, then, following, following)
            frame.begin_block(then, go_to=other if len(numbers) == len(values) else then)
            self.write(block)
            frame.begin_block(other, go_to=end)
        frame.begin_block(end)

    def _write_guarded_switch(self, frame: OpenQasmFrame, operation: SwitchCaseOp) -> None:
        cases: list[tuple[Decision, int, QuantumCircuit | None]] = []
        earlier: list[int] = []
        for values, block in operation.cases_specifier():
            numbers = [int(value) for value in values if value is not CASE_DEFAULT]
            is_default = len(numbers) < len(values)
            # The default is whatever no case before it was.
            wanted = earlier if is_default else [number for number in numbers if number not in earlier]
            decision = self._decision(frame, partial(_any_of, operation.target, wanted))
            cases.append((decision, int(is_default), block))
            earlier += numbers
        self._write_guarded(frame, cases)

    def _decision(self, frame: OpenQasmFrame, write: Callable[..., None]) -> Decision:
        """The values of a register for which a condition holds and does not hold."""
        logic = DecisionFrame(len(frame.results))
        then, other, begin = logic.new_block(), logic.new_block(), logic.new_block()
        written = self._translation.written
        write(Conditions(logic, written), self._scope.clbits, then, other, begin)
        return logic.decision(frame.registers, written, then, other)

    def _write_guarded(
        self, frame: OpenQasmFrame, parts: Sequence[tuple[Decision, int, QuantumCircuit | None]]
    ) -> None:
        """Writes parts, each with a decision, whether it is for the values that fail, and a block."""
        changed = False
        for decision, side, block in parts:
            values = decision.values[side]
            if block is None or not values:
                continue
            start = len(frame.lines)
            if changed:
                raise TranslationError(
                    "a block writes to the register that the condition is on, and OpenQASM 2 compares it "
                    "again for the blocks that follow",
                    element="condition",
                )
            self.write(block)
            if decision.register is not None:
                require_few(values)
                changed = frame.writes(start, decision.register)
                frame.guard(start, decision.register, values)

    def write_loop(self, operation: ForLoopOp) -> None:
        indices, parameter, body = operation.params
        if not (parameter is None or isinstance(parameter, Parameter)):
            raise TranslationError("its loop variable is a run-time variable; use a Parameter, or none")
        self._translation.spend(len(indices) * (1 + len(body.data)))
        bound = parameter is not None and parameter in body.parameters
        for index in indices:
            self.write(body.assign_parameters({parameter: index}) if bound else body)


def _second(blocks: Sequence[QuantumCircuit]) -> QuantumCircuit | None:
    return blocks[1] if len(blocks) > 1 else None


def _any_of(
    target: Any,
    numbers: Sequence[int],
    conditions: Conditions,
    bits: BitIndex,
    if_true: str,
    if_false: str,
    begin: str,
) -> None:
    """Writes whether a target of a switch is one of some numbers."""
    operand = conditions.bits(target, bits)
    for number in numbers:
        following = conditions.new_block()
        conditions.equal(operand, number, if_true, following, following)
    conditions.never(if_false, begin)
