"""What must be true of a workspace file whatever was killed, read with nothing of quire's."""

import hashlib
import sqlite3
from collections import defaultdict
from pathlib import Path

ENDED = ("Succeeded", "Failed", "Cancelled")
SESSION_ENDED = ("Succeeded", "Failed", "TimedOut")
MAX_ATTEMPTS = 2


class Inspector:
    """Looks at a workspace file again and again, and remembers what it saw."""

    def __init__(self, path: Path, journal: Path) -> None:
        self._path = path
        self._journal = journal
        self._ended_jobs: dict[str, tuple] = {}
        self._ended_sessions: dict[str, tuple] = {}

    def journal(self) -> list[list[str]]:
        if not self._journal.exists():
            return []
        return [line.split() for line in self._journal.read_text().splitlines()]

    def look(self) -> tuple[dict, dict]:
        """The jobs and sessions by id, after all promises were checked."""
        if not self._path.exists():
            assert self.journal() == []
            return {}, {}
        store = sqlite3.connect(self._path, timeout=60)
        store.row_factory = sqlite3.Row
        try:
            assert [row[0] for row in store.execute("PRAGMA integrity_check")] == ["ok"]
            if not store.execute("SELECT 1 FROM sqlite_master WHERE name = 'jobs'").fetchone():
                assert self.journal() == []
                return {}, {}
            jobs = {row["id"]: row for row in store.execute("SELECT * FROM jobs ORDER BY seq")}
            sessions = {row["id"]: row for row in store.execute("SELECT * FROM sessions ORDER BY seq")}
            inputs = {row[0] for row in store.execute("SELECT job_seq FROM inputs")}
            outputs = {row[0]: row[1] for row in store.execute("SELECT job_seq, data FROM outputs")}
        finally:
            store.close()
        self._check_acknowledged(jobs, sessions)
        self._check_jobs(jobs, inputs, outputs)
        self._check_sessions(jobs, sessions)
        self._check_that_ends_stay(jobs, sessions, outputs)
        return jobs, sessions

    def _check_acknowledged(self, jobs: dict, sessions: dict) -> None:
        for what, name, *words in self.journal():
            if what == "session":
                assert name in sessions, f"session {name} was acknowledged and is gone"
            elif what == "closed":
                assert sessions[name]["is_closed"] or sessions[name]["status"] in SESSION_ENDED
            else:
                assert name in jobs, f"job {name} was acknowledged and is gone"
                self._check_answer(what, words, jobs[name])

    def _check_answer(self, what: str, words: list[str], job: sqlite3.Row) -> None:
        status = job["status"]
        if what == "seen":
            assert words == [status], f"job {job['id']} was {words} and is {status}"
        elif what == "cancel" and words[0] in ENDED:
            assert words == [status]
        elif what == "cancel":
            assert status in ("CancellationRequested", "Cancelled")

    def _check_jobs(self, jobs: dict, inputs: set, outputs: dict) -> None:
        for job in jobs.values():
            status = job["status"]
            assert status in (*ENDED, "Waiting", "Executing", "CancellationRequested")
            assert job["seq"] in inputs
            assert (job["seq"] in outputs) == (status == "Succeeded")
            assert (job["ended_at"] is not None) == (status in ENDED)
            assert (job["cancelled_at"] is not None) == (status == "Cancelled")
            assert (job["fault_code"] is not None) == (status == "Failed")
            assert job["fault_code"] in (None, "Planned", "WorkerDied")
            assert (job["fault_code"] != "WorkerDied") or job["attempts"] == MAX_ATTEMPTS
            assert job["attempts"] <= MAX_ATTEMPTS
            assert job["attempts"] > 0 or status in ("Waiting", "Cancelled")
        assert len(outputs) == sum(job["status"] == "Succeeded" for job in jobs.values())

    def _check_sessions(self, jobs: dict, sessions: dict) -> None:
        members = defaultdict(list)
        for job in jobs.values():
            members[job["session_id"]].append(job)
        for session in sessions.values():
            assert session["status"] == follows(session, members[session["id"]]), session["id"]
            assert (session["ended_at"] is not None) == (session["status"] in SESSION_ENDED)

    def _check_that_ends_stay(self, jobs: dict, sessions: dict, outputs: dict) -> None:
        for job in jobs.values():
            if job["status"] in ENDED:
                output = hashlib.sha256(outputs.get(job["seq"], b"")).hexdigest()
                end = (job["status"], job["ended_at"], job["fault_code"], output)
                assert self._ended_jobs.setdefault(job["id"], end) == end
        for session in sessions.values():
            if session["status"] in SESSION_ENDED:
                end = (session["status"], session["ended_at"])
                assert self._ended_sessions.setdefault(session["id"], end) == end
        assert self._ended_jobs.keys() <= jobs.keys()
        assert self._ended_sessions.keys() <= sessions.keys()


def follows(session: sqlite3.Row, jobs: list[sqlite3.Row]) -> str:
    """The status that a session has by its jobs and policy (no session here is idle for ten minutes)."""
    failed = any(job["status"] == "Failed" for job in jobs)
    pending = [job["status"] for job in jobs if job["status"] not in ENDED]
    if failed and session["policy"] == "Abort":
        assert set(pending) <= {"CancellationRequested"}, f"{session['id']} failed, and jobs of it go on"
        return "Failed"
    if session["is_closed"] and not pending:
        return "Failed" if failed else "Succeeded"
    if failed:
        return "Failure(s)"
    return "Executing" if any(job["began_at"] is not None for job in jobs) else "Waiting"
