"""The same small programs in each SDK: X on the first of three qubits (asymmetric), and a Bell pair."""

X_ON_FIRST_QASM = """OPENQASM 2.0;
include "qelib1.inc";
qreg q[3];
creg c[3];
x q[0];
measure q -> c;
"""

BELL_QUIL = """DECLARE ro BIT[2]
H 0
CNOT 0 1
MEASURE 0 ro[0]
MEASURE 1 ro[1]
"""

BELL_IONQ = {
    "qubits": 2,
    "circuit": [{"gate": "h", "target": 0}, {"gate": "cnot", "control": 0, "target": 1}],
}


def qsharp_program(expression, source=""):
    from qdk import TargetProfile, qsharp

    qsharp.init(target_profile=TargetProfile.Base)
    if source:
        qsharp.eval(source)
    return qsharp.compile(expression)


def qsharp_x_on_first():
    return qsharp_program("{ use q = Qubit[3]; X(q[0]); MResetEachZ(q) }")


def qsharp_bell():
    return qsharp_program("{ use q = Qubit[2]; H(q[0]); CNOT(q[0], q[1]); MResetEachZ(q) }")


def qiskit_x_on_first():
    import qiskit

    circuit = qiskit.QuantumCircuit(3, 3, name="x-on-first")
    circuit.x(0)
    circuit.measure([0, 1, 2], [0, 1, 2])
    return circuit


def cirq_x_on_first():
    import cirq

    qubits = cirq.LineQubit.range(3)
    return cirq.Circuit(cirq.X(qubits[0]), cirq.measure(*qubits, key="m"))
