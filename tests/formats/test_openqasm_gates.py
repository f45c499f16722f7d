"""Every gate of OpenQASM's include files, and every modifier, against the specifications' matrices."""

import numpy as np
import pytest

from formats.running import exact
from formats.state_vectors import (
    SWAP,
    SX,
    H,
    S,
    T,
    X,
    Y,
    Z,
    controlled,
    exp_pauli,
    phase,
    probabilities,
    rotation,
    u3,
)
from formats.surroundings import as_openqasm, steps, turns
from quire.formats import HONEYWELL_OPENQASM

Q2 = 'OPENQASM 2.0;\ninclude "{}";\nqreg q[5];\n'
Q3 = 'OPENQASM 3.0;\ninclude "stdgates.inc";\nqubit[5] q;\n'
A, B, C, D = 0.7, -0.9, 5.5, -11.0


def u1q(theta: float, phi: float) -> np.ndarray:
    axis = np.cos(phi) * X + np.sin(phi) * Y
    return np.cos(theta / 2) * np.eye(2) - 1j * np.sin(theta / 2) * axis


def builtin_u(theta: float, phi: float, lam: float) -> np.ndarray:
    """U of OpenQASM 3, in the form of its specification."""
    e = np.exp(1j * theta)
    return (
        np.array(
            [
                [1 + e, -1j * np.exp(1j * lam) * (1 - e)],
                [1j * np.exp(1j * phi) * (1 - e), np.exp(1j * (phi + lam)) * (1 + e)],
            ]
        )
        / 2
    )


def cu(theta: float, phi: float, lam: float, gamma: float) -> np.ndarray:
    return controlled(np.exp(1j * gamma) * u3(theta, phi, lam))


def rccx() -> np.ndarray:
    """As its definition in qelib1.inc multiplies out; it is Toffoli but for phases."""
    whole = np.eye(8, dtype=complex)
    whole[5, 5] = -1
    whole[6:, 6:] = [[0, -1j], [1j, 0]]
    return whole


def rc3x() -> np.ndarray:
    whole = np.eye(16, dtype=complex)
    whole[12, 12], whole[13, 13] = 1j, -1j
    whole[14:, 14:] = [[0, 1], [-1, 0]]
    return whole


def iswap() -> np.ndarray:
    return np.array([[1, 0, 0, 0], [0, 0, 1j, 0], [0, 1j, 0, 0], [0, 0, 0, 1]])


COMMON = {
    "x": X,
    "y": Y,
    "z": Z,
    "h": H,
    "s": S,
    "sdg": S.conj(),
    "t": T,
    "tdg": T.conj(),
    "sx": SX,
    "id": np.eye(2),
    f"rx({A})": rotation("X", A),
    f"ry({D})": rotation("Y", D),
    f"rz({B})": rotation("Z", B),
    f"p({C})": phase(C),
    f"u1({B})": phase(B),
    f"u2({A},{B})": u3(np.pi / 2, A, B),
    f"u3({A},{B},{C})": u3(A, B, C),
    "cx": controlled(X),
    "cy": controlled(Y),
    "cz": controlled(Z),
    "ch": controlled(H),
    "swap": SWAP,
    f"cp({B})": controlled(phase(B)),
    f"crx({B})": controlled(rotation("X", B)),
    f"cry({C})": controlled(rotation("Y", C)),
    f"crz({D})": controlled(rotation("Z", D)),
    f"cu({A},{B},{C},{D})": cu(A, B, C, D),
    "ccx": controlled(X, 2),
    "cswap": controlled(SWAP),
}
QELIB1 = COMMON | {
    "sxdg": SX.conj().T,
    "u0(1)": np.eye(2),
    f"u({A},{B},{C})": u3(A, B, C),
    f"r({A},{B})": u1q(A, B),
    f"rxx({A})": rotation("XX", A),
    f"ryy({A})": rotation("YY", A),
    f"rzz({B})": rotation("ZZ", B),
    f"rzx({B})": rotation("ZX", B),
    "iswap": iswap(),
    f"cu1({B})": controlled(phase(B)),
    f"cu3({A},{B},{C})": controlled(u3(A, B, C)),
    "csx": controlled(SX),
    "cs": controlled(S),
    "csdg": controlled(S.conj()),
    "ccz": controlled(Z, 2),
    "rccx": rccx(),
    "rc3x": rc3x(),
    "rcccx": rc3x(),
    "c3x": controlled(X, 3),
    "c3sqrtx": controlled(SX, 3),
    "c3sx": controlled(SX, 3),
    "c4x": controlled(X, 4),
    f"U({A},{B},{C})": u3(A, B, C),
    "CX": controlled(X),
}
HQSLIB1 = QELIB1 | {
    f"U1q({A},{B})": u1q(A, B),
    f"Rz({D})": rotation("Z", D),
    "ZZ": exp_pauli("ZZ", np.pi / 4),
    f"RZZ({B})": rotation("ZZ", B),
    f"Rxxyyzz({A},{B},{C})": rotation("XX", A) @ rotation("YY", B) @ rotation("ZZ", C),
}
STDGATES = COMMON | {
    "CX": controlled(X),
    f"phase({B})": phase(B),
    f"cphase({B})": controlled(phase(B)),
    f"U({A},{B},{C})": builtin_u(A, B, C),
    f"u2({A},{B})": np.exp(-0.5j * (A + B)) * u3(np.pi / 2, A, B),
    f"u3({A},{B},{C})": np.exp(-0.5j * (B + C)) * u3(A, B, C),
}
ORDER = (3, 0, 4, 1, 2)


