"""A workspace file of a test's own, and the command in this process."""

import json

import pytest
from click.testing import CliRunner

from quire.cli import commands


@pytest.fixture(autouse=True)
def lab(tmp_path, monkeypatch):
    """The file that commands use, with a preferences file beside it."""
    path = tmp_path / "lab.db"
    monkeypatch.setenv("QUIRE_WORKSPACE", str(path))
    monkeypatch.setenv("QUIRE_CONFIG", str(tmp_path / "config" / "config.json"))
    monkeypatch.delenv("QUIRE_API_KEY", raising=False)
    return path


@pytest.fixture
def quire():
    """Runs a command in this process; gives click's result."""

    def run(*arguments):
        return CliRunner().invoke(commands, [str(each) for each in arguments])

    return run


@pytest.fixture
def answer(quire):
    """Runs a command with --json; gives the value it prints."""

    def run(*arguments):
        done = quire(*arguments, "--json")
        assert done.exception is None, done.output
        return json.loads(done.stdout)

    return run
