"""Why a task of the worker pool ends without an answer; none of these leaves the service."""


class WorkerLostError(Exception):
    """A worker ended without an answer."""


class WorkerSparedError(Exception):
    """A worker did not begin the task, or its answer was lost; it is to be done again."""


class WorkersUnavailableError(Exception):
    """No worker can be started."""


class WorkerStoppedError(Exception):
    """Somebody asked for the task to be stopped; if a worker did it, that was killed."""


class WorkerOverdueError(Exception):
    """A worker was killed because its task took longer than allowed."""
