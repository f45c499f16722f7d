"""How a server is set up, and which settings are refused; nothing here listens or answers."""

import ipaddress

import attrs

from quire.errors import ConfigurationError

LOOPBACK_NAMES = ("localhost", "127.0.0.1", "[::1]", "::1")
DEFAULT_PORT = 8042
MEBIBYTE = 1024 * 1024


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
        max_header_bytes: The most bytes that a request's headers may have.
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
            ConfigurationError: It would listen beyond this machine without TLS.
        """
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


def is_loopback(host: str) -> bool:
    """Whether an address can be reached from this machine only."""
    if host in LOOPBACK_NAMES:
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
