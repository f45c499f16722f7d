"""The commands that look at targets, sessions and jobs, and end them."""

import os
import subprocess
import sys
from pathlib import Path

import click
import pytest

from quire import Workspace
from quire.errors import ConfigurationError, JobFailedError, NotFoundError, SessionClosedError
from quire.transport.local import missing_file, settled

X = {"qubits": 1, "circuit": [{"gate": "x", "target": 0}]}


@pytest.fixture
def filled(lab):
    """Two sessions and a job of its own; the second session is open, with a job that waits for nobody."""
    with Workspace(lab, executor="inline") as workspace:
        target = workspace.get_target("ionq.simulator")
        with target.open_session(name="first", id="first") as session:
            session.submit(X, name="a", job_id="a", shots=10)
            session.submit(X, name="b", job_id="b", shots=20)
        target.submit("no circuit", name="c", job_id="c")
        target.open_session(name="second", id="second", tags=["night"])
        target.latest_session = None
    return lab


def lines(done):
    assert done.exception is None, done.output
    return [line.split("\t") for line in done.stdout.splitlines()]


def test_targets(quire, answer, filled):
    names = [row[0] for row in lines(quire("targets", "--provider", "ionq"))]
    assert "ionq.simulator" in names
    assert [spec["id"] for spec in answer("targets", "--provider", "ionq")] == names
    assert len(lines(quire("targets"))) > len(names)


def test_sessions_newest_first(quire, filled):
    assert [row[:4] for row in lines(quire("sessions", "list"))] == [
        ["second", "second", "ionq.simulator", "Waiting"],
        ["first", "first", "ionq.simulator", "Succeeded"],
    ]
    assert [row[0] for row in lines(quire("sessions", "list", "--limit", 1))] == ["second"]
    assert [row[0] for row in lines(quire("sessions", "list", "--status", "Succeeded"))] == ["first"]
    assert [row[0] for row in lines(quire("sessions", "list", "--name", "sec"))] == ["second"]
    assert lines(quire("sessions", "list", "--target", "rigetti.sim.qvm")) == []


def test_jobs(quire, answer, filled):
    assert [row[0] for row in lines(quire("jobs", "list"))] == ["c", "b", "a"]
    assert [row[0] for row in lines(quire("jobs", "list", "--session", "first"))] == ["b", "a"]
    assert [row[0] for row in lines(quire("jobs", "list", "--status", "Failed"))] == ["c"]
    (failed,) = answer("jobs", "list", "--status", "Failed")
    assert failed["session_id"] is None
    assert failed["error_data"]["code"]
    assert failed["creation_time"].endswith("+00:00")


def test_showing_a_session(quire, answer, filled):
    shown = quire("sessions", "show", "first").stdout
    assert "job failure policy  Abort" in shown
    assert "\tb\tionq.simulator\tSucceeded\t20\t" in shown
    value = answer("sessions", "show", "second")
    assert value["session"]["tags"] == ["night"]
    assert value["jobs"] == []


def test_showing_a_job(quire, answer, filled):
    assert '{"shots": 10' in quire("jobs", "show", "a").stdout
    assert answer("jobs", "show", "a")["session_id"] == "first"


def test_results(quire, answer, filled):
    assert lines(quire("jobs", "result", "a")) == [["1", "1", ""]]
    assert answer("jobs", "result", "a")["probabilities"] == {"1": 1.0}
    assert quire("jobs", "result", "a", "--raw").stdout_bytes == Workspace(filled).get_job("a").output()
    assert isinstance(quire("jobs", "result", "c").exception, JobFailedError)
    assert "cannot go with" in quire("jobs", "result", "a", "--raw", "--json").output


def test_closing_and_cancelling(quire, answer, filled):
    assert lines(quire("sessions", "close", "second"))[0][3] == "Succeeded"
    refused = quire("submit", filled, "--format", "ionq", "--target", "ionq.simulator", "--session", "second")
    assert isinstance(refused.exception, SessionClosedError)
    (cancelled,) = answer("sessions", "cancel", "first")
    assert cancelled["status"] == "Succeeded"
    (ended,) = answer("jobs", "cancel", "a")
    assert ended["status"] == "Succeeded"


def test_watching_what_has_ended(quire, filled):
    done = quire("sessions", "watch", "first")
    assert done.exit_code == 0
    assert done.stdout.splitlines() == [
        "job  a  a  Succeeded",
        "job  b  b  Succeeded",
        "session  first  first  Succeeded",
    ]
    failed = quire("jobs", "watch", "c", "--json")
    assert failed.exit_code == 5
    assert failed.stdout == '{"kind": "job", "id": "c", "name": "c", "status": "Failed"}\n'


