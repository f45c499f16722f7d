"""Who may see the pages and act on them: links, keys, cookies, forms of other sites."""

import re
import signal
import subprocess
from html import unescape
from urllib.parse import quote, urljoin, urlsplit

import pytest

import scripted_target
from pages.conftest import KEY
from pages.visitor import Visitor, names
from processes import children_of, python, read_line
from quire import Workspace


@pytest.fixture
def server(local, serve):
    return serve(local)


@pytest.fixture
def stranger(server, visit):
    return visit(server, key=None)


def test_strangers_see_nothing(stranger, local):
    job = local.get_target("scripted.alpha").submit("ok", name="a name of theirs")
    for path in ("", f"jobs/{job.id}", f"jobs/{job.id}/input", "sessions/x", "no/such/page"):
        status, headers, text = stranger.get(path)
        assert (status, text) == (303, "")
        assert headers["location"].startswith("/ui/sign-in")
    for path in ("events", f"jobs/{job.id}"):
        status, _, text = stranger.get(path, sec_fetch_mode="cors")
        assert status == 401
        assert "a name of theirs" not in text
    assert stranger.send(f"jobs/{job.id}/cancel", {})[0] == 401


def test_a_link_signs_in_once(server, visit):
    path = server.sign_in_link().removeprefix(f"{server.url}/ui/")
    first, second = visit(server, key=None), visit(server, key=None)
    assert first.ask("HEAD", f"/ui/{path}")[0] == 200  # who only looks ahead does not use it up
    assert first.get(path, sec_purpose="prefetch")[0] == 200
    assert first.cookie is None
    assert first.get(path)[0] == 200
    assert "Nothing" in first.page("?q=x")
    status, _, text = second.get(path)
    assert status == 403
    assert "has been used" in text
    assert second.cookie is None


def test_the_cookie_is_for_our_own_pages_only(stranger):
    cookie = stranger.sign_in(KEY)["set-cookie"]
    name, attributes = cookie.split("=", 1)[0], cookie.lower().split("; ")[1:]
    assert name == f"quire-{stranger.url.rpartition(':')[2]}"
    assert {"httponly", "samesite=strict", "path=/ui"} <= set(attributes)
    assert KEY not in cookie


def test_behind_a_proxy_that_encrypts(local, serve, visit):
    server = serve(local, public_url="https://lab.example/quire")
    visitor = Visitor(f"http://127.0.0.1:{server._socket.getsockname()[1]}")
    try:
        cookie = visitor.sign_in(KEY)["set-cookie"].lower()
        assert {"secure", "path=/quire/ui"} <= set(cookie.split("; "))
        assert 'href="/quire/ui/static/pages.css"' in visitor.page("")
        origin = {"origin": "https://lab.example"}
        assert visitor.send("sign-in", {"key": KEY}, **origin)[0] == 200
        assert server.sign_in_link().startswith("https://lab.example/quire/ui/sign-in?token=")
    finally:
        visitor.close()


def test_signing_in_leads_to_where_one_wanted_to(stranger, local):
    job = local.get_target("scripted.alpha").submit("ok", job_id="one of #1?")
    path = f"jobs/{quote(job.id)}?x=1"
    location = stranger.get(path)[1]["location"]
    form = stranger.page(location.removeprefix("/ui/"))
    then = re.search(r'name="then" value="([^"]*)"', form)[1]
    assert then == path
    _, _, text = stranger.send("sign-in", {"key": KEY, "then": then})
    assert f'content="0; url=/ui/{path}"' in text
    assert job.id in stranger.page(path)


@pytest.mark.parametrize(
    "then",
    ["//evil.example/", "https://evil.example", "/\\evil.example", "javascript:x", "../..//evil.example"],
)
def test_signing_in_leads_nowhere_else(stranger, then):
    _, _, text = stranger.send("sign-in", {"key": KEY, "then": then})
    target = unescape(re.search(r'content="0; url=([^"]*)"', text)[1])
    assert target.startswith("/ui/")
    assert urlsplit(urljoin(f"{stranger.url}/ui/sign-in", target)).netloc == urlsplit(stranger.url).netloc


@pytest.mark.parametrize("key", ["", "wrong", KEY + "x", "é"])
def test_a_wrong_key(stranger, key):
    status, _, text = stranger.send("sign-in", {"key": key})
    assert status == 403
    assert "not right" in text
    assert stranger.cookie is None


def test_a_key_that_is_revoked_signs_out(server, visit, local):
    visitor = visit(server, local.transport.keys.create("laptop"))
    assert visitor.get("")[0] == 200
    local.transport.keys.revoke("laptop")
    assert visitor.get("")[0] == 303


def test_signing_out(server, visit):
    visitor = visit(server)
    cookie, token = visitor.cookie, visitor.form_token()
    assert visitor.send("sign-out", {"token": "wrong"})[0] == 303
    visitor.cookie = cookie
    assert visitor.get("")[0] == 200
    assert visitor.send("sign-out", {"token": token})[0] == 303
    visitor.cookie = cookie
    assert visitor.get("")[0] == 303


# Actions


