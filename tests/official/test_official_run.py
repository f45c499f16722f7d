"""``quire run``: programs written for Azure Quantum, run as they are; and ``quire serve`` as a process."""

import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from quire.azure import workspace as official_workspace

QUIRE = Path(sys.executable).with_name("quire")
_PATIENCE = 120

BY_RESOURCE_ID = """
from azure.quantum import Workspace
workspace = Workspace(
    resource_id="/subscriptions/11111111-2222-3333-4444-555555555555/resourceGroups/rg"
    "/providers/Microsoft.Quantum/Workspaces/mine",
    location="westus",
)
"""
BY_NAME = """
from azure.quantum import Workspace
workspace = Workspace(name="mine")
"""
BY_CREDENTIAL = """
from azure.identity import DefaultAzureCredential
from azure.quantum import Workspace
credential = DefaultAzureCredential()
workspace = Workspace("11111111-2222-3333-4444-555555555555", "rg", "mine", credential=credential)
"""
BY_CONNECTION_STRING = """
from azure.quantum import Workspace
workspace = Workspace.from_connection_string(
    "SubscriptionId=11111111-2222-3333-4444-555555555555;ResourceGroupName=rg;WorkspaceName=mine;"
    "ApiKey=secret;QuantumEndpoint=https://eastus.quantum.azure.com/;"
)
"""
BY_ENVIRONMENT = """
import os
os.environ["AZURE_QUANTUM_CONNECTION_STRING"] = (
    "SubscriptionId=11111111-2222-3333-4444-555555555555;ResourceGroupName=rg;WorkspaceName=mine;"
    "ApiKey=secret;QuantumEndpoint=https://eastus.quantum.azure.com/;"
)
from azure.quantum import Workspace
workspace = Workspace()
"""
SUBMIT = """
job = workspace.get_targets("ionq.simulator").submit(
    {"qubits": 1, "circuit": [{"gate": "x", "target": 0}]}, "from the script", shots=10
)
print(job.get_results(timeout_secs=60), job.workspace.name, __name__)
"""
QISKIT = """
import sys
from azure.quantum.qiskit import AzureQuantumProvider
from qiskit import QuantumCircuit

provider = AzureQuantumProvider(
    resource_id="/subscriptions/11111111-2222-3333-4444-555555555555/resourceGroups/rg"
    "/providers/Microsoft.Quantum/Workspaces/mine",
    location="eastus",
)
backend = provider.get_backend("ionq.simulator")
circuit = QuantumCircuit(2, 2)
circuit.x(0)
circuit.measure([0, 1], [0, 1])
with backend.open_session(name=sys.argv[1]) as session:
    print(backend.run(circuit, shots=10).result().get_counts())
print(session.refresh().details.name, session.details.status.value)
sys.exit(3)
"""


LEAVING = """
import os
class Last:
    def __del__(self):
        os.write(1, b"gone\\n")
last = Last()
last.me = last
"""


def run(script, directory, *arguments):
    file = directory / "program.py"
    file.write_text(script)
    environment = {name: text for name, text in os.environ.items() if not name.startswith("AZURE_")}
    command = [QUIRE, "run", "--workspace", directory / "lab.db", file, *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=_PATIENCE, env=environment)


@pytest.mark.parametrize(
    "opening", [BY_RESOURCE_ID, BY_NAME, BY_CREDENTIAL, BY_CONNECTION_STRING, BY_ENVIRONMENT]
)
def test_a_program_with_a_workspace_of_its_own(tmp_path, opening):
    done = run(opening + SUBMIT, tmp_path)
    assert done.stdout == "{'histogram': {'1': 1.0}} mine __main__\n", done.stderr
    assert done.returncode == 0
    assert "nothing goes to Azure" in done.stderr


def test_a_program_of_qiskit_with_arguments_and_an_exit_code(tmp_path):
    done = run(QISKIT, tmp_path, "my session", "--shots")
    assert done.stdout == "{'01': 10}\nmy session Succeeded\n", done.stderr
    assert done.returncode == 3


def test_what_a_program_leaves_is_there_for_quire(tmp_path):
    import quire

    run(BY_RESOURCE_ID + SUBMIT, tmp_path)
    with quire.Workspace(tmp_path / "lab.db") as workspace:
        assert [(job.name, job.status) for job in workspace.list_jobs()] == [("from the script", "Succeeded")]


def test_garbage_of_a_program_is_found_before_it_ends(tmp_path):
    assert run(LEAVING, tmp_path).stdout == "gone\n"


def test_serving_as_a_process(tmp_path):
    command = [QUIRE, "serve", "--workspace", tmp_path / "lab.db", "--port", "0", "--api-key", "secret"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            url = re.search(r"http://\S+", process.stdout.readline())[0]
            target = official_workspace(url, "secret").get_targets("ionq.simulator")
            job = target.submit({"qubits": 1, "circuit": [{"gate": "x", "target": 0}]}, "job", shots=10)
            assert job.get_results(timeout_secs=60) == {"histogram": {"1": 1.0}}
        finally:
            process.send_signal(signal.SIGTERM)
            process.communicate(timeout=_PATIENCE)
    assert process.returncode == 0
