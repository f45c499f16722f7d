"""Stabilizer states: stim runs Clifford circuits of any width, with measurements and resets anywhere.

Rotations count as Clifford if their angle is a multiple of pi/2 to the last bit, and only then.
"""

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import numpy
import stim

from quire.model import NoiseModel
from quire.simulator.circuit import MEASURE, RESET, Circuit
from quire.simulator.engines.errors import Errors
from quire.simulator.engines.samples import Samples, distinct
from quire.simulator.engines.terminal import UNMEASURED
from quire.simulator.gates import SHAPES

_QUARTER_TURN = math.pi / 2
# Measured bits of one batch of shots, a byte each while they are drawn.
_BATCH_BITS = 2**26
# Below, measuring copies of a state one by one is faster than making a circuit of it.
_FEW_SHOTS = 50

# Names in stim; of rotations, those of 0 to 3 quarter turns. {0} and {1} are the qubits.
_PLAIN: Mapping[str, str] = {
    "id": "",
    "h": "H {0}",
    "x": "X {0}",
    "y": "Y {0}",
    "z": "Z {0}",
    "s": "S {0}",
    "sdg": "S_DAG {0}",
    "sx": "SQRT_X {0}",
    "sxdg": "SQRT_X_DAG {0}",
    "cx": "CX {0} {1}",
    "cy": "CY {0} {1}",
    "cz": "CZ {0} {1}",
    "swap": "SWAP {0} {1}",
}
_TURNS: Mapping[str, tuple[str, str, str, str]] = {
    "rx": ("", "SQRT_X {0}", "X {0}", "SQRT_X_DAG {0}"),
    "ry": ("", "SQRT_Y {0}", "Y {0}", "SQRT_Y_DAG {0}"),
    "rz": ("", "S {0}", "Z {0}", "S_DAG {0}"),
    "r1": ("", "S {0}", "Z {0}", "S_DAG {0}"),
    "rxx": ("", "SQRT_XX {0} {1}", "X {0} {1}", "SQRT_XX_DAG {0} {1}"),
    "ryy": ("", "SQRT_YY {0} {1}", "Y {0} {1}", "SQRT_YY_DAG {0} {1}"),
    "rzz": ("", "SQRT_ZZ {0} {1}", "Z {0} {1}", "SQRT_ZZ_DAG {0} {1}"),
}


def stim_line(name: str, qubits: Sequence[int], params: Sequence[float]) -> str | None:
    """A gate as a line of a stim circuit; None if it is not Clifford."""
    if name in _PLAIN:
        return _PLAIN[name].format(*qubits)
    if name in _TURNS:
        turns = round(params[0] / _QUARTER_TURN)
        if turns * _QUARTER_TURN == params[0]:
            return _TURNS[name][turns % 4].format(*qubits)
    return None


def stim_text(circuit: Circuit, noise: NoiseModel | None = None) -> str | None:
    """A circuit as text for stim, its measurements in order; None if it is not Clifford.

    Args:
        circuit: The circuit.
        noise: Errors of gates to write behind them; its wrong readings are left out.
    """
    errors = None if noise is None else Errors(noise, circuit.virtual)
    lines: list[str] = []
    for name, indices, params in circuit.operations:
        if name == MEASURE:
            line: str | None = f"M {indices[0]}"
        elif name == RESET:
            line = f"R {indices[0]}"
        else:
            line = stim_line(name, indices, params)
        if line is None:
            return None
        lines.append(line)
        if errors is not None and name in SHAPES:
            lines += (_error_line(*error) for error in errors.of_gate(name, indices))
    return "\n".join(lines)


def _error_line(probability: float, qubits: Sequence[int]) -> str:
    # stim's rate is the probability of any Pauli but the identity, as the noise model's is.
    return f"DEPOLARIZE{len(qubits)}({probability!r}) {' '.join(map(str, qubits))}"


