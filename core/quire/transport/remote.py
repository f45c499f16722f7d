"""A service behind a URL: its verbs as requests of the Azure Quantum data-plane API.

It works with quire's own server, with whose help a small job is submitted in one request and waiting needs no
polling, and with any other service that speaks the API.
"""

import asyncio
import time
from collections.abc import Callable, Generator, Iterator, Sequence
from itertools import islice
from typing import Any, TypeVar
from urllib.parse import urlsplit

from quire.clock import monotonic
from quire.errors import ConflictError, InputError, NotFoundError, QuireError
from quire.model import Attachment, JobDetails, SessionDetails, TargetSpec
from quire.query import ItemQuery
from quire.service.definition import check_job, check_name, check_session, refused_jobs
from quire.status import JobStatus
from quire.transport import wire
from quire.transport.asker import Asker
from quire.transport.authorization import Authorization
from quire.transport.base import submit_one_by_one
from quire.transport.bundles import bundles, parse_bundle
from quire.transport.connection import MAX_ASYNC_CONNECTIONS, Connection
from quire.transport.exchange import Answer, Request
from quire.transport.filters import write_filter, write_order
from quire.transport.habits import Habits, KeptJobs, KeptOutputs
from quire.transport.job_files import JobFiles
from quire.transport.spelling import item_path, prefer

T = TypeVar("T", JobDetails, SessionDetails, JobDetails | SessionDetails)

_INLINE_HEADER = "x-quire-inline-bytes"
_PAGE = 100
_HOLD_SECONDS = 20.0
_CROWDED_HOLD_SECONDS = 1.0
_FIRST_NAP, _NAP_GROWTH, _LONGEST_NAP = 0.2, 1.5, 10.0


