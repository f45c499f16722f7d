"""Random circuits written in every format: the same distribution from each, and from a plain state vector."""

# Programs keep their lines, however long.
# ruff: noqa: E501

from collections.abc import Callable

import numpy as np
import pytest

from distributions import assert_counts_follow
from formats.running import answer, exact
from formats.state_vectors import H, S, Step, T, X, Y, Z, controlled, phase, probabilities, rotation
from quire.formats import HONEYWELL_OPENQASM, IONQ_CIRCUIT, MICROSOFT_RESULTS_V2, QIR, RIGETTI_QUIL
from quire.qir import GATES, MEASURE, QirFrame, double

N = 4
Gate = tuple[str, tuple[int, ...], tuple[float, ...]]

MATRICES: dict[str, tuple[int, Callable[..., np.ndarray]]] = {
    "h": (1, lambda: H),
    "x": (1, lambda: X),
    "y": (1, lambda: Y),
    "z": (1, lambda: Z),
    "s": (1, lambda: S),
    "sdg": (1, lambda: S.conj()),
    "t": (1, lambda: T),
    "tdg": (1, lambda: T.conj()),
    "rx": (1, lambda t: rotation("X", t)),
    "ry": (1, lambda t: rotation("Y", t)),
    "rz": (1, lambda t: rotation("Z", t)),
    "cx": (2, lambda: controlled(X)),
    "cz": (2, lambda: controlled(Z)),
    "swap": (2, lambda: np.eye(4)[[0, 2, 1, 3]]),
    "rzz": (2, lambda t: rotation("ZZ", t)),
    "rxx": (2, lambda t: rotation("XX", t)),
    "ccx": (3, lambda: controlled(X, 2)),
    "crz": (2, lambda t: controlled(rotation("Z", t))),
    "cp": (2, lambda t: controlled(phase(t))),
}
# Not in QIR.
EXTRA = ("crz", "cp")
SPECIAL = [k * np.pi / 4 for k in range(-8, 9)]


def random_circuit(seed: int, names: list[str], length: int = 30) -> list[Gate]:
    rng = np.random.default_rng(seed)
    gates: list[Gate] = []
    for _ in range(length):
        name = str(rng.choice(names))
        count, make = MATRICES[name]
        qubits = tuple(int(q) for q in rng.permutation(N)[:count])
        angle = float(rng.choice(SPECIAL)) if rng.random() < 0.5 else float(rng.uniform(-13, 13))
        gates.append((name, qubits, (angle,) * make.__code__.co_argcount))
    return gates


def as_steps(gates: list[Gate]) -> list[Step]:
    return [(MATRICES[name][1](*params), qubits) for name, qubits, params in gates]


def as_ionq(gates: list[Gate]) -> dict[str, object]:
    plain = {"sdg": "si", "tdg": "ti", "rzz": "zz", "rxx": "xx"}
    split = {"cx": ("x", 1), "cz": ("z", 1), "ccx": ("not", 2), "crz": ("rz", 1), "cp": ("z", 1)}
    circuit = []
    for name, qubits, params in gates:
        base, controls = split.get(name, (plain.get(name, name), 0))
        entry: dict[str, object] = {"gate": base, "targets": list(qubits[controls:])}
        if controls:
            entry["controls"] = list(qubits[:controls])
        if params:
            entry["rotation"] = params[0]
        circuit.append(entry)
    return {"qubits": N, "circuit": circuit}


def _lines(gates: list[Gate]) -> str:
    return "".join(
        f"{name}{f'({params[0]!r})' if params else ''} {','.join(f'q[{q}]' for q in qubits)};\n"
        for name, qubits, params in gates
    )


def as_openqasm_2(gates: list[Gate]) -> str:
    return f'OPENQASM 2.0;\ninclude "qelib1.inc";\nqreg q[{N}];\ncreg c[{N}];\n{_lines(gates)}'


def as_openqasm_3(gates: list[Gate]) -> str:
    extra = "gate rzz(t) a, b { cx a, b; rz(t) b; cx a, b; }\ngate rxx(t) a, b { h a; h b; rzz(t) a, b; h a; h b; }\n"
    return f'OPENQASM 3.0;\ninclude "stdgates.inc";\n{extra}qubit[{N}] q;\nbit[{N}] c;\n{_lines(gates)}'


