"""A notebook for Microsoft's Qiskit provider: only the lines of the imports and the workspace differ."""

import json

import matplotlib
import pytest

from distributions import assert_counts_follow

THEIRS = (
    "from azure.quantum import Workspace",
    "from azure.quantum.qiskit import AzureQuantumProvider",
    "from qiskit.tools.monitor import job_monitor",
    'workspace = Workspace(resource_id="...", location="westus")',
)
OURS = (
    "from quire import Workspace",
    "from quire_qiskit import Provider as AzureQuantumProvider",
    "from quire_qiskit import job_monitor",
    'workspace = Workspace("memory:")',
)

CELLS = (
    """
from azure.quantum import Workspace
from azure.quantum.qiskit import AzureQuantumProvider
from qiskit.tools.monitor import job_monitor
from qiskit import QuantumCircuit
from qiskit.visualization import plot_histogram
workspace = Workspace(resource_id="...", location="westus")
provider = AzureQuantumProvider(workspace)
print("This workspace's targets:")
for backend in provider.backends():
    print("- " + backend.name)
""",
    """
circuit = QuantumCircuit(3, 3)
circuit.name = "Qiskit Sample - 3-qubit GHZ circuit"
circuit.h(0)
circuit.cx(0, 1)
circuit.cx(1, 2)
circuit.measure([0, 1, 2], [0, 1, 2])
circuit.draw()
""",
    """
simulator_backend = provider.get_backend(TARGET)
job = simulator_backend.run(circuit, shots=8)
job_id = job.id()
job_monitor(job)
result = job.result()
print(result)
counts = {format(n, "03b"): 0 for n in range(8)}
counts.update(result.get_counts(circuit))
figure = plot_histogram(counts)
""",
    """
with simulator_backend.open_session(name="Qiskit Session") as session:
    job1 = simulator_backend.run(circuit=circuit, shots=100, job_name="Job 1")
    job1.wait_for_final_state()
    job2 = simulator_backend.run(circuit, shots=100, job_name="Job 2")
    job2.wait_for_final_state()
    job3 = simulator_backend.run([circuit], shots=100, job_name="Job 3")
    job3.wait_for_final_state()
print(simulator_backend.latest_session, session.details.status)
for job_of_session in session.list_jobs():
    print(job_of_session.details.name, job_of_session.details.status)
again = provider.get_job(job3.id())
""",
)


@pytest.mark.parametrize("target", ["ionq.simulator", "quantinuum.sim.h1-1e", "rigetti.sim.qvm"])
def test_the_notebook(target, capsys):
    matplotlib.use("Agg")
    names = {"TARGET": target}
    for cell in CELLS:
        for theirs, ours in zip(THEIRS, OURS, strict=True):
            cell = cell.replace(theirs, ours)
        exec(cell, names)
    printed = capsys.readouterr().out.splitlines()
    assert f"- {target}" in printed
    assert "Job Status: job has successfully run" in printed
    assert printed[-4:] == ["None Succeeded", "Job 1 Succeeded", "Job 2 Succeeded", "Job 3 Succeeded"]
    assert sum(names["counts"].values()) == 8
    seen = [count for count in names["counts"].values() if count]
    assert [bar.get_height() for bar in names["figure"].axes[0].patches] == seen
    for job in ("job1", "job2", "again"):
        assert_counts_follow(names[job].result().get_counts(), {"000": 0.5, "111": 0.5})
    assert json.loads(json.dumps(names["result"].to_dict(), default=str))["success"] is True
    names["workspace"].close()
