"""The commands on docs/cli.md run as they stand there, one after another, and print what the page says."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from quire import errors
from quire.cli.exit_codes import OTHER, exit_code

PAGE = Path(__file__).parents[2] / "docs" / "cli.md"
_BLOCK = re.compile(r"```(\w+)\n(.*?)```", re.DOTALL)


def _sessions(text):
    """The commands of a console block, each with what it prints."""
    for part in re.split(r"^\$ ", text, flags=re.MULTILINE)[1:]:
        command, _, printed = part.partition("\n")
        yield command, printed


def _pattern(printed):
    return ".*".join(map(re.escape, printed.split("...")))


@pytest.fixture
def at_home(tmp_path):
    """Runs a shell command in a folder of its own, where ``quire`` is ours; gives all that it prints."""
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"

    def run(command):
        done = subprocess.run(
            command,
            shell=True,
            cwd=tmp_path,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=60,
            env=os.environ | {"PATH": path, "QUIRE_WORKSPACE": str(tmp_path / "page.db")},
        )
        assert done.returncode == 0, done.stdout
        return done.stdout

    return run


def test_the_commands_of_the_page(at_home, tmp_path):
    commands = 0
    for language, text in _BLOCK.findall(PAGE.read_text()):
        if language == "text":
            first, _, content = text.partition("\n")
            (tmp_path / first.removeprefix("// ")).write_text(content)
        elif language == "python":
            (tmp_path / "program.py").write_text(text)
            at_home(f"{sys.executable} program.py")
        else:
            for command, expected in _sessions(text):
                printed = at_home(command)
                assert re.fullmatch(_pattern(expected), printed, re.DOTALL), f"{command}\n{printed}"
                commands += 1
    assert commands >= 20


def _kinds():
    return [
        kind
        for kind in vars(errors).values()
        if isinstance(kind, type) and issubclass(kind, errors.QuireError)
    ]


def test_the_table_has_every_exit_code():
    shown = {int(code) for code in re.findall(r"^\| (\d+) \|", PAGE.read_text(), re.MULTILINE)}
    given = {exit_code(kind("message")) for kind in _kinds()}
    assert shown == given | {0}
    assert exit_code(errors.PluginError("message")) == OTHER


@pytest.mark.parametrize(
    ("kind", "code"),
    [
        (errors.OptionError, 2),
        (errors.ConfigurationError, 2),
        (errors.NotFoundError, 3),
        (errors.SessionClosedError, 4),
        (errors.JobFailedError, 5),
        (errors.WaitTimeoutError, 6),
        (errors.AccessDeniedError, 7),
        (errors.ServiceUnavailableError, 8),
        (errors.MissingDependencyError, 9),
        (errors.StoreError, 10),
    ],
)
def test_the_exit_code_of_an_error(kind, code):
    assert exit_code(kind("message")) == code
