"""The commands serve and keys, as processes and as functions."""

import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from quire import Workspace
from quire.cli import commands
from quire.errors import ConfigurationError
from server.plain import Plain

QUIRE = Path(sys.executable).with_name("quire")
_PATIENCE = 60


class Served:
    """A ``quire serve`` process."""

    def __init__(self, *arguments, **environment):
        self.process = subprocess.Popen(
            [QUIRE, "serve", "--port", "0", *map(str, arguments)],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env=os.environ | environment,
        )
        self.greeting = ""

    def url(self):
        for line in self.process.stdout:
            self.greeting += line
            if line.startswith("Ctrl+C"):
                return re.search(r"https?://\S+", self.greeting)[0]
        raise AssertionError(self.process.stderr.read())

    def stop(self, number=signal.SIGTERM):
        self.process.send_signal(number)
        _, err = self.process.communicate(timeout=_PATIENCE)
        return self.process.returncode, err


@pytest.fixture
def served():
    started = []

    def start(*arguments, **environment):
        started.append(Served(*arguments, **environment))
        return started[-1]

    yield start
    for one in started:
        if one.process.poll() is None:
            one.process.kill()
            one.process.communicate()


def keys(*arguments):
    return CliRunner().invoke(commands, ["keys", *map(str, arguments)])


def test_serving_a_file(tmp_path, served):
    lab = tmp_path / "lab.db"
    server = served("--workspace", lab)
    url = server.url()
    key = re.search(r"runs: (\S+)", server.greeting)[1]
    with Workspace(url, api_key=key) as workspace:
        job = workspace.get_target("ionq.simulator").submit(
            {"qubits": 1, "circuit": [{"gate": "x", "target": 0}]}, shots=10
        )
        assert job.results(timeout=_PATIENCE).probabilities == {"1": 1.0}
    assert server.stop() == (0, "")
    link = f"{url}/ui/sign-in?token="
    for words in ("AzureQuantumProvider", "AzureQuantumService", f'Workspace("{url}"', link):
        assert words in server.greeting
    with Workspace(lab) as workspace:
        assert [found.status for found in workspace.list_jobs()] == ["Succeeded"]


def test_names_of_keys_do_not_disturb_the_terminal(tmp_path, served):
    lab = tmp_path / "lab.db"
    assert keys("create", "red\x1b[31m", "--workspace", lab).exit_code == 0
    server = served("--workspace", lab)
    server.url()
    assert "Keys of this workspace: red\N{REPLACEMENT CHARACTER}[31m (see" in server.greeting


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_jobs_that_have_not_ended_are_kept(tmp_path, served, number):
    lab = tmp_path / "lab.db"
    server = served("--workspace", lab, "--api-key", "secret", "--workers", 1)
    with Workspace(server.url(), api_key="secret") as workspace:
        target = workspace.get_target("quantinuum.sim.h1-1e")
        program = 'OPENQASM 2.0; include "qelib1.inc"; qreg q[2]; creg c[2]; x q[0]; measure q -> c;'
        jobs = [target.submit(program, shots=5) for _ in range(20)]
    assert server.stop(number)[0] == 0
    again = served("--workspace", lab, "--api-key", "secret")
    with Workspace(again.url(), api_key="secret") as workspace:
        for job in jobs:
            assert workspace.get_job(job.id).results(timeout=_PATIENCE).probabilities
    assert again.stop()[0] == 0


def test_the_log_in_json(tmp_path, served):
    server = served(
        "--workspace", "memory:", "--log-format", "json", "--log-level", "INFO", "--api-key", "secret"
    )
    plain = Plain(server.url(), "secret")
    plain.good("GET", "jobs", x_ms_client_request_id="mine")
    plain.close()
    _, err = server.stop()
    (line,) = [line for line in err.splitlines() if "/jobs" in line]
    for part in ('"client_request_id": "mine"', '"status": 200', '"method": "GET"', '"key": "start"'):
        assert part in line
    assert "secret" not in err


def test_beyond_this_machine(served):
    server = served("--workspace", "memory:", "--host", "0.0.0.0")
    _, err = server.process.communicate(timeout=_PATIENCE)
    assert server.process.returncode == 2
    assert "unencrypted" in err


def test_keys(tmp_path, served):
    lab = f"--workspace={tmp_path / 'lab.db'}"
    made = keys("create", lab, "laptop").output.strip()
    reader = keys("create", lab, "reader", "--read-only").output.strip()
    listed = keys("list", lab).output
    assert re.findall(r"^(\w+)\t([\w-]+)\t", listed, re.MULTILINE) == [
        ("laptop", "full"),
        ("reader", "read-only"),
    ]
    assert made not in listed
    server = served(lab)
    plain = Plain(server.url(), made)
    assert "laptop, reader" in server.greeting
    assert plain.good("GET", "jobs")["value"] == []
    rotated = keys("rotate", lab, "laptop").output.strip()
    assert plain.ask("GET", "jobs")[0] == 401
    plain.key = rotated
    assert plain.good("GET", "jobs")["value"] == []
    keys("revoke", lab, "laptop")
    assert plain.ask("GET", "jobs")[0] == 401
    plain.key = reader
    assert plain.good("GET", "jobs")["value"] == []
    plain.close()


@pytest.mark.parametrize("command", [("list",), ("rotate", "laptop"), ("revoke", "laptop")])
def test_keys_of_a_workspace_that_is_not_there(tmp_path, command):
    file = tmp_path / "mistyped.db"
    answer = keys(command[0], "--workspace", file, *command[1:])
    assert isinstance(answer.exception, ConfigurationError)
    assert list(tmp_path.iterdir()) == []


def test_keys_of_a_workspace_that_is_served(serve, local, monkeypatch):
    plain = serve(local)
    monkeypatch.setenv("QUIRE_API_KEY", plain.key)
    assert "served already" in str(keys("list", "--workspace", plain.url).exception)
