"""The route that takes many jobs in one request, which quire's own client uses; single jobs have others."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from quire.errors import InputError, QuireError
from quire.model import JobDetails
from quire.server.addresses import Addresses, file_of
from quire.server.backend import Backend
from quire.server.bodies import answer, read_document
from quire.transport.faults import error_document
from quire.transport.wire import Submission, job_document, page_document, read_submissions


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
        found = await self._backend.call(self._submit, asked)
        addresses = Addresses(request, self._backend)
        documents = [
            error_document(each)
            if isinstance(each, QuireError)
            else job_document(each, addresses.unsigned_files(each))
            for each in found
        ]
        return answer(page_document(documents))

    def _submit(self, asked: list[Submission | InputError]) -> list[JobDetails | QuireError]:
        taken = [each if isinstance(each, QuireError) else self._with_payload(each) for each in asked]
        ready = [each for each in taken if not isinstance(each, QuireError)]
        accepted = iter(self._backend.service.submit_jobs(ready))
        found = [each if isinstance(each, QuireError) else next(accepted) for each in taken]
        for submission, job in zip(asked, found, strict=True):
            if isinstance(submission, Submission) and isinstance(job, JobDetails) and submission.data is None:
                self._backend.service.blobs.delete(*self._place(submission))
        return found

    def _with_payload(self, submission: Submission) -> tuple[JobDetails, bytes] | QuireError:
        most = self._backend.settings.max_inline_bytes
        data = submission.data
        if data is not None and len(data) > most:
            return InputError(f"a payload of more than {most:,} bytes is uploaded first", argument="quire")
        try:
            if data is None:
                data = self._backend.files.payload_for(submission.job.id, self._place(submission))
        except QuireError as error:
            return error
        return submission.job, data

    def _place(self, submission: Submission) -> tuple[str, str]:
        return file_of(submission.input_uri or "", self._backend.settings)
