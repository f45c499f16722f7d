"""Payloads made by chance: each ends with data or with a fault, and the process lives on."""

# Programs keep their lines, however long.
# ruff: noqa: E501

import json
import os
import select
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from quire.formats import HONEYWELL_OPENQASM, IONQ_CIRCUIT, RIGETTI_QUIL

SECONDS = 30
TESTS = Path(__file__).resolve().parents[1]
SEEDS = {
    IONQ_CIRCUIT: [
        '{"qubits": 3, "circuit": [{"gate": "h", "target": 0}, {"gate": "x", "targets": [1], "controls": [0]}, '
        '{"gate": "rx", "target": 2, "rotation": 0.5}]}',
        '{"gateset": "native", "qubits": 2, "circuit": [{"gate": "gpi", "target": 0, "phase": 0.2}, '
        '{"gate": "ms", "targets": [0, 1], "phases": [0, 0.5], "angle": 0.1}]}',
        '{"qubits": 2, "circuit": [{"gate": "pauliexp", "targets": [0, 1], "terms": ["XZ", "ZI"], "coefficients": [1, 2], "time": 1}]}',
    ],
    HONEYWELL_OPENQASM: [
        'OPENQASM 2.0;\ninclude "qelib1.inc";\ngate g(t) a, b { cx a, b; rz(-t/2) b; }\nqreg q[3];\ncreg c[2];\n'
        "h q;\ng(pi/3) q[0], q[2];\nmeasure q[0] -> c[0];\nif (c == 1) x q[1];\nreset q[1];\nmeasure q[1] -> c[1];\n",
        'OPENQASM 3.0;\ninclude "stdgates.inc";\nqubit[3] q;\nbit[3] c;\nint[8] n = 2;\nfor int i in [0:n] { ctrl @ inv @ rx(i*pi/7) q[i], q[(i+1)%3]; }\n'
        "def f(qubit a, int k) -> bit { x a; return measure a; }\nc[0] = f(q[1], 3);\nwhile (c[0]) { n += 1; c[0] = measure q[0]; break; }\n"
        'switch (n) { case 1, 2 { x q[0]; } default { c = "010"; } }\nlet a = q[0:1] ++ q[2];\npow(0.5) @ h a[1];\n',
    ],
    RIGETTI_QUIL: [
        "DECLARE ro BIT[2]\nDECLARE x REAL[1]\nDECLARE n INTEGER\nDEFGATE G(%a) p q AS PAULI-SUM:\n    ZZ(%a/2) p q\n    X(1) p\n"
        "DEFGATE M(%t):\n    COS(%t), -SIN(%t)\n    SIN(%t), COS(%t)\nLABEL @top\nH 0\nG(0.3) 0 1\nCONTROLLED DAGGER M(x*2) 0 1\n"
        "FORKED RX(1, 2) 0 1\nMEASURE 0 ro[0]\nADD n 1\nGT ro[1] n 2\nJUMP-UNLESS @end ro[0]\nJUMP-UNLESS @top ro[1]\nLABEL @end\nHALT\n",
        "DEFCIRCUIT C(%v) a b:\n    RX(%v) a\n    CNOT a b\nDECLARE ro BIT[2]\nDECLARE o OCTET\nC(pi/2) 0 1\nMOVE o 7\nXOR o 3\nDECLARE n INTEGER\nLOAD ro[0] ro n\nEXCHANGE ro[0] ro[1]\nRESET 0\nMEASURE 1 ro[1]\n",
    ],
}
TOKENS = [
    "", "0", "1", "-1", "1e308", "1e-400", "99999999999999999999", "0.5", "pi", "nan", "null", "true", "[", "]", "(", ")", "{", "}",
    ",", ";", ":", '"', "'", "\n", "\n    ", "@", "%", "+", "-", "*", "/", "**", "^", "=", "==", "++", "<<", ">>", "&&", "!", "~", "->", "$0",
    "q", "c", "ro", "measure", "reset", "if", "else", "for", "in", "while", "switch", "def", "gate", "return", "break", "ctrl @", "pow(2) @",
    "qubit", "bit", "int", "uint[3]", "float", "bool", "array[int, 2]", "const", "let", "include", "x q[0];", "gphase(1);", "end;",
    "DECLARE", "BIT", "REAL", "MEASURE", "LABEL @z", "JUMP @z", "DEFGATE", "AS PERMUTATION:", "CONTROLLED", "RESET", "HALT", "STORE", "SHARING",
    '"gate"', '"target"', '"targets"', '"controls"', '"rotation"', "\u0000", "\u00e9", "\U0001f600", "#", "//", "/*",
]  # fmt: skip


