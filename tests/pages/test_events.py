"""Live updates on the wire: who hears of what, and that a server that stops lets its listeners go."""

from contextlib import closing, contextmanager

import httpcore
import pytest

from pages.conftest import KEY
from pages.visitor import Visitor
from quire.server.running import serving
from quire.server.settings import ServerSettings

CHANGED = "event: changed\ndata: \n\n"


@contextmanager
def _listening(visitor, query=""):
    """What a server tells, piece by piece, as long as the block lasts."""
    headers = {"cookie": visitor.cookie}
    with (
        httpcore.ConnectionPool() as pool,
        pool.stream("GET", f"{visitor.url}/ui/events{query}", headers=headers) as answer,
    ):
        found = {name.decode().lower(): value.decode() for name, value in answer.headers}
        assert answer.status == 200
        assert found["content-type"].startswith("text/event-stream")
        pieces = (piece.decode() for piece in answer.iter_stream())
        assert next(pieces) == f"retry: 2000\n{CHANGED}"
        yield pieces


@pytest.fixture
def alpha(local):
    return local.get_target("scripted.alpha")


def test_the_list_hears_of_everything(visitor, alpha):
    with _listening(visitor) as pieces:
        session = alpha.open_session(name="new")
        assert next(pieces) == CHANGED
        alpha.submit("ok", session=session)
        assert next(pieces) == CHANGED


def test_a_page_hears_of_its_own_item(open_workspace, held, serve, visit):
    workspace = open_workspace(executor=held, workers=1)
    target = workspace.get_target("scripted.alpha")
    session, other = (target.open_session(name=name) for name in ("one", "other"))
    job = target.submit("ok", session=session)
    visitor = visit(serve(workspace))
    with (
        _listening(visitor, f"?session={session.id}") as of_session,
        _listening(visitor, f"?job={job.id}") as of_job,
        _listening(visitor, f"?session={other.id}") as of_other,
    ):
        held.run()
        assert (next(of_session), next(of_job)) == (CHANGED, CHANGED)
        other.close()
        assert next(of_other) == CHANGED


def test_a_server_that_stops_lets_listeners_go(local):
    with (
        serving(local.transport, ServerSettings(port=0, api_key=KEY)) as server,
        closing(Visitor(server.url)) as visitor,
    ):
        visitor.sign_in(KEY)
        with _listening(visitor) as pieces:
            server.stop()
            assert list(pieces) == []
    assert not local.transport.feed.is_followed


def test_what_followers_hear_is_in_the_store(local):
    heard = []

    def hear(changes):
        heard.append([(job.status, local.transport.get_job(job.id).status) for job, _ in changes.jobs])

    with local.transport.feed.followed(hear):
        local.get_target("scripted.alpha").submit("ok")
    told = [pair for pairs in heard for pair in pairs]
    assert told[-1] == ("Succeeded", "Succeeded")
    assert not local.transport.feed.is_followed
