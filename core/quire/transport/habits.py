"""What programs do with their jobs, so that the next request can be made for it; no requests here.

Many submit a job, wait for it, and submit the next. For those the answer to a submission is held back until
the job has ended, which saves a request. Who submits many jobs before waiting is answered at once.
"""

import threading

from quire.clock import monotonic

_SOON_SECONDS = 0.05
"""Jobs that take longer do not gain by a request less."""


class Habits(threading.local):
    """What each thread does; a loop in one is no concern of the others."""

    def __init__(self) -> None:
        """Begins with nothing known, in each thread."""
        self._last: str | None = None
        self._submitted_at = 0.0
        self._waits_for_each = False

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


class KeptOutputs:
    """Outputs that came along with a job, until they are asked for."""

    _MOST = 256

    def __init__(self) -> None:
        """Begins with none."""
        self._outputs: dict[str, bytes] = {}

    def keep(self, job_id: str, output: bytes | None) -> None:
        """Keeps a job's output, if there is one."""
        if output is not None:
            if len(self._outputs) >= self._MOST:
                self._outputs.clear()
            self._outputs[job_id] = output

    def take(self, job_id: str) -> bytes | None:
        """A job's output, which is not kept any longer; None if there is none."""
        return self._outputs.pop(job_id, None)
