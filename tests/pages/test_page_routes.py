"""Each page without a browser: what it shows, what it offers, what it refuses."""

import re
from datetime import timedelta
from urllib.parse import quote

import pytest

from pages.visitor import link, names
from quire.microsoft_results import write_v2
from quire.server.pages.listing import PAGE_SIZE


@pytest.fixture
def alpha(local):
    return local.get_target("scripted.alpha")


@pytest.fixture
def mixed(alpha, local):
    """Two sessions and a job that stands alone."""
    with alpha.open_session(name="first", job_failure_policy="Continue") as session:
        alpha.submit("ok", name="good")
        alpha.submit("fail BadInput the <second> qubit", name="bad")
    alone = alpha.submit("ok", name="alone")
    other = local.get_target("scripted.beta").open_session(name="second")
    return session, alone, other


def test_the_list_shows_top_level_items(visitor, mixed):
    session, _, _ = mixed
    text = visitor.page("")
    assert sorted(names(text)) == ["alone", "first", "second"]
    for item in mixed:
        assert item.id in text
    row = re.search(rf'<tr data-item="{session.id}">.*?</tr>', text, re.DOTALL)[0]
    cells = re.findall(r">([^<>]+)</(?:a|span|td|time)>", row)
    assert [cells[i].strip() for i in (0, 2, 3, 4, 5, 6)] == [
        "first",
        "Session",
        "Failed",
        "scripted",
        "scripted.alpha",
        "2",
    ]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("q=fi", ["first"]),
        ("q=FI", []),
        ("type=job", ["alone"]),
        ("type=session&sort=name&order=asc", ["first", "second"]),
        ("status=Failed", ["first"]),
        ("target=scripted.beta", ["second"]),
        ("provider=scripted&sort=name&order=desc", ["second", "first", "alone"]),
        ("provider=nobody", []),
        ("sort=target&order=desc&type=session", ["second", "first"]),
        ("after=2000-01-01&before=2000-01-02", []),
    ],
)
def test_filters_and_orders(visitor, mixed, query, expected):
    assert names(visitor.page(f"?{query}")) == expected


def test_dates_mean_whole_days(visitor, mixed, local):
    day = mixed[1].details.creation_time.date()
    for begin, end, count in ((day, day, 3), (day + timedelta(days=1), day + timedelta(days=1), 0)):
        assert len(names(visitor.page(f"?after={begin}&before={end}"))) == count


def test_a_search_for_an_id_leads_to_its_page(visitor, mixed):
    session, alone, _ = mixed
    for item, path in ((session, f"/ui/sessions/{session.id}"), (alone, f"/ui/jobs/{alone.id}")):
        status, headers, _ = visitor.get(f"?q={item.id}")
        assert (status, headers["location"]) == (303, path)


@pytest.mark.parametrize(
    "query", ["sort=length", "after=yesterday", "after_place=x", "after_place=WzFd", "before_place=bnVsbA"]
)
def test_addresses_that_mean_nothing(visitor, mixed, query):
    status, _, text = visitor.get(f"?{query}")
    assert status == 400
    assert "This did not work" in text


def test_pages_go_on_and_back(visitor, alpha):
    expected = [f"job {number:03}" for number in range(2 * PAGE_SIZE + 5)]
    for name in expected:
        alpha.submit("ok", name=name)
    query, found = "?sort=name&order=asc", []
    while query is not None:
        text = visitor.page(query)
        found += names(text)
        query = link(text, "next")
    assert found == expected
    back = visitor.page(link(text, "prev"))
    assert names(back) == expected[PAGE_SIZE : 2 * PAGE_SIZE]
    first = visitor.page(link(back, "prev"))
    assert names(first) == expected[:PAGE_SIZE]
    assert link(first, "prev") is None


def test_the_pages_of_a_session(visitor, mixed):
    session, _, other = mixed
    text = visitor.page(f"sessions/{session.id}")
    assert names(text) == ["good", "bad"]
    for expected in (session.id, "Continue", "Failed", "scripted.alpha", "10 min 00 s", "Cost estimate"):
        assert expected in text
    assert re.search(r"Succeeded</span> 1<", text)
    assert re.search(r"Failed</span> 1<", text)
    assert text.count('aria-label="waited ') == 2
    assert "Close session" not in text
    assert "No job yet." in visitor.page(f"sessions/{other.id}")


def test_the_idle_time_out_counts_down(visitor, alpha, clock):
    session = alpha.open_session(name="idle")
    clock.advance(120)
    text = visitor.page(f"sessions/{session.id}")
    assert re.search(r'data-until="[^"]+">8 min 00 s<', text)
    clock.advance(480)
    assert "TimedOut" in visitor.page(f"sessions/{session.id}")


def test_the_idle_time_out_rests_while_a_job_is_pending(open_workspace, held, serve, visit):
    workspace = open_workspace(executor=held, workers=1)
    target = workspace.get_target("scripted.alpha")
    session = target.open_session(name="busy")
    target.submit("ok", session=session)
    text = visit(serve(workspace)).page(f"sessions/{session.id}")
    assert "stopped: jobs are pending" in text
    assert "data-until" not in text


