"""Why the database refuses something, by its codes; nothing about what is done then."""

import sqlite3


def is_busy(error: sqlite3.Error) -> bool:
    """Whether another process holds what was wanted."""
    return _is(error, sqlite3.SQLITE_BUSY)


def is_read_only(error: BaseException | None) -> bool:
    """Whether this program may only read the file."""
    return isinstance(error, sqlite3.Error) and _is(error, sqlite3.SQLITE_READONLY)


def _is(error: sqlite3.Error, code: int) -> bool:
    # The code's upper bytes tell more of how. Errors of the driver itself have none.
    return bool(getattr(error, "sqlite_errorcode", 0) & 0xFF == code)