def as_quil(gates: list[Gate]) -> str:
    names = {"cx": "CNOT", "sdg": "DAGGER S", "tdg": "DAGGER T", "ccx": "CCNOT"}
    names |= {"crz": "CONTROLLED RZ", "cp": "CPHASE"}
    return f"DECLARE ro BIT[{N}]\n" + "".join(
        f"{names.get(name, name.upper())}{f'({params[0]!r})' if params else ''} {' '.join(map(str, qubits))}\n"
        for name, qubits, params in gates
    )


def as_qir(gates: list[Gate], measured: tuple[int, ...]) -> bytes:
    frame = QirFrame(num_qubits=N, num_results=len(measured))
    for name, qubits, params in gates:
        operands = (*map(double, params), *(frame.qubits[q] for q in qubits))
        frame.lines.append(GATES[name].call % operands)
    frame.lines += [MEASURE % (frame.qubits[q], frame.results[i]) for i, q in enumerate(measured)]
    return frame.text([("array", len(measured)), *(("result", i) for i in range(len(measured)))])


@pytest.mark.parametrize("seed", range(25))
def test_the_distribution_is_the_same_in_every_format(seed: int) -> None:
    gates = random_circuit(seed, list(MATRICES))
    wanted = probabilities(N, as_steps(gates))
    programs = [
        (as_ionq(gates), IONQ_CIRCUIT),
        (as_openqasm_2(gates), HONEYWELL_OPENQASM),
        (as_openqasm_3(gates), HONEYWELL_OPENQASM),
        # A qubit that a Quil program does not name does not exist.
        (as_quil(gates) + "".join(f"I {q}\n" for q in range(N)), RIGETTI_QUIL),
    ]
    for program, format in programs:
        np.testing.assert_allclose(exact(program, format), wanted, atol=1e-11, err_msg=str(program))


@pytest.mark.parametrize("seed", range(6))
def test_the_shots_follow_the_distribution_whatever_is_measured_where(seed: int) -> None:
    gates = random_circuit(100 + seed, [name for name in MATRICES if name not in EXTRA])
    measured = tuple(int(q) for q in np.random.default_rng(seed).permutation(N)[:3])
    wanted: dict[str, float] = {}
    for index, p in enumerate(probabilities(N, as_steps(gates))):
        bits = "".join(str(index >> q & 1) for q in measured)
        wanted[bits] = wanted.get(bits, 0.0) + float(p)
    arrows = "".join(f"measure q[{q}] -> c[{i}];\n" for i, q in enumerate(measured))
    strings = answer(
        as_openqasm_2(gates).replace(f"creg c[{N}]", "creg c[3]") + arrows,
        HONEYWELL_OPENQASM,
        shots=3000,
        seed=seed,
    )["c"]
    assert_counts_follow(_counted([text[::-1] for text in strings]), wanted)
    lines = "".join(f"MEASURE {q} ro[{i}]\n" for i, q in enumerate(measured))
    rows = answer(as_quil(gates).replace(f"BIT[{N}]", "BIT[3]") + lines, RIGETTI_QUIL, shots=3000, seed=seed)[
        "ro"
    ]
    assert_counts_follow(_counted(["".join(map(str, row)) for row in rows]), wanted)
    qir = as_qir(gates, measured)
    result = answer(qir, QIR, target="rigetti.sim.qvm", output=MICROSOFT_RESULTS_V2, shots=3000, seed=seed)
    assert_counts_follow(
        _counted(["".join(map(str, shot)) for shot in result["Results"][0]["Shots"]]), wanted
    )


@pytest.mark.parametrize("seed", range(10))
def test_ionq_expands_qir_by_its_rule(seed: int) -> None:
    gates = random_circuit(200 + seed, [name for name in MATRICES if name not in EXTRA], length=12)
    measured = (2, 0)
    shots = 1000
    expected = []
    for index, p in enumerate(probabilities(N, as_steps(gates))):
        expected += [[index >> q & 1 for q in measured]] * int(np.floor(p * shots + 1e-6))
    qir = as_qir(gates, measured)
    result = answer(qir, QIR, target="ionq.simulator", output=MICROSOFT_RESULTS_V2, shots=shots)
    assert result["Results"][0]["Shots"] == expected


def _counted(keys: list[str]) -> dict[str, int]:
    return {key: keys.count(key) for key in set(keys)}
