"""What runs a service's tasks: worker processes, the submitting thread, or an executor of the user's."""

import os
from collections.abc import Callable
from concurrent.futures import Executor
from functools import partial

from quire.model import Outcome, Task
from quire.service import head_start
from quire.service.inline import InlineExecutor
from quire.service.pool import WorkerPool
from quire.service.worker import execute, run_task
from quire.transport.base import TransportOptions


def runner(options: TransportOptions) -> tuple[Executor, Callable[[Task], Outcome], int | None]:
    """Starts what runs tasks.

    Args:
        options: The workspace's settings.

    Returns:
        An executor, what it is to call with each task, and how many it takes at a time; None if it runs
        each in the thread that submits it.
    """
    kind, workers = options.executor, options.workers or os.cpu_count() or 1
    if kind == "inline":
        return InlineExecutor(), partial(execute, options.relay), None
    plugins = options.relay.worker_plugins()
    run = partial(run_task, plugins)
    if isinstance(kind, Executor):
        return kind, run, workers
    return WorkerPool(workers, plugins, options.job_timeout, ahead=head_start.take()), run, workers
