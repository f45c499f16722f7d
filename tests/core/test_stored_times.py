"""Times are kept in microseconds, and shown as what they are to the last of them."""

from datetime import UTC, datetime, timedelta

from hypothesis import example, given
from hypothesis import strategies as st

from quire.clock import to_datetime, to_microseconds

_2038 = 2**31 * 1_000_000


@given(st.integers(-(2**45), 2**53) | st.integers(0, _2038) | st.integers(_2038 - 1000, _2038 + 1000))
@example(0)
def test_a_stored_time_is_that_very_microsecond(microseconds):
    moment = to_datetime(microseconds)
    assert moment == datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=microseconds)
    assert (to_microseconds(moment), moment.tzinfo) == (microseconds, UTC)
