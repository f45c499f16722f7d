"""How long a worker stays awake for its next task."""

import socket
from itertools import count

import pytest

from quire.service import vigil as vigil_module
from quire.service.line import Line
from quire.service.vigil import SOON_SECONDS, Vigil
from quire.service.worker import RECALL, ROUSE

PATIENCE = 60.0


@pytest.fixture
def ends():
    ours, theirs = socket.socketpair()
    lines = Line(ours), Line(theirs)
    yield lines
    for line in lines:
        line.hang_up()


@pytest.fixture
def habits(monkeypatch, ends):
    """How a vigil waits for a message that comes after so many seconds: awake or asleep."""
    ours, theirs = ends
    now = [0.0]
    seen = []
    receive = Line.receive
    monkeypatch.setattr(vigil_module, "monotonic", lambda: now[0])
    monkeypatch.setattr(vigil_module, "processors", lambda: 2)
    monkeypatch.setattr(Line, "watch", lambda _, seconds: seen.append(seconds) or [])

    def late(line, *, wait=True):
        now[0] += seconds
        return receive(line, wait=wait)

    vigil = Vigil()

    def wait(after, message=RECALL):
        nonlocal seconds
        seconds = after
        seen.clear()
        ours.send(message)
        assert vigil.next(theirs) == [message]
        return seen == [SOON_SECONDS]

    seconds = 0.0
    monkeypatch.setattr(Line, "receive", late)
    return vigil, wait


def test_a_worker_stays_awake_if_its_last_task_came_soon(habits):
    _, wait = habits
    short, long = SOON_SECONDS / 2, SOON_SECONDS * 2
    assert [wait(after) for after in (long, short, short, long, long, short, long)] == [
        False, False, True, True, False, False, True,
    ]  # fmt: skip


def test_a_worker_stays_awake_once_when_it_is_told_to(habits):
    vigil, wait = habits
    assert not wait(1.0, ROUSE)
    vigil.call()
    assert wait(0.0)  # which says nothing of how soon tasks come by themselves
    assert not wait(1.0)


def test_a_worker_on_the_only_processor_never_stays_awake(monkeypatch, ends):
    ours, theirs = ends
    monkeypatch.setattr(vigil_module, "processors", lambda: 1)
    monkeypatch.setattr(Line, "watch", lambda *_: pytest.fail("it watches"))
    vigil = Vigil()
    for _ in range(3):
        ours.send(RECALL)
        vigil.call()
        assert vigil.next(theirs) == [RECALL]


def test_what_is_watched_for_comes_whole_or_not_at_all(ends):
    ours, theirs = ends
    assert theirs.watch(0.0) == []
    ours._socket.sendall(b"\0\0\0\0\0\0\0\5hel")
    assert theirs.watch(0.0) == []
    ours._socket.sendall(b"lo")
    assert theirs.watch(PATIENCE) == [b"hello"]
    ours.hang_up()
    with pytest.raises(EOFError):
        theirs.watch(PATIENCE)


def test_what_is_offered_to_who_does_not_read_is_left_out_as_a_whole(ends):
    ours, theirs = ends
    taken = count()
    with pytest.raises(BlockingIOError):
        while True:
            ours.offer(ROUSE)
            next(taken)
    left = next(taken)
    while left:
        messages = theirs.receive(wait=False)
        assert set(messages) == {ROUSE}
        left -= len(messages)
    assert theirs.receive(wait=False) == []
    ours.offer(ROUSE)
    assert theirs.receive() == [ROUSE]
