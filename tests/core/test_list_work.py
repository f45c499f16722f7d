"""What SQLite does for a page, counted in its instructions: not all that lies between filter and order."""

import pytest

from quire.clock import to_datetime
from quire.query import ItemQuery, OrderBy
from quire.service.store import Store, listing

COUNT = 200_000
PAGE = 100
FEW = COUNT // 10
SECOND = 1_000_000
COUNTED = 100
# In the order of their numbers, and as if many machines whose clocks are apart had submitted in turn.
MOMENTS = {"in order": "i", "in no order": f"(i * 104729 % {COUNT})"}
JOBS = f"""
WITH RECURSIVE numbers (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM numbers WHERE i < {COUNT - 1})
INSERT INTO jobs (
    id, name, provider_id, target, status, session_id, created_at, modified_at, ended_at, attempts,
    input_format, output_format, tags, metadata, input_params, is_filed
)
SELECT
    i, printf('%%s%%06d', iif(i < {FEW}, 'z', 'a'), i * 7919 %% {COUNT}), 'one', 'one.' || i %% 3,
    iif(i %% 50, 'Succeeded', 'Failed'), iif(i %% 2, 's', NULL), %s * {SECOND}, 0, 0, 1,
    '', '', '[]', '{{}}', '{{}}', 0
FROM numbers
"""


@pytest.fixture(scope="module", params=MOMENTS)
def store(request):
    """Jobs, one a second; those with the least numbers have names of their own, the last by name."""
    store = Store(None)
    with store.transaction() as db:
        db.select(JOBS % MOMENTS[request.param], ())
        db.filing.file_all()
    yield store
    store.close()


@pytest.fixture
def instructions(store):
    """How many instructions SQLite ran since the last time that it was asked, in hundreds."""
    count = [0]

    def note():
        count[0] += 1
        return 0

    def asked():
        found, count[0] = count[0], 0
        return found * COUNTED

    with store.reading() as db:
        connection = db._cursor.connection
    connection.set_progress_handler(note, COUNTED)
    yield asked
    connection.set_progress_handler(None, 0)


QUERIES = {
    "names that came first, newest first": ItemQuery(name_prefix="z", descending=True),
    "the same of a session": ItemQuery(name_prefix="z", descending=True, session_id="s"),
    "the same of one status": ItemQuery(name_prefix="z", descending=True, statuses=("Succeeded",)),
    "the same by status": ItemQuery(name_prefix="z", descending=True, order_by=OrderBy.STATE),
    "names that came last, oldest first": ItemQuery(name_prefix="a"),
    "what came last, by name from the last": ItemQuery(
        created_after=to_datetime(COUNT // 2 * SECOND), order_by=OrderBy.NAME, descending=True
    ),
    "what came first, by name": ItemQuery(created_before=to_datetime(FEW * SECOND), order_by=OrderBy.NAME),
    "one name in ten, from all over": ItemQuery(name_prefix="a01"),
    "what failed, by name": ItemQuery(
        created_before=to_datetime(COUNT // 2 * SECOND), order_by=OrderBy.NAME, statuses=("Failed",)
    ),
}


@pytest.mark.parametrize("query", QUERIES.values(), ids=QUERIES)
def test_a_page_takes_no_look_at_all_between_filter_and_order(store, instructions, query):
    place = None
    seen = 0
    for _ in range(3):
        instructions()
        found = listing.places(store.reading, query, place, PAGE)
        # A look at each of those between takes 6 and more.
        assert instructions() < COUNT
        seen += len(found)
        place = found[-1][0] if found else place
    assert seen > PAGE