class Child:
    """A process that runs payloads."""

    def __init__(self) -> None:
        environment = os.environ | {"PYTHONPATH": str(TESTS)}
        self._process = subprocess.Popen(
            [sys.executable, str(TESTS / "formats" / "fuzz_child.py")],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=environment,
        )

    def run(self, text: str, format: str, target: str | None) -> list[object]:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps([text, format, target]) + "\n")
        self._process.stdin.flush()
        ready, _, _ = select.select([self._process.stdout], [], [], SECONDS)
        assert ready, "the payload hangs"
        line = self._process.stdout.readline()
        assert line, f"the payload ends the process: {self._process.wait()}"
        answer: list[object] = json.loads(line)
        return answer

    def close(self) -> None:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        self._process.wait()
        self._process.stdout.close()


@pytest.fixture(scope="module")
def child() -> Iterator[Child]:
    process = Child()
    yield process
    process.close()


@st.composite
def _mutated(draw: st.DrawFn, seeds: list[str]) -> str:
    text = draw(st.sampled_from(seeds))
    for _ in range(draw(st.integers(1, 3))):
        begin = draw(st.integers(0, len(text)))
        end = min(len(text), begin + draw(st.integers(0, 12)))
        kind = draw(st.sampled_from(("replace", "insert", "repeat", "move", "digit", "line")))
        token = draw(st.sampled_from(TOKENS))
        if kind == "replace":
            text = text[:begin] + token + text[end:]
        elif kind == "insert":
            text = f"{text[:begin]} {token} {text[begin:]}"
        elif kind == "repeat":
            text = text[:end] + text[begin:end] * draw(st.sampled_from((1, 3, 300))) + text[end:]
        elif kind == "digit":
            text = text[:begin] + draw(st.sampled_from("0123456789")) + text[begin + 1 :]
        elif kind == "line":
            lines = text.splitlines(keepends=True)
            taken = lines.pop(draw(st.integers(0, len(lines) - 1))) if lines else ""
            lines.insert(draw(st.integers(0, len(lines))), taken * draw(st.integers(0, 2)))
            text = "".join(lines)
        else:
            place = draw(st.integers(0, len(text)))
            text = text[:place] + text[begin:end] + text[place:]
    return text


@pytest.mark.parametrize("format", SEEDS)
def test_what_is_mutated_runs(format: str, child: Child) -> None:
    for text in SEEDS[format]:
        _, code, message = child.run(text, format, None)
        assert code is None, message


@pytest.mark.parametrize("format", SEEDS)
@pytest.mark.parametrize("target", [None, "quantinuum.sim.h2-1sc"])
def test_a_mutated_program_ends_in_an_outcome(format: str, target: str | None, child: Child) -> None:
    if format == IONQ_CIRCUIT:
        target = None

    @settings(
        max_examples=150,
        derandomize=True,
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(_mutated(SEEDS[format]) | st.lists(st.sampled_from(TOKENS), max_size=30).map(" ".join))
    def check(text: str) -> None:
        _, code, message = child.run(text, format, target)
        assert code in (None, "InvalidInputData", "InsufficientResources", "CannotTranslateOutputData"), (
            message
        )
        assert (code is None) != bool(message)

    check()