class RemoteService:
    """A service behind a URL."""

    def __init__(
        self, location: str, workspace: str, authorization: Authorization, known: dict[str, TargetSpec]
    ) -> None:
        """Prepares to ask; the first request is made by the first verb.

        Args:
            location: Where the service is, for people.
            workspace: The URL of the workspace there.
            authorization: Who asks.
            known: Targets by id, from which comes what the service does not say of its own.
        """
        self.location = location
        self._origin = "{0.scheme}://{0.netloc}".format(urlsplit(workspace))
        self._targets: dict[str, TargetSpec] = {}
        self._outputs = KeptOutputs()
        self._ended = KeptJobs()
        self._habits = Habits()
        self._known = known
        self._connection = Connection(authorization)
        asker = Asker(self._connection, workspace)
        self._ask, self._request, self._look = asker.ask, asker.request, asker.look
        self._files = JobFiles(asker)
        self._inline_bytes: int | None = None

    @property
    def _is_quire(self) -> bool:
        """Whether the service is quire's own server, which says so with its targets."""
        if self._inline_bytes is None:
            self.list_targets()
        return bool(self._inline_bytes)

    @property
    def waits_bring_outputs(self) -> bool:
        """Whether the service is quire's own server; see ``Transport``."""
        return self._is_quire

    # Targets

    def list_targets(self) -> tuple[TargetSpec, ...]:
        """All targets; see ``Transport``."""
        answer = self._ask("GET", "providerStatus")
        announced = answer.headers.get(_INLINE_HEADER, "0")
        self._inline_bytes = int(announced) if announced.isdecimal() else 0
        targets = wire.parse_targets(answer.document(), self._known)
        self._targets = {target.id: target for target in sorted(targets, key=lambda target: target.id)}
        return tuple(self._targets.values())

    # Sessions

    def open_session(self, session: SessionDetails) -> SessionDetails:
        """Opens a session; see ``Transport``."""
        if self._is_quire:
            check_session(session, self._targets)
        document = wire.session_request(session)
        return wire.parse_session(self._ask("PUT", item_path("sessions", session.id), document).document())

    def get_session(self, session_id: str) -> SessionDetails:
        """One session; see ``Transport``."""
        return wire.parse_session(self._ask("GET", item_path("sessions", session_id)).document())

    def close_session(self, session_id: str) -> SessionDetails:
        """Closes a session; see ``Transport``."""
        return wire.parse_session(self._ask("POST", item_path("sessions", session_id) + ":close").document())

    def cancel_session(self, session_id: str) -> SessionDetails:
        """Cancels a session; see ``Transport``."""
        if self._is_quire:
            return wire.parse_session(
                self._ask("POST", item_path("sessions", session_id) + ":cancel").document()
            )
        for job in self.list_jobs(ItemQuery(session_id=session_id)):
            if not job.status.is_terminal:
                self.cancel_job(job.id)
        return self.close_session(session_id)

    def list_sessions(self, query: ItemQuery) -> Iterator[SessionDetails]:
        """The sessions that a query asks for; see ``Transport``."""
        return self._list("sessions", query, wire.parse_session)

    def list_top_level_items(self, query: ItemQuery) -> Iterator[SessionDetails | JobDetails]:
        """Sessions, and jobs that belong to none; see ``Transport``."""
        return self._list("topLevelItems", query, wire.parse_item)

    def list_jobs(self, query: ItemQuery) -> Iterator[JobDetails]:
        """The jobs that a query asks for; see ``Transport``."""
        if query.session_id is None:
            return self._list("jobs", query, wire.parse_job)
        return self._list(item_path("sessions", query.session_id) + "/jobs", query, wire.parse_job)

    def _list(self, path: str, query: ItemQuery, parse: Callable[[Any], T]) -> Iterator[T]:
        """The items of a list. Its first page is fetched at once, so a wrong question is refused at once."""
        first = self._request(
            "GET",
            path,
            filter=write_filter(query, days_only=not self._is_quire),
            orderby=write_order(query),
            skip="0",
            top=str(_PAGE),
        )
        return self._pages(self._connection.ask(first), query, parse)

    def _pages(self, answer: Answer, query: ItemQuery, parse: Callable[[Any], T]) -> Iterator[T]:
        while True:
            items, following = wire.parse_page(answer.document(), parse)
            for item in items:
                if query.lets_through(item.name, item.creation_time):
                    yield item
            if following is None:
                return
            # Only the path: the key must not follow a link to another host.
            parts = urlsplit(following)
            url = f"{self._origin}{parts.path}?{parts.query}"
            answer = self._connection.ask(Request("GET", url, {"accept": "application/json"}))

    # Jobs

    def submit_job(self, job: JobDetails, data: bytes) -> JobDetails:
        """Accepts a job; see ``Transport``."""
        if self._is_quire:
            # The same check as the service's own, so that a payload is not uploaded in vain.
            check_job(job, data, self._targets)
        document = self._submission(job, data)
        hold, options = self._habits.hold_of_submission(), {}
        if hold and self._is_quire:
            options = {"headers": prefer(hold), "seconds": hold, "output": "inline"}
        self._habits.submits(job.id)
        answer = self._ask("PUT", item_path("jobs", job.id), document, **options).document()
        self._outputs.keep(job.id, wire.parse_output(answer))
        accepted = wire.parse_job(answer)
        if self._is_quire and not accepted.status.is_terminal:
            self._habits.answered_early(job.id)
        return accepted

    def _submission(self, job: JobDetails, data: bytes) -> wire.Document:
        """What submits a job: with its payload if that is small, else with where it has been uploaded to."""
        if len(data) <= (self._inline_bytes or 0):
            return wire.submission_document(job, wire.FileUris(), data)
        return wire.submission_document(job, self._files.upload_input(job, data))

    def submit_jobs(self, jobs: Sequence[tuple[JobDetails, bytes]]) -> list[JobDetails | QuireError]:
        """Accepts jobs together; see ``Transport``."""
        if len(jobs) == 1 or not self._is_quire:
            return submit_one_by_one(self.submit_job, jobs)
        found: dict[int, JobDetails | QuireError] = {**refused_jobs(jobs, self._targets)}
        documents = {}
        for place, (job, data) in enumerate(jobs):
            if place not in found:
                try:
                    documents[place] = self._submission(job, data) | {"id": job.id}
                except (InputError, NotFoundError, ConflictError) as error:
                    found[place] = error
        places = iter(documents)
        for count, body in bundles(documents.values()):
            answer = self._ask("POST", "jobs", body=body).document()
            accepted = parse_bundle(answer, count)
            found.update(zip(islice(places, count), accepted, strict=True))
        for each in found.values():
            if isinstance(each, JobDetails) and not each.status.is_terminal:
                self._habits.answered_early(each.id)
        return [found[place] for place in range(len(jobs))]

    def get_job(self, job_id: str) -> JobDetails:
        """One job; see ``Transport``."""
        # A server that is asked not to wait does not hold the answer back.
        return wire.parse_job(self._connection.ask(self._look(job_id, 0.0, None)).document())

    def _wait_look(self, job_id: str, hold: float, seen: JobStatus | None, *, alone: bool = True) -> Request:
        """A look for who waits, and mostly wants the job's output next, and then the next job.

        With ``alone=False`` others wait at the same time, and the next jobs may be theirs.
        """
        if not self._is_quire:
            return self._look(job_id, hold, seen)
        also = self._habits.also_awaited(job_id)
        return self._look(job_id, hold, seen, output="inline", also=also if alone else [])

    def wait_job(
        self, job_id: str, timeout: float | None = None, seen: JobStatus | None = None
    ) -> JobDetails:
        """Waits for a job; see ``Transport``."""
        watch = self._watch(job_id, timeout, seen, lambda: _HOLD_SECONDS)
        step = next(watch)
        while not isinstance(step, JobDetails):
            nap, hold = step
            if nap:
                time.sleep(nap)
            step = watch.send(self._connection.ask(self._wait_look(job_id, hold, seen)))
        if step.status.is_terminal:
            self._habits.waited(job_id)
        return step

    async def wait_job_async(
        self, job_id: str, timeout: float | None = None, seen: JobStatus | None = None
    ) -> JobDetails:
        """Waits for a job without a thread; see ``Transport``."""
        watch = self._watch(job_id, timeout, seen, self._async_hold)
        step = next(watch)
        while not isinstance(step, JobDetails):
            nap, hold = step
            if nap:
                await asyncio.sleep(nap)
            look = self._wait_look(job_id, hold, seen, alone=not self._connection.async_users)
            step = watch.send(await self._connection.ask_async(look))
        return step

    def _async_hold(self) -> float:
        """How long to have answers held back: shortly when there are more waiting than connections."""
        is_crowded = self._connection.async_users >= MAX_ASYNC_CONNECTIONS
        return _CROWDED_HOLD_SECONDS if is_crowded else _HOLD_SECONDS

    def _watch(
        self, job_id: str, timeout: float | None, seen: JobStatus | None, longest_hold: Callable[[], float]
    ) -> Generator[tuple[float, float] | JobDetails, Answer, None]:
        """How long to sleep, and how long to have the next look held back; at last the job.

        The answers to the looks are sent in.
        """
        kept = self._ended.take(job_id)
        if kept is not None:
            yield kept
            return
        deadline = None if timeout is None else monotonic() + timeout
        nap, next_nap = 0.0, _FIRST_NAP
        while True:
            left = None if deadline is None else max(0.0, deadline - monotonic())
            hold = longest_hold() if left is None else min(longest_hold(), left)
            answer = yield nap if left is None else min(nap, left), hold
            document = answer.document()
            job = wire.parse_job(document)
            self._outputs.keep(job_id, wire.parse_output(document))
            for other, output in wire.parse_also(document):
                self._ended.keep(other)
                self._outputs.keep(other.id, output)
                self._habits.ended(other.id)
            is_over = left == 0 or (deadline is not None and monotonic() >= deadline)
            if job.status.is_terminal or (seen is not None and job.status is not seen) or is_over:
                yield job
                return
            if "preference-applied" not in answer.headers:
                nap, next_nap = next_nap, min(next_nap * _NAP_GROWTH, _LONGEST_NAP)

    def cancel_job(self, job_id: str) -> JobDetails:
        """Cancels a job; see ``Transport``."""
        self._ended.take(job_id)
        answer = self._ask("POST", item_path("jobs", job_id) + ":cancel")
        # Azure has answered this without a body.
        return wire.parse_job(answer.document()) if answer.content else self.get_job(job_id)

    def update_job(
        self, job_id: str, name: str | None, priority: str | None, tags: tuple[str, ...] | None
    ) -> JobDetails:
        """Changes a job; see ``Transport``."""
        if name is not None:
            check_name("name", name)
        self._ended.take(job_id)
        document = wire.update_request(name, priority, tags)
        self._ask("PATCH", item_path("jobs", job_id), document, media_type="application/merge-patch+json")
        return self.get_job(job_id)

    def delete_job(self, job_id: str) -> None:
        """Forgets a job; see ``Transport``."""
        self._outputs.take(job_id)
        self._ended.take(job_id)
        self._ask("DELETE", item_path("jobs", job_id))

    # Files

    def get_input(self, job_id: str) -> bytes:
        """A job's payload; see ``Transport``."""
        if self._is_quire:
            return self._ask("GET", item_path("jobs", job_id) + "/input").content
        return self._files.read(job_id, lambda files: files.input)

    def get_output(self, job_id: str) -> bytes:
        """A job's output; see ``Transport``."""
        self._habits.waited(job_id)
        kept = self._outputs.take(job_id)
        if kept is not None:
            return kept
        if self._is_quire:
            return self._ask("GET", item_path("jobs", job_id) + "/output").content
        try:
            return self._files.read(job_id, lambda files: files.output)
        except NotFoundError as error:
            raise NotFoundError(f"job {job_id} has no output", kind="output", name=job_id) from error

    def upload_attachment(self, job_id: str, name: str, data: bytes) -> Attachment:
        """Attaches a file to a job; see ``Transport``."""
        return self._files.upload_attachment(job_id, name, data)

    def download_attachment(self, job_id: str, name: str) -> bytes:
        """A file that is attached to a job; see ``Transport``."""
        return self._files.download_attachment(job_id, name)

    def list_attachments(self, job_id: str) -> list[Attachment]:
        """What is attached to a job; see ``Transport``."""
        return self._files.list_attachments(job_id)

    # Life

    def prepare(self) -> None:
        """Does nothing: the service is there, or not."""

    def close(self) -> None:
        """Closes the connections."""
        self._connection.close()
