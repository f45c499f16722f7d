"""The gates that targets name as their machines' own: each is one that the target's first format knows."""

import pytest

from formats.running import TARGETS, answer, exact
from quire.formats import HONEYWELL_OPENQASM, IONQ_CIRCUIT

IONQ = {
    "gpi": {"gate": "gpi", "target": 0, "phase": 0.1},
    "gpi2": {"gate": "gpi2", "target": 0, "phase": 0.1},
    "ms": {"gate": "ms", "targets": [0, 1], "phases": [0.1, 0.2]},
    "zz": {"gate": "zz", "targets": [0, 1], "angle": 0.1},
}
QUANTINUUM = {
    "U1q": "U1q(0.3, 0.2) q[0];",
    "rz": "rz(0.3) q[0];",
    "ZZ": "ZZ q[0], q[1];",
    "RZZ": "RZZ(0.3) q[0], q[1];",
}


def test_those_of_ionq():
    names = TARGETS["ionq.simulator"].native_gates
    assert set(names) == IONQ.keys()
    circuit = {"gateset": "native", "qubits": 2, "circuit": [IONQ[name] for name in names]}
    assert exact(circuit, IONQ_CIRCUIT).sum() == pytest.approx(1.0)


@pytest.mark.parametrize("target", [name for name in TARGETS if name.startswith("quantinuum")])
def test_those_of_quantinuum(target):
    names = TARGETS[target].native_gates
    assert set(names) == QUANTINUUM.keys()
    body = "\n".join(QUANTINUUM[name] for name in names)
    program = f'OPENQASM 2.0;\ninclude "hqslib1.inc";\nqreg q[2];\ncreg c[2];\n{body}\nmeasure q -> c;'
    assert len(answer(program, HONEYWELL_OPENQASM, target=target, shots=5)["c"]) == 5
