"""What a circuit is submitted as, alone or at many points; nothing about how it is written."""

from collections.abc import Iterable, Iterator, Mapping

from qiskit import QuantumCircuit

from quire import Options, Payload, TargetSpec
from quire.errors import QuireError, TooManyQubitsError
from quire_qiskit.angles import Angles
from quire_qiskit.basis import require_basis
from quire_qiskit.bindings import bound
from quire_qiskit.header import to_metadata
from quire_qiskit.programs import Form, Program, chosen_form, written
from quire_qiskit.template import template_of


def encode(circuit: QuantumCircuit, target: TargetSpec, options: Options) -> Payload:
    """Translates a circuit.

    Args:
        circuit: A circuit; one that measures nothing gives a warning, and zeros.
        target: Where it is to run.
        options: The submission's options: ``args``, the values of the circuit's parameters,
            ``input_data_format``, the payload format, ``gateset``, that of IonQ (``qis`` or ``native``), and
            ``skip_transpile``, whether to refuse what is not in the target's own gates.

    Raises:
        OptionError: The values do not fit the circuit, or it is not written in the form asked for.
        TooManyQubitsError: The circuit has more qubits than the target.
        UnboundParameterError: The circuit has parameters without values.
        TranslationError: The circuit cannot be expressed for the target.
    """
    args = options.take_any("args")
    form = _form(circuit, target, options)
    if args is None:
        return _payload(circuit, form, to_metadata(circuit), written(circuit, target, form, Angles()))
    return _Points(circuit, target, form).at(args, "args")


def payloads(
    circuit: QuantumCircuit,
    points: Iterable[object],
    target: TargetSpec,
    options: Options,
    option: str = "args",
) -> Iterator[Payload | QuireError]:
    """Translates a circuit once, and fills in the values of its parameters at each point.

    Each payload's program is the one that :func:`encode` makes with ``args=`` of that point, bit for bit.

    Args:
        circuit: A circuit. Later changes of it have no effect.
        points: Values of its parameters, in the shapes that ``assign_parameters`` takes.
        target: Where it is to run.
        options: As for :func:`encode`, but for ``args``; they are taken when this is called.
        option: What the points were given as, for messages.

    Returns:
        The payload at each point, as it is asked for; an error in the place of a point that has none.

    Raises:
        OptionError: The circuit is not written in the form asked for.
        TooManyQubitsError: The circuit has more qubits than the target.
        TranslationError: ``skip_transpile`` is set, and the circuit is not in the target's own gates.
    """
    form = _form(circuit, target, options)
    # Points are read long after the call, and circuits can be changed.
    there = _Points(circuit.copy(circuit.name), target, form)
    return (there.tried(point, option) for point in points)


class _Points:
    """One circuit at many points."""

    def __init__(self, circuit: QuantumCircuit, target: TargetSpec, form: Form) -> None:
        self._circuit = circuit
        self._target = target
        self._form = form
        self._template = template_of(circuit, target, form)
        self._metadata = to_metadata(circuit)

    def at(self, point: object, option: str) -> Payload:
        program = self._template.filled(point) if self._template else None
        if program is None:
            values = bound(self._circuit, point, option)
            program = written(values, self._target, self._form, Angles())
        return _payload(self._circuit, self._form, self._metadata, program)

    def tried(self, point: object, option: str) -> Payload | QuireError:
        try:
            return self.at(point, option)
        except QuireError as error:
            return error


def _form(circuit: QuantumCircuit, target: TargetSpec, options: Options) -> Form:
    """The form asked for; all that can be wrong about the circuit before it is translated is checked."""
    given = [options.take(name, (str, type(None)), None) for name in ("input_data_format", "gateset")]
    is_ready = options.take("skip_transpile", bool, False)
    form = chosen_form(target, *given)
    _check_width(circuit, target)
    if is_ready:
        require_basis(circuit, target)
    return form


def _payload(circuit: QuantumCircuit, form: Form, metadata: Mapping[str, str], program: Program) -> Payload:
    return Payload(
        program.data,
        format=form.format,
        output_format=program.output_format,
        name=circuit.name,
        num_qubits=circuit.num_qubits,
        params=program.params,
        metadata={**metadata, **program.metadata},
    )


def _check_width(circuit: QuantumCircuit, target: TargetSpec) -> None:
    """Refuses a circuit that is too wide before any time is spent on translating it."""
    if circuit.num_qubits > target.num_qubits:
        raise TooManyQubitsError(
            f"circuit {circuit.name} has {circuit.num_qubits} qubits; {target.id} has {target.num_qubits}",
            argument="program",
            target=target.id,
            needed=circuit.num_qubits,
            available=target.num_qubits,
        )
