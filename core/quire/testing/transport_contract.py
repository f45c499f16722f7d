"""What every transport has to do, as tests: for whoever writes one, and for quire's own."""

import asyncio
import contextlib
import uuid
from abc import ABC, abstractmethod
from collections.abc import Iterator

import attrs

from quire.errors import ConflictError, InputError, NotFoundError, QuireError, SessionClosedError
from quire.formats import IONQ_CIRCUIT, IONQ_RESULTS
from quire.model import JobDetails, SessionDetails
from quire.query import ItemQuery, OrderBy
from quire.status import JobStatus, SessionJobFailurePolicy, SessionStatus
from quire.transport.base import Transport

_PATIENCE = 60.0


class TransportContract(ABC):
    """Tests of one transport: subclass it, say how to open yours, and have your test runner find it.

    Its methods ``test_...`` take nothing, and raise ``AssertionError`` for what does not hold. Each opens a
    transport of its own. The jobs are of ``ionq.simulator``; a service without it overrides both kinds.
    """

    @abstractmethod
    def open_transport(self) -> Transport:
        """A transport whose service is up; it is closed by the test."""

    def good_job(self) -> tuple[JobDetails, bytes]:
        """A job that succeeds, under an id that is its own, and its payload."""
        data = b'{"qubits": 1, "circuit": [{"gate": "x", "target": 0}]}'
        return _job("ionq.simulator", "ionq", IONQ_CIRCUIT, IONQ_RESULTS), data

    def bad_job(self) -> tuple[JobDetails, bytes]:
        """A job that fails, and its payload."""
        return self.good_job()[0], b"this is no circuit"

    def session(self, policy: SessionJobFailurePolicy = SessionJobFailurePolicy.ABORT) -> SessionDetails:
        """A session for the jobs, that is not open yet."""
        job, _ = self.good_job()
        return SessionDetails(
            id=job.id,
            name=f"session-{job.id}",
            provider_id=job.provider_id,
            target=job.target,
            job_failure_policy=policy,
        )

    @contextlib.contextmanager
    def _opened(self) -> Iterator[Transport]:
        transport = self.open_transport()
        try:
            yield transport
        finally:
            transport.close()

    def _ended(self, transport: Transport, job: tuple[JobDetails, bytes]) -> JobDetails:
        return transport.wait_job(transport.submit_job(*job).id, _PATIENCE)

    # Targets

    def test_targets_are_listed_by_id(self) -> None:
        """All targets, each once, and that of the jobs is one of them."""
        with self._opened() as transport:
            ids = [target.id for target in transport.list_targets()]
            assert ids == sorted(set(ids))
            assert self.good_job()[0].target in ids

    # Sessions

    def test_a_session_opens_and_closes(self) -> None:
        """It waits until it is closed, and stays as it then is."""
        with self._opened() as transport:
            asked = self.session()
            opened = transport.open_session(asked)
            assert (opened.id, opened.name, opened.status) == (asked.id, asked.name, SessionStatus.WAITING)
            assert transport.get_session(asked.id) == opened
            closed = transport.close_session(asked.id)
            assert closed.status is SessionStatus.SUCCEEDED
            assert closed.end_execution_time is not None
            assert transport.close_session(asked.id) == closed

    def test_opening_again(self) -> None:
        """The same definition answers the session as it is; another one is refused."""
        with self._opened() as transport:
            asked = self.session()
            assert transport.open_session(asked) == transport.open_session(asked)
            with _refused(ConflictError):
                transport.open_session(attrs.evolve(asked, name="another"))

    def test_a_closed_session_takes_no_jobs(self) -> None:
        """The refusal is an error of its own."""
        with self._opened() as transport:
            session = transport.open_session(self.session())
            transport.close_session(session.id)
            job, data = self.good_job()
            with _refused(SessionClosedError):
                transport.submit_job(attrs.evolve(job, session_id=session.id), data)

    def test_a_failed_job_ends_its_session_or_not(self) -> None:
        """As the session's policy says."""
        with self._opened() as transport:
            ends = {
                SessionJobFailurePolicy.ABORT: SessionStatus.FAILED,
                SessionJobFailurePolicy.CONTINUE: SessionStatus.FAILURE_S,
            }
            for policy, status in ends.items():
                session = transport.open_session(self.session(policy))
                job, data = self.bad_job()
                self._ended(transport, (attrs.evolve(job, session_id=session.id), data))
                assert transport.get_session(session.id).status is status
                assert transport.cancel_session(session.id).status is SessionStatus.FAILED

    def test_what_does_not_exist(self) -> None:
        """Each verb says so."""
        with self._opened() as transport:
            for verb in (transport.get_session, transport.close_session, transport.cancel_session):
                with _refused(NotFoundError):
                    verb(str(uuid.uuid4()))
            for look in (transport.get_job, transport.wait_job, transport.cancel_job, transport.delete_job):
                with _refused(NotFoundError):
                    look(str(uuid.uuid4()))
            with _refused(NotFoundError):
                list(transport.list_jobs(ItemQuery(session_id=str(uuid.uuid4()))))
            job, data = self.good_job()
            with _refused(NotFoundError):
                transport.submit_job(attrs.evolve(job, target="nowhere"), data)
            with _refused(NotFoundError):
                transport.submit_job(attrs.evolve(job, session_id=str(uuid.uuid4())), data)

    # Jobs

    def test_a_job_from_submission_to_output(self) -> None:
        """It is kept as submitted, ends, and has its output then."""
        with self._opened() as transport:
            job, data = self.good_job()
            job = attrs.evolve(job, name="the \u00e4 job", tags=("one", "two"), metadata={"key": "text"})
            accepted = transport.submit_job(job, data)
            for seen in (accepted, transport.get_job(job.id)):
                kept = (seen.id, seen.name, seen.target, seen.tags, dict(seen.metadata))
                assert kept == (job.id, job.name, job.target, job.tags, {"key": "text"})
            ended = transport.wait_job(job.id, _PATIENCE)
            assert (ended.status, ended.error_data) == (JobStatus.SUCCEEDED, None)
            assert transport.get_input(job.id) == data
            assert transport.get_output(job.id) == transport.get_output(job.id) != b""
            assert transport.cancel_job(job.id).status is JobStatus.SUCCEEDED

    def test_submitting_again(self) -> None:
        """The same job answers it as it is; another one under its id is refused."""
        with self._opened() as transport:
            job, data = self.good_job()
            self._ended(transport, (job, data))
            assert transport.submit_job(job, data).status is JobStatus.SUCCEEDED
            with _refused(ConflictError):
                transport.submit_job(attrs.evolve(job, name="another"), data)

    def test_submitting_several(self) -> None:
        """Each is answered in its place; one that is refused is of no account to the others."""
        with self._opened() as transport:
            session = transport.open_session(self.session())
            transport.close_session(session.id)
            (first, data), (second, _), (third, _) = (self.good_job() for _ in range(3))
            transport.submit_job(first, data)
            found = transport.submit_jobs(
                [
                    (second, data),
                    (attrs.evolve(first, name="another"), data),
                    (first, data),
                    (attrs.evolve(third, session_id=session.id), data),
                    (attrs.evolve(third, target="nowhere"), data),
                    (third, data),
                    (third, data),
                ]
            )
            kinds = [each.id if isinstance(each, JobDetails) else type(each) for each in found]
            refused = (ConflictError, first.id, SessionClosedError, NotFoundError)
            assert kinds == [second.id, *refused, third.id, third.id]
            assert transport.submit_jobs([]) == []
            for job in (first, second, third):
                assert transport.wait_job(job.id, _PATIENCE).status is JobStatus.SUCCEEDED
                assert transport.get_input(job.id) == data

    def test_a_job_that_fails(self) -> None:
        """It says why, and has no output."""
        with self._opened() as transport:
            job = self._ended(transport, self.bad_job())
            assert job.status is JobStatus.FAILED
            assert job.error_data is not None
            assert job.error_data.code
            with _refused(NotFoundError):
                transport.get_output(job.id)

    def test_what_waits_bring_is_known(self) -> None:
        """Whether an answer to a wait brings outputs along is said: sessions wait for their jobs by that."""
        with self._opened() as transport:
            assert transport.waits_bring_outputs in (True, False)

    def test_waiting(self) -> None:
        """With a thread and without one, for the end and for any other status than the one seen."""
        with self._opened() as transport:
            job = self._ended(transport, self.good_job())
            assert transport.wait_job(job.id) == job
            assert transport.wait_job(job.id, 0.0, JobStatus.WAITING) == job
            assert asyncio.run(transport.wait_job_async(job.id, _PATIENCE)) == job
            assert asyncio.run(transport.wait_job_async(job.id, 0.0, JobStatus.WAITING)) == job

    def test_updating(self) -> None:
        """What is named changes, the rest stays."""
        with self._opened() as transport:
            job = self._ended(transport, self.good_job())
            updated = transport.update_job(job.id, "renamed", None, ("new",))
            assert (updated.name, updated.tags, updated.priority) == ("renamed", ("new",), job.priority)
            assert transport.get_job(job.id).name == "renamed"
            with _refused(InputError):
                transport.update_job(job.id, None, "Urgent", None)

    def test_deleting(self) -> None:
        """It is gone, from lists too."""
        with self._opened() as transport:
            job = self._ended(transport, self.good_job())
            transport.delete_job(job.id)
            with _refused(NotFoundError):
                transport.get_job(job.id)
            assert job.id not in {found.id for found in transport.list_jobs(ItemQuery())}

    def test_attachments(self) -> None:
        """They come back as they were, are listed by name, and are not replaced."""
        with self._opened() as transport:
            job = self._ended(transport, self.good_job())
            transport.upload_attachment(job.id, "b", b"\x00\xff")
            transport.upload_attachment(job.id, "a", b"")
            assert [(file.name, file.size) for file in transport.list_attachments(job.id)] == [
                ("a", 0),
                ("b", 2),
            ]
            assert transport.download_attachment(job.id, "b") == b"\x00\xff"
            with _refused(ConflictError):
                transport.upload_attachment(job.id, "b", b"again")
            with _refused(NotFoundError):
                transport.download_attachment(job.id, "c")

    # Lists

    def test_lists(self) -> None:
        """Both ways round, by name and by session; single jobs and sessions together."""
        with self._opened() as transport:
            session = transport.open_session(self.session(SessionJobFailurePolicy.CONTINUE))
            names = {}
            for number, (job, data) in enumerate([self.good_job(), self.good_job(), self.bad_job()]):
                within = session.id if number else None
                named = attrs.evolve(job, name=f"{session.id} {number}", session_id=within)
                names[self._ended(transport, (named, data)).id] = named.name
            mine = ItemQuery(name_prefix=session.id, order_by=OrderBy.NAME)
            assert {job.id: job.name for job in transport.list_jobs(mine)} == names
            turned = [job.name for job in transport.list_jobs(attrs.evolve(mine, descending=True))]
            assert turned == sorted(names.values(), reverse=True)
            of_session = transport.list_jobs(ItemQuery(session_id=session.id))
            assert {job.name for job in of_session} == set(list(names.values())[1:])
            failed = ItemQuery(session_id=session.id, statuses=(JobStatus.FAILED,))
            assert [job.name for job in transport.list_jobs(failed)] == [list(names.values())[2]]
            assert session.id in {found.id for found in transport.list_sessions(ItemQuery())}
            together = {item.id for item in transport.list_top_level_items(ItemQuery())}
            assert {session.id, next(iter(names))} <= together
            assert not together & set(list(names)[1:])


def _job(target: str, provider: str, input_format: str, output_format: str) -> JobDetails:
    job_id = str(uuid.uuid4())
    return JobDetails(
        id=job_id,
        name=f"job-{job_id}",
        provider_id=provider,
        target=target,
        input_data_format=input_format,
        output_data_format=output_format,
    )


@contextlib.contextmanager
def _refused(kind: type[QuireError]) -> Iterator[None]:
    try:
        yield
    except kind:
        return
    raise AssertionError(f"this should have been refused with {kind.__name__}")