def test_names_do_not_disturb_the_terminal(quire, lab):
    with Workspace(lab, executor="inline") as workspace:
        workspace.get_target("ionq.simulator").submit(X, name="red\x1b[31m\tname\n", job_id="red")
    assert [row[:3] for row in lines(quire("jobs", "list"))] == [["red", "red�[31m�name�", "ionq.simulator"]]
    assert "\x1b" not in quire("jobs", "watch", "red").stdout + quire("jobs", "show", "red").stdout


@pytest.mark.parametrize(
    "arguments",
    [("sessions", "list"), ("jobs", "list"), ("jobs", "show", "a"), ("targets",), ("doctor",), ("ui",)],
)
@pytest.mark.parametrize("form", ["{}", "sqlite:///{}"])
def test_a_file_that_is_not_there_is_not_made(quire, tmp_path, arguments, form):
    path = tmp_path / "typo.db"
    done = quire(*arguments, "--workspace", form.format(path))
    assert isinstance(done.exception, ConfigurationError)
    assert (done.exception.setting, str(path) in done.exception.message) == ("workspace", True)
    assert not path.exists()


@pytest.mark.parametrize(
    "command",
    [
        "sessions list",
        "jobs list",
        "sessions cancel foo",
        "jobs cancel foo",
        "targets",
        "doctor",
        "keys list",
    ],
)
@pytest.mark.parametrize("place", ["QUIRE_WORKSPACE", "config.json"])
def test_nor_if_it_is_named_elsewhere(quire, lab, monkeypatch, command, place):
    if place == "config.json":
        monkeypatch.delenv("QUIRE_WORKSPACE")
        quire("config", "set", "workspace", lab)
    done = quire(*command.split())
    assert isinstance(done.exception, ConfigurationError)
    assert (done.exception.setting, place in done.exception.message) == ("workspace", True)
    assert not lab.exists()


def test_the_file_of_the_data_folder_may_be_missing(quire, tmp_path, monkeypatch):
    monkeypatch.delenv("QUIRE_WORKSPACE")
    monkeypatch.setattr("platformdirs.user_data_path", lambda *_, **__: tmp_path / "data")
    assert lines(quire("jobs", "list")) == []


def test_what_is_not_there(quire, filled):
    for command in ("show", "close", "cancel", "watch"):
        assert isinstance(quire("sessions", command, "nothing").exception, NotFoundError)
    for command in ("show", "result", "cancel", "watch"):
        assert isinstance(quire("jobs", command, "nothing").exception, NotFoundError)


def test_on_a_terminal_it_is_a_table_with_headings(filled):
    """Run with a terminal of the system's as its standard output."""
    reader, writer = os.openpty()
    command = [Path(sys.executable).with_name("quire"), "jobs", "list", "--status", "Failed"]
    subprocess.run(command, stdout=writer, check=True, timeout=60)
    os.close(writer)
    printed = click.unstyle(os.read(reader, 10_000).decode())
    os.close(reader)
    head, row = printed.strip().splitlines()
    assert head.index("status") == row.index("Failed")
    assert head.split() == ["id", "name", "target", "status", "shots", "created", "(UTC)"]
    assert row.split()[:4] == ["c", "c", "ionq.simulator", "Failed"]


@pytest.mark.parametrize(
    "url", ["azure:", "azure:/subscriptions/s/resourceGroups/g?location=eastus", "http://lab:8042", "memory:"]
)
def test_a_workspace_that_is_no_file_is_not_looked_for_on_this_machine(url):
    assert missing_file(url) is None
    assert settled(url) == url


@pytest.mark.parametrize(
    "command",
    [
        "targets",
        "jobs list",
        "jobs show a",
        "jobs cancel a",
        "sessions list",
        "sessions show first",
        "sessions close second",
        "sessions cancel second",
        "keys create other",
        "keys list",
        "keys rotate lab",
        "keys revoke lab",
    ],
)
def test_who_only_looks_starts_no_process(quire, filled, monkeypatch, command):
    def begin():
        raise AssertionError("a process is started")

    with Workspace(filled, executor="inline") as workspace:
        workspace.transport.keys.create("lab", read_only=False)
    monkeypatch.setattr("quire.service.head_start.begin", begin)
    done = quire(*command.split())
    assert (done.exit_code, done.exception) == (0, None), done.output
