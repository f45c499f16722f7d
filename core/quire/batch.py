"""Jobs that are submitted together: either all of them are accepted, or none runs on."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from quire.errors import NotFoundError, QuireError
from quire.job import Job
from quire.model import JobDetails

if TYPE_CHECKING:
    from quire.workspace import Workspace

_AT_A_TIME = 256
"""Ctrl-C takes effect between two such parts."""


def submit_together(workspace: "Workspace", jobs: Sequence[tuple[JobDetails, bytes]]) -> list[Job]:
    """Submits jobs; if one is refused, those that were accepted are cancelled.

    Args:
        workspace: Where.
        jobs: The definition and the payload of each.

    Raises:
        QuireError: What refuses the first that is refused.
    """
    accepted: list[Job] = []
    asked: list[str] = []
    try:
        for first in range(0, len(jobs), _AT_A_TIME):
            part = jobs[first : first + _AT_A_TIME]
            asked += [details.id for details, _ in part]
            for each in workspace.transport.submit_jobs(part):
                if isinstance(each, QuireError):
                    raise each
                accepted.append(Job(workspace, each))
    except BaseException as error:
        # Others of the part may have been accepted too; Ctrl-C may have kept us from being told of any.
        _cancel(workspace, asked, error)
        raise
    return accepted


def _cancel(workspace: "Workspace", job_ids: Sequence[str], reason: BaseException) -> None:
    for place, job_id in enumerate(job_ids):
        try:
            workspace.transport.cancel_job(job_id)
        except NotFoundError:
            continue
        except QuireError as error:
            # A service that cannot be reached would keep each of the others waiting, too.
            reason.add_note(
                f"Jobs {place + 1} to {len(job_ids)} of those that were submitted together may still run: "
                f"{job_id} could not be cancelled ({error})"
            )
            return
