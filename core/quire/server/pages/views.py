"""The pages themselves: what each shows, gathered from the service; nothing about who may see it."""

from functools import partial
from typing import Any

from starlette.responses import Response

from quire.errors import QuireError
from quire.model import JobDetails
from quire.server.pages import bars
from quire.server.pages.histogram import Histogram, histogram
from quire.server.pages.listing import PAGE_SIZE, STATUSES, Listing
from quire.server.pages.payloads import shown_payload
from quire.server.pages.phrases import segment
from quire.server.pages.timeline import timeline
from quire.server.pages.visit import SAFETY_HEADERS, Visit
from quire.service.overview import ItemPage
from quire.status import SUCCESSFUL_JOB_STATUSES, JobStatus

_MAX_RESULT_BYTES = 4 * 1024 * 1024
"""Larger outputs are offered as files only."""
_MAX_OUTPUT_TEXT = 16 * 1024


async def items(visit: Visit) -> Response:
    """The list of sessions, and of jobs that belong to none."""
    service = visit.backend.service
    listing = Listing.of(visit.request.query_params)
    asked = listing.filters.get("q", "")
    kind = await visit.backend.call(service.overview.kind_of, asked) if asked else None
    if kind is not None:
        return visit.redirect(f"{kind}s/{segment(asked)}")
    targets = service.list_targets()
    return visit.page(
        "items",
        listing=listing,
        page=await _page(visit, listing),
        statuses=STATUSES,
        targets=[target.id for target in targets],
        providers=sorted({target.provider_id for target in targets}),
    )


async def session(visit: Visit) -> Response:
    """A session, with a page of its jobs."""
    service = visit.backend.service
    session_id = visit.request.path_params["session_id"]
    listing = Listing.of(visit.request.query_params, descending=False)
    overview = await visit.backend.call(service.overview.session, session_id)
    page = await _page(visit, listing, session_id)
    jobs = [item for item in page.items if isinstance(item, JobDetails)]
    return visit.page(
        "session",
        session=overview.details,
        overview=overview,
        counts={status: overview.job_counts[status] for status in JobStatus if status in overview.job_counts},
        listing=listing,
        page=page,
        timeline=timeline(jobs, service.clock.now()),
        strip=bars.strip(overview.job_counts),
    )


async def _page(visit: Visit, listing: Listing, session_id: str | None = None) -> ItemPage:
    query, backwards = listing.query(session_id), listing.backwards
    ask = partial(visit.backend.service.overview.page, query, listing.place, PAGE_SIZE, backwards=backwards)
    return await visit.backend.call(ask)


async def job(visit: Visit) -> Response:
    """A job."""
    return visit.page("job", **await visit.backend.call(_of_job, visit))


def _of_job(visit: Visit) -> dict[str, Any]:
    """What the page of a job shows; read on a thread."""
    service = visit.backend.service
    details = service.get_job(visit.request.path_params["job_id"])
    session_id = details.session_id
    has_output = details.status in SUCCESSFUL_JOB_STATUSES
    output = service.get_output(details.id) if has_output else None
    shown, trouble = _histogram(visit, details, output)
    return {
        "job": details,
        "session": None if session_id is None else service.get_session(session_id),
        "run": timeline([details], service.clock.now()).runs[0],
        "payload": shown_payload(service.get_input(details.id), details.input_data_format),
        "output_size": None if output is None else len(output),
        "output_text": None if output is None or shown is not None else _text(output),
        "histogram": shown,
        "trouble": trouble,
        "attachments": service.list_attachments(details.id),
    }


def _histogram(visit: Visit, job: JobDetails, output: bytes | None) -> tuple[Histogram | None, str | None]:
    """A job's histogram, or why there is none although it has an output."""
    if output is None:
        return None, None
    if len(output) > _MAX_RESULT_BYTES:
        return None, "The output is too large to be shown here; download it."
    try:
        results = visit.backend.service.overview.results(job, output)
    except QuireError as error:
        return None, str(error)
    if results is None:
        return None, f"No plug-in of this server reads {job.output_data_format}."
    return histogram(results), None


def _text(output: bytes) -> str:
    return output[:_MAX_OUTPUT_TEXT].decode(errors="replace")


async def download_input(visit: Visit) -> Response:
    """A job's payload as a file."""
    job_id = visit.request.path_params["job_id"]
    data = await visit.backend.call(visit.backend.service.get_input, job_id)
    return _file(data, f"{job_id}.input")


async def download_output(visit: Visit) -> Response:
    """A job's output as a file."""
    job_id = visit.request.path_params["job_id"]
    data = await visit.backend.call(visit.backend.service.get_output, job_id)
    return _file(data, f"{job_id}.output.json")


async def download_attachment(visit: Visit) -> Response:
    """A file that is attached to a job."""
    params = visit.request.path_params
    data = await visit.backend.call(
        visit.backend.service.download_attachment, params["job_id"], params["name"]
    )
    return _file(data, params["name"])


def _file(data: bytes, name: str) -> Response:
    """A file to keep; browsers never show it as a page of ours."""
    headers = {
        **SAFETY_HEADERS,
        "content-disposition": f"attachment; filename*=UTF-8''{segment(name)}",
        "cache-control": "no-store",
    }
    return Response(data, 200, headers, "application/octet-stream")
