"""Signed addresses of files: who has one may do what it says, there, until it expires."""

import hmac
from collections.abc import Mapping
from datetime import datetime, timedelta
from urllib.parse import parse_qsl, quote, unquote_plus

import attrs
import msgspec

from quire.clock import Clock, to_datetime

READ, LIST, CREATE, WRITE = "r", "l", "c", "w"
CONTAINER_WRITE = "rwlac"
CONTAINER_READ = "rl"
BLOB_WRITE = "rcw"
BLOB_READ = "r"

_VERSION = "2024-05-04"
_TIME = "%Y-%m-%dT%H:%M:%SZ"
_DISPOSITION = "rscd="
_SIGNED = ("sv", "se", "sr", "sp", "rscd")


@attrs.frozen
class Refusal:
    """Why a signed address does not open what was asked for.

    Attributes:
        code: The storage service's word for it.
        message: A sentence for people.
    """

    code: str
    message: str


class Signer:
    """Signs addresses, and checks them."""

    def __init__(self, secret: bytes, clock: Clock, lifetime_seconds: float) -> None:
        """Prepares to sign.

        Args:
            secret: What the signatures are made with.
            clock: What time it is.
            lifetime_seconds: How long a signature is good for.
        """
        self._secret = secret
        self._clock = clock
        self._lifetime = timedelta(seconds=lifetime_seconds)

    def sign(self, container: str, blob: str | None, permissions: str, file_name: str | None = None) -> str:
        """The query of a signed address.

        Args:
            container: The container.
            blob: The file in it; None for the whole container.
            permissions: What may be done: letters of ``racwl``.
            file_name: The name under which browsers are to save it, printable and without quotation
                marks and slashes; None for its own.
        """
        kind = "c" if blob is None else "b"
        expiry = f"{self._now() + self._lifetime:{_TIME}}"
        query = {"sv": _VERSION, "se": expiry, "sr": kind, "sp": permissions}
        if file_name is not None:
            query["rscd"] = _disposition(file_name)
        signature = self._signature(query, container, blob)
        # By hand, since each look at a job has three of them: most of the text needs no quoting.
        text = f"sv={_VERSION}&se={expiry.replace(':', '%3A')}&sr={kind}&sp={permissions}&sig={signature}"
        return text if file_name is None else f"{text}&rscd={quote(query['rscd'])}"

    def check(self, query: str, container: str, blob: str | None, permissions: str) -> Refusal | None:
        """Whether a signed address allows something; None if it does, else why not.

        Args:
            query: The query of the address.
            container: The container that is asked for.
            blob: The file in it; None for the container itself.
            permissions: What is to be done: one of these letters must be allowed.
        """
        pairs = parse_qsl(query, keep_blank_values=True)
        given = dict(pairs)
        if len(given) != len(pairs):
            return Refusal("AuthenticationFailed", "the address says something twice")
        expected = self._signature(given, container, blob if given.get("sr") == "b" else None)
        if not hmac.compare_digest(expected.encode(), given.get("sig", "").encode(errors="replace")):
            return Refusal("AuthenticationFailed", "the signature does not fit this address")
        # What follows is part of what was signed, so it is as it was written here.
        if self._has_passed(given["se"]):
            return Refusal("AuthenticationFailed", f"the signature expired at {given['se']}")
        if not set(permissions) & set(given["sp"]):
            return Refusal(
                "AuthorizationPermissionMismatch", f"the signature allows {given['sp']}, not this request"
            )
        return None

    def _has_passed(self, expiry: str) -> bool:
        try:
            return datetime.fromisoformat(expiry) <= self._now()
        except (ValueError, TypeError):
            return True  # no time, or one of no time zone: an address without an end is never good

    def _now(self) -> datetime:
        now = to_datetime(self._clock.now())
        assert now is not None
        return now

    def _signature(self, query: Mapping[str, str], container: str, blob: str | None) -> str:
        # A JSON list shows where each part ends and which are missing, whatever characters they have.
        parts = [*map(query.get, _SIGNED), container, blob]
        return hmac.digest(self._secret, msgspec.json.encode(parts), "sha256").hex()


def disposition_in(query: str) -> str:
    """The header for a file's name in a query that :meth:`Signer.check` has passed; empty if it has none.

    Since it is as it was signed, it is one of ours, in printable ASCII.
    """
    for part in query.split("&"):
        if part.startswith(_DISPOSITION):
            return unquote_plus(part.removeprefix(_DISPOSITION))
    return ""


def _disposition(file_name: str) -> str:
    """The header that has browsers save a file under a name (RFC 6266), in ASCII alone."""
    if file_name.isascii():
        return f'attachment; filename="{file_name}"'
    plain = "".join(c if c.isascii() else "_" for c in file_name)
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(file_name, safe='')}"
