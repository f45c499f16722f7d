"""API keys: who may use the service from outside. A key is shown once, when made, and kept as a hash."""

import hashlib
import hmac
import secrets
from datetime import datetime

import attrs

from quire.clock import Clock, to_datetime
from quire.errors import ConflictError, NotFoundError
from quire.service.definition import check_name
from quire.service.store import Store
from quire.service.store import keys as statements

MAX_KEY_NAME_LENGTH = 100

_PREFIX = "quire"
_ID_BYTES = 6
_SECRET_BYTES = 32


@attrs.frozen
class ApiKey:
    """What is known of a key.

    Attributes:
        name: Its name, for people.
        id: Its public part.
        is_read_only: Whether it may look but change nothing.
        creation_time: When it was made or rotated; aware, in UTC.
    """

    name: str
    id: str
    is_read_only: bool
    creation_time: datetime | None


def new_key() -> str:
    """A new key: a public part and 256 random bits."""
    return f"{_PREFIX}-{secrets.token_hex(_ID_BYTES)}-{secrets.token_hex(_SECRET_BYTES)}"


def digest_of(key: str) -> bytes:
    """What is kept of a key. It has 256 random bits, so that one round of SHA-256 is enough."""
    return hashlib.sha256(key.encode(errors="replace")).digest()


def _id_of(key: str) -> str:
    parts = key.split("-")
    return parts[1] if len(parts) == 3 else ""


class Keys:
    """The keys of a workspace."""

    def __init__(self, store: Store, clock: Clock) -> None:
        """Begins to keep a store.

        Args:
            store: Where the hashes lie.
            clock: What time it is.
        """
        self._store = store
        self._clock = clock

    def create(self, name: str, *, read_only: bool = False) -> str:
        """Makes a key.

        Args:
            name: Its name, for people.
            read_only: Whether it may look but change nothing.

        Returns:
            The key itself, which cannot be shown again.

        Raises:
            ConflictError: There is a key of that name.
            InputError: The name is wrong.
        """
        check_name("name", name, MAX_KEY_NAME_LENGTH)
        key = new_key()
        with self._store.transaction() as db:
            now = self._clock.now()
            if not statements.insert_key(db, name, _id_of(key), digest_of(key), read_only, now):
                raise ConflictError(
                    f"there is a key {name!r}; rotate or revoke it, or choose another name",
                    kind="key",
                    name=name,
                )
        return key

    def rotate(self, name: str) -> str:
        """Replaces a key; the old one opens nothing from now on.

        Returns:
            The new key, which cannot be shown again.

        Raises:
            NotFoundError: There is no key of that name.
        """
        key = new_key()
        with self._store.transaction() as db:
            now = self._clock.now()
            if not statements.replace_key(db, name, _id_of(key), digest_of(key), now):
                raise _no_key(name)
        return key

    def revoke(self, name: str) -> None:
        """Forgets a key; it opens nothing from now on.

        Raises:
            NotFoundError: There is no key of that name.
        """
        with self._store.transaction() as db:
            if not statements.delete_key(db, name):
                raise _no_key(name)

    def entries(self) -> list[ApiKey]:
        """All keys, by name."""
        with self._store.reading() as reader:
            rows = statements.keys(reader)
        return [_api_key(row) for row in rows]

    def find(self, key: str) -> ApiKey | None:
        """What is known of a key that somebody shows; None if it is not one of ours."""
        with self._store.reading() as reader:
            row = statements.key_by_id(reader, _id_of(key))
        # An unknown id takes the same way, so that the time tells nothing.
        known = b"" if row is None else bytes(row[2])
        is_right = hmac.compare_digest(digest_of(key), known)
        return _api_key(row) if is_right and row is not None else None

    def secret(self, name: str) -> bytes:
        """A secret of the service, the same for all processes that serve this workspace."""
        with self._store.transaction() as db:
            return statements.secret(db, name, secrets.token_bytes(_SECRET_BYTES))


def _api_key(row: tuple[object, ...]) -> ApiKey:
    name, key_id, _, is_read_only, created_at = row
    return ApiKey(str(name), str(key_id), bool(is_read_only), to_datetime(int(str(created_at))))


def _no_key(name: str) -> NotFoundError:
    return NotFoundError(f"there is no key {name!r}", kind="key", name=name)
