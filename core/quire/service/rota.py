"""Which of a pool's workers does which task: what waits, who has nothing to do, and what was taken back.

It reads no answers and ends no futures. The pool's lock is held around each call but that of ``is_ready``.
"""

from collections import deque

from quire.clock import monotonic
from quire.service.crew import Crew
from quire.service.foresight import Foresight
from quire.service.losses import WorkerLostError, WorkerOverdueError
from quire.service.pooled import PooledWorker
from quire.service.request import Request
from quire.service.workload import Pace

MUTE_SECONDS = 0.5
"""How long a worker with nothing to do may take to say that it has forgotten what was taken from it."""


class Rota:
    """Who does what.

    Attributes:
        waiting: The tasks that nobody has.
        spared: Those that are to be submitted again, as their worker will not do them; nobody knows yet.
    """

    __slots__ = ("_crew", "_idle", "_pace", "_task_seconds", "spared", "waiting")

    def __init__(self, crew: Crew, pace: Pace, task_seconds: float | None) -> None:
        """Begins with no task.

        Args:
            crew: The workers.
            pace: What is known of the tasks.
            task_seconds: The most that one task may take; None for no limit.
        """
        self.waiting: deque[Request] = deque()
        self.spared: list[Request] = []
        self._crew = crew
        self._pace = pace
        self._task_seconds = task_seconds
        self._idle: list[PooledWorker] = []

    @property
    def is_ready(self) -> bool:
        """Whether a task would be begun at once, or is refused because no worker can be started."""
        return bool(self._idle) or not self._crew.workers

    @property
    def room(self) -> tuple[int, int]:
        """How many tasks could be given ahead now, and how many bytes; none while tasks are long."""
        loads = [worker.load for worker in self._crew.workers if worker.is_able]
        return max(0, self._pace.room(loads) - len(self.waiting)), sum(load.bytes_free for load in loads)

    def assign(self) -> bool:
        """Gives what waits to those who have nothing to do, and ahead to others.

        Returns:
            Whether some of that may be late one day.
        """
        given: dict[PooledWorker, list[Request]] = {}
        while self.waiting and (worker := self._next_worker(self.waiting[0])) is not None:
            request = self.waiting.popleft()
            if not request.future.set_running_or_notify_cancel():
                continue
            worker.load.add(request)
            self.busy(worker)
            given.setdefault(worker, []).append(request)
        for worker, requests in given.items():
            worker.send(requests)
        if self.waiting and not any(worker.pid for worker in self._crew.workers):
            self._crew.warm.hurry(self._task_seconds)
        has_limit = self._task_seconds is not None
        return bool(given) and (has_limit or any(len(each.load) > 1 or each.is_held_up for each in given))

    def _next_worker(self, request: Request) -> PooledWorker | None:
        if told := [worker for worker in self._idle if worker.told and worker.told is request.foresight]:
            return told[-1]
        at_work = self._at_work(request) if request.may_follow else None
        if self._idle and not (at_work and self._pace.comes_soon(at_work.load)):
            return (self._untold or self._idle)[-1]
        return at_work

    def _at_work(self, request: Request | None = None) -> PooledWorker | None:
        """The one with least to do of those that have something to do, and may have a task as well."""
        able = {
            worker.load: worker
            for worker in self._crew.workers
            if worker.load and worker.is_able and not worker.is_attended
        }
        load = self._pace.least(able, request)
        return None if load is None else able[load]

    def free(self, worker: PooledWorker) -> None:
        """Notes what a worker can be given after it has said something.

        Args:
            worker: One of the crew.
        """
        if worker.is_able and not worker.load and worker not in self._idle:
            self._idle.append(worker)

    def busy(self, worker: PooledWorker) -> None:
        """Notes that a worker is not to be given what waits.

        Args:
            worker: One that has something to do, or is none any more.
        """
        if worker in self._idle:
            self._idle.remove(worker)

    def rouse(self, foresight: Foresight | None) -> None:
        """Tells the worker that would get the next task that one will come soon.

        Args:
            foresight: What it is told of that task; no worker is told of a second one before it is heard of.
        """
        if (at_work := self._at_work()) and self._pace.comes_soon(at_work.load):
            return  # who gets it is awake
        if not self.waiting and (untold := self._untold):
            untold[-1].rouse(foresight)
            if untold[-1].is_doomed:
                self.busy(untold[-1])

    def withdraw(self, foresight: Foresight) -> None:
        """Has a worker forget what it was told of a task that will not come, and do nothing before."""
        for worker in [each for each in self._idle if each.told is foresight]:
            self.busy(worker)
            worker.withdraw()

    @property
    def _untold(self) -> list[PooledWorker]:
        """Those that have nothing to do and nothing to read."""
        return [worker for worker in self._idle if worker.told is None]

    def alone_at(self, future: object) -> PooledWorker | None:
        """The worker that has a task.

        Args:
            future: The task's future.

        Returns:
            None if no worker has it now, or if others are at work.
        """
        at_work = [worker for worker in self._crew.workers if worker.load]
        if self.waiting or len(at_work) != 1 or at_work[0].is_doomed:
            return None
        for request in at_work[0].load.requests:  # no generator: it could not tell of what cuts it off
            if request.future is future:
                return at_work[0]
        return None

    def has_begun(self, worker: PooledWorker, request: Request) -> bool:
        """Whether a worker has begun a task that it was given; if not, it never will."""
        self.spared += worker.recall()
        return request in worker.load.requests

    def patience(self) -> float | None:
        """Seconds until something is late; what is late already loses its worker or its place."""
        limit = self._task_seconds
        if self.spared:
            return 0.0  # those who wait for them are to be told
        busy = [worker for worker in self._crew.workers if worker.load and not worker.is_doomed]
        mute = [(each, since) for each in self._crew.workers if (since := each.mute_since) is not None]
        if limit is None and not mute and not any(worker.may_be_late for worker in busy):
            return None
        now = monotonic()
        for worker in busy:
            self._judge(worker, now - worker.load.since)
        if self.spared:
            return 0.0
        moments = [worker.load.since + self._pace.late_seconds for worker in busy if worker.may_be_late]
        moments += [moment for each, since in mute if (moment := self._hear_of(each, since, now)) is not None]
        if limit is not None:
            begun = [worker for worker in busy if worker.load and not worker.is_doomed]
            moments += [worker.load.since + limit for worker in begun]
        return max(0.0, min(moments) - now) if moments else None

    def _hear_of(self, worker: PooledWorker, since: float, now: float) -> float | None:
        """Until when a worker may say nothing; one that has not for too long is killed."""
        if since + MUTE_SECONDS > now or worker.line.has_news():
            return since + MUTE_SECONDS
        worker.kill(None, WorkerLostError)
        return None

    def _judge(self, worker: PooledWorker, seconds: float) -> None:
        """Looks whether a worker has been at its task for too long, unless it has just answered."""
        first, limit = worker.load.requests[0], self._task_seconds
        is_overdue = limit is not None and seconds >= limit
        is_late = worker.may_be_late and seconds >= self._pace.late_seconds
        if not (is_overdue or is_late) or worker.line.has_news():
            return
        self._pace.note(seconds)
        if is_overdue and worker.reads_its_own:
            worker.counts_as_begun()
        if self.has_begun(worker, first):
            worker.told = None
            if is_overdue:
                worker.kill(first, WorkerOverdueError)
