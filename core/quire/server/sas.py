"""Signed addresses of files: who has one may do what it says, there, until it expires."""

import hmac
from datetime import datetime, timedelta
from urllib.parse import parse_qs, quote

import attrs

from quire.clock import Clock, to_datetime

READ, LIST, CREATE, WRITE = "r", "l", "c", "w"
CONTAINER_WRITE = "rwlac"
CONTAINER_READ = "rl"
BLOB_WRITE = "rcw"
BLOB_READ = "r"

_VERSION = "2024-05-04"
_TIME = "%Y-%m-%dT%H:%M:%SZ"


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
            file_name: The name under which browsers are to save it; None for its own.
        """
        kind = "c" if blob is None else "b"
        expiry = f"{self._now() + self._lifetime:{_TIME}}"
        query = {"sv": _VERSION, "se": expiry, "sr": kind, "sp": permissions}
        if file_name is not None:
            query["rscd"] = f'attachment; filename="{file_name}"'
        signature = self._signature(container, blob or "", query)
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
        given = {name: values[-1] for name, values in parse_qs(query).items()}
        signed_blob = blob or "" if given.get("sr") == "b" else ""
        expected = self._signature(container, signed_blob, given)
        if not hmac.compare_digest(expected.encode(), given.get("sig", "").encode(errors="replace")):
            return Refusal("AuthenticationFailed", "the signature does not fit this address")
        # What follows is part of what was signed, so it is as it was written here.
        if datetime.fromisoformat(given["se"]) <= self._now():
            return Refusal("AuthenticationFailed", f"the signature expired at {given['se']}")
        if not set(permissions) & set(given["sp"]):
            return Refusal(
                "AuthorizationPermissionMismatch", f"the signature allows {given['sp']}, not this request"
            )
        return None

    def _now(self) -> datetime:
        now = to_datetime(self._clock.now())
        assert now is not None
        return now

    def _signature(self, container: str, blob: str, query: dict[str, str]) -> str:
        parts = [query.get(name, "") for name in ("sv", "se", "sr", "sp", "rscd")]
        text = "\n".join([*parts, container, blob])
        return hmac.digest(self._secret, text.encode(errors="replace"), "sha256").hex()
