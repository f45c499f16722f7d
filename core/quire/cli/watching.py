"""Printing the changes of jobs and sessions as they come; jobs tell, a session without any is looked at."""

from time import sleep
from typing import TYPE_CHECKING

import click

from quire.cli.printing import print_json_line

if TYPE_CHECKING:
    from quire.job import Job
    from quire.session import Session

_SECONDS = 0.5
"""How often a session is looked at that has no pending job, and at most how late a further job is seen."""


def watch_job(job: "Job", as_json: bool) -> None:
    """Prints each status of a job until it has ended."""
    seen: dict[str, str] = {}
    while True:
        _print_change(seen, "job", job, as_json)
        if job.has_completed():
            return
        job.wait_for_change()


def watch_session(session: "Session", as_json: bool) -> None:
    """Prints each status of a session and of its jobs until the session has ended."""
    seen: dict[str, str] = {}
    while True:
        # The session is looked at first: what its jobs are then is what made it end.
        session.refresh()
        jobs = list(session.list_jobs())
        for job in jobs:
            _print_change(seen, "job", job, as_json)
        _print_change(seen, "session", session, as_json)
        if session.is_in_terminal_state():
            return
        pending = next((job for job in jobs if not job.has_completed()), None)
        if pending is None:
            sleep(_SECONDS)
        else:
            pending.wait_for_change(_SECONDS)


def _print_change(seen: dict[str, str], kind: str, item: "Job | Session", as_json: bool) -> None:
    status = str(item.status)
    if seen.get(item.id) == status:
        return
    seen[item.id] = status
    if as_json:
        print_json_line({"kind": kind, "id": item.id, "name": item.name, "status": status})
    else:
        click.echo(f"{kind}  {item.id}  {ascii(item.name)[1:-1]}  {status}")
