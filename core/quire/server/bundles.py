"""The route that takes many jobs in one request, which quire's own client uses; single jobs have others."""

from datetime import datetime

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from quire.errors import InputError, QuireError
from quire.model import JobDetails
from quire.server.addresses import Addresses, file_of
from quire.server.backend import Backend
from quire.server.bodies import answer, read_document
from quire.server.files import container_of
from quire.transport.faults import error_document
from quire.transport.wire import Submission, job_document, page_document, read_submissions

Upload = tuple[str, str, datetime]
"""A file's container, its name, and when it was uploaded."""


class BundleRoutes:
    """What a server answers to many jobs at a time."""

    def __init__(self, backend: Backend) -> None:
        """Begins to answer.

        Args:
            backend: The server's parts.
        """
        self._backend = backend

    def routes(self) -> list[Route]:
        """The routes."""
        return [Route("/jobs", self.submit, methods=["POST"])]

    async def submit(self, request: Request) -> Response:
        """Submits jobs; each is answered as it was accepted, or with the error that refuses it."""
        settings = self._backend.settings
        document = await read_document(request, settings.max_document_bytes, settings.body_seconds)
        asked = read_submissions(document, self._backend.target)
        found, uploads = await self._backend.write(self._submit, asked)
        for upload in uploads:
            self._backend.forget_soon(*upload)
        addresses = Addresses(request, self._backend)
        documents = [
            error_document(each)
            if isinstance(each, QuireError)
            else job_document(each, addresses.unsigned_files(each))
            for each in found
        ]
        return answer(page_document(documents))

    def _submit(
        self, asked: list[Submission | InputError]
    ) -> tuple[list[JobDetails | QuireError], list[Upload]]:
        """What became of each, and the files that nobody needs any more."""
        uploads: dict[str, Upload] = {}
        taken = [each if isinstance(each, QuireError) else self._taken(each, uploads) for each in asked]
        ready = [each for each in taken if not isinstance(each, QuireError)]
        accepted = iter(self._backend.service.submit_jobs(ready))
        found = [each if isinstance(each, QuireError) else next(accepted) for each in taken]
        jobs = [each.id for each in found if isinstance(each, JobDetails)]
        return found, [uploads[job_id] for job_id in jobs if job_id in uploads]

    def _taken(
        self, submission: Submission, uploads: dict[str, Upload]
    ) -> tuple[JobDetails, bytes] | QuireError:
        """A job with its payload; one that was uploaded for it alone is noted in ``uploads``."""
        job, data, settings = submission.job, submission.data, self._backend.settings
        most = settings.max_inline_bytes
        if data is not None and len(data) > most:
            return InputError(f"a payload of more than {most:,} bytes is uploaded first", argument="quire")
        if data is not None:
            return job, data
        try:
            place = file_of(submission.input_uri or "", settings)
            payload = self._backend.files.payload(job.id, place)
        except QuireError as error:
            return error
        if payload.creation_time is not None and place[0] == container_of(job.id):
            uploads[job.id] = *place, payload.creation_time
        return job, payload.data
