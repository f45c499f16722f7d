"""Who asks a service: an API key, or the token of a credential; nothing about what is asked."""

import threading
from typing import Any, Protocol

from quire.clock import SystemClock
from quire.errors import AccessDeniedError


class Authorization(Protocol):
    """What makes requests those of somebody."""

    def headers(self) -> dict[str, str]:
        """The headers that say who asks."""
        ...


class KeyAuthorization:
    """An API key, sent with each request."""

    def __init__(self, key: str | None) -> None:
        """Keeps a key.

        Args:
            key: The key; None to send none.

        Raises:
            AccessDeniedError: It cannot be one.
        """
        if key is not None and not (key.isascii() and key.isprintable()):
            raise AccessDeniedError("the API key has characters that no key has")
        self._headers = {} if key is None else {"x-ms-quantum-api-key": key}

    def headers(self) -> dict[str, str]:
        """The headers that say who asks."""
        return self._headers


class TokenAuthorization:
    """A token of a credential, fetched anew before it expires."""

    _MARGIN_SECONDS = 300.0

    def __init__(self, credential: Any, scope: str) -> None:
        """Keeps a credential; no token is fetched yet.

        Args:
            credential: A credential of ``azure.identity``, or anything with its ``get_token``.
            scope: What the token is to be good for.
        """
        self._credential = credential
        self._scope = scope
        # A handler of a signal may ask while this thread does.
        self._lock = threading.RLock()
        self._token = ""
        self._expires_at = 0.0

    def headers(self) -> dict[str, str]:
        """The headers that say who asks.

        Raises:
            AccessDeniedError: The credential gives no token.
        """
        with self._lock:
            if SystemClock().now() / 1_000_000 > self._expires_at - self._MARGIN_SECONDS:
                self._fetch()
            return {"authorization": f"Bearer {self._token}"}

    def _fetch(self) -> None:
        try:
            token = self._credential.get_token(self._scope)
        except Exception as error:
            raise AccessDeniedError(f"the credential gives no token: {error}") from error
        self._token, self._expires_at = token.token, float(token.expires_on)
