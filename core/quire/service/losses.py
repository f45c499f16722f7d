"""Why a task of the worker pool ends without an answer; none of these leaves the service."""


class WorkerLostError(Exception):
    """A worker ended without an answer."""


class WorkerSparedError(Exception):
    """The task was given to a worker that did not begin it, and never will."""


class WorkersUnavailableError(Exception):
    """No worker can be started."""


class WorkerStoppedError(Exception):
    """Somebody asked for the task to be stopped; if a worker did it, that was killed."""


class WorkerOverdueError(Exception):
    """A worker was killed because its task took longer than allowed."""
