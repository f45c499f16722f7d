"""One pass over a Cirq circuit that writes it line by line; knows no formats, jobs or results.

A measurement is held back until its qubit is touched again, or to the end. So a circuit whose measured
qubits stay untouched becomes a list of gates and then measurements however its moments lie, and any target
takes it; what measures in mid-circuit, resets or has classical controls becomes an adaptive program, or is
refused if target or format have none.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import cirq

from quire import TargetSpec
from quire.errors import InputError, TranslationError
from quire.writers import number_text
from quire_cirq.conditions import choices
from quire_cirq.gate_table import GateTable
from quire_cirq.gates import RULES, NotANumber, Steps
from quire_cirq.measurements import KeyRecord
from quire_cirq.program import Program
from quire_cirq.template import Template

_SINGLETONS = (
    *(cirq.X, cirq.Y, cirq.Z, cirq.H, cirq.S, cirq.T, cirq.I),
    *(cirq.CX, cirq.CZ, cirq.SWAP, cirq.ISWAP, cirq.CCX, cirq.CCZ, cirq.CSWAP),
)
_IDS_OF_SINGLETONS = frozenset(map(id, _SINGLETONS))
"""The gate objects that most circuits share, found by their id with no need to look at them."""


class CircuitWriter:
    """A program that grows by operations of one circuit.

    Attributes:
        records: What has been measured so far, by key in order.
    """

    def __init__(
        self,
        qubits: Sequence[cirq.Qid],
        target: TargetSpec,
        resolver: cirq.ParamResolver,
        program: Program,
        template: Template | None = None,
    ) -> None:
        """Begins an empty program.

        Args:
            qubits: The circuit's qubits; their places here are their indices in the program.
            target: Where the program is to run.
            resolver: The values of the circuit's parameters.
            program: An empty program on that many qubits.
            template: Takes the gates that have no values yet; None if they are refused.

        Raises:
            TranslationError: One of ``qubits`` is a qudit.
        """
        self._target = target
        self._table = GateTable(resolver)
        self._program = program
        self._template = template
        self._number: Callable[[float], str] = number_text if template is None else template.number
        self._lines = program.frame.lines
        self._gates = program.frame.gates
        self._index = {qubit: i for i, qubit in enumerate(qubits)}
        self._operand = dict(zip(qubits, program.frame.qubits, strict=True))
        # The same by the objects' ids, as hashing most kinds of qubits runs their own Python code.
        self._by_id: dict[int, str] = {}
        # What has its id in a table, lest another object gets the same.
        self._kept_qubits: list[cirq.Qid] = []
        self._kept_gates: list[cirq.Gate] = []
        self._held: dict[cirq.Qid, str] = {}
        self._rendered: dict[int, tuple[str, tuple[int, ...] | None]] = {}
        self._moment = 0
        self._measured: dict[str, list[list[tuple[int, int]]]] = {}
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
        self._lines.extend(self._held.values())
        return self._program.text()

    def _append(self, operations: Iterable[cirq.Operation]) -> None:
        append, by_id, rendered = self._lines.append, self._by_id, self._rendered
        for operation in operations:
            gate = operation.gate
            known = rendered.get(id(gate))
            if known is None:
                self._append_steps(operation, gate)
                continue
            text, picks = known
            if not text:
                continue
            qubits = operation.qubits
            try:
                if picks is None and len(qubits) == 2:  # most of them, so it is worth a line
                    append(text % (by_id[id(qubits[0])], by_id[id(qubits[1])]))
                    continue
                operands = tuple([by_id[id(qubit)] for qubit in qubits])
            except KeyError:
                operands = self._operands(operation)
            append(text % (operands if picks is None else tuple([operands[i] for i in picks])))

    def _append_steps(self, operation: cirq.Operation, gate: cirq.Gate | None) -> None:
        try:
            steps: Steps | None = RULES[type(gate)](gate)
        except (KeyError, NotANumber):
            steps = self._steps_of_others(operation, gate)
            if steps is None:
                self._append_special(operation)
        if id(gate) in _IDS_OF_SINGLETONS:
            self._rendered[id(gate)] = self._render(steps or ())
        if not steps:
            return
        qubits = operation.qubits
        try:
            operands = tuple([self._by_id[id(qubit)] for qubit in qubits])
        except KeyError:
            operands = self._operands(operation)
        append, gates, number, call = self._lines.append, self._gates, self._number, self._program.called.add
        try:
            for name, angles, picks in steps:
                call(name)
                on = operands if picks is None else [operands[i] for i in picks]
                append(gates[name] % (*map(number, angles), *on))
        except InputError as error:
            raise self._refusal(operation, error.message) from error

    def _operands(self, operation: cirq.Operation) -> tuple[str, ...]:
        """The operands of an operation's qubits, whose measurements, if they were held back, are written."""
        self._let_go(operation)
        qubits = operation.qubits
        operands = tuple([self._operand[qubit] for qubit in qubits])
        self._by_id.update(zip(map(id, qubits), operands, strict=True))
        self._kept_qubits += qubits
        return operands

    def _render(self, steps: Steps) -> tuple[str, tuple[int, ...] | None]:
        """Steps, used now, as text over operands, and for each of these which of the gate's qubits it is."""
        texts: list[str] = []
        picks: list[int] = []
        for name, angles, on in steps:
            template = self._gates[name]
            places = template.count("%s") - len(angles)
            texts.append(template % (*map(self._number, angles), *("%s",) * places))
            picks += range(places) if on is None else on
            self._program.called.add(name)
        is_plain = len(steps) == 1 and steps[0][2] is None
        return "".join(texts), None if is_plain else tuple(picks)

    def _steps_of_others(self, operation: cirq.Operation, gate: cirq.Gate | None) -> Steps | None:
        """The steps of a gate that has no rule, or no numbers yet; None if it has none."""
        if gate is None or isinstance(gate, cirq.MeasurementGate | cirq.ResetChannel):
            return None
        if self._template is not None and cirq.is_parameterized(gate):
            return self._template.opened(gate)
        steps: Steps | None = self._checked(operation, lambda: self._table.steps(gate))
        if type(gate) not in RULES and steps is not None and operation.gate is gate:
            self._rendered[id(gate)] = self._checked(operation, lambda: self._render(steps))
            self._kept_gates.append(gate)
        return steps

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
        needed = self._checked(
            operation, lambda: [each for c in conditions for each in choices(c, self._measured)]
        )
        for qubit in list(self._held):
            self._let_go_of(qubit)
        if any(not bits and not needs_all for needs_all, bits in needed):
            return
        begun = self._checked(operation, lambda: self._program.begin_if(needed))
        self._append((operation.without_classical_controls(),))
        self._checked(operation, lambda: self._program.end_if(begun))

    def _measure(self, operation: cirq.Operation, gate: cirq.MeasurementGate) -> None:
        if gate.confusion_map:
            raise self._refusal(operation, "a confusion_map is noise, and targets take ideal programs")
        self._let_go(operation)
        key, qubits = gate.key, operation.qubits
        mask = tuple(map(int, gate.full_invert_mask()))
        indices = tuple([self._index[qubit] for qubit in qubits])
        record = self.records.setdefault(key, KeyRecord(key, indices))
        if len(mask) != len(record.qubits):
            raise self._refusal(operation, f"key {key!r} had {len(record.qubits)} qubits before")
        results = self._program.add_results(key, indices)
        for qubit, result in zip(qubits, results, strict=True):
            self._held[qubit] = self._program.measurement(self._operand.pop(qubit), result)
        self._by_id.clear()
        self._kept_qubits.clear()
        record.invert_masks.append(mask)
        if self._program.has_flat_outcomes:
            record.places.append(tuple(results))
        self._measured.setdefault(key, []).append(list(zip(results, mask, strict=True)))

    def _reset(self, operation: cirq.Operation) -> None:
        self._go_adaptive(operation, "a reset")
        self._program.called.add("reset")
        for operand in self._operands(operation):
            self._lines.append(self._program.frame.reset % operand)

    def _let_go(self, operation: cirq.Operation) -> None:
        """Writes the measurements that were held back for an operation's qubits."""
        for qubit in operation.qubits:
            if qubit in self._held:
                self._go_adaptive(operation, f"an operation on {qubit} after its measurement")
                self._let_go_of(qubit)
            elif qubit not in self._operand:
                raise self._refusal(operation, f"its decomposition takes a further qubit, {qubit}")

    def _let_go_of(self, qubit: cirq.Qid) -> None:
        self._lines.append(self._held.pop(qubit))
        self._operand[qubit] = self._program.frame.qubits[self._index[qubit]]

    def _go_adaptive(self, operation: cirq.Operation, what: str) -> None:
        reason = self._program.go_adaptive()
        if reason is not None:
            error = self._refusal(operation, f"{what} {reason}")
            error.profiles = self._program.adaptive_profiles
            raise error

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
