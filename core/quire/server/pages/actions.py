"""What can be done on the pages: signing in and out, closing and cancelling; each is a form's POST."""

from collections.abc import Callable
from urllib.parse import quote, urlencode

from starlette.responses import Response

from quire.errors import AccessDeniedError, NotFoundError
from quire.server.pages.browsers import Browser, Browsers
from quire.server.pages.phrases import segment
from quire.server.pages.visit import Visit


class SigningIn:
    """How browsers are signed in and out."""

    def __init__(self, browsers: Browsers) -> None:
        """Begins to sign in.

        Args:
            browsers: Who is signed in.
        """
        self._browsers = browsers

    async def by_link(self, visit: Visit) -> Response:
        """Takes a one-time link; without one it shows the form."""
        request = visit.request
        token = request.query_params.get("token")
        looks_ahead = request.method == "HEAD" or "prefetch" in request.headers.get("sec-purpose", "")
        if token is None or looks_ahead:
            return self._form(visit)
        browser = self._browsers.sign_in_by_link(token)
        if browser is None:
            return self._form(visit, trouble="This link has been used, or is too old.", status=403)
        return self._welcome(visit, browser, "")

    async def by_key(self, visit: Visit) -> Response:
        """Takes the form with an API key."""
        try:
            form = await visit.form()
        except AccessDeniedError as error:
            return self._form(visit, trouble=str(error), status=error.http_status)
        browser = self._browsers.sign_in_by_key(form.get("key", "").strip())
        if browser is None:
            return self._form(visit, trouble="This key is not right.", status=403)
        return self._welcome(visit, browser, form.get("then", ""))

    def ask(self, visit: Visit) -> Response:
        """The answer to somebody who is not signed in: leads to the form, and back from there."""
        request = visit.request
        if request.method != "GET" or request.headers.get("sec-fetch-mode", "navigate") != "navigate":
            return self._form(visit, status=401)
        path = quote(request.scope["path"].removeprefix(request.scope.get("root_path", ""))).lstrip("/")
        then = f"{path}?{request.url.query}" if request.url.query else path
        return visit.redirect("sign-in" if not then else "sign-in?" + urlencode({"then": then}))

    def _form(self, visit: Visit, *, trouble: str | None = None, status: int = 200) -> Response:
        return visit.page("sign_in", status, trouble=trouble, then=visit.request.query_params.get("then", ""))

    def _welcome(self, visit: Visit, browser: Browser, then: str) -> Response:
        """A page that goes on by itself.

        A redirect would not do: a browser that came from another site sends a strict cookie only with what a
        page of ours asks for.
        """
        # Whatever a link made the form say, this is a path of this server.
        answer = visit.page("welcome", then=f"{visit.base}/{then}")
        answer.set_cookie(
            cookie_name(visit),
            browser.secret,
            path=visit.base,
            secure=_is_encrypted(visit),
            httponly=True,
            samesite="strict",
        )
        return answer

    async def out(self, visit: Visit) -> Response:
        """Signs the browser out."""
        form = await visit.form()
        if visit.browser is not None and visit.browser.knows(form.get("token", "")):
            self._browsers.sign_out(visit.browser)
        answer = visit.redirect("sign-in")
        answer.delete_cookie(cookie_name(visit), path=visit.base, httponly=True, samesite="strict")
        return answer


def cookie_name(visit: Visit) -> str:
    """The cookie's name. Servers on several ports of a machine would overwrite each other's cookies."""
    scheme, _, rest = _address(visit).partition("://")
    port = rest.partition("/")[0].rpartition(":")[2]
    return f"quire-{port if port.isdecimal() and port.isascii() else scheme}"


def _is_encrypted(visit: Visit) -> bool:
    return _address(visit).startswith("https:")


def _address(visit: Visit) -> str:
    """Where browsers believe to be."""
    return visit.backend.settings.public_url or str(visit.request.url)


async def close_session(visit: Visit) -> Response:
    """Closes a session."""
    return await _act(visit, "session", visit.backend.service.close_session)


async def cancel_session(visit: Visit) -> Response:
    """Cancels a session's pending jobs and closes it."""
    return await _act(visit, "session", visit.backend.service.cancel_session)


async def cancel_job(visit: Visit) -> Response:
    """Cancels a job."""
    return await _act(visit, "job", visit.backend.service.cancel_job)


async def _act(visit: Visit, kind: str, verb: Callable[[str], object]) -> Response:
    await visit.check_action()
    item_id = visit.request.path_params[f"{kind}_id"]
    await visit.backend.write(verb, item_id)
    return visit.redirect(f"{kind}s/{segment(item_id)}")


async def nothing(visit: Visit) -> Response:
    """What is at an address without a page."""
    path = visit.request.path_params["rest"][:200]
    raise NotFoundError(f"there is no page /{path}", kind="page", name=path)
