"""Running a server: in the foreground until it is told to stop, or on a thread of another program."""

import contextlib
import json
import logging
import socket
import ssl
import sys
import threading
from collections.abc import Callable, Iterator

from quire.errors import ConfigurationError, MissingDependencyError
from quire.server.settings import ServerSettings, in_address, is_loopback
from quire.service.service import Service

_BACKLOG = 2048
_BENEATH = ("uvicorn", "asyncio")
"""The loggers of what the server stands on, which have no handler of their own."""
_FIELDS = ("request_id", "client_request_id", "method", "path", "status", "milliseconds", "key")


class _JsonLines(logging.Formatter):
    """Lines of the log as JSON documents."""

    def format(self, record: logging.LogRecord) -> str:
        line = {
            "time": self.formatTime(record),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
        }
        line |= {name: getattr(record, name) for name in _FIELDS if hasattr(record, name)}
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False)


def configure_log(settings: ServerSettings, level: str) -> None:
    """Has the log written to standard error.

    Args:
        settings: The server's settings.
        level: The least level of what is written, such as ``INFO``.
    """
    handler = logging.StreamHandler(sys.stderr)
    text = logging.Formatter("%(asctime)s %(levelname)s %(message)s")
    handler.setFormatter(_JsonLines() if settings.log_format == "json" else text)
    logger = logging.getLogger("quire")
    logger.addHandler(handler)
    logger.setLevel(level)
    for name in _BENEATH:
        logger = logging.getLogger(name)
        logger.addHandler(handler)
        # What they say of each connection and thread is of no use, whatever is asked of our own.
        logger.setLevel(max(logging.getLevelName(level), logging.WARNING))


class RunningServer:
    """A server that listens. Its address is known before it answers.

    Attributes:
        url: Where it is.
    """

    def __init__(self, service: Service, settings: ServerSettings) -> None:
        """Listens; :meth:`run` begins to answer.

        Args:
            service: The service, which stays open when the server ends.
            settings: The server's settings.

        Raises:
            ConfigurationError: A setting is unsafe, or the address cannot be had.
            MissingDependencyError: The extra ``server`` is not installed.
        """
        settings.check()
        try:
            import uvicorn

            from quire.server.access import Access
            from quire.server.app import application
            from quire.server.backend import Backend
            from quire.server.graceful import GracefulServer
            from quire.server.joined import protocol_for
            from quire.server.pages.browsers import Browsers
            from quire.server.telemetry import instrumented
        except ImportError as error:
            raise MissingDependencyError(
                "serving needs the extra server; pip install 'quire[server]'",
                package="starlette, uvicorn, jinja2",
                extra="server",
            ) from error
        _check_certificate(settings)
        self._socket = _listen(settings)
        host, port = self._socket.getsockname()[:2]
        name = in_address(host) if is_loopback(settings.host) else settings.name
        self.url = settings.public_url or f"{settings.scheme}://{name}:{port}"
        self._backend = Backend(service, settings)
        self._browsers = Browsers(Access(service.keys, settings.api_key))
        app = instrumented(application(self._backend, self._browsers))
        config = uvicorn.Config(
            app,
            http=protocol_for(settings),
            ws="none",
            log_config=None,
            access_log=False,
            server_header=False,
            # Who stands in front is said by public_url, not by headers that anybody can send.
            proxy_headers=False,
            interface="asgi3",
            ssl_certfile=settings.certificate,
            ssl_keyfile=settings.private_key,
            timeout_keep_alive=round(settings.keep_alive_seconds),
            timeout_graceful_shutdown=round(settings.stop_seconds),
        )
        self._server = GracefulServer(config, self._backend.release)

    def sign_in_link(self) -> str:
        """A link that shows the pages to one browser, once, to be followed within an hour."""
        return f"{self.url.rstrip('/')}/ui/sign-in?token={self._browsers.new_link()}"

    def run(self, started: Callable[[], None] | None = None) -> None:
        """Answers until it is told to stop, by a signal or by :meth:`stop`.

        Args:
            started: Called once it answers; None for nothing.
        """
        self._server.on_start = started
        try:
            self._server.run(sockets=[self._socket])
        finally:
            self._backend.close()
            self._socket.close()

    def stop(self) -> None:
        """Tells it to stop: it answers what it has begun to, and takes nothing more."""
        self._server.should_exit = True


def _check_certificate(settings: ServerSettings) -> None:
    """Refuses, before anything listens, what TLS cannot use; uvicorn reads the files itself."""
    if settings.certificate is None:
        return
    try:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        # An encrypted key is refused: nobody is there to be asked for its password.
        context.load_cert_chain(settings.certificate, settings.private_key, password=_no_password)
    except (OSError, _EncryptedKeyError) as error:
        raise ConfigurationError(
            f"cannot use the certificate {settings.certificate}: {error}", setting="certificate"
        ) from error


class _EncryptedKeyError(Exception):
    """The private key is encrypted."""


def _no_password() -> str:
    raise _EncryptedKeyError("its private key is encrypted")


def _listen(settings: ServerSettings) -> socket.socket:
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind((settings.host.strip("[]"), settings.port))
        listening.listen(_BACKLOG)
    except OSError as error:
        listening.close()
        raise ConfigurationError(
            f"cannot listen on {settings.host}:{settings.port}: {error}", setting="port"
        ) from error
    return listening


@contextlib.contextmanager
def serving(service: Service, settings: ServerSettings) -> Iterator[RunningServer]:
    """A server on a thread, as long as the block lasts.

    Requests that come before it answers wait, so it can be used at once.

    Args:
        service: The service, which stays open.
        settings: The server's settings.
    """
    server = RunningServer(service, settings)
    thread = threading.Thread(target=server.run, name="quire-server", daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.stop()
        thread.join()
