"""``quire jobs``: look at jobs and their results, cancel and watch them."""

from itertools import islice
from typing import TYPE_CHECKING

import click

from quire.cli.choices import existing_workspace_option, filter_options, json_option, timeout_option
from quire.cli.job_rows import HEADINGS, job_row
from quire.cli.looking import look
from quire.cli.printing import print_json, print_pairs, print_table

if TYPE_CHECKING:
    from quire.query import Filters


@click.group()
def jobs() -> None:
    """Look at jobs and their results, cancel and watch them."""


@jobs.command(
    "list",
    epilog="""\b
Examples:
  quire jobs list
  quire jobs list --status Failed --limit 5
  quire jobs list --session 4c6e5a4e-0d5c-4a3e-9a55-0d7f1f2f3c11 --json""",
)
@existing_workspace_option
@filter_options
@click.option("--session", "session_id", metavar="ID", help="Only the jobs of this session.")
@json_option
def list_jobs(url: str | None, filters: "Filters", limit: int, session_id: str | None, as_json: bool) -> None:
    """List jobs, the newest first; those of sessions too."""
    with look(url) as workspace:
        if session_id is None:
            listing = workspace.list_jobs(**filters)
        else:
            listing = workspace.list_session_jobs(session_id, **filters)
        found = [job.details for job in islice(listing, limit)]
    if as_json:
        print_json(found)
    else:
        print_table(HEADINGS, map(job_row, found))


@jobs.command(epilog="Example: quire jobs show 9b1d0f43-6c1e-4bb0-b1a9-2f35b2c1a7de")
@existing_workspace_option
@click.argument("job_id", metavar="ID")
@json_option
def show(url: str | None, job_id: str, as_json: bool) -> None:
    """Show a job."""
    with look(url) as workspace:
        details = workspace.get_job(job_id).details
    if as_json:
        print_json(details)
        return
    fault = details.error_data
    print_pairs(
        [
            ("id", details.id),
            ("name", details.name),
            ("session", details.session_id),
            ("target", details.target),
            ("status", details.status),
            ("error", None if fault is None else f"{fault.code}: {fault.message}"),
            ("input", details.input_data_format),
            ("output", details.output_data_format),
            ("parameters", details.input_params),
            ("tags", details.tags),
            ("created (UTC)", details.creation_time),
            ("begun (UTC)", details.begin_execution_time),
            ("ended (UTC)", details.end_execution_time),
        ]
    )


@jobs.command(
    epilog="""\b
Examples:
  quire jobs result 9b1d0f43-6c1e-4bb0-b1a9-2f35b2c1a7de
  quire jobs result 9b1d0f43-6c1e-4bb0-b1a9-2f35b2c1a7de --timeout 60 --json
  quire jobs result 9b1d0f43-6c1e-4bb0-b1a9-2f35b2c1a7de --raw > output.json"""
)
@existing_workspace_option
@click.argument("job_id", metavar="ID")
@timeout_option
@click.option("--raw", is_flag=True, help="Print the output as the service keeps it.")
@json_option
def result(url: str | None, job_id: str, timeout: float | None, raw: bool, as_json: bool) -> None:
    """Wait for a job and print its results."""
    from quire.cli.outcomes import print_results
    from quire.workspace import Workspace

    if raw and as_json:
        raise click.UsageError("--raw prints what the service keeps, so --json cannot go with it")
    with Workspace(url) as workspace:
        job = workspace.get_job(job_id)
        if raw:
            click.echo(job.output(timeout), nl=False)
        else:
            print_results(job.results(timeout), as_json)


@jobs.command(epilog="Example: quire jobs cancel 9b1d0f43-6c1e-4bb0-b1a9-2f35b2c1a7de")
@existing_workspace_option
@click.argument("job_ids", metavar="ID...", nargs=-1, required=True)
@json_option
def cancel(url: str | None, job_ids: tuple[str, ...], as_json: bool) -> None:
    """Cancel jobs; those that have ended stay as they are."""
    with look(url) as workspace:
        cancelled = [workspace.get_job(each).cancel().details for each in job_ids]
    if as_json:
        print_json(cancelled)
    else:
        print_table(HEADINGS, map(job_row, cancelled))


@jobs.command(
    epilog="""\b
Example: quire jobs watch 9b1d0f43-6c1e-4bb0-b1a9-2f35b2c1a7de
It ends when the job has ended, with exit code 5 if it did not succeed."""
)
@existing_workspace_option
@click.argument("job_id", metavar="ID")
@json_option
def watch(url: str | None, job_id: str, as_json: bool) -> None:
    """Print each status of a job until it has ended."""
    from quire.cli.exit_codes import JOB_FAILED
    from quire.cli.watching import watch_job
    from quire.status import SUCCESSFUL_JOB_STATUSES
    from quire.workspace import Workspace

    with Workspace(url) as workspace:
        job = workspace.get_job(job_id)
        watch_job(job, as_json)
    if job.status not in SUCCESSFUL_JOB_STATUSES:
        raise SystemExit(JOB_FAILED)
