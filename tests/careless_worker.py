"""A plug-in that takes the system's forks and signals for its own."""

import os
import signal
from pathlib import Path

from quire import hookimpl

FILE_VARIABLE = "CARELESS_WORKER_FILE"


@hookimpl
def prepare_worker() -> None:
    """The first fork of the first process fails."""
    try:
        Path(os.environ[FILE_VARIABLE]).touch(exist_ok=False)
    except FileExistsError:
        return

    def fork() -> int:
        raise BlockingIOError("no process is free")

    os.fork = fork


@hookimpl
def complete_worker() -> None:
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
