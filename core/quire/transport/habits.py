"""What programs do with their jobs, so that the next request can be made for it; no requests here.

Many submit a job, wait for it, and submit the next. For those the answer to a submission is held back until
the job has ended, which saves a request. Who submits many jobs before waiting is answered at once, and hears
of several that have ended by the answer to one question.
"""

import contextlib
import threading
from collections import OrderedDict
from itertools import islice

from quire.clock import monotonic
from quire.model import JobDetails

_SOON_SECONDS = 0.05
"""Jobs that take longer do not gain by a request less."""
_MOST_UNSEEN = 10_000
_MOST_ALSO = 16
_LONGEST_ID = 64
_KEPT_SECONDS = 5.0


class Habits(threading.local):
    """What each thread does; a loop in one is no concern of the others."""

    def __init__(self) -> None:
        """Begins with nothing known, in each thread."""
        self._last: str | None = None
        self._submitted_at = 0.0
        self._waits_for_each = False
        self._unseen: dict[str, None] = {}

    def hold_of_submission(self) -> float:
        """Seconds to have the answer to the next submission held back."""
        return _SOON_SECONDS if self._waits_for_each else 0.0

    def submits(self, job_id: str) -> None:
        """A job is submitted now. As long as nobody waits for it, nobody is known to wait for the next."""
        self._last = job_id
        self._submitted_at = monotonic()
        self._waits_for_each = False

    def waited(self, job_id: str) -> None:
        """Somebody waited for a job, or fetched what came out of it, and it is there."""
        if job_id == self._last:
            self._waits_for_each = monotonic() - self._submitted_at <= _SOON_SECONDS

    def answered_early(self, job_id: str) -> None:
        """A submission was answered before its job had ended, so that somebody may wait for it later."""
        if len(self._unseen) < _MOST_UNSEEN and len(job_id) <= _LONGEST_ID:
            self._unseen[job_id] = None

    def ended(self, job_id: str) -> None:
        """A job has ended; nobody has to ask for it any more."""
        self._unseen.pop(job_id, None)

    def also_awaited(self, job_id: str) -> list[str]:
        """The jobs to ask for along with one: the first of those that are not known to have ended."""
        self._unseen.pop(job_id, None)
        return list(islice(self._unseen, _MOST_ALSO))


class KeptJobs:
    """Jobs that were told to have ended along with another one, until somebody waits for them."""

    _MOST = 256

    def __init__(self) -> None:
        """Begins with none."""
        self._jobs: dict[str, tuple[float, JobDetails]] = {}

    def keep(self, job: JobDetails) -> None:
        """Keeps a job that has ended."""
        if len(self._jobs) >= self._MOST:
            self._jobs.clear()
        self._jobs[job.id] = monotonic(), job

    def take(self, job_id: str) -> JobDetails | None:
        """A job that is not kept any longer; None if there is none, or too much may have happened since."""
        kept, job = self._jobs.pop(job_id, (0.0, None))
        return job if monotonic() - kept < _KEPT_SECONDS else None


class KeptOutputs:
    """Outputs that came along with a job, until they are asked for."""

    _MOST_BYTES = 16 * 1024 * 1024

    def __init__(self) -> None:
        """Begins with none."""
        self._outputs: OrderedDict[str, bytes] = OrderedDict()
        # Threads that count at the same time may miscount; that it is about right is enough.
        self._bytes = 0

    def keep(self, job_id: str, output: bytes | None) -> None:
        """Keeps a job's output, if there is one; the oldest ones make room."""
        if output is None:
            return
        self.take(job_id)
        self._outputs[job_id] = output
        self._bytes += len(output)
        while self._bytes > self._MOST_BYTES and len(self._outputs) > 1:
            with contextlib.suppress(KeyError):  # another thread was quicker
                self._bytes -= len(self._outputs.popitem(last=False)[1])

    def take(self, job_id: str) -> bytes | None:
        """A job's output, which is not kept any longer; None if there is none."""
        output = self._outputs.pop(job_id, None)
        if output is not None:
            self._bytes -= len(output)
        return output
