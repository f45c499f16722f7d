"""What a connection may bring before it is a request: so many bytes, for so long, and no more."""

import json
import select
import ssl

import pytest
import trustme

from quire.server.running import serving
from quire.server.settings import ServerSettings
from quire.transport.http import LOCAL_WORKSPACE
from server.raw_http import Line, request, said
from server.switchboard import API_KEY

HOST = "Host: 127.0.0.1"
KEY = f"x-ms-quantum-api-key: {API_KEY}"
HEALTH = f"GET /health HTTP/1.1\r\n{HOST}\r\n\r\n".encode()
LIMIT = 2000
QUICK = 0.5


@pytest.fixture
def serve_it(local):
    """Serves a workspace, with limits that are soon met."""
    return lambda **settings: serving(local.transport, ServerSettings(port=0, api_key=API_KEY, **settings))


@pytest.fixture
def small(serve_it):
    """The address of a server that takes small heads only."""
    with serve_it(max_header_bytes=LIMIT) as server:
        yield server.url


@pytest.fixture
def hurried(serve_it):
    """The address of a server that waits for requests for a moment only."""
    with serve_it(head_seconds=QUICK) as server:
        yield server.url


def is_refused(answer):
    head, _, body = answer.partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 431 Request Header Fields Too Large\r\n")
    assert b"\r\nconnection: close" in head
    return json.loads(body)["error"]["code"] == "RequestHeadTooLarge"


# Bytes


def test_a_head_that_has_no_end_is_refused_before_it_has_one(small):
    for start in (b"GET /", b"GET / HTTP/1.1\r\nx-", b"GET / HTTP/1.1\r\nx: ", b"GET / HTTP/1.1\r\nx: y\r\n"):
        assert is_refused(said(small, start + b"x" * (LIMIT + 1 - len(start))))


def test_a_head_in_pieces(small):
    piece = b"x: %s\r\n" % (b"y" * 95)
    for count in (15, 20):
        with Line(small) as line:
            line.send(f"GET /health HTTP/1.1\r\n{HOST}\r\nconnection: close\r\n".encode())
            for _ in range(count):
                line.send(piece)
            if count * len(piece) < LIMIT:
                line.send(b"\r\n")
                assert line.rest().startswith(b"HTTP/1.1 200 ")
            else:
                assert is_refused(line.rest())


@pytest.mark.parametrize("path", ["/health", f"{LOCAL_WORKSPACE}/jobs", "/c/c/f"])
def test_a_head_that_is_complete_and_too_large(small, path):
    assert said(small, request("/health", HOST, "x: " + "y" * 1800)).startswith(b"HTTP/1.1 200 ")
    assert is_refused(said(small, request(path, HOST, KEY, "x: " + "y" * LIMIT)))
    assert is_refused(said(small, request(f"{path}?{'y' * LIMIT}", HOST)))


def send_on_and_on(line):
    with pytest.raises(ConnectionError):
        for _ in range(200):
            line.send(b"x" * 1024 * 1024)


def test_what_goes_on_and_on_is_not_kept(small):
    with Line(small) as line:
        send_on_and_on(line)


@pytest.mark.parametrize("path", ["/health", f"{LOCAL_WORKSPACE}/jobs/j"], ids=["answered", "not answered"])
def test_what_follows_the_chunks_of_a_body_is_not_kept_either(small, path):
    with Line(small) as line:
        head = f"PUT {path} HTTP/1.1\r\n{HOST}\r\n{KEY}\r\ntransfer-encoding: chunked\r\n\r\n"
        line.send(f"{head}1\r\n{{\r\n0\r\nx: ".encode())
        send_on_and_on(line)
        assert b"HTTP/1.1 431 " not in line.rest()


