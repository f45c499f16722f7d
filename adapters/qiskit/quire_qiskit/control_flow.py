"""Qiskit's control flow in QIR: choices become branches, counted loops are unrolled, the rest is refused."""

from typing import TYPE_CHECKING

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
            f"{operation.name} is not written as QIR: of control flow there are if_else, switch_case, "
            "for_loop without break or continue, and boxes without annotations"
        )


class _Part:
    """The blocks of one instruction of control flow."""

    def __init__(
        self, translation: "Translation", instruction: CircuitInstruction, scope: "Scope", depth: int
    ) -> None:
        self._translation = translation
        self._instruction = instruction
        self._scope = scope
        self._depth = depth

    def write(self, block: QuantumCircuit) -> None:
        inner = self._translation.inner_scope(block, self._instruction, self._scope)
        self._translation.write(block, inner, self._depth)

    def write_if(self, operation: IfElseOp) -> None:
        self._translation.require_adaptive("it branches")
        frame = self._translation.frame
        then, other, end = frame.new_block(), frame.new_block(), frame.new_block()
        self._translation.conditions.choose(operation.condition, self._scope.clbits, then, other, then)
        self.write(operation.blocks[0])
        frame.begin_block(other, go_to=end)
        if len(operation.blocks) > 1:
            self.write(operation.blocks[1])
        frame.begin_block(end)

    def write_switch(self, operation: SwitchCaseOp) -> None:
        self._translation.require_adaptive("it branches")
        frame, conditions = self._translation.frame, self._translation.conditions
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

    def write_loop(self, operation: ForLoopOp) -> None:
        indices, parameter, body = operation.params
        if not (parameter is None or isinstance(parameter, Parameter)):
            raise TranslationError("its loop variable is a run-time variable; use a Parameter, or none")
        self._translation.spend(len(indices) * (1 + len(body.data)))
        bound = parameter is not None and parameter in body.parameters
        for index in indices:
            self.write(body.assign_parameters({parameter: index}) if bound else body)
