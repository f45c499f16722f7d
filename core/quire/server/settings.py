"""How a server is set up, and which settings are refused; nothing here listens or answers."""

import ipaddress
import re
import socket
from urllib.parse import urlsplit

import attrs

from quire.errors import ConfigurationError

LOOPBACK_NAMES = ("localhost", "127.0.0.1", "[::1]", "::1")
DEFAULT_PORT = 8042
MEBIBYTE = 1024 * 1024
_HOST = re.compile(r"(\[[0-9a-f:.]+\]|[^\[\]:]+)(?::[0-9]{1,5})?", re.IGNORECASE)


@attrs.frozen(kw_only=True)
class ServerSettings:
    """The settings of a server.

    Attributes:
        host: The address to listen on.
        port: The port; 0 for any that is free.
        api_key: A key that opens the service besides those that the workspace keeps; None for none.
        public_url: The address under which clients reach it, if that is not what their requests say.
        allowed_hosts: Names, besides the loopback's and ``host``, that requests may be addressed to.
        certificate: A file with a TLS certificate; None to speak plain HTTP.
        private_key: A file with its private key; None if the certificate's file has it.
        allow_plain_http: Whether to listen beyond this machine without TLS.
        hold_seconds: How long a look at a job that has not ended is held back, for clients that poll.
        max_wait_seconds: The most that a client may ask an answer to be held back.
        max_document_bytes: The largest JSON document of a request.
        max_inline_bytes: The largest payload that may come along with its job.
        max_header_bytes: The most bytes that a request's first line and headers may have.
        head_seconds: How long they may take to arrive, from the connection or from their first byte on.
        body_seconds: How long a request's body may take to arrive.
        keep_alive_seconds: How long an idle connection is kept.
        stop_seconds: How long requests under way may take when the server is told to stop.
        sas_seconds: How long signed addresses are good for.
        log_format: ``text`` or ``json``.
        runs_elsewhere: Whether jobs run in processes of their own, so that accepting a small one takes no
            longer than writing it down, which needs no thread.
        pages_only: Whether there are only the pages for people, and jobs are looked at but not run.
    """

    host: str = "127.0.0.1"
    port: int = DEFAULT_PORT
    api_key: str | None = attrs.field(default=None, repr=False)
    public_url: str | None = None
    allowed_hosts: tuple[str, ...] = ()
    certificate: str | None = None
    private_key: str | None = None
    allow_plain_http: bool = False
    hold_seconds: float = 0.5
    max_wait_seconds: float = 60.0
    max_document_bytes: int = 8 * MEBIBYTE
    max_inline_bytes: int = MEBIBYTE
    max_header_bytes: int = 32 * 1024
    head_seconds: float = 20.0
    body_seconds: float = 60.0
    keep_alive_seconds: float = 75.0
    stop_seconds: float = 10.0
    sas_seconds: float = 4 * 3600.0
    log_format: str = "text"
    runs_elsewhere: bool = False
    pages_only: bool = False

    def check(self) -> None:
        """Refuses what would be unsafe.

        Raises:
            ConfigurationError: It would listen beyond this machine without TLS, or something makes no sense.
        """
        if self.public_url is not None and not _is_base(self.public_url):
            raise ConfigurationError(
                f"the public URL must be like https://lab.example/quire, not {self.public_url!r:.200}",
                setting="public_url",
            )
        for name in self.allowed_hosts:
            if host_name(in_address(name)) != in_address(name).lower():
                raise ConfigurationError(
                    f"a name that requests may be addressed to has no port and is not {name!r:.200}",
                    setting="allowed_hosts",
                )
        if self.private_key is not None and self.certificate is None:
            raise ConfigurationError("a private key needs its certificate", setting="certificate")
        if self.certificate is None and not self.allow_plain_http and not is_loopback(self.host):
            raise ConfigurationError(
                f"{self.host} can be reached from other machines, and keys would travel unencrypted; give a "
                "certificate, listen on 127.0.0.1, or allow plain HTTP if a proxy encrypts",
                setting="host",
            )

    @property
    def scheme(self) -> str:
        """``http`` or ``https``."""
        return "http" if self.certificate is None else "https"

    @property
    def name(self) -> str:
        """What others call the server by: where it listens, or the machine's name if that is everywhere."""
        return in_address(socket.gethostname() if is_everywhere(self.host) else self.host)

    def names(self) -> frozenset[str]:
        """The names, in lower case, that requests may be addressed to."""
        names = [*LOOPBACK_NAMES, self.host, self.name, *self.allowed_hosts]
        public = host_name(urlsplit(self.public_url or "").netloc)
        return frozenset(in_address(name).lower() for name in (*names, public) if name)


def host_name(host: str) -> str | None:
    """The name in a Host header, without its port, in lower case; None if it is no such header.

    Nothing but a name and a port is one: whatever else there is would become part of addresses.
    """
    match = _HOST.fullmatch(host)
    return None if match is None else match[1].lower()


def in_address(host: str) -> str:
    """A host as it is written in addresses: IPv6 in brackets."""
    return f"[{host}]" if ":" in host and not host.startswith("[") else host


def is_everywhere(host: str) -> bool:
    """Whether listening on an address means listening on all of the machine's."""
    bare = host.strip("[]")
    try:
        return not bare or ipaddress.ip_address(bare).is_unspecified
    except ValueError:
        return False


def _is_base(url: str) -> bool:
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    is_plain = not parts.query and not parts.fragment and "@" not in parts.netloc
    return parts.scheme in ("http", "https") and host_name(parts.netloc) is not None and is_plain


def is_loopback(host: str) -> bool:
    """Whether an address can be reached from this machine only."""
    if host in LOOPBACK_NAMES:
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
