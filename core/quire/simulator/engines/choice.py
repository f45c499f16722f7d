"""Which engine runs a circuit or program: the only place that knows what each is good at."""

from typing import TYPE_CHECKING

import attrs

from quire.formats import QirProfile
from quire.model import NoiseModel
from quire.simulator.circuit import Circuit
from quire.simulator.engines.components import components, joined
from quire.simulator.engines.errors import Errors
from quire.simulator.engines.samples import Samples, Shots
from quire.simulator.engines.terminal import Terminal, terminal_form, whole_form
from quire.simulator.faults import PayloadError
from quire.simulator.gates import SHAPES
from quire.simulator.limits import (
    MAX_RECORDS,
    MAX_STABILIZER_QUBITS,
    fits_state_vectors,
    require_state_vectors,
)
from quire.simulator.profile import allows
from quire.simulator.program import UNDEFINED, Program, program_of

if TYPE_CHECKING:
    import numpy

MIN_STABILIZER_QUBITS = 8
"""From this width a Clifford circuit is faster on stim than on qulacs, in spite of stim's way through text.

Measured with 100 shots: 26 us against 35 us for one layer on 8 qubits, 0.2 ms against 210 ms for twenty
layers on 20 qubits.
"""

MIN_STABILIZER_BRANCH_QUBITS = 10
"""The same for programs with branches, whose gates go to stim one by one."""

MIN_SPLIT_QUBITS = 14
"""From this width it pays to simulate groups of qubits apart that no gate connects."""

MIN_QSIM_QUBITS = 10
"""From this width circuits go to qsim where it is installed, in single precision.

Measured with 1000 shots, qulacs beside it: 1.2 ms against 0.6 for twenty layers on 10 qubits, 40 ms against
3 on 16, 890 ms against 47 on 20. On fewer qubits a circuit takes a millisecond on either.
"""

# A state vector, and the running sums of probabilities from which shots are drawn.
_VECTORS_TO_SAMPLE = 1.5
# One of qsim, whose numbers take half the bytes, and some to spare: it crashes where memory is short.
_VECTORS_OF_QSIM = 0.6


def run(
    program: Circuit | Program,
    profile: QirProfile,
    shots: int,
    rng: "numpy.random.Generator",
    noise: NoiseModel | None = None,
) -> Shots:
    """Runs a circuit or program on the engine that suits it.

    Args:
        program: What to run.
        profile: What the target allows.
        shots: How often.
        rng: Where chance comes from; the same state of it gives the same shots.
        noise: The errors to simulate; None for an ideal machine.

    Raises:
        PayloadError: It needs more than the target or this machine has, or does what has no meaning.
    """
    if isinstance(program, Program):
        _require_profile(program.profile, profile, program.reason)
        return _run_program(program, shots, rng, noise)
    records = len(program.output.records)
    if records * shots > MAX_RECORDS:
        raise PayloadError(
            f"{shots} shots of {records} output records: the simulator takes {MAX_RECORDS} in all"
        )
    terminal = terminal_form(program)
    if profile is QirProfile.BASE and (terminal is None or terminal.has_reset):
        _require_profile(
            QirProfile.ADAPTIVE_RI, profile, "it resets a qubit or goes on with one after its measurement"
        )
    if noise is not None:
        return _run_noisy(program, noise, shots, rng)
    samples = _sample(program, terminal, shots, rng)
    if samples is None:
        return _run_program(program_of(program), shots, rng)
    return Shots([program.output.value(row) for row in samples.rows], samples.order)


def _require_profile(needed: QirProfile, allowed: QirProfile, reason: str) -> None:
    if not allows(allowed, needed):
        raise PayloadError(
            f"the target runs programs of the {allowed} profile; this one needs {needed}: {reason}"
        )


def _run_noisy(circuit: Circuit, noise: NoiseModel, shots: int, rng: "numpy.random.Generator") -> Shots:
    """A circuit has no use for what it measures, so that wrong readings can wait for the end."""
    from quire.simulator.engines import readout, stabilizer

    flat = readout.flattened(circuit)
    text = stabilizer.stim_text(flat, noise) if circuit.num_qubits <= MAX_STABILIZER_QUBITS else None
    if text is not None:
        samples = stabilizer.sample(flat, text, shots, rng)
    else:
        samples = _sample_noisy(flat, attrs.evolve(noise, measurement=(0.0, 0.0)), shots, rng)
    return readout.misread(circuit, samples, noise, rng)


