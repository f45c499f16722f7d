"""Servers in processes of their own, for the benchmarks of the service over HTTP."""

import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import attrs

KEY = "benchmark"


@attrs.frozen
class Server:
    """A server that answers.

    Attributes:
        url: Where it is.
        pid: Its process.
    """

    url: str
    pid: int


@contextmanager
def running(*command: str) -> Iterator[Server]:
    """A program that prints its URL in its first line, for as long as the block lasts."""
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            found = re.search(r"http://[\w.:]+", process.stdout.readline())
            assert found is not None
            yield Server(found[0], process.pid)
        finally:
            process.terminate()


def served(file: Path, *options: str) -> AbstractContextManager[Server]:
    """``quire serve`` on a workspace's file, with :data:`KEY` and further options."""
    quire = str(Path(sys.executable).with_name("quire"))
    return running(quire, "serve", "--port", "0", "--api-key", KEY, "--workspace", str(file), *options)
