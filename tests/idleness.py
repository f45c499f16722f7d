"""Until when a session may be idle, to the microsecond."""

TICK = 0.000001


def idle_until_the_last_moment(session, clock, seconds=600):
    """Asserts that the session times out in exactly so many seconds from now."""
    before = session.refresh().status
    assert not before.is_terminal
    clock.advance(seconds - TICK)
    assert session.refresh().status is before
    clock.advance(TICK)
    assert session.refresh().status == "TimedOut"
