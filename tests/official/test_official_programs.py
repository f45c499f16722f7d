"""The notebook and the article that users of sessions begin with, as whole programs, under ``quire run``.

They are written here as such users write them: a workspace of their own, a session, three jobs, their
results, how the session ended, and the lists that find it again.
"""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

QUIRE = Path(sys.executable).with_name("quire")
_PATIENCE = 180

WORKSPACE = """
import json
from azure.quantum import Workspace

workspace = Workspace(
    resource_id="/subscriptions/11111111-2222-3333-4444-555555555555/resourceGroups/mine"
    "/providers/Microsoft.Quantum/Workspaces/mine",
    location="East US",
)
told = {}
"""
QSHARP = """
import qsharp

qsharp.init(target_profile=qsharp.TargetProfile.Base)
qsharp.eval('''
    operation GenerateRandomBits(n : Int, angle : Double[]) : Result[] {
        use bits = Qubit[n];
        for i in 0..n - 1 {
            H(bits[i]);
            Rz(angle[i], bits[i]);
            H(bits[i]);
        }
        MResetEachZ(bits)
    }
''')
target = workspace.get_targets("quantinuum.sim.h1-1e")
angle = [0.0, 3.141592653589793]
with target.open_session(name="Q# session of three jobs") as session:
    for number in (1, 2, 3):
        program = qsharp.compile(f"GenerateRandomBits({len(angle)}, {angle})")
        target.submit(input_data=program, name=f"Job {number}", shots=100)
[job.wait_until_completed() for job in session.list_jobs()]
told["results"] = [job.get_results() for job in session.list_jobs()]
"""
QISKIT = """
from azure.quantum.qiskit import AzureQuantumProvider
from qiskit import QuantumCircuit

circuit = QuantumCircuit(2, 2)
circuit.name = "GenerateRandomBit"
circuit.x(0)
circuit.measure([0, 1], [0, 1])
backend = AzureQuantumProvider(workspace=workspace).get_backend("ionq.simulator")
with backend.open_session(name="Qiskit Session") as session:
    jobs = [backend.run(circuit=circuit, shots=100, job_name=f"Job {number}") for number in (1, 2, 3)]
    for job in jobs:
        job.wait_for_final_state()
told["results"] = [job.result().get_counts() for job in jobs]
"""
CIRQ = """
import cirq
from azure.quantum.cirq import AzureQuantumService

q0, q1 = cirq.LineQubit.range(2)
circuit = cirq.Circuit(cirq.X(q0), cirq.measure(q0, q1, key="b"))
service = AzureQuantumService(workspace=workspace)
target = service.get_target("ionq.simulator")
with target.open_session(name="Cirq Session") as session:
    jobs = [target.submit(program=circuit, name=f"Job {number}", repetitions=100) for number in (1, 2, 3)]
    told["results"] = [list(job.results(timeout_seconds=60)[0].probabilities("b").items()) for job in jobs]
alone = service.run(program=circuit, target="ionq.simulator", repetitions=5)
assert alone.measurements["b"].tolist() == [[1, 0]] * 5
"""
BY_HAND = """
target = workspace.get_targets("ionq.simulator")
session = target.open_session(name="opened and closed by hand")
job = target.submit({"qubits": 1, "circuit": [{"gate": "x", "target": 0}]}, name="Job 1", shots=10)
told["results"] = [job.get_results()]
session.close()
"""
REPORT = """
session.refresh()
found = workspace.get_session(session.id)
told["status"] = [session.details.status, found.details.status]
told["jobs"] = [job.details.name for job in workspace.list_session_jobs(session_id=session.id)]
told["sessions"] = [item.details.name for item in workspace.list_sessions()]
print(json.dumps(told))
"""
X_ON_FIRST = {"01": 100}


@pytest.mark.parametrize(
    ("program", "name", "results"),
    [
        (QSHARP, "Q# session of three jobs", [{"[0, 1]": 1.0}] * 3),
        (QISKIT, "Qiskit Session", [X_ON_FIRST] * 3),
        (CIRQ, "Cirq Session", [[[2, 1.0]]] * 3),
        (BY_HAND, "opened and closed by hand", [{"histogram": {"1": 1.0}}]),
    ],
    ids=["notebook", "qiskit", "cirq", "by-hand"],
)
def test_the_program_runs_as_it_is(tmp_path, program, name, results):
    file = tmp_path / "program.py"
    file.write_text(WORKSPACE + program + REPORT)
    environment = {name: text for name, text in os.environ.items() if not name.startswith("AZURE_")}
    command = [QUIRE, "run", "--workspace", tmp_path / "lab.db", file]
    done = subprocess.run(command, capture_output=True, text=True, timeout=_PATIENCE, env=environment)
    assert done.returncode == 0, done.stderr
    assert "runs on this machine" in done.stderr
    told = json.loads(done.stdout.splitlines()[-1])
    assert told["status"] == ["Succeeded"] * 2
    assert told["sessions"] == [name]
    assert told["jobs"] == [f"Job {number + 1}" for number in range(len(results))]
    assert told["results"] == results
