"""Systems without what only POSIX has: jobs run in the submitting thread there; and what is refused."""

from pathlib import Path

import pytest

import scripted_target
from processes import run_python
from quire.qir import GATES, MEASURE, QirFrame

LOOP = """
import sys
import other_system
import pyqir
from quire import Workspace

program, bitcode, *_ = (open(path, "rb").read() for path in sys.argv[2:])
for _ in range(2):
    with Workspace(sys.argv[1], executor="inline") as workspace:
        target = workspace.get_target("quantinuum.sim.h1-1e")
        with target.open_session() as session:
            for payload in (program, bitcode):
                session.submit(payload, shots=20).wait_until_completed()
        print(session.status, *(sum(results.counts.values()) for results in session.results()))
"""


@pytest.fixture
def bell(tmp_path):
    """A program as QIR, in two files: its text, and its bitcode."""
    import pyqir

    frame = QirFrame(2, 2)
    frame.lines += [GATES["h"].call % frame.qubits[0], GATES["cx"].call % (frame.qubits[0], frame.qubits[1])]
    frame.lines += [MEASURE % (frame.qubits[i], frame.results[i]) for i in range(2)]
    text = frame.text([("array", 2), ("result", 0), ("result", 1)])
    files = Path(tmp_path, "bell.ll"), Path(tmp_path, "bell.bc")
    files[0].write_bytes(text)
    files[1].write_bytes(pyqir.Module.from_ir(pyqir.Context(), text.decode()).bitcode)
    return files


def test_jobs_run_in_the_submitting_thread(tmp_path, bell):
    printed = run_python(LOOP, tmp_path / "lab.db", *bell)
    assert printed.split("\n")[:2] == ["Succeeded 20 20", "Succeeded 20 20"]


PROCESSES = """
import other_system
from quire import Workspace
from quire.errors import ConfigurationError

with Workspace("memory:") as workspace:
    target = workspace.get_target
    try:
        target("ionq.simulator").submit("x")
    except ConfigurationError as error:
        print(error.setting, "executor='inline'" in error.message)
"""


def test_worker_processes_are_refused():
    assert run_python(PROCESSES) == "executor True\n"


LEFT = """
import sys
import scripted_target
import other_system
from quire import Workspace

with Workspace(sys.argv[1], executor="inline", plugins=[scripted_target]) as workspace:
    session = workspace.get_target(scripted_target.ALPHA).open_session()
    print([job.status.value for job in workspace.list_jobs()], session.submit("ok").wait_until_completed())
"""


def test_whether_another_program_lives_is_not_asked_with_a_signal(open_workspace, tmp_path, held):
    path = tmp_path / "lab.db"
    open_workspace(path, executor=held).get_target(scripted_target.ALPHA).submit("ok")
    assert run_python(LEFT, path) == "['Executing'] None\n"