def _check(head: str, call: str, matrix: np.ndarray) -> None:
    qubits = ORDER[: int(np.log2(len(matrix)))]
    operands = ",".join(f"q[{qubit}]" for qubit in qubits)
    before, after = turns(5, 7), turns(5, 8)
    program = f"{head}{as_openqasm(before)}{call} {operands};\n{as_openqasm(after)}"
    wanted = probabilities(5, [*steps(before), (matrix, qubits), *steps(after)])
    np.testing.assert_allclose(exact(program, HONEYWELL_OPENQASM), wanted, atol=1e-11)


@pytest.mark.parametrize("call", QELIB1)
def test_a_gate_of_qelib1(call: str) -> None:
    _check(Q2.format("qelib1.inc"), call, QELIB1[call])


@pytest.mark.parametrize("call", HQSLIB1)
def test_a_gate_of_hqslib1(call: str) -> None:
    _check(Q2.format("hqslib1.inc"), call, HQSLIB1[call])


@pytest.mark.parametrize("call", STDGATES)
def test_a_gate_of_stdgates_and_its_controlled_form(call: str) -> None:
    _check(Q3, call, STDGATES[call])
    if len(STDGATES[call]) < 16:
        _check(Q3, f"ctrl @ {call}", controlled(STDGATES[call]))
        _check(Q3, f"inv @ {call}", STDGATES[call].conj().T)


@pytest.mark.parametrize(
    ("call", "matrix"),
    [
        ("ctrl(2) @ x", controlled(X, 2)),
        ("negctrl @ x", np.kron(X, np.eye(2)) @ controlled(X) @ np.kron(X, np.eye(2))),
        (
            "ctrl @ negctrl @ sx",
            np.kron(np.eye(2), np.kron(X, np.eye(2)))
            @ controlled(SX, 2)
            @ np.kron(np.eye(2), np.kron(X, np.eye(2))),
        ),
        ("pow(1/2) @ x", SX),
        ("ctrl @ pow(0.5) @ x", controlled(SX)),
        ("pow(-2) @ t", S.conj()),
        ("pow(3) @ rx(0.4)", rotation("X", 1.2)),
        ("pow(0.25) @ rz(0.8)", rotation("Z", 0.2)),
        ("inv @ pow(2) @ ctrl @ t", controlled(S.conj())),
        ("ctrl @ gphase(0.3)", phase(0.3)),
        ("ctrl(2) @ gphase(-0.3)", controlled(phase(-0.3))),
        ("negctrl @ gphase(0.3)", np.diag([np.exp(0.3j), 1])),
        (
            "pow(0.5) @ swap",
            np.array(
                [[1, 0, 0, 0], [0, 0.5 + 0.5j, 0.5 - 0.5j, 0], [0, 0.5 - 0.5j, 0.5 + 0.5j, 0], [0, 0, 0, 1]]
            ),
        ),
    ],
)
def test_a_modifier(call: str, matrix: np.ndarray) -> None:
    _check(Q3, call, matrix)


def test_definitions_with_parameters_and_phases() -> None:
    definitions = (
        "gate first(t) a { rz(2*t) a; gphase(t); }\n"
        "gate second(t, u) a, b { ctrl @ first(t - u) a, b; barrier a, b; inv @ first(u) b; }\n"
    )
    t, u = 0.4, 1.3
    first = lambda angle: np.exp(1j * angle) * rotation("Z", 2 * angle)  # noqa: E731
    second = np.kron(np.eye(2), first(u).conj().T) @ controlled(first(t - u))
    _check(Q3 + definitions, f"second({t},{u})", second)
    _check(Q3 + definitions, f"ctrl @ second({t},{u})", controlled(second))


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("1", 1.0),
        ("-pi/2", -np.pi / 2),
        ("3*pi/4+2^3", 3 * np.pi / 4 + 8),
        ("2*3^2", 18.0),
        ("1/2", 0.5),
        ("sin(0.3)*cos(1)-tan(0.2)", np.sin(0.3) * np.cos(1) - np.tan(0.2)),
        ("ln(2)+exp(0.1)+sqrt(2)", np.log(2) + np.exp(0.1) + np.sqrt(2)),
        (".5e-1", 0.05),
        ("-(1-3)", 2.0),
    ],
)
def test_an_expression_of_openqasm_2(expression: str, value: float) -> None:
    _check(Q2.format("qelib1.inc"), f"rx({expression})", rotation("X", value))
    defined = f"gate g(t) a {{ rx({expression} + 0.5*t*t - t^3/2) a; }}\n"
    _check(Q2.format("qelib1.inc") + defined, "g(0.6)", rotation("X", value + 0.18 - 0.108))


def test_a_gate_on_registers() -> None:
    head = 'OPENQASM 2.0; include "qelib1.inc"; qreg a[2]; qreg b[2]; qreg c[1];'
    found = exact(f"{head} x a; ry(0.6) b; cx b, a; cx c[0], a; rx(0.3) c;", HONEYWELL_OPENQASM)
    ry = rotation("Y", 0.6)
    chosen = [(X, (0,)), (X, (1,)), (ry, (2,)), (ry, (3,)), (controlled(X), (2, 0)), (controlled(X), (3, 1))]
    wanted = probabilities(5, [*chosen, (rotation("X", 0.3), (4,))])
    np.testing.assert_allclose(found, wanted, atol=1e-11)
