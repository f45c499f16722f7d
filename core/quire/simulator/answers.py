"""From a payload that was read to the bytes of its result, in the formats that there are for it."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING

import attrs

from quire.formats import (
    HONEYWELL_RESULTS,
    IONQ_RESULTS,
    MICROSOFT_RESULTS_V1,
    MICROSOFT_RESULTS_V2,
    OWN_RESULTS,
    QIR,
    RIGETTI_RESULTS,
    QirProfile,
)
from quire.honeywell_results import write_bits
from quire.ionq_results import write_histogram
from quire.microsoft_results import write_v1, write_v2
from quire.model import NoiseModel, ShotRule, Task
from quire.results import Value
from quire.rigetti_results import write_rows
from quire.simulator.circuit import MEASURE, Circuit
from quire.simulator.engines import choice
from quire.simulator.engines.samples import Shots
from quire.simulator.faults import CANNOT_TRANSLATE_OUTPUT_DATA, PayloadError
from quire.simulator.limits import MAX_RECORDS
from quire.simulator.output import Container, Output
from quire.simulator.parameters import RunParameters
from quire.simulator.program import Program
from quire.simulator.reading import Reading

if TYPE_CHECKING:
    # Loaded where a generator is made, so that its absence becomes a fault.
    import numpy

Writer = Callable[[Sequence[Value], Sequence[int], Sequence[str]], bytes]

_WRITERS: Mapping[str, Writer] = MappingProxyType(
    {
        MICROSOFT_RESULTS_V1: lambda values, order, _: write_v1(values, order),
        MICROSOFT_RESULTS_V2: lambda values, order, _: write_v2(values, order),
        HONEYWELL_RESULTS: write_bits,
        RIGETTI_RESULTS: write_rows,
    }
)
_ANY_PAYLOAD = (MICROSOFT_RESULTS_V1, MICROSOFT_RESULTS_V2)


def require_format(task: Task) -> None:
    """Refuses a result format that the task's payload and target have no results in.

    Raises:
        PayloadError: It is such a format, or none at all.
    """
    wanted = task.output_format
    if wanted in _ANY_PAYLOAD:
        return
    exact = wanted == IONQ_RESULTS and task.target.shot_rule is ShotRule.EXACT
    if exact or (wanted != IONQ_RESULTS and wanted == OWN_RESULTS.get(task.input_format)):
        return
    # The service's own words.
    raise PayloadError(
        f"The output returned by '{task.target.provider_id}' cannot be translated as specified by "
        "'outputDataFormat'. Please ensure that 'outputDataFormat' is correct.",
        CANNOT_TRANSLATE_OUTPUT_DATA,
    )


def answer(task: Task, reading: Reading, parameters: RunParameters, rng: "numpy.random.Generator") -> bytes:
    """Runs what was read, and writes its result.

    Args:
        task: The task, in a result format that ``require_format`` lets pass.
        reading: Its payload.
        parameters: How many shots of each program, and with which errors.
        rng: Where chance comes from.

    Raises:
        PayloadError: It cannot be run.
    """
    try:
        if task.output_format == IONQ_RESULTS:
            return _histogram(task, reading, parameters, rng)
        values, order = _shots(task, reading, parameters, rng)
    except PayloadError as error:
        raise _in_its_language(task, error) from error
    return _WRITERS[task.output_format](values, order, reading.registers or ())


def _in_its_language(task: Task, error: PayloadError) -> PayloadError:
    """The engines speak of lines of QIR, whatever the program was written in; line 0 is nowhere."""
    message = error.fault.message
    if task.input_format != QIR:
        message = message.removeprefix("QIR ").removeprefix("line 0: ")
    return PayloadError(message, error.fault.code)


def _shots(
    task: Task, reading: Reading, parameters: RunParameters, rng: "numpy.random.Generator"
) -> tuple[list[Value], list[int]]:
    """The outcomes of all programs together, and which of them each shot had."""
    values: list[Value] = []
    order: list[int] = []
    for program in reading.programs:
        ran = _run(program, task, parameters, rng)
        first = len(values)
        values += ran.values
        order += [first + number for number in ran.order] if first else ran.order
        if len(order) > MAX_RECORDS:
            raise PayloadError(f"all runs together have more than {MAX_RECORDS} shots")
    return values, order


def _histogram(
    task: Task, reading: Reading, parameters: RunParameters, rng: "numpy.random.Generator"
) -> bytes:
    (program,) = reading.programs
    if not isinstance(program, Circuit):
        raise PayloadError(f"{IONQ_RESULTS} is given for straight-line programs only")
    if parameters.noise is not None:
        return _frequencies(_run(_measuring_all(program), task, parameters, rng))
    from quire.simulator.engines.exact import distribution

    found = distribution(program)
    return write_histogram(zip(found.indices, found.probabilities, strict=True))


def _measuring_all(circuit: Circuit) -> Circuit:
    """The circuit with its qubits as its output, in their order."""
    gates = [step for step in circuit.operations if step[0] != MEASURE]
    qubits = range(circuit.num_qubits)
    return attrs.evolve(
        circuit,
        operations=[*gates, *((MEASURE, (qubit, qubit), ()) for qubit in qubits)],
        num_results=circuit.num_qubits,
        output=Output((Container(False, circuit.num_qubits), *qubits)),
    )


def _frequencies(ran: Shots) -> bytes:
    """How often each basis state came, as a share of the shots."""
    counts = Counter(ran.order)
    states = (sum(bit << qubit for qubit, bit in enumerate(bits)) for bits in ran.values)
    found = sorted((state, counts[number] / len(ran.order)) for number, state in enumerate(states))
    return write_histogram(found)


def _require_width(program: Circuit | Program, noise: NoiseModel) -> None:
    if noise.num_qubits is not None and program.num_qubits > noise.num_qubits:
        raise PayloadError(
            f"the program has {program.num_qubits} qubits; the noise model {noise.name} takes "
            f"{noise.num_qubits}"
        )


def _run(
    program: Circuit | Program, task: Task, parameters: RunParameters, rng: "numpy.random.Generator"
) -> Shots:
    rule, shots, noise = task.target.shot_rule, parameters.shots, parameters.noise
    if isinstance(program, Circuit) and len(program.output.records) * shots > MAX_RECORDS:
        raise PayloadError(f"{shots} shots put out more than {MAX_RECORDS} values")
    if rule is ShotRule.ZERO:
        from quire.simulator.engines.zeros import zeros

        return zeros(program, shots, rng)
    if noise is not None:
        _require_width(program, noise)
    elif rule is ShotRule.EXACT and isinstance(program, Circuit):
        from quire.simulator.engines.exact import expanded

        return expanded(program, shots, rng)
    # Profiles are QIR's alone.
    profile = task.target.profile if task.input_format == QIR else QirProfile.ADAPTIVE
    return choice.run(program, profile, shots, rng, noise)