def test_the_page_of_a_job(visitor, mixed, alpha):
    session, alone, _ = mixed
    alone.upload_attachment("notes & more.txt", "kept")
    text = visitor.page(f"jobs/{alone.id}")
    for expected in (alone.id, "Succeeded", "scripted.v1", "[0, 1]", "100.00%", "notes &amp; more.txt"):
        assert expected in text
    assert "data-events" not in text
    jobs = {job.name: job for job in session.list_jobs()}
    text = visitor.page(f"jobs/{jobs['bad'].id}")
    assert "BadInput" in text
    assert "the &lt;second&gt; qubit" in text
    assert f"/ui/sessions/{session.id}" in text


def test_an_output_that_nobody_can_read_is_shown_as_it_is(visitor, alpha):
    text = visitor.page(f"jobs/{alpha.submit('no-results').id}")
    assert "these are no results" in text
    assert "is not microsoft.quantum-results.v2" in text


def test_a_histogram_is_shown_whatever_became_of_the_shots(visitor, alpha):
    damaged = write_v2([[0, 1]], [0, 0]).decode().replace("[[0,1],", "[[0,?],")
    text = visitor.page(f"jobs/{alpha.submit(f'no-results {damaged}').id}")
    assert "100.00%" in text
    assert "2 shots" in text


def test_downloads_are_files_and_never_pages(visitor, alpha):
    job = alpha.submit("ok", name="job")
    job.upload_attachment('a"b/<é>.html', b"<script>alert(1)</script>")
    for path, expected in (
        ("input", "ok"),
        ("output", "Histogram"),
        ("attachments/a%22b/%3C%C3%A9%3E.html", "<script>"),
    ):
        status, headers, text = visitor.get(f"jobs/{job.id}/{path}")
        assert status == 200
        assert expected in text
        assert headers["content-type"] == "application/octet-stream"
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["content-disposition"].startswith("attachment; filename*=UTF-8''")
    assert headers["content-disposition"].endswith("a%22b%2F%3C%C3%A9%3E.html")


@pytest.mark.parametrize(
    "path", ["sessions/none", "jobs/none", "jobs/none/input", "jobs/none/output", "no/such/page", "sessions"]
)
def test_what_is_not_there(visitor, path):
    status, headers, text = visitor.get(path)
    assert status == 404
    assert headers["content-type"].startswith("text/html")
    assert "Not here" in text


def test_an_empty_workspace_says_what_to_do(visitor):
    assert "quire demo" in visitor.page("")
    assert "Nothing fits." in visitor.page("?q=x")


def test_names_are_text(visitor, alpha):
    evil = "<script>alert('x')</script>"
    session = alpha.open_session(name=evil, tags=["<img src=x>"])
    job = alpha.submit("ok", name=evil, session=session)
    for path in ("", f"sessions/{session.id}", f"jobs/{job.id}", f"?q={evil[:8]}"):
        text = visitor.page(path)
        assert "&lt;script&gt;alert(" in text
        assert "<script>" not in text
        assert "<img" not in text


def test_ids_may_have_any_letters(visitor, alpha):
    evil = "lab/7 é?#&'\"<b>"
    session = alpha.open_session(name="session", id=evil)
    job = alpha.submit("fail Code why", name="job", job_id=evil, session=session)
    assert session.id == job.id == evil
    token = visitor.form_token()
    for kind, path in (("session", ""), ("job", f"sessions/{quote(evil, safe='')}")):
        address = re.search(r'<a class="row" href="/ui/([^"]+)"', visitor.page(path))[1]
        assert address == f"{kind}s/{quote(evil, safe='')}"
        assert "lab/7 é?#&amp;&#39;&#34;&lt;b&gt;" in visitor.page(address)
        _, headers, _ = visitor.send(f"{address}/cancel", {"token": token})
        assert headers["location"] == f"/ui/{address}"
    assert visitor.get(f"{address}/input")[2] == "fail Code why"


def test_nothing_may_be_loaded_from_elsewhere_or_written_into_a_page(visitor, mixed):
    session, alone, _ = mixed
    for path in ("", f"sessions/{session.id}", f"jobs/{alone.id}", "no/such/page"):
        _, headers, text = visitor.get(path)
        policy = dict(part.split(" ", 1) for part in headers["content-security-policy"].split("; "))
        assert policy["default-src"] == "'none'"
        assert policy["script-src"] == policy["style-src"] == "'self'"
        assert policy["frame-ancestors"] == policy["base-uri"] == "'none'"
        assert headers["cache-control"] == "no-store"
        assert not re.search(r"""\s(style|on\w+)=|<style|(?:src|href)=["']https?:""", text)


def test_static_files_are_cached_until_they_change(visitor):
    status, headers, _ = visitor.get("static/pages.css")
    assert (status, headers["cache-control"]) == (200, "no-cache")
    assert visitor.get("static/pages.css", if_none_match=headers["etag"])[0] == 304
    assert visitor.get("static/../visit.py")[0] == 404


def test_the_root_leads_to_the_pages(visitor):
    for path in ("/", "/ui"):
        status, headers, _ = visitor.ask("GET", path)
        assert (status, headers["location"]) == (307, "/ui/")
