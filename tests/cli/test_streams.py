"""Standard streams that are full, closed, or pipes whose reader has gone."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from quire import Workspace
from quire.cli import streams

QUIRE = Path(sys.executable).with_name("quire")
FULL = "/dev/full"
X = {"qubits": 1, "circuit": [{"gate": "x", "target": 0}]}

needs_full = pytest.mark.skipif(
    not Path(FULL).exists(), reason="only some systems have a device that is full"
)


@pytest.fixture
def shell(lab):
    """Runs ``quire`` with arguments and redirections as a shell has them."""
    with Workspace(lab, executor="inline") as workspace:
        workspace.get_target("ionq.simulator").submit(X, name="a", job_id="a")

    def run(words, **environment):
        return subprocess.run(
            ["/bin/sh", "-c", f"'{QUIRE}' {words}"],
            capture_output=True,
            text=True,
            timeout=60,
            env=os.environ | environment,
        )

    return run


@needs_full
@pytest.mark.parametrize("unbuffered", ["", "1"])
@pytest.mark.parametrize("words", ["jobs list", "jobs list --json", "--help", "jobs result a --raw"])
def test_a_full_output_is_told_in_a_line(shell, words, unbuffered):
    done = shell(f"{words} > {FULL}", PYTHONUNBUFFERED=unbuffered)
    assert (done.returncode, done.stderr) == (
        1,
        "quire: the output cannot be written: No space left on device\n",
    )


@needs_full
@pytest.mark.parametrize("words", [f"jobs list > {FULL} 2> {FULL}", f"jobs list > {FULL} 2>&-"])
def test_nobody_is_left_to_tell(shell, words):
    assert shell(words).returncode == 1


@needs_full
def test_a_full_error_output_leaves_the_exit_code(shell):
    assert shell(f"jobs show nothing 2> {FULL}").returncode == 3


@pytest.mark.parametrize("words", ["targets", "targets --json", "jobs show a"])
def test_a_closed_output_is_no_terminal(shell, words):
    done = shell(f"{words} >&-")
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("unbuffered", ["", "1"])
def test_a_pipe_whose_reader_has_gone(lab, unbuffered):
    Workspace(lab).close()
    reader, writer = os.pipe()
    os.close(reader)
    done = subprocess.run(
        [QUIRE, "targets"],
        stdout=writer,
        stderr=subprocess.PIPE,
        text=True,
        timeout=60,
        env=os.environ | {"PYTHONUNBUFFERED": unbuffered},
    )
    os.close(writer)
    assert (done.returncode, done.stderr) == (1, "")


def test_other_errors_of_the_system_do_not_pass_for_the_outputs():
    with pytest.raises(FileNotFoundError), streams.written():
        Path("/no/such/folder/file").read_text()
