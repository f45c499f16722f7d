"""The store's file, its connection, its transactions and its errors; no statement about jobs or sessions.

One connection per process, guarded by a lock, in SQLite's WAL mode: readers and the writers of other
processes are never blocked by a reader, and a committed transaction outlives the death of the process
(``synchronous=NORMAL``: a power cut may take the last moments, never the file's integrity). Who waits for the
writer of another process does so without the lock, so that the other threads can read meanwhile.
"""

import os
import sqlite3
import threading
import time
import weakref
from collections.abc import Callable
from pathlib import Path
from types import TracebackType

from quire.clock import monotonic
from quire.errors import InputError, StoreError
from quire.forks import around_forks
from quire.haste import HASTY_SECONDS, TURN_SECONDS, StoreBusyError, delays, is_hasty
from quire.interrupts import Uninterrupted
from quire.service.store.fence import SCHEMA_VERSION, admit, fences, older_schema, version_of_others
from quire.service.store.new_store import STATEMENTS
from quire.service.store.place import make_private
from quire.service.store.refusals import is_busy, is_read_only
from quire.service.store.statements import Statements

BUSY_SECONDS = 60.0
"""How long a writer waits for the writers of other processes before it gives up."""
_RETRY_SECONDS = 0.01
_PAGE_BYTES = 4096
"""Smaller ones would be less to write of jobs with tiny payloads, larger ones of those with long ones."""
_PAGE_BYTES_IN_MEMORY = 8192
"""There SQLite goes through all pages at each commit that has rearranged some: large ones are fewer."""

_stores: "weakref.WeakSet[Store]" = weakref.WeakSet()


def _before_fork() -> None:
    # A thread in the middle of SQLite holds locks of that library, which a child would wait for in vain.
    for store in tuple(_stores):
        store.lock.acquire()


def _after_fork() -> None:
    for store in tuple(_stores):
        store.lock.release()


around_forks(before=_before_fork, after_in_parent=_after_fork, after_in_child=_after_fork)


