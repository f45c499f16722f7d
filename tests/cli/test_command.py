"""The command as users start it: exit codes, no tracebacks, what it loads, preferences, doctor, the page."""

import json
import os
import signal
import subprocess
import sys
from datetime import datetime
from pathlib import Path
from urllib.request import urlopen

import click
import pytest

from quire import Workspace, preferences
from quire.cli import commands
from quire.errors import ConfigurationError

QUIRE = Path(sys.executable).with_name("quire")
_PATIENCE = 60


def run(*arguments, **environment):
    return subprocess.run(
        [QUIRE, *map(str, arguments)],
        capture_output=True,
        text=True,
        timeout=_PATIENCE,
        env=os.environ | environment,
    )


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["sessions", "list"], 0, ""),
        (["sessions", "show", "nothing"], 3, "there is no session nothing"),
        (["sessions", "list", "--workspace", "ftp://lab"], 2, "no installed transport opens"),
        (["sessions", "list", "--workspace", "http://127.0.0.1:1"], 8, "127.0.0.1:1"),
        (["sessions", "list", "--limit", "none"], 2, "not a valid integer"),
        (["nothing"], 2, "No such command"),
    ],
)
def test_exit_codes(arguments, code, words, lab):
    Workspace(lab).close()
    done = run(*arguments)
    assert done.returncode == code
    assert words in done.stderr
    assert "Traceback" not in done.stderr
    assert done.stdout == ""


def test_a_file_that_is_no_workspace(tmp_path):
    path = tmp_path / "letter.db"
    path.write_text("Dear all, this is no database at all." * 100)
    done = run("jobs", "list", "--workspace", path)
    assert done.returncode == 10
    assert str(path) in done.stderr


def test_a_job_without_results(tmp_path):
    path = tmp_path / "wrong.json"
    path.write_text("{}")
    done = run("submit", path, "--target", "ionq.simulator")
    assert done.returncode == 5
    assert "has no results" in done.stderr
    assert done.stdout == ""


def test_looking_loads_no_more_than_it_needs(lab):
    Workspace(lab).close()
    program = (
        "import sys\nfrom quire.cli import commands\n"
        "commands(['sessions', 'list'], standalone_mode=False)\n"
        "heavy = {'rich', 'sqlalchemy', 'httptools', 'numpy', 'asyncio', 'starlette', 'platformdirs'}\n"
        "assert not heavy & sys.modules.keys(), heavy & sys.modules.keys()"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=_PATIENCE)
    assert (done.returncode, done.stderr) == (0, "")


def _all_commands(command, path=()):
    yield path, command
    if isinstance(command, click.Group):
        context = click.Context(command)
        for name in command.list_commands(context):
            yield from _all_commands(command.get_command(context, name), (*path, name))


def test_a_command_ends_without_looking_for_garbage():
    program = (
        "import atexit, gc; atexit.register(lambda: print(gc.get_freeze_count() > 0))\n"
        "from quire.cli import main; main()"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, "--version"], capture_output=True, text=True, timeout=_PATIENCE
    )
    assert done.stdout.splitlines()[-1] == "True"


def test_every_command_has_help_with_an_example(quire):
    found = dict(_all_commands(commands))
    assert len(found) > 25
    for path, command in found.items():
        text = quire(*path, "--help").stdout
        assert command.help
        if not isinstance(command, click.Group):
            assert f"quire {' '.join(path)}" in text.partition("Example")[2], path


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion(quire, shell):
    assert "_QUIRE_COMPLETE" in quire("completion", shell).stdout


def test_what_a_shell_is_offered():
    offered = run(_QUIRE_COMPLETE="bash_complete", COMP_WORDS="quire sess", COMP_CWORD="1")
    assert offered.stdout == "plain,sessions\n"


def test_version():
    assert run("--version").stdout.startswith("quire, version ")


def test_preferences(quire, answer, tmp_path, monkeypatch):
    monkeypatch.delenv("QUIRE_WORKSPACE")
    preferred = tmp_path / "preferred.db"
    assert quire("config", "set", "workspace", preferred).exit_code == 0
    place = quire("config", "path").stdout.strip()
    assert json.loads(Path(place).read_text()) == {"workspace": str(preferred)}
    assert answer("config", "show") == {"workspace": str(preferred), "source": place, "api_key": False}
    with Workspace() as workspace:
        assert workspace.location == str(preferred)
    monkeypatch.setenv("QUIRE_WORKSPACE", "memory:")
    assert answer("config", "show")["source"] == "QUIRE_WORKSPACE"
    assert quire("config", "unset", "workspace").exit_code == 0
    assert preferences.read() == {}


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("lab.db", "{here}/lab.db"),
        ("sqlite:///lab.db", "sqlite:///{here}/lab.db"),
        ("memory:", "memory:"),
        ("azure:", "azure:"),
        ("http://lab:8000", "http://lab:8000"),
    ],
)
def test_a_preferred_file_is_the_same_everywhere(quire, given, kept, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    quire("config", "set", "workspace", given)
    assert preferences.read() == {"workspace": kept.format(here=tmp_path)}


@pytest.mark.parametrize("text", ["[]", "{", '{"colour": "red"}', '{"workspace": 3}'])
def test_a_preferences_file_that_is_wrong(text, monkeypatch):
    monkeypatch.delenv("QUIRE_WORKSPACE")
    place = preferences.path()
    place.parent.mkdir()
    place.write_text(text)
    with pytest.raises(ConfigurationError):
        Workspace()


def test_doctor(answer, quire, lab):
    Workspace(lab).close()
    found = {check["name"]: check for check in answer("doctor")}
    assert found["workspace"] == {"name": "workspace", "state": "good", "detail": str(lab)}
    assert found["workers"]["state"] == "good"
    assert "qulacs" in found["extra local"]["detail"]
    assert {"extra fast", "extra telemetry"} <= found.keys()
    with Workspace(lab) as workspace:
        assert list(workspace.list_jobs()) == []


def test_doctor_says_what_is_broken(quire, tmp_path):
    path = tmp_path / "letter.db"
    path.write_text("Dear all, this is no database at all." * 100)
    done = quire("doctor", "--workspace", path)
    assert done.exit_code == 1
    assert "workspace\tbroken\t" in done.stdout


def test_keys_as_json(quire, answer):
    assert quire("keys", "create", "laptop", "--read-only").exit_code == 0
    (key,) = answer("keys", "list")
    assert (key["name"], key["read_only"]) == ("laptop", True)
    assert datetime.fromisoformat(key["creation_time"]).isoformat() == key["creation_time"]


def test_keys_in_a_pipe(quire):
    assert quire("keys", "create", "red\x1b[31m").exit_code == 0
    name, access, created = quire("keys", "list").stdout.rstrip("\n").split("\t")
    assert (name, access) == ("red\N{REPLACEMENT CHARACTER}[31m", "full")
    assert datetime.fromisoformat(created)


def test_the_page(lab):
    Workspace(lab).close()
    process = subprocess.Popen([QUIRE, "ui", "--no-browser"], stdout=subprocess.PIPE, text=True)
    link = process.stdout.readline().strip()
    with urlopen(link, timeout=_PATIENCE) as page:
        assert b"<html" in page.read()
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=_PATIENCE)
    assert process.returncode == 0
