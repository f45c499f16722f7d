"""Who is signed in with a browser: one-time links, cookies, and what proves that a form is ours.

All of it is in memory: when the server ends, everybody is signed out.
"""

import hashlib
import hmac
import secrets
import threading
from collections import OrderedDict

import attrs

from quire.clock import monotonic
from quire.server.access import Access, Caller

LINK_SECONDS = 3600.0
"""How long a one-time link may wait for its use."""
IDLE_SECONDS = 12 * 3600.0
"""After how long without a request a browser is signed out."""
_MAX_BROWSERS = 1000
_SECRET_BYTES = 32


@attrs.define
class Browser:
    """A browser that is signed in.

    Attributes:
        secret: What its cookie holds.
        key: The key that it was signed in with; None for a one-time link.
        seen: When it asked last, in monotonic seconds.
    """

    secret: str = attrs.field(repr=False)
    key: str | None = attrs.field(repr=False)
    seen: float

    @property
    def form_token(self) -> str:
        """What forms of its pages carry, and no page of another site knows."""
        return hmac.new(self.secret.encode(), b"form", hashlib.sha256).hexdigest()

    def knows(self, form_token: str) -> bool:
        """Whether a form came from a page of this browser."""
        return hmac.compare_digest(form_token.encode(), self.form_token.encode())


class Browsers:
    """The browsers that are signed in, and the links that will sign one in."""

    def __init__(self, access: Access) -> None:
        """Begins with none.

        Args:
            access: The keys that open the server.
        """
        self._access = access
        self._lock = threading.Lock()
        self._links: dict[bytes, float] = {}
        self._browsers: OrderedDict[str, Browser] = OrderedDict()

    def new_link(self) -> str:
        """A token that signs in one browser, once, within an hour, as whoever runs the server."""
        token = secrets.token_urlsafe(_SECRET_BYTES)
        with self._lock:
            self._links[_digest(token)] = monotonic() + LINK_SECONDS
        return token

    def sign_in_by_link(self, token: str) -> Browser | None:
        """Signs a browser in by a one-time link; None if the link is not good (any more)."""
        with self._lock:
            expiry = self._links.pop(_digest(token), 0.0)
        return self._sign_in(None) if monotonic() < expiry else None

    def sign_in_by_key(self, key: str) -> Browser | None:
        """Signs a browser in by an API key; None if it is not right."""
        return None if self._access.caller(key) is None else self._sign_in(key)

    def _sign_in(self, key: str | None) -> Browser:
        browser = Browser(secrets.token_urlsafe(_SECRET_BYTES), key, monotonic())
        with self._lock:
            self._browsers[browser.secret] = browser
            while len(self._browsers) > _MAX_BROWSERS:
                self._browsers.popitem(last=False)
        return browser

    def find(self, secret: str | None) -> tuple[Browser, Caller] | None:
        """The browser with a cookie, and who uses it; None if it is not signed in (any more).

        A key is looked up anew each time, so that its revocation signs out whoever came with it.
        """
        now = monotonic()
        with self._lock:
            browser = self._browsers.get(secret or "")
            if browser is None:
                return None
            is_idle = now - browser.seen > IDLE_SECONDS
        caller = Caller("one-time link") if browser.key is None else self._access.caller(browser.key)
        if caller is None or is_idle:
            self.sign_out(browser)
            return None
        with self._lock:
            browser.seen = now
            if browser.secret in self._browsers:
                self._browsers.move_to_end(browser.secret)
        return browser, caller

    def sign_out(self, browser: Browser) -> None:
        """Forgets a browser."""
        with self._lock:
            self._browsers.pop(browser.secret, None)


def _digest(token: str) -> bytes:
    return hashlib.sha256(token.encode(errors="replace")).digest()
