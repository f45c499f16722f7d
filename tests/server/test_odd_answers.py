"""Our client before servers and proxies that answer in other ways than ours does, and before none at all."""

import asyncio
import socket
import ssl
import threading

import pytest
import trustme

import scripted_target
from quire import Workspace
from quire.errors import ConfigurationError, InputError, ServiceUnavailableError
from quire.server.running import serving
from quire.server.settings import ServerSettings
from quire.transport.authorization import KeyAuthorization
from quire.transport.connection import Connection
from quire.transport.exchange import Request

OK = b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}"


class Scripted:
    """Answers each request with the next of its answers, and hangs up where one is to be the last."""

    def __init__(self, answers, context=None):
        self.asked = []
        self._answers = answers
        self._context = context
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port = self._socket.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def _run(self):
        while self._answers:
            self._link, _ = self._socket.accept()
            self._serve()
            self._link.close()

    def _serve(self):
        while self._answers:
            head = b""
            while b"\r\n\r\n" not in head:
                data = self._link.recv(65536)
                if not data:
                    return
                head += data
            self.asked.append(head)
            answer = self._answers.pop(0)
            self._link.sendall(answer)
            if head.startswith(b"CONNECT "):
                self._link = self._context.wrap_socket(self._link, server_side=True)
            elif b"content-length" not in answer and b"chunked" not in answer:
                return

    def close(self):
        self._thread.join(10)
        assert not self._thread.is_alive()
        self._socket.close()


@pytest.fixture
def scripted():
    servers = []

    def answering(*answers, context=None):
        servers.append(Scripted(list(answers), context))
        return servers[-1]

    yield answering
    for server in servers:
        server.close()


@pytest.fixture(params=["sync", "asyncio"])
def ask(request):
    """Asks for an address, in either way."""
    connection = Connection(KeyAuthorization("k"))

    def ask_it(url, **members):
        asked = Request("GET", url, **members)
        if request.param == "sync":
            return connection.ask(asked)
        return asyncio.run(connection.ask_async(asked))

    yield ask_it
    connection.close()


def test_the_request_as_it_is_sent(scripted, ask):
    server = scripted(OK)
    ask(f"{server.url}/a/b?c=d", headers={"accept": "application/json"})
    (asked,) = server.asked
    first, *headers = asked.removesuffix(b"\r\n\r\n").split(b"\r\n")
    assert first == b"GET /a/b?c=d HTTP/1.1"
    assert {*headers} - {b"Accept-Encoding: identity"} == {
        b"host: 127.0.0.1:%d" % server.port,
        b"x-ms-quantum-api-key: k",
        b"accept: application/json",
    }


def test_signed_addresses_go_without_the_key(scripted, ask):
    server = scripted(OK)
    ask(f"{server.url}/c/f?sig=s", is_signed=True)
    assert b"x-ms-quantum-api-key" not in server.asked[0]


@pytest.mark.parametrize(
    "answer",
    [
        b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n3\r\n[1,\r\n2\r\n2]\r\n0\r\n\r\n",
        b"HTTP/1.1 200 OK\r\n\r\n[1,2]",
        b"HTTP/1.0 200 OK\r\nContent-Type: application/json\r\n\r\n[1,2]",
        b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\n[1,2]",
    ],
    ids=["chunked", "until the end", "HTTP/1.0", "after an interim answer"],
)
def test_ways_to_tell_the_length(scripted, ask, answer):
    assert ask(scripted(answer).url + "/").document() == [1, 2]


@pytest.mark.parametrize(
    "broken",
    [
        b"HTTP/1.1 200 OK\r\ncontent-length: 5\r\nconnection: close\r\n\r\n[1,",
        b"HTTP/1.1 200 OK\r\nconn",
        b"",
        b"no HTTP at all\r\n\r\n",
        b"HTTP/1.1 101 Switching Protocols\r\nupgrade: h2c\r\nconnection: upgrade\r\n\r\n",
    ],
    ids=["in the body", "in the headers", "nothing", "no HTTP", "another protocol"],
)
def test_a_broken_answer_is_asked_for_again(scripted, ask, broken):
    # Only an answer without any of these words has the script hang up.
    server = scripted(broken.replace(b"content-length", b"Content-Length"), OK)
    assert ask(server.url + "/").document() == {}
    assert len(server.asked) == 2