def test_many_requests_and_large_bodies_at_once(small, local):
    body = json.dumps({"target": "scripted.alpha", "quire": {"inputText": "ok" + " " * 300_000}}).encode()
    head = f"PUT {LOCAL_WORKSPACE}/jobs/j HTTP/1.1\r\n{HOST}\r\n{KEY}\r\ncontent-length: {len(body)}\r\n\r\n"
    chunks = b"".join(
        b"1000\r\n%s\r\n" % body[start : start + 4096].ljust(4096) for start in range(0, len(body), 4096)
    )
    other = head.replace("/j HTTP", "/k HTTP").replace(
        f"content-length: {len(body)}", "transfer-encoding: chunked"
    )
    with Line(small) as line:
        line.send(HEALTH * 100)
        for _ in range(100):
            assert line.answer()[0].startswith(b"HTTP/1.1 200 ")
        line.send(head.encode() + body + HEALTH + other.encode() + chunks + b"0\r\n\r\n" + HEALTH[:-1])
        for _ in range(3):
            assert line.answer()[0].startswith(b"HTTP/1.1 200 ")
        line.send(HEALTH[-1:])
        assert line.answer()[0].startswith(b"HTTP/1.1 200 ")
    assert {job.id for job in local.list_jobs()} == {"j", "k"}


# Time


@pytest.mark.parametrize(
    "data", [b"", b"\r\n", b"GET", HEALTH[:-1]], ids=["none", "an empty line", "a word", "all but one"]
)
@pytest.mark.parametrize("is_new", [True, False], ids=["at first", "after an answer"])
def test_who_sends_no_request_is_not_waited_for(hurried, data, is_new):
    with Line(hurried) as line:
        if not is_new:
            line.send(HEALTH)
            line.answer()
            data = data or b"\r\n"  # nothing at all is another case: the connection is kept for a while
        line.send(data)
        assert line.rest() == b""


def test_a_body_that_nobody_waits_for_is_not_waited_for(hurried):
    with Line(hurried) as line:
        line.send(f"PUT {LOCAL_WORKSPACE}/jobs/j HTTP/1.1\r\n{HOST}\r\ncontent-length: 1000\r\n\r\n".encode())
        assert line.answer()[0].startswith(b"HTTP/1.1 401 ")
        line.send(b"x")
        assert line.rest() == b""


def test_a_kept_connection_and_a_slow_body_are_waited_for(serve_it):
    body = json.dumps({"target": "scripted.alpha", "quire": {"inputText": "ok"}}).encode()
    head = f"PUT {LOCAL_WORKSPACE}/jobs/j HTTP/1.1\r\n{HOST}\r\n{KEY}\r\ncontent-length: {len(body)}\r\n\r\n"
    with serve_it(head_seconds=2 * QUICK) as server, Line(server.url) as kept:
        kept.send(HEALTH)
        kept.answer()
        with Line(server.url) as slow:
            slow.send(head.encode())
            assert said(server.url, b"") == b""
            kept.send(HEALTH)
            assert kept.answer()[0].startswith(b"HTTP/1.1 200 ")
            slow.send(body)
            assert slow.answer()[0].startswith(b"HTTP/1.1 200 ")


def test_who_sends_a_little_now_and_then_gains_no_time(serve_it):
    with (
        serve_it(head_seconds=QUICK / 2) as clock,
        serve_it(head_seconds=QUICK * 1.5) as server,
        Line(server.url) as line,
    ):
        line.send(HEALTH[:10])
        assert said(clock.url, b"") == b""
        with Line(server.url) as later:
            line.send(HEALTH[10:11])
            assert said(clock.url, b"") == b""
            line.send(HEALTH[11:12])
            (first, *_), _, _ = select.select([line.socket, later.socket], [], [], 30)
            assert first is line.socket


def test_encrypted_connections_have_the_same_limits(serve_it, tmp_path):
    authority = trustme.CA()
    context = ssl.create_default_context()
    authority.configure_trust(context)
    authority.issue_cert("127.0.0.1").private_key_and_cert_chain_pem.write_to_path(tmp_path / "both.pem")
    limits = {"max_header_bytes": LIMIT, "head_seconds": QUICK}
    with serve_it(certificate=str(tmp_path / "both.pem"), **limits) as server:
        with Line(server.url, context) as line:
            line.send(HEALTH[:-1])
            assert line.rest() == b""
        with Line(server.url, context) as line:
            line.send(b"GET /" + b"x" * LIMIT)
            assert is_refused(line.rest())
