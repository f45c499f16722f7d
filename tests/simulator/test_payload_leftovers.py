"""A run leaves nothing for the garbage collector, however large the program was, and however it ended."""

import json

import pytest

from garbage import left_by
from quire.formats import HONEYWELL_OPENQASM, IONQ_CIRCUIT, MICROSOFT_RESULTS_V2, QIR, RIGETTI_QUIL
from quire.model import Task
from quire.simulator import execute_payload
from simulator.runs import TARGET, entry_point, measure_all, qir_text
from simulator.test_noise import FEEDBACK

GATES = [("ry", (0,), (0.3,)), ("cx", (0, 1)), ("reset", (2,)), ("t", (1,))]
IONQ = {"qubits": 2, "circuit": [{"gate": "h", "target": 0}, {"gate": "cnot", "control": 0, "target": 1}]}
QASM = """OPENQASM 3.0;
include "stdgates.inc";
def flip(qubit q) -> bit { x q; return measure q; }
qubit[2] q; bit[2] c;
h q[0];
for int i in [0:2] { if (i == 1) { continue; } cx q[0], q[1]; }
c[0] = measure q[0];
while (c[0] == 1) { c[0] = flip(q[0]); }
c[1] = measure q[1];
"""
QUIL = """DECLARE ro BIT[2]
H 0
MEASURE 0 ro[0]
JUMP-UNLESS @END ro[0]
X 1
LABEL @END
MEASURE 1 ro[1]
"""


@pytest.mark.parametrize(
    ("format", "program"),
    [
        pytest.param(QIR, qir_text(3, GATES + measure_all(3)), id="qir"),
        pytest.param(QIR, qir_text(26, [("t", (q,)) for q in range(26)] + measure_all(26)), id="wide"),
        pytest.param(QIR, entry_point(FEEDBACK), id="feedback"),
        pytest.param(QIR, "nonsense", id="no program"),
        pytest.param(IONQ_CIRCUIT, json.dumps(IONQ), id="ionq"),
        pytest.param(HONEYWELL_OPENQASM, "OPENQASM 2.0; qreg q[1]; creg c[1]; measure q -> c;", id="qasm2"),
        pytest.param(HONEYWELL_OPENQASM, QASM, id="qasm3"),
        pytest.param(HONEYWELL_OPENQASM, f"{QASM} nonsense;", id="wrong qasm3"),
        pytest.param(RIGETTI_QUIL, QUIL, id="quil"),
        pytest.param(RIGETTI_QUIL, f"{QUIL} NONSENSE 7", id="wrong quil"),
    ],
)
def test_a_run_leaves_no_reference_cycles(format, program):
    data = program if isinstance(program, bytes) else program.encode()
    task = Task("job", TARGET, data, format, MICROSOFT_RESULTS_V2, {"shots": 20, "seed": 1})
    outcome = execute_payload(task)  # loads, and remembers, what it needs
    assert outcome == execute_payload(task)
    assert left_by(lambda: execute_payload(task)) == []
    assert ("NONSENSE" in str(program).upper()) == (outcome.fault is not None)
