"""The clock of the test kit."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from quire import Clock
from quire.clock import to_datetime
from quire.testing import ManualClock


def test_it_stands_still_until_it_is_moved():
    clock: Clock = ManualClock()
    before = clock.now()
    assert clock.now() == before
    clock.advance(1.5)
    assert clock.now() - before == 1_500_000
    clock.advance(-1.5)
    assert clock.now() == before


def test_it_starts_when_it_is_told_to():
    start = datetime(2030, 5, 6, 7, 8, 9, 10, tzinfo=timezone(timedelta(hours=2)))
    assert to_datetime(ManualClock(start).now()) == start
    assert to_datetime(ManualClock().now()).tzinfo is UTC


def test_it_needs_a_time_zone():
    with pytest.raises(ValueError, match="time zone"):
        ManualClock(datetime(2030, 1, 1))


def test_subscribers_are_told_after_it_has_moved():
    clock = ManualClock()
    heard = []
    for _ in range(2):
        clock.subscribe(lambda: heard.append(clock.now()))
    clock.advance(0.000001)
    assert heard == [clock.now()] * 2
