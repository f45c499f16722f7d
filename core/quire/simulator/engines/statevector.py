"""State vectors: qulacs evolves them in double precision, one thread; the shots are drawn from the last one.

The memory needed must have been checked before: qulacs ends the process, or gives wrong states, beyond its
limits (``quire.simulator.limits``).
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy
import qulacs

from quire.simulator.engines.draws import samples_of
from quire.simulator.engines.samples import Samples
from quire.simulator.engines.terminal import Terminal
from quire.simulator.gates import SHAPES, split_controls, unitary

# Making a QuantumState costs 20 us, as much as all else of a Bell circuit, so small ones outlive their job.
# Lists are safe to pop and append from several threads.
_POOLS: Mapping[int, list[Any]] = {num_qubits: [] for num_qubits in range(1, 13)}
_POOL_SIZE = 32
_DETERMINED = 1e-12
_MOST_DRAWS = 100

_X, _Y, _Z = 1, 2, 3
_gate = qulacs.gate


def _rotation(pauli: int) -> Callable[..., list[Any]]:
    # PauliRotation(t) is exp(+i t P/2).
    return lambda a, b, angle: [_gate.PauliRotation([a, b], [pauli, pauli], -angle)]


def _matrix(qubits: Sequence[int], entries: Sequence[float]) -> Any:
    matrix = numpy.array(entries).view(complex).reshape(1 << len(qubits), -1)
    # The first qubit of qulacs is the least significant one.
    return _gate.DenseMatrix(list(reversed(qubits)), matrix)


def _family(name: str) -> Callable[..., list[Any]]:
    """The factory of a controlled gate, or of those given by matrices."""
    base, count = split_controls(name)
    num_qubits = SHAPES[base].num_qubits
    if base == unitary(num_qubits):

        def factory(*operands: Any) -> list[Any]:
            return [_matrix(operands[:num_qubits], operands[num_qubits:])]
    else:
        factory = _FACTORIES[base]
    if not count:
        return factory

    def controlled_factory(*operands: Any) -> list[Any]:
        gates = []
        for plain in factory(*operands[count:]):
            gate = _gate.to_matrix_gate(plain)
            for control in operands[:count]:
                gate.add_control_qubit(control, 1)
            gates.append(gate)
        return gates

    return controlled_factory


class _Factories(dict[str, Callable[..., list[Any]]]):
    def __missing__(self, name: str) -> Callable[..., list[Any]]:
        self[name] = factory = _family(name)
        return factory


_FACTORIES = _Factories(
    {
        "id": lambda _: [],
        "h": lambda q: [_gate.H(q)],
        "x": lambda q: [_gate.X(q)],
        "y": lambda q: [_gate.Y(q)],
        "z": lambda q: [_gate.Z(q)],
        "s": lambda q: [_gate.S(q)],
        "sdg": lambda q: [_gate.Sdag(q)],
        "t": lambda q: [_gate.T(q)],
        "tdg": lambda q: [_gate.Tdag(q)],
        "sx": lambda q: [_gate.sqrtX(q)],
        "sxdg": lambda q: [_gate.sqrtXdag(q)],
        "rx": lambda q, angle: [_gate.RotX(q, angle)],
        "ry": lambda q, angle: [_gate.RotY(q, angle)],
        "rz": lambda q, angle: [_gate.RotZ(q, angle)],
        "r1": lambda q, angle: [_gate.U1(q, angle)],
        "cx": lambda c, t: [_gate.CNOT(c, t)],
        "cy": lambda c, t: [_gate.Sdag(t), _gate.CNOT(c, t), _gate.S(t)],
        "cz": lambda a, b: [_gate.CZ(a, b)],
        "swap": lambda a, b: [_gate.SWAP(a, b)],
        "rxx": _rotation(_X),
        "ryy": _rotation(_Y),
        "rzz": _rotation(_Z),
        "ccx": lambda a, b, t: [_gate.TOFFOLI(a, b, t)],
    }
)


def prepare(name: str, qubits: Sequence[int], params: Sequence[float]) -> list[Any]:
    """The qulacs gates of one gate of a circuit."""
    return _FACTORIES[name](*qubits, *params)


class StateVector:
    """One state vector; a ``QuantumState`` of ``quire.simulator.engines.states``."""

    __slots__ = ("_pool", "_state", "num_qubits")

    def __init__(self, num_qubits: int, pool: list[Any] | None = None) -> None:
        """Makes the state |0...0>.

        Args:
            num_qubits: Its width, from 1.
            pool: Where released states of this width are kept for reuse; None for the place of small ones.
        """
        self.num_qubits = num_qubits
        self._pool = _POOLS.get(num_qubits, []) if pool is None else pool
        try:
            self._state = self._pool.pop()
            self._state.set_zero_state()
        except IndexError:
            self._state = qulacs.QuantumState(num_qubits)

    def apply(self, gates: Sequence[Any]) -> None:
        """Applies prepared gates."""
        for gate in gates:
            gate.update_quantum_state(self._state)

    def amplitudes(self) -> Any:
        """All amplitudes; bit q of an index is qubit q."""
        return self._state.get_vector()

    def probability_of_one(self, qubit: int) -> float:
        """The probability that a measurement gives 1; exactly 0 or 1 where only rounding is left of doubt."""
        probability = 1.0 - self._state.get_zero_probability(qubit)
        if probability < _DETERMINED:
            return 0.0
        return 1.0 if probability > 1.0 - _DETERMINED else float(probability)

    def collapse(self, qubit: int, bit: int) -> None:
        """Projects a qubit onto a value of positive probability."""
        (_gate.P1 if bit else _gate.P0)(qubit).update_quantum_state(self._state)
        self._state.normalize(self._state.get_squared_norm())

    def copy(self) -> "StateVector":
        """The same state, on its own."""
        other = StateVector(self.num_qubits, self._pool)
        other._state.load(self._state)
        return other

    def release(self) -> None:
        """Gives the memory back; the state is not used again."""
        if len(self._pool) < _POOL_SIZE:
            self._pool.append(self._state)

    def sample(self, qubits: Sequence[int], shots: int, rng: numpy.random.Generator) -> Samples:
        """Measures qubits, many times over, without changing the state.

        Args:
            qubits: The qubit of each bit of a row; one may come several times, ``UNMEASURED`` reads 0.
            shots: How many times.
            rng: Where chance comes from.
        """
        return samples_of(self._draw(shots, rng), self.num_qubits, qubits)

    def _draw(self, shots: int, rng: numpy.random.Generator) -> list[int]:
        """Basis indices, drawn from the state's distribution."""
        for _ in range(_MOST_DRAWS):
            draws: list[int] = self._state.sampling(shots, int(rng.integers(2**32)))
            # Rounding leaves qulacs a chance of some 1e-13 to fall off the end of the distribution.
            if max(draws) < 1 << self.num_qubits:
                return draws
        raise ArithmeticError("the state vector has lost its norm")


def sample(terminal: Terminal, shots: int, rng: numpy.random.Generator) -> Samples:
    """Evolves a circuit once and draws its shots."""
    state = StateVector(terminal.num_qubits)
    for name, qubits, params in terminal.gates:
        state.apply(prepare(name, qubits, params))
    samples = state.sample(terminal.sources, shots, rng)
    state.release()
    return samples
