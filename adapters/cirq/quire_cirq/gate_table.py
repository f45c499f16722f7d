"""The steps of any unitary gate, worked out once per circuit: by rule, by decomposition or by matrix."""

from collections.abc import Iterable
from typing import Any

import cirq

from quire.errors import TranslationError, UnboundParameterError
from quire_cirq.gates import NOTHING, RULES, NotANumber, Steps, controlled_rotation, joined

MAX_MATRIX_QUBITS = 6
"""The widest gate that is translated from its matrix alone; the steps grow with the matrix, as 4^n."""

_WIDEST_DECOMPOSED_MATRIX = 3  # cirq.MatrixGate decomposes itself up to this; beyond, quantum Shannon does

_UNKNOWN = object()


class GateTable:
    """The steps of the gates of one circuit."""

    def __init__(self, resolver: cirq.ParamResolver) -> None:
        """Begins empty.

        Args:
            resolver: The values of the circuit's parameters.
        """
        self._resolver = resolver
        self._known: dict[Any, Steps | None] = {}

    def steps(self, gate: cirq.Gate) -> Steps | None:
        """The steps of a gate, or None if it has none: it is not unitary, or nothing says what it does.

        Raises:
            UnboundParameterError: It has parameters without values.
            TranslationError: An angle is not a finite number.
        """
        try:
            return self._steps(gate)
        except NotANumber:
            return self._steps_of_resolved(gate)

    def _steps(self, gate: cirq.Gate) -> Steps | None:
        rule = RULES.get(type(gate))
        if rule is not None:
            return rule(gate)
        try:
            known = self._known.get(gate, _UNKNOWN)
        except TypeError:  # the gate cannot be hashed, so it cannot be remembered
            return self._worked_out(gate)
        if known is _UNKNOWN:
            known = self._known[gate] = self._worked_out(gate)
        return known  # type: ignore[return-value]

    def _steps_of_resolved(self, gate: cirq.Gate) -> Steps | None:
        resolved = self.resolved(gate)
        try:
            return self._steps(resolved)
        except NotANumber as error:
            raise TranslationError("its angles are not real numbers", element=str(gate)) from error

    def resolved(self, value: Any) -> Any:
        """A gate or operation with its parameters' values put in.

        Raises:
            UnboundParameterError: Some have none.
            TranslationError: Some cannot have these values.
        """
        try:
            resolved = cirq.resolve_parameters(value, self._resolver)
        except (TypeError, ValueError) as error:
            raise TranslationError(f"its parameters cannot have these values: {error}") from error
        if cirq.is_parameterized(resolved):
            names = tuple(sorted(cirq.parameter_names(resolved)))
            raise UnboundParameterError(
                f"no value is given for {', '.join(names)}; pass param_resolver=", parameters=names
            )
        return resolved

    def _worked_out(self, gate: cirq.Gate) -> Steps | None:
        if cirq.is_parameterized(gate):
            raise NotANumber
        if isinstance(gate, cirq.ControlledGate):
            gate = _with_int_values(gate)
            if (steps := controlled_rotation(gate)) is not None:
                return steps
        qubits = cirq.LineQubit.range(cirq.num_qubits(gate))
        operations: list[cirq.Operation] | None = cirq.decompose_once_with_qubits(gate, qubits, None)
        if operations is None:
            return self._from_matrix(gate, qubits)
        return self._joined(operations, qubits)

    def _joined(self, operations: Iterable[cirq.Operation], qubits: list[cirq.LineQubit]) -> Steps | None:
        place: dict[cirq.Qid, int] = {qubit: i for i, qubit in enumerate(qubits)}
        parts = []
        for operation in operations:
            part = None if operation.gate is None else self.steps(operation.gate)
            if part is None or not place.keys() >= set(operation.qubits):
                return None
            parts.append((part, [place[qubit] for qubit in operation.qubits]))
        return joined(parts)

    def _from_matrix(self, gate: cirq.Gate, qubits: list[cirq.LineQubit]) -> Steps | None:
        if len(qubits) > MAX_MATRIX_QUBITS or not cirq.has_unitary(gate):
            return None
        matrix = cirq.unitary(gate)
        if len(qubits) <= _WIDEST_DECOMPOSED_MATRIX:
            return self.steps(cirq.MatrixGate(matrix)) if qubits else NOTHING
        return self._joined(cirq.quantum_shannon_decomposition(qubits, matrix), qubits)


def _with_int_values(gate: cirq.ControlledGate) -> cirq.ControlledGate:
    """The gate with 0 for False and 1 for True: Cirq itself indexes arrays with them, which goes wrong."""
    values: Any = gate.control_values
    if isinstance(values, cirq.ProductOfSums):
        ints: Any = [tuple(map(int, allowed)) for allowed in values]
    else:
        ints = cirq.SumOfProducts([tuple(map(int, product)) for product in values.expand()])
    return cirq.ControlledGate(gate.sub_gate, gate.num_controls(), ints, gate.control_qid_shape)
