"""The filter grammar of lists, both ways."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quire.errors import InputError
from quire.query import ItemQuery, OrderBy
from quire.transport.filters import read_query, write_filter, write_order

SDK_EXAMPLE = (
    "startswith(Name, 'name') and (ItemType eq 'Session' or ItemType eq 'Job') and (ProviderId eq 'ionq') "
    "and (State eq 'Failed') and CreationTime ge 2024-10-01 and CreationTime le 2024-11-01"
)


def test_what_the_sdk_writes():
    query = read_query(SDK_EXAMPLE, "CreationTime desc")
    assert query == ItemQuery(
        name_prefix="name",
        item_types=("Session", "Job"),
        providers=("ionq",),
        statuses=("Failed",),
        created_after=datetime(2024, 10, 1, tzinfo=UTC),
        created_before=datetime(2024, 11, 1, 23, 59, 59, 999999, tzinfo=UTC),
        descending=True,
    )


def test_words_in_any_case_and_one_comparison_alone():
    assert read_query("target EQ 'a' AND STATE eq 'b'", "name") == ItemQuery(
        targets=("a",), statuses=("b",), order_by=OrderBy.NAME
    )


def test_two_terms_of_one_property():
    assert read_query("(Target eq 'a' or Target eq 'b') and Target eq 'b'", None).targets == ("b",)
    assert read_query("Target eq 'a' and Target eq 'b'", None).targets == ("",)


def test_days_only():
    zone = timezone(timedelta(hours=-5))
    query = ItemQuery(
        created_after=datetime(2024, 10, 1, 22, 30, tzinfo=zone),
        created_before=datetime(2024, 11, 1, 1, tzinfo=UTC),
    )
    assert write_filter(query, days_only=True) == "CreationTime ge 2024-10-02 and CreationTime le 2024-11-01"


@pytest.mark.parametrize(
    "text",
    [
        "x",
        "Name eq 'a'",
        "startswith(Name, 'a'",
        "startswith(Target, 'a')",
        "Target eq a",
        "Target ne 'a'",
        "Target eq 'a' and",
        "Target eq 'it's'",
        "Target eq 'a' or Target eq 'b'",
        "(Target eq 'a' and Target eq 'b')",
        "(Target eq 'a' or State eq 'b')",
        "CreationTime ge 2024-13-01",
        "CreationTime eq 2024-01-01",
        "CreationTime ge 2024-01-01T00:00:00.0.0Z",
    ],
)
def test_what_is_not_understood_is_refused(text):
    with pytest.raises(InputError) as error:
        read_query(text, None)
    assert error.value.argument == "filter"


words = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=8)
texts = st.lists(words, max_size=3, unique=True).map(tuple)
moments = st.none() | st.datetimes(timezones=st.just(UTC), min_value=datetime(1970, 1, 2))


@given(
    st.builds(
        ItemQuery,
        name_prefix=st.none() | words,
        statuses=texts,
        providers=texts,
        targets=texts,
        job_types=texts,
        item_types=texts,
        created_after=moments,
        created_before=moments,
        order_by=st.sampled_from(OrderBy),
        descending=st.booleans(),
    )
)
def test_what_is_written_is_read_back(query):
    assert read_query(write_filter(query), write_order(query)) == query


def test_two_dates_as_microsofts_sdk_joins_them():
    query = read_query("CreationTime ge 2026-03-01CreationTime le 2026-03-02", None)
    assert query == read_query("CreationTime ge 2026-03-01 and CreationTime le 2026-03-02", None)
    with pytest.raises(InputError, match="cannot understand"):
        read_query("startswith(Name, 'a')(State eq 'Failed')", None)