def _batches(
    circuit: stim.Circuit, columns: Sequence[int], shots: int, rng: numpy.random.Generator
) -> Iterator[bytes]:
    """The wanted bits of each shot, packed into bytes, little end first."""
    sampler = circuit.compile_sampler(seed=int(rng.integers(2**63)))
    size = max(1, _BATCH_BITS // max(1, circuit.num_measurements))
    width = (len(columns) + 7) // 8
    for begin in range(0, shots, size):
        bits = sampler.sample(min(size, shots - begin))[:, columns]
        packed = numpy.packbits(bits, axis=1, bitorder="little").tobytes()
        yield from (packed[i : i + width] for i in range(0, len(packed), width))


def _unpacked(keys: Iterable[bytes], sources: Sequence[int]) -> Sequence[Sequence[int]]:
    """Rows of bits from packed ones, with a 0 for each source that was never measured."""
    found = [place for place, source in enumerate(sources) if source != UNMEASURED]
    packed = numpy.array([numpy.frombuffer(key, dtype=numpy.uint8) for key in keys])
    bits = numpy.zeros((len(packed), len(sources)), dtype=numpy.uint8)
    bits[:, found] = numpy.unpackbits(packed, axis=1, count=len(found), bitorder="little")
    rows: list[list[int]] = bits.tolist()
    return rows


def _sample(
    circuit: stim.Circuit, sources: Sequence[int], shots: int, rng: numpy.random.Generator
) -> Samples:
    """Draws shots; each source is the number of a measurement, or ``UNMEASURED``."""
    columns = [source for source in sources if source != UNMEASURED]
    if not columns:
        return Samples([[0] * len(sources)], [0] * shots)
    keys, order = distinct(_batches(circuit, columns, shots, rng))
    return Samples(_unpacked(keys, sources), order)


def sample(circuit: Circuit, text: str, shots: int, rng: numpy.random.Generator) -> Samples:
    """Runs a Clifford circuit.

    Args:
        circuit: The circuit.
        text: The same for stim, from ``stim_text``.
        shots: How many shots.
        rng: Where chance comes from.
    """
    last: dict[int, int] = {}
    measurements = 0
    for name, indices, _ in circuit.operations:
        if name == MEASURE:
            last[indices[1]] = measurements
            measurements += 1
    sources = [last.get(result, UNMEASURED) for result in circuit.output.results]
    return _sample(stim.Circuit(text), sources, shots, rng)


class StabilizerState:
    """One stabilizer state; a ``QuantumState`` of ``quire.simulator.engines.states``."""

    __slots__ = ("_simulator", "num_qubits")

    def __init__(self, num_qubits: int, simulator: Any = None) -> None:
        """Makes the state |0...0>.

        Args:
            num_qubits: Its width.
            simulator: A tableau simulator to take over; None for a new one.
        """
        self.num_qubits = num_qubits
        # Chance comes from the run's own generator, so the simulator's seed has no effect.
        self._simulator = simulator or stim.TableauSimulator(seed=0)
        if simulator is None:
            self._simulator.set_num_qubits(num_qubits)

    def apply(self, gates: Sequence[Any]) -> None:
        """Applies prepared gates."""
        for gate in gates:
            self._simulator.do(gate)

    def probability_of_one(self, qubit: int) -> float:
        """The probability that a measurement gives 1: exactly 0, 0.5 or 1."""
        return (1 - int(self._simulator.peek_z(qubit))) / 2

    def collapse(self, qubit: int, bit: int) -> None:
        """Projects a qubit onto a value of positive probability."""
        self._simulator.postselect_z(qubit, desired_value=bool(bit))

    def copy(self) -> "StabilizerState":
        """The same state, on its own."""
        return StabilizerState(self.num_qubits, self._simulator.copy())

    def release(self) -> None:
        """Nothing is kept for reuse."""

    def sample(self, qubits: Sequence[int], shots: int, rng: numpy.random.Generator) -> Samples:
        """Measures qubits, many times over; see ``StateVector.sample``."""
        if shots < _FEW_SHOTS:
            seeds = rng.integers(2**63, size=shots).tolist()
            copies = (self._simulator.copy(copy_rng=False, seed=seed) for seed in seeds)
            rows, order = distinct(tuple(map(int, copy.measure_many(*qubits))) for copy in copies)
            return Samples(rows, order)
        tableau = self._simulator.current_inverse_tableau().inverse()
        circuit = tableau.to_circuit()
        circuit.append("M", range(self.num_qubits))
        return _sample(circuit, qubits, shots, rng)


def prepare(name: str, qubits: Sequence[int], params: Sequence[float]) -> list[Any]:
    """The stim circuit of one gate of a circuit.

    Raises:
        ValueError: It is not Clifford; whether all gates are must have been asked before.
    """
    line = stim_line(name, qubits, params)
    if line is None:
        raise ValueError(f"{name}{tuple(params)} is not a Clifford gate")
    return [stim.Circuit(line)] if line else []
