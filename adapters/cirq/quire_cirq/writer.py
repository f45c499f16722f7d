"""One pass over a Cirq circuit that writes it as QIR; knows the target's profile, not jobs or results.

A measurement is held back until its qubit is touched again, or to the end. So a circuit whose measured
qubits stay untouched becomes a base-profile program (gates, then measurements) however its moments lie,
and any target takes it; what measures in mid-circuit, resets or has classical controls becomes an adaptive
program, or is refused if the target is not.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import cirq

from quire import QirProfile, TargetSpec
from quire.errors import InputError, TranslationError
from quire.qir import MEASURE, RESET, QirFrame
from quire_cirq.conditions import Choice, choice
from quire_cirq.gate_table import GateTable
from quire_cirq.gates import RULES, Calls, NotANumber
from quire_cirq.measurements import KeyRecord

_SINGLETONS = (
    *(cirq.X, cirq.Y, cirq.Z, cirq.H, cirq.S, cirq.T, cirq.I),
    *(cirq.CX, cirq.CZ, cirq.SWAP, cirq.ISWAP, cirq.CCX, cirq.CCZ, cirq.CSWAP),
)
_CALLS_OF_SINGLETONS = {id(gate): RULES[type(gate)](gate) for gate in _SINGLETONS}
"""The gate objects that most circuits share, found by their id with no need to look at them."""


class CircuitWriter:
    """A QIR program that grows by operations of one circuit.

    Attributes:
        records: What has been measured so far, by key in order.
    """

    def __init__(self, qubits: Sequence[cirq.Qid], target: TargetSpec, resolver: cirq.ParamResolver) -> None:
        """Begins an empty program.

        Args:
            qubits: The circuit's qubits; their places here are their indices in QIR.
            target: Where the program is to run.
            resolver: The values of the circuit's parameters.

        Raises:
            TranslationError: One of ``qubits`` is a qudit.
        """
        self._target = target
        self._table = GateTable(resolver)
        self._frame = QirFrame(num_qubits=len(qubits), num_results=0)
        self._index = {qubit: i for i, qubit in enumerate(qubits)}
        self._operand = dict(zip(qubits, self._frame.qubits, strict=True))
        self._held: dict[cirq.Qid, str] = {}
        self._seen = dict(_CALLS_OF_SINGLETONS)
        self._alive: list[cirq.Gate] = []  # gates whose ids are in _seen, lest another gets the same
        self._moment = 0
        self._is_adaptive = False
        self._measured: dict[str, list[list[tuple[str, int]]]] = {}
        self.records: dict[str, KeyRecord] = {}
        for qubit in qubits:
            if qubit.dimension != 2:
                raise self._refusal(qubit, f"it has {qubit.dimension} levels, and targets have qubits only")

    def write(self, circuit: cirq.AbstractCircuit) -> bytes:
        """Writes the circuit.

        Raises:
            TranslationError: It cannot be expressed for the target; the error names operation and moment.
        """
        for self._moment, moment in enumerate(circuit):
            self._append(moment.operations)
        if not self.records:
            raise TranslationError(
                "the circuit measures nothing, so it has no results; append cirq.measure(*qubits, key='m')",
                target=self._target.id,
            )
        self._frame.lines.extend(self._held.values())
        profile = self._target.profile if self._is_adaptive else QirProfile.BASE
        return self._frame.text(self._output(), profile)

    def _output(self) -> Iterable[tuple[str, int]]:
        """One array per key; a tuple of them if there are several keys; an array of arrays if it repeats."""
        indices = {operand: i for i, operand in enumerate(self._frame.results)}
        if len(self._measured) > 1:
            yield "tuple", len(self._measured)
        for times in self._measured.values():
            if len(times) > 1:
                yield "array", len(times)
            for bits in times:
                yield "array", len(bits)
                yield from (("result", indices[result]) for result, _ in bits)

    def _append(self, operations: Iterable[cirq.Operation]) -> None:
        append, operand_of, seen = self._frame.lines.append, self._operand.__getitem__, self._seen
        for operation in operations:
            gate = operation.gate
            calls = seen.get(id(gate)) or self._calls(operation, gate)
            if calls is None:
                self._append_special(operation)
                continue
            text, picks = calls
            if not text:
                continue
            try:
                operands = tuple(map(operand_of, operation.qubits))
            except KeyError:
                self._let_go(operation)
                operands = tuple(map(operand_of, operation.qubits))
            append(text % (operands if picks is None else tuple([operands[i] for i in picks])))

    def _calls(self, operation: cirq.Operation, gate: cirq.Gate | None) -> Calls | None:
        rule = RULES.get(type(gate))
        if rule is not None:
            try:
                return rule(gate)
            except (NotANumber, InputError):
                pass  # the long way below puts values in, or says what is wrong
        if gate is None or isinstance(gate, cirq.MeasurementGate | cirq.ResetChannel):
            return None
        calls: Calls | None = self._checked(operation, lambda: self._table.calls(gate))
        if rule is None and calls is not None and operation.gate is gate:
            self._seen[id(gate)] = calls
            self._alive.append(gate)
        return calls

    def _append_special(self, operation: cirq.Operation) -> None:
        """Appends what is not a fixed list of calls."""
        operation = operation.untagged
        if isinstance(operation.gate, cirq.MeasurementGate):
            self._measure(operation, operation.gate)
        elif isinstance(operation.gate, cirq.ResetChannel):
            self._reset(operation)
        elif operation.classical_controls:
            self._append_conditional(operation)
        elif isinstance(operation, cirq.CircuitOperation):
            self._append_subcircuit(operation)
        else:
            self._append_parts(operation)

    def _append_parts(self, operation: cirq.Operation) -> None:
        parts = self._checked(operation, lambda: cirq.decompose_once(self._resolved(operation), None))
        if parts is None:
            raise self._refusal(operation, "it is no unitary gate, and it does not decompose into gates")
        try:
            self._append(parts)
        except TranslationError as error:
            error.message += f"; it is part of {operation}"
            raise

    def _append_subcircuit(self, operation: cirq.CircuitOperation) -> None:
        if operation.repeat_until is not None:
            raise self._refusal(operation, "repeat_until is a loop, and targets run none")
        if cirq.is_parameterized(operation.repetitions):
            operation = self._checked(operation, lambda: self._table.resolved(operation))
        circuit = self._checked(operation, operation.mapped_circuit)
        for moment in circuit:
            self._append(moment.operations)

    def _append_conditional(self, operation: cirq.Operation) -> None:
        conditions = sorted(operation.classical_controls, key=str)
        self._go_adaptive(operation, "a classical control")
        choices = self._checked(operation, lambda: [choice(c, self._measured) for c in conditions])
        for qubit in list(self._held):
            self._let_go_of(qubit)
        if any(not bits and not needs_all for needs_all, bits in choices):
            return
        end = self._frame.new_block()
        for item in choices:
            self._choose(item, end)
        self._append((operation.without_classical_controls(),))
        self._frame.begin_block(end)

    def _choose(self, item: Choice, otherwise: str) -> None:
        """Goes on if the choice holds, else leaves for another block."""
        passed = self._frame.new_block()
        for i, (result, wanted) in enumerate(item.bits, 1):
            is_last = i == len(item.bits)
            following = passed if is_last else self._frame.new_block()
            hit = following if item.needs_all else passed
            miss = otherwise if item.needs_all or is_last else following
            if_one, if_zero = (hit, miss) if wanted else (miss, hit)
            self._frame.branch(result, if_one, if_zero, begin=following)

    def _measure(self, operation: cirq.Operation, gate: cirq.MeasurementGate) -> None:
        if gate.confusion_map:
            raise self._refusal(operation, "a confusion_map is noise, and targets take ideal programs")
        self._let_go(operation)
        mask = tuple(map(int, gate.full_invert_mask()))
        bits: list[tuple[str, int]] = []
        for qubit, flip in zip(operation.qubits, mask, strict=True):
            result = self._frame.results[self._frame.add_result()]
            self._held[qubit] = MEASURE % (self._operand.pop(qubit), result)
            bits.append((result, flip))
        record = self.records.setdefault(
            gate.key, KeyRecord(gate.key, tuple(self._index[qubit] for qubit in operation.qubits))
        )
        if len(bits) != len(record.qubits):
            raise self._refusal(operation, f"key {gate.key!r} had {len(record.qubits)} qubits before")
        record.invert_masks.append(mask)
        self._measured.setdefault(gate.key, []).append(bits)

    def _reset(self, operation: cirq.Operation) -> None:
        self._go_adaptive(operation, "a reset")
        self._let_go(operation)
        for qubit in operation.qubits:
            self._frame.lines.append(RESET % self._operand[qubit])

    def _let_go(self, operation: cirq.Operation) -> None:
        """Writes the measurements that were held back for an operation's qubits."""
        for qubit in operation.qubits:
            if qubit in self._held:
                self._go_adaptive(operation, f"an operation on {qubit} after its measurement")
                self._let_go_of(qubit)
            elif qubit not in self._operand:
                raise self._refusal(operation, f"its decomposition takes a further qubit, {qubit}")

    def _let_go_of(self, qubit: cirq.Qid) -> None:
        self._frame.lines.append(self._held.pop(qubit))
        self._operand[qubit] = self._frame.qubits[self._index[qubit]]

    def _go_adaptive(self, operation: cirq.Operation, what: str) -> None:
        if not self._target.profile.is_adaptive:
            raise self._refusal(
                operation,
                f"{what} needs an adaptive profile; {self._target.id} has {self._target.profile.value}",
            )
        self._is_adaptive = True

    def _resolved(self, operation: cirq.Operation) -> Any:
        return self._table.resolved(operation) if cirq.is_parameterized(operation) else operation

    def _checked(self, operation: cirq.Operation, work: Callable[[], Any]) -> Any:
        """Does work that runs the code of gates, and says of its errors where they came from."""
        try:
            return work()
        except TranslationError as error:
            error.message = self._where(operation, error.message)
            error.target, error.element = self._target.id, str(operation)
            raise
        except InputError as error:
            raise self._refusal(operation, error.message) from error
        except Exception as error:  # a gate's own _decompose_ or _unitary_ may raise anything
            raise self._refusal(operation, f"taking it apart failed: {error!r}") from error

    def _refusal(self, element: object, reason: str) -> TranslationError:
        return TranslationError(self._where(element, reason), target=self._target.id, element=str(element))

    def _where(self, element: object, reason: str) -> str:
        return f"cannot translate {element} in moment {self._moment} for {self._target.id}: {reason}"