class Store:
    """A SQLite database with the service's items.

    Attributes:
        location: Where it lies, for people.
        lock: Held during each transaction; reentrant.
        connection: The driver's connection, which begins no transaction of its own.
        statements: The statements on it, for a block of :meth:`transaction` or :meth:`reading` to use.
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
        self._is_closed = False
        _stores.add(self)
        try:
            if path is not None:
                make_private(path)
            self.connection = sqlite3.connect(
                ":memory:" if path is None else path,
                timeout=BUSY_SECONDS,
                isolation_level=None,
                check_same_thread=False,
                cached_statements=256,
            )
            admit(self.connection)
            self.statements = Statements(self.connection.cursor())
            try:
                self._prepare(_PAGE_BYTES_IN_MEMORY if path is None else _PAGE_BYTES)
            except BaseException:
                self.connection.close()
                raise
        except (sqlite3.Error, OSError) as error:
            raise self.refused(error) from error

    def _prepare(self, page_bytes: int) -> None:
        version = self._version()  # before anything is written: the file may be somebody else's
        run = self.connection.execute
        run(f"PRAGMA page_size={page_bytes}")  # which only a new store heeds
        self._use_wal()
        run("PRAGMA synchronous=NORMAL")
        # A checkpoint syncs the file, so it should come every few hundred jobs and not every few dozen.
        run("PRAGMA wal_autocheckpoint=4000")
        if run("PRAGMA journal_mode").fetchone()[0] == "wal":  # which not every file system can do
            # From here on only the begin of a transaction may have to wait, which it does by itself.
            run("PRAGMA busy_timeout=0")
        if (version or self._make()) != SCHEMA_VERSION:
            self._migrate()

    def _use_wal(self) -> None:
        # Here SQLite does not wait for other processes that open a new file at the same moment.
        give_up_at = monotonic() + BUSY_SECONDS
        while True:
            try:
                self.connection.execute("PRAGMA journal_mode=WAL")
            except sqlite3.OperationalError as error:
                if not is_busy(error) or monotonic() > give_up_at:
                    raise
                time.sleep(_RETRY_SECONDS)
            else:
                return

    def _version(self) -> int:
        """The version of the schema; 0 if there is none yet.

        Raises:
            StoreError: The database is another program's.
        """
        run = self.connection.execute
        tables = {row[0] for row in run("SELECT name FROM sqlite_master WHERE type = 'table'")}
        if not tables:
            return 0
        columns = {row[1] for row in run("PRAGMA table_info(schema_version)")}
        if not ({"jobs", "sessions"} <= tables and "version" in columns):
            raise StoreError(
                f"{self.location} is a database of another program; choose another file for the workspace",
                location=self.location,
            )
        row = run("SELECT version FROM schema_version").fetchone()
        if row is None or not isinstance(row[0], int):
            raise StoreError(
                f"the workspace {self.location} does not say which version it has; is it a partial copy?",
                location=self.location,
            )
        return row[0]

    def _make(self) -> int:
        """Makes the tables, unless another process just has; the version of the schema then."""
        with self.transaction():
            version = self._version()
            if version == 0:
                for statement in STATEMENTS:
                    self.connection.execute(statement)
                for fence in fences():
                    self.connection.execute(fence)
                self.connection.execute("INSERT INTO schema_version VALUES (?)", (SCHEMA_VERSION,))
        return version or SCHEMA_VERSION

    def _migrate(self) -> None:
        try:
            with self.transaction():
                self.connection.execute("DELETE FROM schema_version WHERE 0")
        except StoreError as error:
            if not is_read_only(error.__cause__):
                raise
            raise older_schema(self.location) from error
        # SQLAlchemy takes long to import, so only an older store that needs it pays.
        from sqlalchemy import StaticPool, create_engine
        from sqlalchemy.exc import DBAPIError

        from quire.service.store.schema import migrate

        # The transaction is ours, and lies within SQLAlchemy's use of the connection, which begins none.
        engine = create_engine(
            "sqlite://",
            creator=lambda: self.connection,
            poolclass=StaticPool,
            pool_reset_on_return=None,
            isolation_level="AUTOCOMMIT",
        )
        try:
            with engine.connect() as connection, self.transaction():
                migrate(connection, self.location)
        except DBAPIError as error:
            raise self.refused(error.orig or error) from error

    def transaction(
        self, committed: Callable[[], None] | None = None, released: Callable[[], None] | None = None
    ) -> "Transaction":
        """A transaction: committed when the block ends, rolled back when it raises.

        Args:
            committed: Called right after the commit, before another transaction can begin.
            released: Called after that, when other threads may use the store, and before Ctrl-C takes effect.
        """
        return Transaction(self, committed, released)

    def reading(self) -> "Reading":
        """A block of single reads, each seeing the newest committed state."""
        return Reading(self)

    def check_usable(self) -> None:
        """Checks that this process may use it.

        Raises:
            StoreError: This is a fork of the process that opened it.
            InputError: It has been closed.
        """
        # A fork inherits the connection, which SQLite forbids, and maybe a lock that nobody releases.
        if os.getpid() != self._pid:
            raise StoreError(
                f"{self.location} was opened in process {self._pid} and cannot be used in its fork "
                f"{os.getpid()}; open a Workspace in each process",
                location=self.location,
            )
        if self._is_closed:
            raise InputError(f"the workspace {self.location} is closed; open another one")

    @property
    def is_ours(self) -> bool:
        """Whether this process opened it; a fork of that process did not."""
        return os.getpid() == self._pid

    def refused(self, error: BaseException) -> StoreError:
        """What an error of the database means to users."""
        return StoreError(f"the workspace {self.location} cannot be used: {error}", location=self.location)

    def await_turn(self) -> None:
        """Takes the lock, which another thread has.

        Raises:
            StoreBusyError: It keeps it, and this thread is in haste.
        """
        if not self.lock.acquire(timeout=TURN_SECONDS if is_hasty() else -1):
            raise self._busy()

    def begin_later(self) -> None:
        """Begins a transaction once no other process writes; the lock, which is held, is free meanwhile.

        Raises:
            StoreBusyError: One goes on writing, and this thread is in haste. It has kept the lock, since it
                might have to wait for it longer than for that process.
        """
        hasty = is_hasty()
        for delay in delays(HASTY_SECONDS if hasty else BUSY_SECONDS):
            if hasty:
                time.sleep(delay)
            else:
                self._sleep_unlocked(delay)
            try:
                self.connection.execute("BEGIN IMMEDIATE")
            except sqlite3.OperationalError as error:
                if not is_busy(error):
                    raise
                refusal = error
            else:
                return
        raise self._busy() if hasty else refusal

    def _sleep_unlocked(self, seconds: float) -> None:
        self.lock.release()
        try:
            time.sleep(seconds)
        finally:
            self.lock.acquire()
        self.check_usable()

    def _busy(self) -> StoreBusyError:
        return StoreBusyError(f"somebody else has the workspace {self.location} now", location=self.location)

    def overtaken(self) -> StoreError | None:
        """What is wrong if another process has migrated the store since; None if none has."""
        with self.lock:
            version = version_of_others(self.connection)
        if version is None:
            return None
        return StoreError(
            f"the workspace {self.location} was brought to schema version {version} while it was open here. "
            f"This quire knows version {SCHEMA_VERSION}: end this program, and run it with the newer quire",
            location=self.location,
        )

    def close(self) -> None:
        """Closes the file."""
        with self.lock:
            self._is_closed = True
            self.connection.close()


class Reading:
    """A block in which this thread alone uses a store's connection.

    A class and no generator, like :class:`Transaction`: a job goes through half a dozen of them.

    Raises:
        StoreError: The database refuses.
    """

    __slots__ = ("_block", "_store")

    def __init__(self, store: Store) -> None:
        """Makes the block."""
        self._store = store
        self._block = Uninterrupted()

    def __enter__(self) -> Statements:
        """Takes the connection; the statements to use."""
        store = self._store
        store.check_usable()
        self._block.__enter__()
        if not store.lock.acquire(False):
            try:
                store.await_turn()
            except BaseException as error:
                self._block.__exit__(type(error), error, None)
                raise
        return store.statements

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Gives it back."""
        self._store.lock.release()
        self._block.__exit__(kind, error, trace)
        if error is not None and isinstance(error, (sqlite3.Error, OSError)):
            raise (self._store.overtaken() or self._store.refused(error)) from error


