"""Where requests go: a host and a port, with TLS or without, directly or through a proxy."""

import base64
import http.client
import ssl
import urllib.request
from functools import cached_property
from typing import Any
from urllib.parse import SplitResult, unquote, urlsplit

from quire.errors import ConfigurationError, InputError

CONNECT_SECONDS = 10.0
_LOOPBACK = ("localhost", "127.0.0.1", "::1")
_PORTS = {"http": 80, "https": 443}


class Origin:
    """The beginning of addresses that lead to the same place.

    Attributes:
        url: Scheme, host and port, as addresses have them.
        host: The host's name, or its address.
        port: The port.
        authority: Host and port as the header ``Host`` has them.
    """

    def __init__(self, url: str) -> None:
        """Reads an origin.

        Args:
            url: Scheme, host and port.

        Raises:
            InputError: It leads nowhere.
            ConfigurationError: The environment names a proxy that cannot be used.
        """
        self.url = url
        parts = urlsplit(url)
        try:
            self.port = parts.port or _PORTS[parts.scheme]
        except (KeyError, ValueError) as error:
            raise InputError(f"{url!r:.200} is no address of a service", argument="url") from error
        if not parts.hostname:
            raise InputError(f"{url!r:.200} names no host", argument="url")
        self.host = parts.hostname
        self.authority = parts.netloc.rpartition("@")[2]
        self.is_encrypted = parts.scheme == "https"
        self.proxy = _proxy(parts)

    @cached_property
    def context(self) -> ssl.SSLContext:
        """Which certificates are trusted."""
        return ssl.create_default_context()

    def target(self, path: str) -> str:
        """How a request names a path there: to a proxy that cannot see the origin otherwise, in full."""
        return self.url + path if self.proxy is not None and not self.is_encrypted else path

    @property
    def proxy_headers(self) -> dict[str, str]:
        """The headers that say to the proxy who asks."""
        if self.proxy is None or self.proxy.username is None:
            return {}
        name = f"{unquote(self.proxy.username)}:{unquote(self.proxy.password or '')}"
        return {"proxy-authorization": f"Basic {base64.b64encode(name.encode()).decode()}"}

    def link(self) -> http.client.HTTPConnection:
        """A connection to it, through its proxy if it has one, that is not made yet."""
        host, port = self.first_stop()
        if not self.is_encrypted:
            return http.client.HTTPConnection(host, port, timeout=CONNECT_SECONDS)
        link = http.client.HTTPSConnection(host, port, timeout=CONNECT_SECONDS, context=self.context)
        if self.proxy is not None:
            link.set_tunnel(self.host, self.port, self.proxy_headers)
        return link

    def pool(self) -> Any:
        """Connections to it for one request in asyncio, through its proxy if it has one."""
        import httpcore

        context = self.context if self.is_encrypted else None
        if self.proxy is None:
            return httpcore.AsyncConnectionPool(context, max_keepalive_connections=0)
        host, port = self.first_stop()
        return httpcore.AsyncHTTPProxy(
            f"http://{host}:{port}",
            proxy_headers=[*self.proxy_headers.items()],
            ssl_context=context,
            max_keepalive_connections=0,
        )

    def first_stop(self) -> tuple[str, int]:
        """The host and port to connect to."""
        if self.proxy is None:
            return self.host, self.port
        return self.proxy.hostname or "", self.proxy.port or _PORTS["http"]


def _proxy(parts: SplitResult) -> SplitResult | None:
    """The proxy that the environment names for an address; None for none."""
    host = parts.hostname or ""
    if host in _LOOPBACK or urllib.request.proxy_bypass(host):
        return None
    named = urllib.request.getproxies().get(parts.scheme)
    if named is None:
        return None
    proxy = urlsplit(named if "://" in named else f"http://{named}")
    if proxy.scheme != "http":
        raise ConfigurationError(
            f"the environment names a proxy that is spoken to by {proxy.scheme}; only http:// is offered",
            setting=f"{parts.scheme}_proxy",
        )
    return proxy
