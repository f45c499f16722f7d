"""The statements about API keys and the service's own secrets."""

from typing import Any

from quire.service.store.statements import Statements

_COLUMNS = "name, id, digest, is_read_only, created_at"


def insert_key(db: Statements, name: str, key_id: str, digest: bytes, is_read_only: bool, now: int) -> bool:
    """Adds a key; False if there is one of that name."""
    rows = db.select(
        f"INSERT INTO api_keys ({_COLUMNS}) VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING RETURNING 1",
        (name, key_id, digest, int(is_read_only), now),
    )
    return bool(rows)


def key_by_id(db: Statements, key_id: str) -> tuple[Any, ...] | None:
    """The key of a public part: name, id, digest, whether it may only read, time of creation."""
    rows = db.select(f"SELECT {_COLUMNS} FROM api_keys WHERE id = ?", (key_id,))
    return rows[0] if rows else None


def keys(db: Statements) -> list[tuple[Any, ...]]:
    """All keys by name, in the form of :func:`key_by_id`."""
    return db.select(f"SELECT {_COLUMNS} FROM api_keys ORDER BY name", ())


def replace_key(db: Statements, name: str, key_id: str, digest: bytes, now: int) -> bool:
    """Gives a key another id and digest; False if there is none of that name."""
    rows = db.select(
        "UPDATE api_keys SET id = ?, digest = ?, created_at = ? WHERE name = ? RETURNING 1",
        (key_id, digest, now, name),
    )
    return bool(rows)


def delete_key(db: Statements, name: str) -> bool:
    """Forgets a key; False if there is none of that name."""
    return bool(db.select("DELETE FROM api_keys WHERE name = ? RETURNING 1", (name,)))


def secret(db: Statements, name: str, new: bytes) -> bytes:
    """A secret of the service, which becomes ``new`` if there is none yet."""
    db.select("INSERT INTO secrets (name, value) VALUES (?, ?) ON CONFLICT DO NOTHING", (name, new))
    return bytes(db.select("SELECT value FROM secrets WHERE name = ?", (name,))[0][0])
