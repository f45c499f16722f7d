"""The statements about files that belong to no job: whole ones, and the parts of large ones."""

from collections.abc import Iterable
from typing import Any

from quire.service.store.rows import json_text
from quire.service.store.statements import Statements


def insert_blob(
    db: Statements, container: str, name: str, now: int, content_type: str, data: bytes, *, replace: bool
) -> bool:
    """Keeps a file; False if there is one of that name and it is not to be replaced."""
    action = (
        "UPDATE SET created_at = excluded.created_at, content_type = excluded.content_type, "
        "data = excluded.data"
        if replace
        else "NOTHING"
    )
    rows = db.select(
        "INSERT INTO blobs (container, name, created_at, content_type, data) VALUES (?, ?, ?, ?, ?) "
        f"ON CONFLICT (container, name) DO {action} RETURNING 1",
        (container, name, now, content_type, data),
    )
    return bool(rows)


def blob(db: Statements, container: str, name: str, most: int | None = None) -> tuple[bytes, str, int] | None:
    """A file's data, content type and time of upload; None if there is none, or it is larger."""
    sql = "SELECT data, content_type, created_at FROM blobs WHERE container = ? AND name = ?"
    if most is None:
        rows = db.select(sql, (container, name))
    else:
        rows = db.select(f"{sql} AND length(data) <= ?", (container, name, most))
    return (bytes(rows[0][0]), rows[0][1], rows[0][2]) if rows else None


def blobs(db: Statements, container: str) -> list[tuple[str, int, str, int]]:
    """A container's files by name: name, size in bytes, content type, time of upload."""
    return db.select(
        "SELECT name, length(data), content_type, created_at FROM blobs WHERE container = ? ORDER BY name",
        (container,),
    )


def insert_block(db: Statements, container: str, name: str, block_id: str, now: int, data: bytes) -> None:
    """Keeps a part of a file, in place of an earlier one of the same id."""
    db.select(
        "INSERT INTO blob_blocks (container, name, block_id, created_at, data) VALUES (?, ?, ?, ?, ?) "
        "ON CONFLICT (container, name, block_id) DO UPDATE SET data = excluded.data, "
        "created_at = excluded.created_at",
        (container, name, block_id, now, data),
    )


def blocks_size(db: Statements, container: str, name: str) -> int:
    """How many bytes of a file's parts are kept."""
    sql = "SELECT COALESCE(SUM(length(data)), 0) FROM blob_blocks WHERE container = ? AND name = ?"
    return int(db.select(sql, (container, name))[0][0])


def blocks(db: Statements, container: str, name: str, block_ids: Iterable[str]) -> dict[str, bytes]:
    """Those of a file's parts that are kept, by id."""
    rows = db.select(
        "SELECT block_id, data FROM blob_blocks WHERE container = ? AND name = ? AND block_id IN "
        "(SELECT value FROM json_each(?))",
        (container, name, json_text(list(block_ids))),
    )
    return {block_id: bytes(data) for block_id, data in rows}


def delete_blob(db: Statements, container: str, name: str, created_at: int) -> None:
    """Forgets a file that was uploaded at that time, and none that was later."""
    sql = "DELETE FROM blobs WHERE container = ? AND name = ? AND created_at = ?"
    db.select(sql, (container, name, created_at))


def delete_blocks(db: Statements, container: str, name: str) -> None:
    """Forgets the parts of a file."""
    db.select("DELETE FROM blob_blocks WHERE container = ? AND name = ?", (container, name))


def delete_container(db: Statements, container: str) -> None:
    """Forgets all files of a container."""
    for table in ("blobs", "blob_blocks"):
        db.select(f"DELETE FROM {table} WHERE container = ?", (container,))


def delete_older(db: Statements, before: int) -> int:
    """Forgets the files and parts that were uploaded before a moment; how many there were."""
    deleted: list[Any] = []
    for table in ("blobs", "blob_blocks"):
        deleted += db.select(f"DELETE FROM {table} WHERE created_at < ? RETURNING 1", (before,))
    return len(deleted)
