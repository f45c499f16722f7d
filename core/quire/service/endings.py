"""What the end of a run means to the ledger: an outcome, or why there is none."""

import logging
from concurrent.futures import CancelledError, Future

from quire.errors import StoreError
from quire.model import Fault, Outcome
from quire.service.ledger import Ledger
from quire.service.losses import (
    WorkerLostError,
    WorkerOverdueError,
    WorkerSparedError,
    WorkerStoppedError,
)
from quire.service.store import StoredJob

MAX_ATTEMPTS = 2
"""How often a job's run is begun; a job that loses that many workers fails."""

_log = logging.getLogger("quire")


def record(ledger: Ledger, job: StoredJob, future: "Future[Outcome]") -> StoredJob | None:
    """Has the end of a run written down; a job whose end cannot be kept as it is has failed.

    Args:
        ledger: Who writes it down.
        job: The job, as it was begun.
        future: The run, which has ended.

    Returns:
        The job if it is to run again; with fewer attempts if this was none.

    Raises:
        StoreError: Nothing could be written.
    """
    try:
        return _record(ledger, job, future)
    except StoreError:
        raise
    except Exception as error:  # noqa: BLE001 - nothing is lost, whatever it is
        _log.exception("the end of job %s cannot be kept", job.details.id)
        message = f"what became of the run cannot be kept: {error!a:.500}"
        ledger.end(job, Outcome(fault=Fault("InternalError", message)))
        return None


def _record(ledger: Ledger, job: StoredJob, future: "Future[Outcome]") -> StoredJob | None:
    try:
        outcome = future.result()
    except WorkerStoppedError:
        ledger.stopped(job)
    except WorkerLostError:
        return ledger.interrupt(job)
    except WorkerSparedError:
        return ledger.interrupt(job, counted=False)
    except WorkerOverdueError:
        fault = Fault("ExecutionTimeout", "the run took longer than the workspace's job_timeout allows")
        ledger.end(job, Outcome(fault=fault))
    except (Exception, CancelledError) as error:  # noqa: BLE001 - a foreign executor may raise anything
        # Where cancellation was asked for, the lifecycle makes this a Cancelled.
        ledger.end(job, Outcome(fault=Fault("ExecutorFailed", f"the executor failed: {error!r}")))
    else:
        ledger.end(job, outcome)
    return None


def worn_out(job: StoredJob) -> Outcome | None:
    """What a job has failed with that has lost too many workers.

    Args:
        job: A job that waits.

    Returns:
        None if it may run.
    """
    attempts = job.details.attempts
    if attempts < MAX_ATTEMPTS:
        return None
    return Outcome(
        fault=Fault(
            "WorkerDied",
            f"the worker process, or the program that it worked for, died in each of {attempts} runs of this "
            "job; it may need more memory than the machine has, or break the simulator",
        )
    )


def went_well(future: "Future[Outcome]") -> bool:
    """Whether a run has ended with a result."""
    return not future.cancelled() and future.exception() is None and future.result().fault is None


def done(outcome: Outcome) -> "Future[Outcome]":
    """A run that has ended.

    Args:
        outcome: How.
    """
    future: Future[Outcome] = Future()
    future.set_result(outcome)
    return future
