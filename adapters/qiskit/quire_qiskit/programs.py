"""A circuit as a whole program in each payload format; nothing about how gates are written, or about jobs."""

import json
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

import attrs
from qiskit import QuantumCircuit

from quire import TargetSpec
from quire.errors import OptionError, TranslationError
from quire.formats import HONEYWELL_OPENQASM, IONQ_CIRCUIT, QIR, RIGETTI_QUIL, QirProfile
from quire.qir import ENTRY_POINT, QirFrame
from quire.writers import Frame, IonqFrame, IonqNativeFrame, OpenQasmFrame, QuilFrame
from quire_qiskit.angles import Angles
from quire_qiskit.header import MEASURED_QUBITS
from quire_qiskit.registers import BitGroups
from quire_qiskit.translation import Translation
from quire_qiskit.user_warning import warn_user

FORMATS = (QIR, IONQ_CIRCUIT, HONEYWELL_OPENQASM, RIGETTI_QUIL)
"""The payload formats that circuits are written in; a target that takes several gets the first of these."""

GATE_SETS = ("qis", "native")
"""IonQ's gate sets, by the names of its own interface."""


@attrs.frozen
class Form:
    """How a circuit is to be written.

    Attributes:
        format: The payload format's id.
        gateset: IonQ's gate set.
    """

    format: str = QIR
    gateset: str = GATE_SETS[0]


@attrs.frozen
class Program:
    """A circuit as a program.

    Attributes:
        data: The program's bytes.
        output_format: The format of its results.
        params: Input parameters that the format needs.
        metadata: What its results need besides what every circuit's do.
        keeps_text: Whether the texts of angles stand in it as they were given.
    """

    data: bytes
    output_format: str
    params: Mapping[str, Any] = attrs.field(factory=dict)
    metadata: Mapping[str, str] = attrs.field(factory=dict)
    keeps_text: bool = True


def chosen_form(target: TargetSpec, format: str | None, gateset: str | None) -> Form:
    """How a circuit is written for a target.

    Args:
        target: Where it is to run.
        format: The payload format asked for; None for the best that the target takes.
        gateset: IonQ's gate set; None for ``qis``.

    Raises:
        OptionError: Circuits are not written so.
        TranslationError: The target takes no such format.
    """
    if format is None:
        format = next((each for each in FORMATS if each in target.input_formats), FORMATS[0])
        if gateset is not None and IONQ_CIRCUIT in target.input_formats:
            format = IONQ_CIRCUIT
    if format not in FORMATS:
        raise OptionError(
            f"a Qiskit circuit is not written as {format!r}, only as {', '.join(FORMATS)}",
            argument="input_data_format",
        )
    if format not in target.input_formats:
        raise TranslationError(f"{target.id} does not take {format}", argument="program", target=target.id)
    if gateset is None:
        return Form(format)
    if format != IONQ_CIRCUIT or gateset not in GATE_SETS:
        raise OptionError(
            f"gateset= is {' or '.join(GATE_SETS)}, for {IONQ_CIRCUIT} alone; not {gateset!r} for {format}",
            argument="gateset",
        )
    return Form(format, gateset)


def written(circuit: QuantumCircuit, target: TargetSpec, form: Form, angles: Angles) -> Program:
    """Writes a circuit as a program.

    Args:
        circuit: A circuit; one that measures nothing gives a warning, and zeros.
        target: Where it is to run.
        form: How to write it.
        angles: The texts of its gates' angles.

    Raises:
        UnboundParameterError: The circuit has parameters without values.
        TranslationError: It cannot be expressed for the target in this format.
    """
    return _WRITERS[form.format](circuit, target, form, angles)


def _translated(circuit: QuantumCircuit, target: TargetSpec, frame: Frame, angles: Angles) -> Translation:
    translation = Translation(circuit, target, frame, angles)
    translation.write_all(circuit)
    if not translation.measurements:
        warn_user(
            f"nothing is measured in circuit {circuit.name}, so its result is zeros: call its measure_all()"
        )
    return translation


def _num_results(circuit: QuantumCircuit) -> int:
    """How many results a program has; one that puts nothing out is none, so there is one at least."""
    return circuit.num_clbits or 1


def _qir(circuit: QuantumCircuit, target: TargetSpec, _form: Form, angles: Angles) -> Program:
    frame = QirFrame(circuit.num_qubits, _num_results(circuit))
    translation = _translated(circuit, target, frame, angles)
    result_of = list(range(_num_results(circuit)))
    profile = QirProfile.ADAPTIVE_RI
    if not translation.went_on:
        _measure_at_end(frame, translation, result_of)
        profile = QirProfile.BASE
    return Program(
        frame.text(BitGroups.of(circuit).records(result_of), profile, translation.called()),
        frame.output_format,
        params={"items": [{"entryPoint": ENTRY_POINT, "arguments": []}]},
    )


def _measure_at_end(frame: QirFrame, translation: Translation, result_of: list[int]) -> None:
    """Moves the measurements behind all gates, one for each qubit that a bit shows in the end."""
    for index in translation.measurements:
        frame.lines[index] = ""
    first: dict[int, int] = {}
    for bit, qubit in sorted(translation.shown.items()):
        if qubit not in first:
            first[qubit] = bit
            frame.lines.append(frame.measure % (frame.qubits[qubit], frame.results[bit]))
        result_of[bit] = first[qubit]


def _ionq(circuit: QuantumCircuit, target: TargetSpec, form: Form, angles: Angles) -> Program:
    # These programs have a qubit at least, which circuits need not.
    num_qubits = circuit.num_qubits or 1
    frame = IonqFrame(num_qubits)
    if form.gateset == "native":
        # Of IonQ's machines, those of the Forte line entangle by ZZ, the others by Molmer-Sorensen gates.
        frame = IonqNativeFrame(num_qubits, "zz" if "forte" in target.id else "ms")
    translation = _translated(circuit, target, frame, angles)
    shown = [translation.shown.get(bit) for bit in range(circuit.num_clbits)]
    return Program(
        frame.text(),
        frame.output_format,
        metadata={MEASURED_QUBITS: json.dumps(shown)},
        keeps_text=frame.keeps_text,
    )


def _openqasm(circuit: QuantumCircuit, target: TargetSpec, _form: Form, angles: Angles) -> Program:
    groups = BitGroups.of(circuit).groups if circuit.num_clbits else [("", 1)]
    frame = OpenQasmFrame(circuit.num_qubits or 1, groups)
    _translated(circuit, target, frame, angles)
    return Program(frame.text(), frame.output_format)


def _quil(circuit: QuantumCircuit, target: TargetSpec, _form: Form, angles: Angles) -> Program:
    frame = QuilFrame(circuit.num_qubits, _num_results(circuit))
    _translated(circuit, target, frame, angles)
    return Program(frame.text(), frame.output_format)


_WRITERS: Mapping[str, Callable[[QuantumCircuit, TargetSpec, Form, Angles], Program]] = MappingProxyType(
    {QIR: _qir, IONQ_CIRCUIT: _ionq, HONEYWELL_OPENQASM: _openqasm, RIGETTI_QUIL: _quil}
)
