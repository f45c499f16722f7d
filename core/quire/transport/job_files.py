"""The files of the jobs of a service behind a URL: payloads on their way, outputs, attachments."""

import contextlib
from collections.abc import Callable
from urllib.parse import urlsplit

from quire.errors import ConflictError, InputError, NotFoundError, QuireError
from quire.model import Attachment, JobDetails
from quire.service.definition import check_name, check_size
from quire.transport import wire
from quire.transport.asker import Asker
from quire.transport.containers import Containers, container_name, in_container, is_signed, named

INPUT_FILE = "inputData"
SERVICE_FILES = (INPUT_FILE, "outputData", "rawOutputData")


class JobFiles:
    """What lies in the containers of jobs."""

    def __init__(self, asker: Asker) -> None:
        """Nothing is asked yet.

        Args:
            asker: Asks the service for addresses.
        """
        self._asker = asker
        self._containers = Containers(asker.connection)

    def upload_input(self, job: JobDetails, data: bytes) -> wire.FileUris:
        """Uploads a payload for a job that is about to be submitted; where it is then."""
        container = self._signed(f"job-{job.id}")
        uri = in_container(container, INPUT_FILE)
        # In a conflict the job took it over in an earlier attempt; the submission tells if it is the same.
        with contextlib.suppress(ConflictError):
            self._containers.upload(uri, data, job.input_data_format, replace=True)
        return wire.FileUris(container, uri.partition("?")[0])

    def _signed(self, container: str, file: str | None = None) -> str:
        asked = wire.sas_request(container, file)
        return wire.parse_sas(self._asker.ask("POST", "storage/sasUri", asked).document())

    def _uris(self, job_id: str) -> wire.FileUris:
        answer = self._asker.connection.ask(self._asker.look(job_id, 0.0, None))
        return wire.parse_files(answer.document() or {})

    def read(self, job_id: str, which: Callable[[wire.FileUris], str]) -> bytes:
        """A job's payload or output.

        Args:
            job_id: The job's id.
            which: Which of its files.

        Raises:
            NotFoundError: There is no such job, or it has no such file.
        """
        uri = which(self._uris(job_id))
        if not uri:
            raise NotFoundError(f"job {job_id} has no such file", kind="file", name=job_id)
        if not is_signed(uri):
            container, _, name = urlsplit(uri).path.rpartition("/")
            uri = self._signed(container_name(container), name)
        return self._containers.download(uri)

    def _container(self, job_id: str) -> str:
        """The signed address of a job's container."""
        return self._signed(container_name(self._uris(job_id).container))

    def upload_attachment(self, job_id: str, name: str, data: bytes) -> Attachment:
        """Attaches a file to a job; see ``Transport``."""
        if name in SERVICE_FILES:
            raise InputError(f"{name} is the service's own; choose another name", argument="name")
        check_name("name", name)
        check_size("attachment", len(data))
        container = self._container(job_id)
        try:
            uri = in_container(container, name)
            self._containers.upload(uri, data, "application/octet-stream", replace=False)
        except QuireError as error:
            raise named(error, "attachment", name) from error
        return Attachment(name, len(data), None)

    def download_attachment(self, job_id: str, name: str) -> bytes:
        """A file that is attached to a job; see ``Transport``."""
        container = self._container(job_id)
        try:
            return self._containers.download(in_container(container, name))
        except NotFoundError as error:
            raise named(error, "attachment", name) from error

    def list_attachments(self, job_id: str) -> list[Attachment]:
        """What is attached to a job; see ``Transport``."""
        found = self._containers.entries(self._container(job_id))
        return [file for file in found if file.name not in SERVICE_FILES]
