"""Another program's connection to a workspace file, as far as the file can tell."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path


@contextmanager
def other_connection(path: Path) -> Iterator[sqlite3.Connection]:
    """A connection on which the test begins and ends transactions itself, from any thread."""
    with closing(sqlite3.connect(path, isolation_level=None, check_same_thread=False)) as connection:
        yield connection
