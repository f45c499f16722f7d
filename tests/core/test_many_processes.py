"""Many processes on one workspace file: nothing is lost, nothing runs twice at once, nobody is locked out."""

from collections import Counter

from processes import crowd, python, read_line, tell
from quire import SystemClock

PROCESSES = 8
JOBS = 20

WORK = """
import sys
import scripted_target
from quire import Workspace
path, me, notes, jobs, executor = sys.argv[1:]
print("ready", flush=True)
sys.stdin.readline()
workers = {} if executor == "inline" else {"workers": 1}
with Workspace(path, executor=executor, plugins=[scripted_target], **workers) as workspace:
    target = workspace.get_target("scripted.alpha")
    with target.open_session(id=me, name=f"of {me}", job_failure_policy="Continue") as session:
        mine = [target.submit(f"solo {notes}", job_id=f"{me}-{n}") for n in range(int(jobs))]
        target.submit("fail X y", job_id=f"{me}-bad").wait_until_completed(120)
        for job in mine:
            job.wait_until_completed(120)
            assert job.get_results() == {"[0, 1]": 1.0}
    shared = target.submit(f"solo {notes}", job_id="shared", name="of everybody")
    shared.wait_until_completed(120)
    print(session.status, shared.status, flush=True)
    sys.stdin.readline()
"""


def test_submitting_and_waiting(open_workspace, tmp_path):
    path, notes = tmp_path / "lab.db", tmp_path / "notes"
    notes.mkdir()
    executors = ["processes" if number % 2 else "inline" for number in range(PROCESSES)]
    with crowd(
        python(WORK, path, f"p{number}", notes, JOBS, executor) for number, executor in enumerate(executors)
    ) as programs:
        for program in programs:
            tell(program)
        answers = [read_line(program) for program in programs]
        ends = [program.communicate("\n", timeout=120) for program in programs]
    assert answers == ["Failed Succeeded\n"] * PROCESSES, ends
    assert [program.returncode for program in programs] == [0] * PROCESSES
    assert [errors for _, errors in ends] == [""] * PROCESSES
    workspace = open_workspace(path, clock=SystemClock())
    jobs = list(workspace.list_jobs())
    assert Counter(str(job.status) for job in jobs) == {
        "Succeeded": PROCESSES * JOBS + 1,
        "Failed": PROCESSES,
    }
    assert {job.details.attempts for job in jobs} == {1}
    assert not list(notes.glob("*.overlap"))
    runs = {note.name: len(note.read_text().splitlines()) for note in notes.iterdir()}
    assert runs == {job.id: 1 for job in jobs if job.status == "Succeeded"}
    for session in workspace.list_sessions():
        assert [job.id for job in session.list_jobs()][:JOBS] == [f"{session.id}-{n}" for n in range(JOBS)]


OPEN = """
import sys
from quire import Workspace
print("ready", flush=True)
for line in sys.stdin:
    with Workspace(line.rstrip(), executor="inline") as workspace:
        workspace.get_target("ionq.simulator").open_session(name=sys.argv[1])
    print("opened", flush=True)
"""


def test_making_the_file(open_workspace, tmp_path):
    """Whoever comes first makes it; the others find it made."""
    rounds = 20
    with crowd(python(OPEN, f"p{number}") for number in range(PROCESSES)) as programs:
        for number in range(rounds):
            for program in programs:
                tell(program, f"{tmp_path / str(number)}.db")
            for program in programs:
                assert read_line(program) == "opened\n", program.communicate(timeout=60)[1]
        for program in programs:
            program.communicate(timeout=60)
    for number in range(rounds):
        names = sorted(session.name for session in open_workspace(tmp_path / f"{number}.db").list_sessions())
        assert names == [f"p{n}" for n in range(PROCESSES)]
