"""The store's file, its connection, its transactions and its errors; no statement about jobs or sessions.

One connection per process, guarded by a lock, in SQLite's WAL mode: readers and the writers of other
processes are never blocked by a reader, and a committed transaction outlives the death of the process
(``synchronous=NORMAL``: a power cut may take the last moments, never the file's integrity).
"""

import contextlib
import os
import sqlite3
import threading
from collections.abc import Iterator
from pathlib import Path

from quire.errors import StoreError
from quire.service.store.statements import Statements

SCHEMA_VERSION = 1
"""The version of the schema that this code's statements fit; ``schema.MIGRATIONS`` leads to it."""

BUSY_SECONDS = 60.0
"""How long a writer waits for the writers of other processes before it gives up."""


class Store:
    """A SQLite database with the service's items.

    Attributes:
        location: Where it lies, for people.
        lock: Held during each transaction; reentrant.
    """

    def __init__(self, path: Path | None) -> None:
        """Opens a store, and makes or migrates it where needed.

        Args:
            path: The file; None for one in memory, which ends with the process.

        Raises:
            StoreError: The file cannot be opened, is no store, or was written by a newer quire.
        """
        self.location = "memory:" if path is None else str(path)
        self.lock = threading.RLock()
        self._pid = os.getpid()
        with self._translated():
            if path is not None:
                path.parent.mkdir(parents=True, exist_ok=True)
            self._connection = sqlite3.connect(
                ":memory:" if path is None else path,
                timeout=BUSY_SECONDS,
                isolation_level=None,
                check_same_thread=False,
                cached_statements=256,
            )
            self._statements = Statements(self._connection.cursor())
            self._prepare()

    def _prepare(self) -> None:
        run = self._connection.execute
        run("PRAGMA journal_mode=WAL")
        run("PRAGMA synchronous=NORMAL")
        # A checkpoint syncs the file, so it should come every few hundred jobs and not every few dozen.
        run("PRAGMA wal_autocheckpoint=8000")
        if self._version() != SCHEMA_VERSION:
            self._migrate()

    def _version(self) -> int:
        try:
            row = self._connection.execute("SELECT version FROM schema_version").fetchone()
        except sqlite3.OperationalError:
            return 0
        return int(row[0]) if row else 0

    def _migrate(self) -> None:
        # SQLAlchemy costs 0.3 s to import, so only a store that needs it pays.
        from sqlalchemy import StaticPool, create_engine

        from quire.service.store.schema import migrate

        # The transaction is ours, and lies within SQLAlchemy's use of the connection, which begins none.
        engine = create_engine(
            "sqlite://",
            creator=lambda: self._connection,
            poolclass=StaticPool,
            pool_reset_on_return=None,
            isolation_level="AUTOCOMMIT",
        )
        with engine.connect() as connection, self.transaction():
            migrate(connection, self.location)

    @contextlib.contextmanager
    def transaction(self) -> Iterator[Statements]:
        """One transaction: committed when the block ends, rolled back when it raises.

        Yields:
            The statements to run in it.

        Raises:
            StoreError: The database refuses.
        """
        if os.getpid() != self._pid:
            raise StoreError(
                f"{self.location} was opened in process {self._pid} and cannot be used in its fork "
                f"{os.getpid()}; open a Workspace in each process",
                location=self.location,
            )
        with self.lock, self._translated():
            run = self._connection.execute
            run("BEGIN IMMEDIATE")
            try:
                yield self._statements
            except BaseException:
                if self._connection.in_transaction:
                    run("ROLLBACK")
                raise
            run("COMMIT")

    @contextlib.contextmanager
    def reading(self) -> Iterator[Statements]:
        """Single reads, each seeing the newest committed state.

        Yields:
            The statements to read with.

        Raises:
            StoreError: The database refuses.
        """
        with self.lock, self._translated():
            yield self._statements

    @contextlib.contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except (sqlite3.Error, OSError) as error:
            raise StoreError(
                f"the workspace {self.location} cannot be used: {error}", location=self.location
            ) from error

    def close(self) -> None:
        """Closes the file."""
        with self.lock:
            self._connection.close()
