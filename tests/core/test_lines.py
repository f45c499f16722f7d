"""Messages between the pool and its workers arrive whole, or who sends them hears of it."""

import socket
import struct
from concurrent.futures import ThreadPoolExecutor

import pytest

from quire.service.line import Line


@pytest.fixture
def lines():
    """Both ends of a connection: one that gives up soon when nobody reads, and a socket."""
    ours, theirs = socket.socketpair()
    line = Line(ours, 0.01)
    yield line, theirs
    line.hang_up()
    theirs.close()


def test_who_sends_to_one_that_does_not_read_gives_up(lines):
    with pytest.raises(TimeoutError):
        lines[0].send(b"x" * 10_000_000)


def test_who_offers_what_does_not_fit_gives_up_too(lines):
    """Nothing of a message is lost in silence: either it arrives whole, or who offers it hears of it."""
    with pytest.raises(TimeoutError):
        lines[0].offer(b"x" * 10_000_000)


def test_an_offer_of_any_size_arrives_whole():
    ours, theirs = socket.socketpair()
    line, other = Line(ours, 60), Line(theirs)
    with ThreadPoolExecutor(1) as pool:
        offered = pool.submit(line.offer, b"x" * 10_000_000)
        received = []
        while not received:
            received += other.receive()
        offered.result()
    assert received == [b"x" * 10_000_000]
    line.hang_up()
    other.hang_up()


def test_who_does_not_wait_for_messages_is_answered_at_once():
    ours, theirs = socket.socketpair()
    line = Line(ours, 1e6)
    with theirs:
        assert line.receive(wait=False) == []
        theirs.sendall(struct.pack("!Q", 2) + b"ab")
        assert line.receive(wait=False) == [b"ab"]
    line.hang_up()


@pytest.mark.parametrize("sizes", [[0, 1, 2], [70_000], [10, 300_000, 0, 20]])
def test_messages_of_any_size_arrive_in_their_order(sizes):
    ours, theirs = socket.socketpair()
    line, other = Line(ours, 60), Line(theirs)
    messages = [bytes([number]) * size for number, size in enumerate(sizes)]
    with ThreadPoolExecutor(1) as pool:
        sent = pool.submit(line.send, *messages)
        received = []
        while len(received) < len(messages):
            received += other.receive()
        sent.result(60)
    assert received == messages
    line.hang_up()
    other.hang_up()


def test_a_message_arrives_in_pieces_and_whole(lines):
    line, theirs = lines
    assert not line.has_news()
    theirs.sendall(struct.pack("!Q", 6) + b"abc")
    assert (line.has_news(), line.receive()) == (True, [])
    theirs.sendall(b"def" + struct.pack("!Q", 0) + struct.pack("!Q", 1) + b"g")
    assert line.receive() == [b"abcdef", b"", b"g"]
    theirs.close()
    assert line.has_news()
    with pytest.raises(EOFError):
        line.receive()
    line.hang_up()
    assert line.has_news()


def test_a_message_of_a_wild_length_is_refused(lines):
    line, theirs = lines
    theirs.sendall(struct.pack("!Q", 1 << 60))
    with pytest.raises(OSError, match="bytes"):
        line.receive()
