"""Who may use the service: the keys of the workspace, and the one that the server was started with."""

import hmac

import attrs

from quire.service.keys import Keys, digest_of

KEY_HEADER = "x-ms-quantum-api-key"


@attrs.frozen
class Caller:
    """Somebody whose key is right.

    Attributes:
        name: The key's name, for logs.
        is_read_only: Whether it may look but change nothing.
    """

    name: str
    is_read_only: bool = False


class Access:
    """The keys that open a server."""

    def __init__(self, keys: Keys, start_key: str | None) -> None:
        """Prepares to check keys.

        Args:
            keys: The workspace's keys, looked up anew for each request, so that a change counts at once.
            start_key: One more key, good as long as this server runs; None for none.
        """
        self._keys = keys
        self._start_digest = None if start_key is None else digest_of(start_key)

    def caller(self, key: str | None) -> Caller | None:
        """Who shows a key; None if it is not right, or missing."""
        if not key:
            return None
        if self._start_digest is not None and hmac.compare_digest(digest_of(key), self._start_digest):
            return Caller("start")
        found = self._keys.find(key)
        return None if found is None else Caller(found.name, found.is_read_only)
