"""IonQ's gates, after https://docs.ionq.com: what each becomes in a circuit.

The gate set ``qis`` has its angles in radians, ``native`` in turns. Of ``qis``, every gate takes controls.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from types import MappingProxyType

from quire.simulator.circuit import Operation
from quire.simulator.gates import controlled
from quire.simulator.readers.ionq.instruction import Instruction
from quire.simulator.readers.paulis import evolution

Make = Callable[[Instruction], Sequence[Operation]]

_TURN = 2 * math.pi


def _apply(
    instruction: Instruction, name: str, targets: tuple[int, ...], params: tuple[float, ...] = ()
) -> Sequence[Operation]:
    controls = instruction.controls()
    qubits = controls + targets
    if len(set(qubits)) < len(qubits):
        raise instruction.fault("it acts on one qubit twice")
    return ((controlled(name, len(controls)), qubits, params),)


def _plain(name: str, count: int, instruction: Instruction) -> Sequence[Operation]:
    return _apply(instruction, name, instruction.targets(count))


def _rotation(name: str, count: int, instruction: Instruction) -> Sequence[Operation]:
    return _apply(instruction, name, instruction.targets(count), (instruction.number("rotation"),))


def _z(instruction: Instruction) -> Sequence[Operation]:
    # With an angle it is a phase gate, as which IonQ's own Qiskit provider writes p, cp and mcphase.
    name = "r1" if instruction.has("rotation") else "z"
    return (_rotation if name == "r1" else _plain)(name, 1, instruction)


def _cnot(instruction: Instruction) -> Sequence[Operation]:
    operations = _plain("x", 1, instruction)
    if len(operations[0][1]) == 1:
        raise instruction.fault("it lacks control")
    return operations


def _pauliexp(instruction: Instruction) -> Sequence[Operation]:
    """``exp(-i time sum(coefficient term))``; the last letter of a term is that of the first target."""
    targets = instruction.targets()
    if len(set(targets)) < len(targets) or instruction.controls():
        raise instruction.fault("its targets must differ, and it takes no controls")
    terms = instruction.list("terms")
    for term in terms:
        if not isinstance(term, str) or len(term) != len(targets) or set(term) - set("IXYZ"):
            raise instruction.fault(f"a term must have a letter of IXYZ for each target, not {term!r}")
    coefficients = instruction.numbers("coefficients", len(terms))
    time = instruction.number("time")
    pairs = [(term[::-1], time * value) for term, value in zip(terms, coefficients, strict=True)]
    return evolution(targets, pairs)


def _gpi(instruction: Instruction) -> Sequence[Operation]:
    target, angle = instruction.targets(1), _TURN * instruction.number("phase")
    return (("rz", target, (-angle,)), ("x", target, ()), ("rz", target, (angle,)))


def _gpi2(instruction: Instruction) -> Sequence[Operation]:
    target, angle = instruction.targets(1), _TURN * instruction.number("phase")
    return (("rz", target, (-angle,)), ("rx", target, (math.pi / 2,)), ("rz", target, (angle,)))


def _pair(instruction: Instruction) -> tuple[int, ...]:
    targets = instruction.targets(2)
    if targets[0] == targets[1]:
        raise instruction.fault("it acts on one qubit twice")
    return targets


def _ms(instruction: Instruction) -> Sequence[Operation]:
    targets, phases = _pair(instruction), instruction.numbers("phases", 2)
    angle = instruction.number("angle", default=0.25)
    turns = [((target,), _TURN * phase) for target, phase in zip(targets, phases, strict=True)]
    return (
        *(("rz", target, (-turn,)) for target, turn in turns),
        ("rxx", targets, (_TURN * angle,)),
        *(("rz", target, (turn,)) for target, turn in turns),
    )


def _zz(instruction: Instruction) -> Sequence[Operation]:
    # Clients write the angle under either name.
    return (("rzz", _pair(instruction), (_TURN * instruction.number("angle", "phase", default=0.25),)),)


def _qis() -> dict[str, Make]:
    plain = {"h": "h", "x": "x", "not": "x", "y": "y", "s": "s", "si": "sdg", "t": "t", "ti": "tdg"}
    plain |= {"v": "sx", "vi": "sxdg", "id": "id"}
    gates: dict[str, Make] = {name: partial(_plain, ours, 1) for name, ours in plain.items()}
    gates |= {name: partial(_rotation, name, 1) for name in ("rx", "ry", "rz")}
    gates |= {name: partial(_rotation, f"r{name}", 2) for name in ("xx", "yy", "zz")}
    gates["swap"] = partial(_plain, "swap", 2)
    return gates | {"z": _z, "cnot": _cnot, "pauliexp": _pauliexp}


GATE_SETS: Mapping[str, Mapping[str, Make]] = MappingProxyType(
    {"qis": _qis(), "native": {"gpi": _gpi, "gpi2": _gpi2, "ms": _ms, "zz": _zz}}
)
"""The gates of each gate set, by name."""
