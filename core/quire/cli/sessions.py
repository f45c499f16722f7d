"""``quire sessions``: look at sessions, close, cancel and watch them."""

from itertools import islice
from typing import TYPE_CHECKING

import click

from quire.cli.choices import existing_workspace_option, filter_options, json_option
from quire.cli.job_rows import HEADINGS, job_row
from quire.cli.looking import look
from quire.cli.printing import print_json, print_pairs, print_table

if TYPE_CHECKING:
    from quire.model import SessionDetails
    from quire.query import Filters


@click.group()
def sessions() -> None:
    """Look at sessions, close, cancel and watch them."""


def _row(details: "SessionDetails") -> tuple[object, ...]:
    return details.id, details.name, details.target, details.status, details.creation_time


@sessions.command(
    "list",
    epilog="""\b
Examples:
  quire sessions list
  quire sessions list --status Executing --target ionq.simulator
  quire sessions list --workspace http://lab:8042 --json""",
)
@existing_workspace_option
@filter_options
@json_option
def list_sessions(url: str | None, filters: "Filters", limit: int, as_json: bool) -> None:
    """List sessions, the newest first."""
    with look(url) as workspace:
        listing = workspace.list_sessions(**filters)
        found = [session.details for session in islice(listing, limit)]
    if as_json:
        print_json(found)
    else:
        print_table(("id", "name", "target", "status", "created (UTC)"), map(_row, found))


@sessions.command(epilog="Example: quire sessions show 4c6e5a4e-0d5c-4a3e-9a55-0d7f1f2f3c11")
@existing_workspace_option
@click.argument("session_id", metavar="ID")
@json_option
def show(url: str | None, session_id: str, as_json: bool) -> None:
    """Show a session and all its jobs."""
    with look(url) as workspace:
        details = workspace.get_session(session_id).details
        jobs = [job.details for job in workspace.list_session_jobs(session_id)]
    if as_json:
        print_json({"session": details, "jobs": jobs})
        return
    print_pairs(
        [
            ("id", details.id),
            ("name", details.name),
            ("target", details.target),
            ("status", details.status),
            ("job failure policy", details.job_failure_policy),
            ("tags", details.tags),
            ("created (UTC)", details.creation_time),
            ("ended (UTC)", details.end_execution_time),
            ("closed", "yes" if details.is_closed else "no"),
            ("idle time-out (s)", details.timeout_seconds),
        ]
    )
    print_table(HEADINGS, map(job_row, jobs))


@sessions.command(epilog="Example: quire sessions close 4c6e5a4e-0d5c-4a3e-9a55-0d7f1f2f3c11")
@existing_workspace_option
@click.argument("session_ids", metavar="ID...", nargs=-1, required=True)
@json_option
def close(url: str | None, session_ids: tuple[str, ...], as_json: bool) -> None:
    """Close sessions: they take no more jobs, and end when their last job has ended."""
    with look(url) as workspace:
        ended = [workspace.get_session(each).close().details for each in session_ids]
    _print_ended(ended, as_json)


@sessions.command(epilog="Example: quire sessions cancel 4c6e5a4e-0d5c-4a3e-9a55-0d7f1f2f3c11")
@existing_workspace_option
@click.argument("session_ids", metavar="ID...", nargs=-1, required=True)
@json_option
def cancel(url: str | None, session_ids: tuple[str, ...], as_json: bool) -> None:
    """Cancel the pending jobs of sessions, and close them."""
    with look(url) as workspace:
        ended = [workspace.get_session(each).cancel().details for each in session_ids]
    _print_ended(ended, as_json)


def _print_ended(ended: "list[SessionDetails]", as_json: bool) -> None:
    if as_json:
        print_json(ended)
    else:
        print_table(("id", "name", "target", "status", "created (UTC)"), map(_row, ended))


@sessions.command(
    epilog="""\b
Example: quire sessions watch 4c6e5a4e-0d5c-4a3e-9a55-0d7f1f2f3c11
It ends when the session has ended, with exit code 5 if it did not succeed."""
)
@existing_workspace_option
@click.argument("session_id", metavar="ID")
@json_option
def watch(url: str | None, session_id: str, as_json: bool) -> None:
    """Print each change of a session and of its jobs until the session has ended."""
    from quire.cli.exit_codes import JOB_FAILED
    from quire.cli.watching import watch_session
    from quire.status import SessionStatus
    from quire.workspace import Workspace

    with Workspace(url) as workspace:
        session = workspace.get_session(session_id)
        watch_session(session, as_json)
    if session.status != SessionStatus.SUCCEEDED:
        raise SystemExit(JOB_FAILED)