class Transaction(Reading):
    """A block that is one transaction: committed when it ends, rolled back when it raises.

    Raises:
        StoreError: The database refuses.
    """

    __slots__ = ("_committed", "_released")

    def __init__(
        self, store: Store, committed: Callable[[], None] | None, released: Callable[[], None] | None
    ) -> None:
        """Makes the block; see :meth:`Store.transaction`."""
        super().__init__(store)
        self._committed = committed
        self._released = released

    def __enter__(self) -> Statements:
        """Begins it; the statements to run in it."""
        statements = super().__enter__()
        try:
            try:
                self._store.connection.execute("BEGIN IMMEDIATE")
            except sqlite3.OperationalError as error:
                if not is_busy(error):
                    raise
                self._store.begin_later()
        except BaseException as error:
            super().__exit__(type(error), error, None)
            raise
        return statements

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Ends it."""
        try:
            self._end(commit=error is None)
        except BaseException as refusal:
            super().__exit__(type(refusal), refusal, None)
            raise
        if error is not None or self._released is None:
            super().__exit__(kind, error, trace)
            return
        self._store.lock.release()
        try:
            self._released()
        finally:
            self._block.__exit__(kind, error, trace)

    def _end(self, *, commit: bool) -> None:
        connection = self._store.connection
        committed = False
        try:
            if commit:
                self._store.statements.filing.file_many()
                connection.execute("COMMIT")
                committed = True
        finally:
            if not committed:
                self._store.statements.forget()
            # Some failures, such as a full disk, have ended the transaction already.
            if connection.in_transaction:
                connection.execute("ROLLBACK")
        if committed and self._committed is not None:
            self._committed()
