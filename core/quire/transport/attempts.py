"""The attempts at one request: whether another one is due, and when; and what is said when none is."""

import random
import ssl
from collections.abc import Iterator

from httptools import HttpParserError

from quire.errors import QuireError, ServiceUnavailableError
from quire.transport.exchange import Answer, Request
from quire.transport.faults import parse_error

_DELAYS = (0.1, 0.2, 0.4, 0.8, 1.6)
"""Seconds between attempts, each a little shortened at random so that clients do not come back together."""
_MAX_RETRY_AFTER = 30.0
_NO_TLS = ("WRONG_VERSION_NUMBER", "RECORD_LAYER_FAILURE", "HTTP_REQUEST")
_TRANSIENT = frozenset({408, 429, 500, 502, 503, 504})


class Attempts:
    """The attempts at one request."""

    def __init__(self, request: Request, origin: str, *, is_anonymous: bool) -> None:
        """Begins before the first.

        Args:
            request: The request.
            origin: Where it goes, for people.
            is_anonymous: Whether it says nothing about who asks.
        """
        self._request = request
        self._origin = origin
        self._is_anonymous = is_anonymous
        self._delays: Iterator[float] = iter(_DELAYS)
        self._made = 0

    def judge(self, outcome: Answer | Exception) -> Answer | float:
        """The answer, if it is good, or else the seconds until the next attempt.

        Args:
            outcome: What came of an attempt: an answer, or why there is none.

        Raises:
            QuireError: The service refuses, or cannot be reached, and no other attempt is due.
        """
        self._made += 1
        return self._answered(outcome) if isinstance(outcome, Answer) else self._failed(outcome)

    def _answered(self, answer: Answer) -> Answer | float:
        if answer.status < 400:
            return answer
        # The query of a signed address must not come into messages.
        url = self._request.url.partition("?")[0]
        error = parse_error(answer.status, answer.document(), url, is_anonymous=self._is_anonymous)
        # An error of our own server is told with all its fields, and another attempt would meet it again.
        if answer.status not in _TRANSIENT or _is_told(answer):
            raise error
        delay = self._next_delay(answer.headers.get("retry-after"))
        if delay is None:
            raise error
        return delay

    def _failed(self, cause: Exception) -> float:
        reason = str(cause) or type(cause).__name__
        hopeless = self._hopeless(cause, reason)
        if hopeless is not None:
            raise hopeless from cause
        delay = self._next_delay(None)
        if delay is not None:
            return delay
        hint = "is the service running?"
        is_odd = isinstance(cause, ConnectionResetError | HttpParserError)
        if is_odd and self._origin.startswith("http:"):
            hint += " If it is, and speaks TLS, its address begins with https://"
        raise self._unavailable(
            f"{self._origin} does not answer ({reason}), tried {self._made} times; {hint}"
        ) from cause

    def _hopeless(self, cause: Exception, reason: str) -> QuireError | None:
        """The error, if the next attempt would end as this one did."""
        if isinstance(cause, ssl.SSLCertVerificationError):
            return self._unavailable(
                f"{self._origin} shows a certificate that this machine does not trust ({reason}); the "
                "variable SSL_CERT_FILE names a file of certificates to trust"
            )
        if isinstance(cause, ssl.SSLError) and cause.reason in _NO_TLS:
            plain = self._origin.replace("https:", "http:", 1)
            return self._unavailable(
                f"what listens at {self._origin} speaks no TLS ({reason}); if it is a service without "
                f"encryption, as quire serve is on its own machine, its address is {plain}"
            )
        return None

    def _unavailable(self, message: str) -> ServiceUnavailableError:
        return ServiceUnavailableError(message, url=self._origin, attempts=self._made)

    def _next_delay(self, retry_after: str | None) -> float | None:
        delay = next(self._delays, None)
        if delay is None:
            return None
        if retry_after is not None and retry_after.isdecimal():
            return min(float(retry_after), _MAX_RETRY_AFTER)
        return delay * random.uniform(0.7, 1.0)  # noqa: S311 - no secret


def _is_told(answer: Answer) -> bool:
    document = answer.document()
    error = document.get("error") if isinstance(document, dict) else None
    return isinstance(error, dict) and isinstance(error.get("innererror"), dict)