def test_more_than_was_asked_for_is_not_taken_for_the_next_answer(scripted, ask):
    server = scripted(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n[]HTTP/1.1 200 OK\r\n\r\n", OK)
    # It may be taken for an answer, or for a broken one that is asked for again.
    documents = [ask(server.url + "/").document()]
    if len(server.asked) == 1:
        documents.append(ask(server.url + "/").document())
    assert documents in ([[], {}], [{}])


def test_a_kept_connection_that_was_closed_meanwhile_is_not_used(scripted):
    server = scripted(OK, b"HTTP/1.1 204 No Content\r\n\r\n", OK)
    connection = Connection(KeyAuthorization(None))
    try:
        assert [connection.ask(Request("GET", server.url + "/")).status for _ in range(3)] == [200, 204, 200]
    finally:
        connection.close()


@pytest.mark.parametrize(
    "members",
    [
        {"headers": {"x": "a\r\nhost: b"}},
        {"headers": {"x": "\u20ac"}},
    ],
)
def test_what_cannot_be_sent_is_refused(ask, members):
    with pytest.raises(InputError):
        ask("http://127.0.0.1:1/", **members)


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:1/a b", "http://127.0.0.1:1/\u00fc", "http:///x", "http://h:x/"]
)
def test_addresses_that_lead_nowhere_are_refused(ask, url):
    with pytest.raises(InputError):
        ask(url)


def test_a_closed_workspace_asks_nothing(scripted):
    connection = Connection(KeyAuthorization(None))
    connection.close()
    with pytest.raises(InputError, match="is closed"):
        connection.ask(Request("GET", "http://127.0.0.1:1/"))


# Proxies


def test_a_proxy_is_told_the_whole_address_and_who_asks(scripted, ask, monkeypatch):
    proxy = scripted(OK)
    monkeypatch.setenv("http_proxy", f"http://me:it%21@127.0.0.1:{proxy.port}")
    monkeypatch.delenv("no_proxy", raising=False)
    ask("http://quire.invalid:81/a")
    assert proxy.asked[0].startswith(b"GET http://quire.invalid:81/a HTTP/1.1\r\n")
    assert b"\r\nhost: quire.invalid:81\r\n" in proxy.asked[0].replace(b"Host", b"host")
    assert b"proxy-authorization: Basic bWU6aXQh\r\n" in proxy.asked[0]


def test_a_proxy_leads_on_to_an_encrypted_service(scripted, ask, monkeypatch, tmp_path):
    authority = trustme.CA()
    authority.cert_pem.write_to_path(tmp_path / "trusted.pem")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("quire.invalid").configure_cert(context)
    proxy = scripted(b"HTTP/1.1 200 Connection established\r\n\r\n", OK, context=context)
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "trusted.pem"))
    monkeypatch.setenv("https_proxy", f"127.0.0.1:{proxy.port}")
    monkeypatch.delenv("no_proxy", raising=False)
    assert ask("https://quire.invalid/a").document() == {}
    assert proxy.asked[0].startswith(b"CONNECT quire.invalid:443 HTTP/1.")
    assert proxy.asked[1].startswith(b"GET /a HTTP/1.1\r\n")
    assert b"\r\nhost: quire.invalid\r\n" in proxy.asked[1].replace(b"Host", b"host")


def test_a_proxy_that_is_spoken_to_otherwise_is_refused(ask, monkeypatch):
    monkeypatch.setenv("http_proxy", "socks5://127.0.0.1:1")
    monkeypatch.delenv("no_proxy", raising=False)
    with pytest.raises(ConfigurationError, match="socks5"):
        ask("http://quire.invalid/")


# The wrong scheme


def test_https_where_nothing_is_encrypted(local):
    with serving(local.transport, ServerSettings(port=0)) as server:
        encrypted = server.url.replace("http:", "https:")
        with pytest.raises(ServiceUnavailableError, match=f"its address is {server.url}$") as error:
            Workspace(encrypted, plugins=[scripted_target])
    assert (error.value.url, error.value.attempts) == (encrypted, 1)


def test_http_where_all_is_encrypted(local, tmp_path):
    made = trustme.CA().issue_cert("127.0.0.1")
    made.private_key_and_cert_chain_pem.write_to_path(tmp_path / "both.pem")
    settings = ServerSettings(port=0, certificate=str(tmp_path / "both.pem"))
    with serving(local.transport, settings) as server:
        plain = server.url.replace("https:", "http:")
        with pytest.raises(ServiceUnavailableError, match="begins with https://"):
            Workspace(plain, plugins=[scripted_target])
