"""The files that clients see in containers: those of jobs, and those on their way to one.

A job has the container ``job-<id>`` with its payload, its output and its attachments, whatever container the
payload was uploaded to.
"""

from quire.errors import ConflictError, NotFoundError, ResultFormatError
from quire.formats import MICROSOFT_RESULTS_V1, MICROSOFT_RESULTS_V2
from quire.model import JobDetails
from quire.service.blobs import OCTET_STREAM, Blob
from quire.service.items import RESERVED_NAMES
from quire.service.service import Service

INPUT, OUTPUT, RAW_OUTPUT = RESERVED_NAMES
_PREFIX = "job-"
_JSON = "application/json"


def container_of(job_id: str) -> str:
    """The name of a job's container."""
    return f"{_PREFIX}{job_id}"


def output_name(job: JobDetails) -> str:
    """The name of a job's output: what the provider gave, results or the report of a failure, is called raw.

    It is not raw while the job has not ended, after a translation, and after a failure of the translation or
    of the submission, when the provider has begun nothing.
    """
    if not job.status.is_terminal:
        return OUTPUT
    if job.error_data is not None:
        began = job.begin_execution_time is not None
        return RAW_OUTPUT if began and job.error_data.code != ResultFormatError.code else OUTPUT
    translated = job.output_data_format in (MICROSOFT_RESULTS_V1, MICROSOFT_RESULTS_V2)
    return OUTPUT if translated else RAW_OUTPUT


class Files:
    """The files of a service."""

    def __init__(self, service: Service) -> None:
        """Begins to show a service's files.

        Args:
            service: The service.
        """
        self._service = service

    def read(self, container: str, name: str) -> Blob:
        """A file with its content.

        Raises:
            NotFoundError: There is none of that name.
        """
        found = self._read_of_job(container, name) or self._service.blobs.get(container, name)
        if found is None:
            raise NotFoundError(f"there is no file {name!r} in {container!r}", kind="blob", name=name)
        return found

    def read_small(self, container: str, name: str, most: int) -> Blob | None:
        """The output of a job, if the file is that and has at most so many bytes; else None, and quickly."""
        job_id = _job_id(container)
        if job_id is None or name not in (OUTPUT, RAW_OUTPUT):
            return None
        data = self._service.items.small_output(job_id, most)
        return None if data is None else Blob(name, len(data), _JSON, None, data)

    def _read_of_job(self, container: str, name: str) -> Blob | None:
        job_id = _job_id(container)
        if job_id is None:
            return None
        content_type = OCTET_STREAM
        try:
            if name == INPUT:
                data = self._service.get_input(job_id)
            elif name in RESERVED_NAMES:
                data, content_type = self._service.get_output(job_id), _JSON
            else:
                data = self._service.download_attachment(job_id, name)
        except NotFoundError:
            # What a client uploaded is never taken for the output of a job.
            if name in RESERVED_NAMES and self._job_of(container) is not None:
                raise
            return None
        return Blob(name, len(data), content_type, None, data)

    def write(self, container: str, name: str, data: bytes, content_type: str, *, replace: bool) -> None:
        """Keeps a file: as an attachment where there is a job, else until a job takes it over.

        Raises:
            ConflictError: There is one of that name, and it is not to be replaced or belongs to a job.
            InputError: The name is wrong, or the file too large.
        """
        job = self._job_of(container)
        if job is None:
            self._service.blobs.put(container, name, data, content_type, replace=replace)
        elif name in RESERVED_NAMES:
            raise ConflictError(f"{name} of job {job.id} is the service's own", kind="blob", name=name)
        else:
            self._service.upload_attachment(job.id, name, data, replace=replace)

    def entries(self, container: str) -> list[Blob]:
        """A container's files by name, without their content."""
        found = {blob.name: blob for blob in self._service.blobs.entries(container)}
        job = self._job_of(container)
        if job is not None:
            for name in RESERVED_NAMES:  # what was uploaded as such is not the job's
                found.pop(name, None)
            found.update((blob.name, blob) for blob in self._list_of_job(job))
        return [found[name] for name in sorted(found)]

    def _list_of_job(self, job: JobDetails) -> list[Blob]:
        attached = self._service.list_attachments(job.id)
        files = [Blob(file.name, file.size, OCTET_STREAM, file.creation_time) for file in attached]
        size = len(self._service.get_input(job.id))
        files.append(Blob(INPUT, size, OCTET_STREAM, job.creation_time))
        try:
            output = self._service.get_output(job.id)
        except NotFoundError:
            return files
        return [*files, Blob(output_name(job), len(output), _JSON, job.end_execution_time)]

    def payload(self, job_id: str, place: tuple[str, str]) -> Blob:
        """The payload of a job that is submitted with the address to which it was uploaded.

        Args:
            job_id: The job's id.
            place: The container and name of the file.

        Returns:
            The file; without a time of upload, if a job has it.

        Raises:
            NotFoundError: Nothing was uploaded there.
        """
        try:
            return self._service.blobs.get(*place) or self.read(*place)
        except NotFoundError:
            # The same request again, after the payload was taken over.
            data = self._own_input(job_id)
            if data is None:
                raise
            return Blob(INPUT, len(data), OCTET_STREAM, None, data)

    def _own_input(self, job_id: str) -> bytes | None:
        try:
            return self._service.get_input(job_id)
        except NotFoundError:
            return None

    def forget(self, container: str) -> None:
        """Forgets the files of a container that belong to no job."""
        self._service.blobs.delete_container(container)

    def _job_of(self, container: str) -> JobDetails | None:
        job_id = _job_id(container)
        try:
            return None if job_id is None else self._service.get_job(job_id)
        except NotFoundError:
            return None


def _job_id(container: str) -> str | None:
    """The id of the job that has a container, or will have it; None if none ever has."""
    return container.removeprefix(_PREFIX) if container.startswith(_PREFIX) else None