@pytest.fixture
def busy(open_workspace, held, serve, visit):
    """A session with a job that runs and one that waits, and somebody signed in."""
    workspace = open_workspace(executor=held, workers=1)
    target = workspace.get_target("scripted.alpha")
    session = target.open_session(name="busy")
    jobs = [target.submit("ok", name=f"job {number}", session=session) for number in range(2)]
    return workspace, session, jobs, serve(workspace)


def test_cancelling_a_job(busy, visit):
    _, _, jobs, server = busy
    visitor = visit(server)
    assert "Cancel job" in visitor.page(f"jobs/{jobs[1].id}")
    status, headers, _ = visitor.send(f"jobs/{jobs[1].id}/cancel", {"token": visitor.form_token()})
    assert (status, headers["location"]) == (303, f"/ui/jobs/{jobs[1].id}")
    assert jobs[1].refresh().status == "Cancelled"
    assert "Cancel job" not in visitor.page(f"jobs/{jobs[1].id}")


def test_closing_and_cancelling_a_session(busy, visit):
    _, session, _, server = busy
    visitor = visit(server)
    token = visitor.form_token()
    assert visitor.send(f"sessions/{session.id}/close", {"token": token})[0] == 303
    text = visitor.page(f"sessions/{session.id}")
    assert "closed; ends with its last job" in text
    assert "Close session" not in text
    assert "Its 2 unfinished jobs are cancelled" in text
    assert visitor.send(f"sessions/{session.id}/cancel", {"token": token})[0] == 303
    assert session.refresh().status.is_terminal


def test_a_form_needs_its_token(busy, visit):
    _, _, jobs, server = busy
    visitor, other = visit(server), visit(server)
    for fields in ({}, {"token": ""}, {"token": "é"}, {"token": other.form_token()}):
        status, _, text = visitor.send(f"jobs/{jobs[1].id}/cancel", fields)
        assert status == 403
        assert "out of date" in text
    assert jobs[1].refresh().status == "Waiting"


@pytest.mark.parametrize("origin", ["https://evil.example", "http://127.0.0.1:1", "null"])
def test_a_form_of_another_site(busy, visit, origin):
    _, _, jobs, server = busy
    visitor = visit(server)
    fields = {"token": visitor.form_token()}
    status, _, text = visitor.send(f"jobs/{jobs[1].id}/cancel", fields, origin=origin)
    assert status == 403
    assert "another site" in text
    assert visitor.send("sign-in", {"key": KEY}, origin=origin)[0] == 403
    assert visitor.send(f"jobs/{jobs[1].id}/cancel", fields, origin=server.url)[0] == 303


def test_actions_are_never_a_get(busy, visit):
    _, session, jobs, server = busy
    visitor = visit(server)
    for path in (f"jobs/{jobs[1].id}/cancel", f"sessions/{session.id}/close"):
        assert visitor.get(path)[0] == 404
    assert jobs[1].refresh().status == "Waiting"


def test_a_key_that_may_only_read_acts_on_nothing(busy, visit):
    workspace, session, jobs, server = busy
    visitor = visit(server, workspace.transport.keys.create("reader", read_only=True))
    for path in (f"jobs/{jobs[1].id}", f"sessions/{session.id}"):
        assert 'class="action"' not in visitor.page(path)
    status, _, text = visitor.send(f"jobs/{jobs[1].id}/cancel", {"token": visitor.form_token()})
    assert status == 403
    assert "only look" in text
    assert jobs[1].refresh().status == "Waiting"


def test_a_form_that_is_too_large(server, visit):
    assert visit(server).send("sign-in", {"key": "x" * 20_000})[0] == 413


def test_no_secret_is_logged(server, visit, caplog):
    caplog.set_level("DEBUG", "quire")
    path = server.sign_in_link().removeprefix(f"{server.url}/ui/")
    visitor = visit(server, key=None)
    visitor.get(path)
    token = visitor.form_token()
    visitor.get("static/pages.css")  # by now what came before has been logged
    records = repr([record.__dict__ for record in caplog.records])
    for secret in (path.partition("=")[2], visitor.cookie.partition("=")[2], token):
        assert secret not in records
    assert {record.key for record in caplog.records} == {None, "one-time link"}


# `quire ui`


_PAGES_ALONE = """
import sys
from quire.cli.looking import look
from quire.server.ui import serve_pages
with look(sys.argv[1]) as workspace:
    serve_pages(workspace.transport, lambda link: print(link, flush=True))
"""


def test_the_pages_alone(shared):
    """Jobs are looked at and not run, and there is no API."""
    with Workspace(shared, plugins=[scripted_target]) as workspace:
        workspace.get_target("scripted.alpha").open_session(name="looked at")
    with subprocess.Popen(python(_PAGES_ALONE, shared), stdout=subprocess.PIPE, text=True) as program:
        link = read_line(program).strip()
        server, path = link.split("/ui/")
        visitor = Visitor(server)
        try:
            assert visitor.get(path)[0] == 200
            assert names(visitor.page("")) == ["looked at"]
            assert visitor.ask("GET", "/health")[0] == 200
            assert visitor.ask("GET", "/openapi.json")[0] == 404
            assert not children_of(program.pid)  # nothing that could run a job
        finally:
            visitor.close()
            program.send_signal(signal.SIGINT)