def _sample_noisy(circuit: Circuit, noise: NoiseModel, shots: int, rng: "numpy.random.Generator") -> Samples:
    """The shots of a circuit whose gates go wrong: one density matrix if that is faster, else branches."""
    from quire.simulator.engines import density

    terminal, errors = whole_form(circuit), Errors(noise, circuit.virtual)
    if terminal is not None and terminal.num_qubits and density.is_faster(terminal, errors, shots):
        require_state_vectors(2 * terminal.num_qubits, _VECTORS_TO_SAMPLE)
        return density.sample(terminal, errors, shots, rng)
    ran = _run_program(program_of(circuit), shots, rng, noise, circuit.virtual)
    return Samples(ran.values, ran.order)


def _sample(
    circuit: Circuit, terminal: Terminal | None, shots: int, rng: "numpy.random.Generator"
) -> Samples | None:
    """The samples of a circuit; None if it takes branches to run it."""
    if circuit.num_qubits <= MAX_STABILIZER_QUBITS and (
        terminal is None or terminal.num_qubits >= MIN_STABILIZER_QUBITS
    ):
        from quire.simulator.engines import stabilizer

        text = stabilizer.stim_text(circuit)
        if text is not None:
            return stabilizer.sample(circuit, text, shots, rng)
    return None if terminal is None else _sample_state_vector(terminal, shots, rng)


def _sample_state_vector(terminal: Terminal, shots: int, rng: "numpy.random.Generator") -> Samples:
    if terminal.num_qubits == 0:
        return Samples([[0] * len(terminal.sources)], [0] * shots)
    parts = components(terminal) if terminal.num_qubits >= MIN_SPLIT_QUBITS else []
    if len(parts) > 1:
        sampled = [(part, _sample_state_vector(part.terminal, shots, rng)) for part in parts]
        return joined(sampled, len(terminal.sources))
    if terminal.num_qubits >= MIN_QSIM_QUBITS:
        from quire.simulator.engines import mps, qsim

        on_qsim = qsim.can_sample(terminal)
        vectors = _VECTORS_OF_QSIM if on_qsim else _VECTORS_TO_SAMPLE
        chain = mps.preferred(terminal, fits_state_vectors(terminal.num_qubits, vectors))
        if chain is not None:
            return mps.sample(chain, terminal.sources, shots, rng)
        if on_qsim:
            require_state_vectors(terminal.num_qubits, _VECTORS_OF_QSIM)
            return qsim.sample(terminal, shots, rng)
    require_state_vectors(terminal.num_qubits, _VECTORS_TO_SAMPLE)
    from quire.simulator.engines import statevector

    return statevector.sample(terminal, shots, rng)


def _run_program(
    program: Program,
    shots: int,
    rng: "numpy.random.Generator",
    noise: NoiseModel | None = None,
    virtual: frozenset[str] = frozenset(),
) -> Shots:
    from quire.simulator.engines.branching import qubits_in_use, run_branches

    qubits = qubits_in_use(program)
    errors = None if noise is None else Errors(noise, virtual)
    if MIN_STABILIZER_BRANCH_QUBITS <= len(qubits) <= MAX_STABILIZER_QUBITS and _is_clifford(program):
        from quire.simulator.engines import stabilizer

        return run_branches(
            program, qubits, stabilizer.StabilizerState, stabilizer.prepare, shots, rng, errors
        )
    # Of s shots log2(s) branches wait at most; one is under way, and one is being made.
    require_state_vectors(len(qubits), 2 + shots.bit_length() + _VECTORS_TO_SAMPLE)
    from quire.simulator.engines import statevector

    return run_branches(program, qubits, statevector.StateVector, statevector.prepare, shots, rng, errors)


def _is_clifford(program: Program) -> bool:
    """Whether all gates of a program are Clifford, whichever qubits they act on."""
    from quire.simulator.engines.stabilizer import stim_line

    for function in program.functions.values():
        for step in (step for block in function.blocks for step in block if step.op == "gate"):
            shape = SHAPES[step.detail]
            angles = [function.registers[register] for register in step.operands[: shape.num_params]]
            if any(angle is UNDEFINED for angle in angles):
                return False
            if stim_line(step.detail, range(shape.num_qubits), angles) is None:
                return False
    return True
