"""Who may write to a store: only a process that knows the schema that the store has now.

A process that stays open while another one migrates the store would go on with the statements of its own
version, and leave empty what it does not know of. So each version of the schema has a function of its own
name, which triggers of the store name too. They never fire: SQLite looks for the function when it prepares a
statement that writes. A process that did not bring it cannot write from the moment of the migration on, and
the others pay about a microsecond for each job.
"""

import contextlib
import sqlite3

from quire.errors import StoreError

SCHEMA_VERSION = 8
"""The version of the schema that this code's statements fit; ``schema.MIGRATIONS`` leads to it."""

# What is written together with a job is refused with it. Processes may show that they live.
_FENCED = [
    (table, event)
    for table in ("jobs", "sessions", "attachments", "blobs", "blob_blocks", "api_keys", "secrets")
    for event in ("INSERT", "UPDATE", "DELETE")
]


def admit(connection: sqlite3.Connection, version: int = SCHEMA_VERSION) -> None:
    """Lets a connection write to stores of a version of the schema."""
    connection.create_function(_name(version), 0, int)


def fences(version: int = SCHEMA_VERSION) -> list[str]:
    """The statements that shut out whoever does not know a version of the schema."""
    return no_fences() + [
        f"CREATE TRIGGER {table}_{event.lower()}_fence AFTER {event} ON {table} WHEN 0 "
        f"BEGIN SELECT {_name(version)}(); END"
        for table, event in _FENCED
    ]


def no_fences() -> list[str]:
    """The statements that shut out nobody, for a migration: who renames a table needs all their functions."""
    return [f"DROP TRIGGER IF EXISTS {table}_{event.lower()}_fence" for table, event in _FENCED]


def version_of_others(connection: sqlite3.Connection) -> int | None:
    """The version to which another process has brought the store meanwhile; None if none has."""
    with contextlib.suppress(sqlite3.Error):
        row = connection.execute("SELECT version FROM schema_version").fetchone()
        if row is not None and row[0] > SCHEMA_VERSION:  # a lesser one is still to be migrated here
            return int(row[0])
    return None


def newer_schema(location: str, version: int, known: int) -> StoreError:
    """The error for a store that a newer quire wrote."""
    return StoreError(
        f"{location} has schema version {version}; this quire knows versions up to {known}. "
        "Use the newer quire that wrote it, or another workspace file.",
        location=location,
    )


def older_schema(location: str) -> StoreError:
    """The error for a store that an older quire wrote, and that this program may only read."""
    return StoreError(
        f"{location} was written by an older quire, and this program may only read it; open it once with a "
        "program that may write to it, which migrates it",
        location=location,
    )


def _name(version: int) -> str:
    # Versions of quire that do not ask for the reason show this name.
    return f"quire_that_knows_schema_version_{version}"
