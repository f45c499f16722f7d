"""What runs a service's tasks: worker processes, the submitting thread, or an executor of the user's."""

from collections.abc import Callable
from concurrent.futures import Executor
from functools import partial

import attrs

from quire.model import Outcome, Task
from quire.service import head_start
from quire.service.inline import InlineExecutor
from quire.service.pool import WorkerPool
from quire.service.processors import processors
from quire.service.worker import execute, foresee, run_task
from quire.transport.base import TransportOptions


@attrs.frozen
class Runner:
    """What runs tasks.

    Attributes:
        executor: Where they run.
        run: What it is to call with each task.
        capacity: How many it takes at a time; None if it runs each in the thread that submits it.
        foresee: What a worker of ours may call with a task before it may run it.
    """

    executor: Executor
    run: Callable[[Task], Outcome]
    capacity: int | None
    foresee: Callable[[Task], None] | None = None


def runner(options: TransportOptions) -> Runner:
    """Starts what runs tasks.

    Args:
        options: The workspace's settings.
    """
    kind, workers = options.executor, options.workers or processors()
    if kind == "inline":
        return Runner(InlineExecutor(), partial(execute, options.relay), None)
    plugins = options.relay.worker_plugins()
    run = partial(run_task, plugins)
    if isinstance(kind, Executor):
        return Runner(kind, run, workers)
    pool = WorkerPool(workers, plugins, options.job_timeout, ahead=head_start.take())
    return Runner(pool, run, workers, partial(foresee, plugins))
