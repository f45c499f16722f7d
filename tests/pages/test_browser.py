"""The pages in a real browser: what people see and do, live updates, accessibility, the content policy."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

import scripted_target
from pages.browsing import browser
from quire import Workspace
from quire.server.pages.listing import PAGE_SIZE

expect.set_options(timeout=20_000)


@pytest.fixture(scope="module")
def chromium():
    with browser() as chromium:
        yield chromium


@pytest.fixture
def open_page(chromium):
    """Opens a server's pages, signed in by a link; in the end nothing may be wrong in the console."""
    contexts, complaints = [], []

    def open_one(server, **settings):
        contexts.append(chromium.new_context(timezone_id="UTC", locale="en-GB", **settings))
        page = contexts[-1].new_page()
        page.set_default_timeout(20_000)
        page.on("console", lambda message: complaints.append(message.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto(server.sign_in_link())
        page.wait_for_url(f"{server.url}/ui/")
        return page

    yield open_one
    for context in contexts:
        context.close()
    assert not complaints


@pytest.fixture
def three(open_workspace, held):
    """Three sessions; the second one has a job that runs and two that wait."""
    workspace = open_workspace(executor=held, workers=1)
    target = workspace.get_target("scripted.alpha")
    sessions = [target.open_session(name=f"Session {number}") for number in (1, 2, 3)]
    for number in (1, 2, 3):
        target.submit("ok", name=f"Job {number}", session=sessions[1])
    return workspace, sessions


def _row(page, name):
    return page.locator("tr[data-item]", has=page.get_by_role("link", name=name, exact=True))


def test_from_the_list_to_a_session_to_a_job_that_ends(three, held, serve, open_page):
    workspace, _ = three
    page = open_page(serve(workspace))
    expect(page.locator("a.row")).to_have_text(["Session 3", "Session 2", "Session 1"])
    expect(_row(page, "Session 2").locator(".status")).to_have_text("Executing")

    page.get_by_role("link", name="Session 2", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Session 2")
    expect(page.locator("a.row")).to_have_text(["Job 1", "Job 2", "Job 3"])
    expect(page.locator(".jobs .status")).to_have_text(["Executing", "Waiting", "Waiting"])

    held.run(2)
    expect(page.locator(".jobs .status")).to_have_text(["Succeeded", "Succeeded", "Executing"])
    expect(page.locator(".legend li")).to_have_text(["Executing 1", "Succeeded 2"])

    page.get_by_role("link", name="Job 3").click()
    expect(page.locator(".head .status")).to_have_text("Executing")
    held.run()
    expect(page.locator(".head .status")).to_have_text("Succeeded")
    expect(page.locator(".histogram tbody th")).to_have_text("[0, 1]")
    expect(page.locator("[data-announcer]")).to_have_text("Succeeded")


def test_new_items_appear_by_themselves(three, serve, open_page):
    workspace, _ = three
    page = open_page(serve(workspace))
    expect(page.locator("[data-live]")).to_be_visible()
    workspace.get_target("scripted.beta").open_session(name="Session 4")
    expect(page.locator("a.row").first).to_have_text("Session 4")


_COUNTS_NEWS = """
window.news = 0;
window.EventSource = class extends EventSource {
  constructor(url) {
    super(url);
    this.addEventListener("changed", () => window.news++);
  }
};
"""


def test_what_changes_while_the_page_asks_appears_too(three, serve, open_page):
    workspace, _ = three
    server, beta = serve(workspace), workspace.get_target("scripted.beta")
    page = open_page(server)
    page.add_init_script(_COUNTS_NEWS)
    page.goto(f"{server.url}/ui/")
    expect(page.locator("[data-live]")).to_be_visible()
    asked = []

    def answer_late(route):
        answer = route.fetch()
        if not asked:
            heard = page.evaluate("news")
            beta.open_session(name="Late")
            page.wait_for_function(f"news > {heard}")
        asked.append(route.request.url)
        route.fulfill(response=answer)

    page.route(f"{server.url}/ui/", answer_late)
    beta.open_session(name="Early")
    expect(page.locator("a.row").first).to_have_text("Late")
    assert len(asked) > 1


def test_changes_of_another_process_appear_too(shared, serve, open_page):
    """Another connection to the file is to this one what another process would be."""
    plugins = [scripted_target]
    with Workspace(shared, plugins=plugins) as served, Workspace(shared, plugins=plugins) as other:
        page = open_page(serve(served, pages_only=True))
        expect(page.locator(".empty")).to_be_visible()
        other.get_target("scripted.alpha").open_session(name="From elsewhere")
        expect(page.locator("a.row")).to_have_text(["From elsewhere"])


def test_cancelling_a_job(three, serve, open_page):
    workspace, sessions = three
    page = open_page(serve(workspace))
    page.get_by_role("link", name="Session 2", exact=True).click()
    page.get_by_role("link", name="Job 3").click()
    page.locator("#cancel summary").click()
    page.get_by_role("button", name="Cancel job").click()
    expect(page.locator(".head .status")).to_have_text("Cancelled")
    expect(page.locator(".action")).to_have_count(0)
    assert [job.status for job in sessions[1].list_jobs()] == ["Executing", "Waiting", "Cancelled"]


def test_closing_a_session_with_the_keyboard(three, serve, open_page):
    workspace, sessions = three
    page = open_page(serve(workspace))
    page.get_by_role("link", name="Session 1", exact=True).focus()
    page.keyboard.press("Enter")
    page.locator("#close summary").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Close session")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator(".head .status")).to_have_text("Succeeded")
    assert sessions[0].refresh().status == "Succeeded"


def test_an_open_menu_stays_open_through_a_live_update(three, held, serve, open_page):
    workspace, _ = three
    page = open_page(serve(workspace))
    page.get_by_role("link", name="Session 2", exact=True).click()
    page.locator("#cancel summary").click()
    expect(page.get_by_text("Its 3 unfinished jobs")).to_be_visible()
    held.run()
    expect(page.get_by_text("Its 2 unfinished jobs")).to_be_visible()


def test_a_thousand_items(local, serve, open_page):
    target = local.get_target("scripted.alpha")
    for number in range(1000):
        target.submit("ok", name=f"Item {number:04}")
    page = open_page(serve(local))
    page.get_by_role("link", name="Name", exact=True).click()
    pages = 1000 // PAGE_SIZE
    for number in range(pages):
        expect(page.locator("a.row").first).to_have_text(f"Item {number * PAGE_SIZE:04}")
        expect(page.locator("a.row")).to_have_count(PAGE_SIZE)
        if number < pages - 1:
            page.get_by_role("link", name="Next →").click()
    expect(page.get_by_role("link", name="Next →")).to_have_count(0)
    page.get_by_role("link", name="← Previous").click()
    expect(page.locator("a.row").first).to_have_text(f"Item {(pages - 2) * PAGE_SIZE:04}")


def test_filters(local, serve, open_page):
    target = local.get_target("scripted.alpha")
    target.submit("ok", name="good")
    target.submit("fail Code why", name="bad")
    page = open_page(serve(local))
    page.get_by_label("Status").select_option("Failed")
    expect(page.locator("a.row")).to_have_text(["bad"])
    page.get_by_role("link", name="Clear").click()
    expect(page.locator("a.row")).to_have_text(["bad", "good"])
    page.wait_for_load_state()  # with the script that leaves empty fields out of the address
    page.get_by_label("Search").fill("go")
    page.keyboard.press("Enter")
    expect(page.locator("a.row")).to_have_text(["good"])
    assert "q=go" in page.url
    assert "status=" not in page.url


def test_names_are_text_and_run_nothing(local, serve, open_page):
    evil = "<script>document.title = 'gone'</script><img src=x onerror=alert(1)>"
    session = local.get_target("scripted.alpha").open_session(name=evil)
    page = open_page(serve(local))
    expect(page.locator("a.row")).to_have_text([evil])
    page.locator("a.row").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(evil)
    assert page.locator("img").count() == 0
    session.cancel()
    expect(page.locator(".head .status")).to_have_text("Succeeded")
    expect(page.get_by_role("heading", level=1)).to_have_text(evil)


def test_the_policy_keeps_foreign_scripts_out(local, serve, chromium):
    """Even what found its way into a page would not run."""
    context = chromium.new_context()
    try:
        page = context.new_page()
        violations = []
        page.on("console", lambda message: violations.append(message.text))
        page.goto(serve(local).sign_in_link())
        page.wait_for_url(re.compile(r"/ui/$"))
        page.evaluate(
            "() => { const script = document.createElement('script');"
            " script.textContent = 'document.title = 1'; document.body.append(script);"
            " document.body.setAttribute('style', 'color: red'); }"
        )
        assert page.title() == "Sessions and jobs · quire"
        assert len([text for text in violations if "Content Security Policy" in text]) == 2
    finally:
        context.close()


def test_signing_in_and_out(local, serve, open_page, chromium):
    server = serve(local)
    page = open_page(server)
    assert page.context.cookies()[0]["httpOnly"]
    assert page.context.cookies()[0]["sameSite"] == "Strict"
    assert page.evaluate("document.cookie") == ""
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Sign in")
    page.goto(f"{server.url}/")
    page.get_by_label("API key").fill("the-key-of-the-test")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Sessions and jobs")


def test_reading_and_acting_without_scripts(three, serve, open_page):
    workspace, _ = three
    page = open_page(serve(workspace), java_script_enabled=False)
    page.get_by_role("link", name="Session 3", exact=True).click()
    page.locator("#cancel summary").click()
    page.get_by_role("button", name="Cancel session").click()
    expect(page.locator(".head .status")).to_have_text("Succeeded")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
def test_axe_finds_no_fault(three, held, serve, open_page, scheme, width):
    workspace, sessions = three
    held.run()
    job = next(iter(sessions[1].list_jobs()))
    job.upload_attachment("notes.txt", "kept")
    failed = workspace.get_target("scripted.beta").submit("fail BadInput why", name="Failing")
    server = serve(workspace)
    page = open_page(server, color_scheme=scheme, viewport={"width": width, "height": 800})
    paths = ["", f"sessions/{sessions[1].id}", f"jobs/{job.id}", f"jobs/{failed.id}", "sign-in"]
    for path in paths:
        page.goto(f"{server.url}/ui/{path}")
        if path.startswith("sessions"):
            page.locator("#cancel summary").click()
        faults = Axe().run(page).response["violations"]
        assert not [(path, fault["id"], [node["html"] for node in fault["nodes"]]) for fault in faults]
        wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wide <= 0, f"{path} is wider than the screen"
