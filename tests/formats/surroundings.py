"""Turns around a gate that make its whole matrix show in probabilities, as every format writes them."""

from collections.abc import Sequence

import numpy as np

from formats.state_vectors import Step, rotation

Turn = tuple[str, float, int]


def turns(num_qubits: int, seed: int) -> list[Turn]:
    """Turns of every qubit by random angles: about y, z, y."""
    rng = np.random.default_rng(seed)
    return [
        (axis, float(rng.uniform(-3, 3)), qubit) for axis in ("y", "z", "y") for qubit in range(num_qubits)
    ]


def steps(chosen: Sequence[Turn]) -> list[Step]:
    return [(rotation(axis.upper(), angle), (qubit,)) for axis, angle, qubit in chosen]


def as_ionq(chosen: Sequence[Turn]) -> list[dict[str, object]]:
    return [{"gate": f"r{axis}", "target": qubit, "rotation": angle} for axis, angle, qubit in chosen]


def as_openqasm(chosen: Sequence[Turn]) -> str:
    return "".join(f"r{axis}({angle!r}) q[{qubit}];\n" for axis, angle, qubit in chosen)


def as_quil(chosen: Sequence[Turn]) -> str:
    return "".join(f"R{axis.upper()}({angle!r}) {qubit}\n" for axis, angle, qubit in chosen)
