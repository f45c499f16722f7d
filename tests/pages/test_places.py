"""Pages of a list by place: in every order and both ways they are the list, cut up."""

import itertools

import attrs
import pytest

from quire.errors import InputError
from quire.model import SessionDetails
from quire.query import ItemQuery, ItemType, OrderBy, Place


@pytest.fixture
def overview(local, clock):
    """A workspace where many items have the same name, target, status or time of creation."""
    alpha, beta = local.get_target("scripted.alpha"), local.get_target("scripted.beta")
    for number in range(12):
        target = (alpha, beta)[number % 2]
        # Opened like this, it is no handle's current session, and the job stands alone.
        local.transport.open_session(
            SessionDetails(id=str(number), name="abc"[number % 3], provider_id="scripted", target=target.name)
        )
        target.submit("ok" if number % 4 else "fail Code why", name="abc"[number % 3])
        if number % 3 == 0:
            clock.advance(1)
    session = alpha.open_session(name="with jobs")
    for number in range(7):
        alpha.submit("ok", name="ab"[number % 2], session=session)
    local.session_id = session.id
    return local.transport.overview


def _walk(overview, query, size):
    """All pages, forwards, and then again from the last one back."""
    pages = [overview.page(query, None, size)]
    while pages[-1].following is not None:
        pages.append(overview.page(query, pages[-1].following, size))
    back = [pages[-1]]
    while back[-1].previous is not None:
        back.append(overview.page(query, back[-1].previous, size, backwards=True))
    return pages, back[::-1]


@pytest.mark.parametrize("order", OrderBy)
@pytest.mark.parametrize("descending", [False, True])
@pytest.mark.parametrize("filters", [{}, {"statuses": ("Succeeded", "Failed", "Waiting", "Executing")}])
def test_pages_are_the_list(overview, local, order, descending, filters):
    query = ItemQuery(order_by=order, descending=descending, **filters)
    expected = [item.id for item in local.transport.list_top_level_items(query)]
    assert len(expected) == 25
    for size in (1, 4, 5, 25, 30):
        for pages in _walk(overview, query, size):
            assert [item.id for page in pages for item in page.items] == expected
            assert all(len(page.items) == size for page in pages[:-1])


def test_pages_of_a_session(overview, local):
    query = ItemQuery(session_id=local.session_id, order_by=OrderBy.NAME)
    expected = [job.id for job in local.transport.list_jobs(query)]
    for pages in _walk(overview, query, 3):
        assert [item.id for page in pages for item in page.items] == expected


def test_only_sessions_have_counts(overview, local):
    page = overview.page(ItemQuery(), None, 30)
    assert page.job_counts == {local.session_id: 7}


def test_jobs_that_run_and_wait_are_counted_too(open_workspace, held):
    workspace = open_workspace(executor=held, workers=2)
    session = workspace.get_target("scripted.alpha").open_session()
    for _ in range(6):
        session.submit("ok")
    held.run(3)
    overview = workspace.transport.overview
    assert overview.page(ItemQuery(), None, 30).job_counts == {session.id: 6}
    assert overview.session(session.id).job_counts == {"Succeeded": 3, "Executing": 2, "Waiting": 1}


@pytest.mark.parametrize("kinds", [(ItemType.JOB,), (ItemType.SESSION,)])
def test_a_place_holds_when_its_item_is_filtered_away(overview, local, kinds):
    query = ItemQuery(order_by=OrderBy.NAME)
    items = list(local.transport.list_top_level_items(query))
    place = overview.page(query, None, 10).following
    later = [item.id for item in items[10:] if ("job_failure_policy" in dir(item)) == (kinds[0] == "Session")]
    narrowed = attrs.evolve(query, item_types=kinds)
    assert [item.id for item in overview.page(narrowed, place, 30).items] == later


def test_before_less_than_a_page_comes_the_first_page(overview):
    query = ItemQuery()
    first = overview.page(query, None, 4)
    again = overview.page(query, first.following, 10, backwards=True)
    assert again.items[:4] == first.items
    assert len(again.items) == 10
    assert again.previous is None


LENGTHS = {OrderBy.CREATION_TIME: 3, OrderBy.JOB_TYPE: 3}


@pytest.mark.parametrize("order", OrderBy)
def test_places_of_other_orders(open_workspace, held, order):
    """Whatever somebody writes into an address, and also while a job runs, which lists look for elsewhere."""
    workspace = open_workspace(executor=held, workers=1)
    target = workspace.get_target("scripted.alpha")
    session = target.open_session()
    for name in ("a", "b"):
        session.submit("ok", name=name)
    overview = workspace.transport.overview
    query = ItemQuery(order_by=order, session_id=session.id, name_prefix="")
    (place,) = [overview.page(query, None, 1).following]
    right = [type(part) for part in place.key]
    keys = [key for length in range(6) for key in itertools.product(("Job", 1), repeat=length)]
    for key in keys:
        if [type(part) for part in key] == right:
            overview.page(query, Place(key), 5)
        else:
            with pytest.raises(InputError, match="another order"):
                overview.page(query, Place(key), 5)
