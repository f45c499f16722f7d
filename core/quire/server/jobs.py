"""The routes of jobs."""

import re
from collections.abc import Callable
from functools import partial

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from quire.errors import InputError, NotFoundError
from quire.model import JobDetails
from quire.server.addresses import Addresses, file_of
from quire.server.backend import MAX_SMALL_BYTES, Backend
from quire.server.bodies import answer, read_document
from quire.server.files import container_of
from quire.service.blobs import OCTET_STREAM, Blob
from quire.service.service import Later
from quire.status import SUCCESSFUL_JOB_STATUSES, JobStatus
from quire.transport.wire import (
    Document,
    FileUris,
    job_document,
    read_submission,
    read_update,
    update_document,
)

_MAX_INLINE_OUTPUT = 64 * 1024
"""The most bytes of output in an answer about a job, and again in those of others that come along."""
_MOST_ALSO = 16
_MOST_PENDING = 2
_WAIT = re.compile(r"(?:^|[,;\s])wait\s*=\s*\"?([0-9]{1,6}(?:\.[0-9]{1,6})?)", re.IGNORECASE)


class JobRoutes:
    """What a server answers about jobs."""

    def __init__(self, backend: Backend) -> None:
        """Begins to answer.

        Args:
            backend: The server's parts.
        """
        self._backend = backend
        self._service = backend.service

    def routes(self) -> list[Route]:
        """The routes."""
        return [
            Route("/jobs/{job_id}:cancel", self.cancel, methods=["POST"]),
            Route("/jobs/{job_id}/input", self.get_input, methods=["GET"]),
            Route("/jobs/{job_id}/output", self.get_output, methods=["GET"]),
            Route("/jobs/{job_id}", self.get, methods=["GET"]),
            Route("/jobs/{job_id}", self.put, methods=["PUT"]),
            Route("/jobs/{job_id}", self.update, methods=["PATCH"]),
            Route("/jobs/{job_id}", self.delete, methods=["DELETE"]),
            Route("/jobupdateoptions/{job_id}", self.update, methods=["PATCH"]),
        ]

    async def put(self, request: Request) -> Response:
        """Submits a job: with its payload, or with the address to which it was uploaded."""
        settings = self._backend.settings
        document = await read_document(request, settings.max_document_bytes, settings.body_seconds)
        submission = read_submission(request.path_params["job_id"], document, self._backend.target)
        if submission.data is not None and len(submission.data) > settings.max_inline_bytes:
            raise InputError(
                f"a payload of more than {settings.max_inline_bytes:,} bytes must be uploaded first",
                argument="quire",
            )
        asked = _asked_wait(request)
        wait = 0.0 if asked is None else float(asked)
        if submission.data is None:
            job = await self._submit_uploaded(submission.job, file_of(submission.input_uri or "", settings))
        else:
            job = await self._submit(submission.job, submission.data, is_held=bool(wait))
        if wait:
            job = await self._backend.job_held(job, wait)
        return await self._told(request, job, asked, Addresses.unsigned_files)

    async def _submit(self, job: JobDetails, data: bytes, *, is_held: bool) -> JobDetails:
        if len(data) > MAX_SMALL_BYTES:
            return await self._backend.write(self._service.submit_job, job, data)
        # An answer that is held back until the job has ended is not late by the begin of its run.
        later = None if is_held else self._backend.later()
        return await self._backend.write_brief(self._service.submit_job, job, data, later)

    async def _submit_uploaded(self, job: JobDetails, place: tuple[str, str]) -> JobDetails:
        later = self._backend.later()
        done = await self._backend.write_brief(self._take_small, job, place, later)
        if done is None:
            done = await self._backend.write(self._take, job, place)
        submitted, payload = done
        if payload.creation_time is not None and place[0] == container_of(job.id):
            # What remains after a crash is forgotten after a day, like files that other jobs may need.
            self._backend.forget_soon(*place, payload.creation_time)
        return submitted

    def _take_small(
        self, job: JobDetails, place: tuple[str, str], later: Later | None
    ) -> tuple[JobDetails, Blob] | None:
        """Submits a job with its uploaded payload, if that is small and there; else nothing."""
        payload = self._service.blobs.get(*place, MAX_SMALL_BYTES)
        if payload is None:
            return None
        return self._service.submit_job(job, payload.data, later), payload

    def _take(self, job: JobDetails, place: tuple[str, str]) -> tuple[JobDetails, Blob]:
        payload = self._backend.files.payload(job.id, place)
        return self._service.submit_job(job, payload.data), payload

    async def get(self, request: Request) -> Response:
        """Looks at a job; held back until it has ended where the client asks for it or polls."""
        asked = _asked_wait(request)
        seen = request.query_params.get("seen")
        if seen is not None and seen not in tuple(JobStatus):
            raise InputError(f"seen must be a job status, not {seen!r:.40}", argument="seen")
        job = await self._backend.job_soon(
            request.path_params["job_id"],
            None if asked is None else float(asked),
            None if seen is None else JobStatus(seen),
        )
        return await self._told(request, job, asked, Addresses.signed_files)

    async def _told(
        self,
        request: Request,
        job: JobDetails,
        asked: str | None,
        files: Callable[..., FileUris],
    ) -> Response:
        """A job as it is answered; with its small output, for clients that ask for it in its files' place."""
        headers = {} if asked is None else {"preference-applied": f"wait={asked}"}
        addresses = Addresses(request, self._backend)
        if request.query_params.get("output") != "inline":
            return answer(job_document(job, files(addresses, job)), headers=headers)
        output = None
        if job.status in SUCCESSFUL_JOB_STATUSES:
            output = await self._backend.call_brief(
                self._service.items.small_output, job.id, _MAX_INLINE_OUTPUT
            )
        document = job_document(job, addresses.unsigned_files(job), output=output)
        also = request.query_params.getlist("also")[:_MOST_ALSO]
        if also and job.status.is_terminal:
            document["quire"]["also"] = await self._backend.call_brief(self._ended, also, addresses)
        return answer(document, headers=headers)

    def _ended(self, job_ids: list[str], addresses: Addresses) -> list[Document]:
        """Those of some jobs that have ended, with their small outputs; they are asked for in their order."""
        found: list[Document] = []
        pending, room = 0, _MAX_INLINE_OUTPUT
        for job_id in job_ids:
            job = self._found(job_id)
            if job is None or not job.status.is_terminal:
                pending += 1
                if pending == _MOST_PENDING:
                    break  # jobs mostly end in the order in which they came
                continue
            has_output = job.status in SUCCESSFUL_JOB_STATUSES
            output = self._service.items.small_output(job_id, room) if has_output else None
            room -= len(output or b"")
            found.append(job_document(job, addresses.unsigned_files(job), output=output))
        return found

    def _found(self, job_id: str) -> JobDetails | None:
        try:
            return self._service.get_job(job_id)
        except NotFoundError:
            return None

    async def cancel(self, request: Request) -> Response:
        """Cancels a job."""
        job = await self._backend.write(self._service.cancel_job, request.path_params["job_id"])
        return answer(job_document(job, Addresses(request, self._backend).signed_files(job)))

    async def update(self, request: Request) -> Response:
        """Changes a job's name, priority or tags."""
        settings = self._backend.settings
        document = await read_document(request, settings.max_document_bytes, settings.body_seconds)
        update = partial(self._service.update_job, request.path_params["job_id"], *read_update(document))
        return answer(update_document(await self._backend.write(update)))

    async def delete(self, request: Request) -> Response:
        """Forgets a job and its files."""
        job_id = request.path_params["job_id"]
        await self._backend.write(self._service.delete_job, job_id)
        await self._backend.write(self._backend.files.forget, container_of(job_id))
        return Response(status_code=204)

    async def get_input(self, request: Request) -> Response:
        """A job's payload, for clients that show their key and need no signed address."""
        data = await self._backend.call(self._service.get_input, request.path_params["job_id"])
        return Response(data, media_type=OCTET_STREAM)

    async def get_output(self, request: Request) -> Response:
        """A job's output; see :meth:`get_input`."""
        data = await self._backend.call(self._service.get_output, request.path_params["job_id"])
        return Response(data, media_type=OCTET_STREAM)


def _asked_wait(request: Request) -> str | None:
    """The seconds for which a client asks to have the answer held back; None if it does not."""
    asked = _WAIT.search(request.headers.get("prefer", ""))
    return None if asked is None else asked[1]
