"""One request of a browser: who asks, what its form says, and how it is answered with a page."""

import functools
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

import attrs
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from quire.errors import AccessDeniedError, QuireError
from quire.server.access import Caller
from quire.server.backend import Backend
from quire.server.bodies import read_body
from quire.server.pages import phrases
from quire.server.pages.browsers import Browser

if TYPE_CHECKING:
    from jinja2 import Environment

if find_spec("jinja2") is None:  # loaded with the first page, which a server that has started must be able to
    raise ModuleNotFoundError("No module named 'jinja2'", name="jinja2")

MOUNT = "/ui"
"""Where the pages are, within the server."""
FOLDER = Path(__file__).parent
_MAX_FORM_BYTES = 16 * 1024
_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
SAFETY_HEADERS: Mapping[str, str] = {
    "content-security-policy": _POLICY,
    "x-content-type-options": "nosniff",
    # Not no-referrer: browsers would then leave the origin out of what forms send.
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
}


@functools.cache
def _templates() -> "Environment":
    # It takes a tenth of a second to load, and most servers are asked for no page.
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(
        loader=FileSystemLoader(FOLDER / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(phrases.FILTERS)
    return environment


@attrs.frozen
class Visit:
    """A request of a browser.

    Attributes:
        request: The request.
        backend: The server's parts.
        base: The path of the pages, as browsers see it.
        browser: The browser; None if it is not signed in.
        caller: Who uses it; None if it is not signed in.
    """

    request: Request
    backend: Backend
    base: str
    browser: Browser | None = None
    caller: Caller | None = None

    @property
    def may_act(self) -> bool:
        """Whether the caller may change something."""
        return self.caller is not None and not self.caller.is_read_only

    def page(self, template: str, status: int = 200, **values: Any) -> Response:
        """An answer with a page.

        Args:
            template: The template's name, without its ending.
            status: The answer's HTTP status.
            values: What the template needs.
        """
        found = _templates().get_template(f"{template}.html")
        text = found.render(
            base=self.base,
            caller=self.caller,
            may_act=self.may_act,
            form_token=None if self.browser is None else self.browser.form_token,
            location=self.backend.service.location,
            now=self.backend.service.clock.now(),
            **values,
        )
        return HTMLResponse(text, status, {**SAFETY_HEADERS, "cache-control": "no-store"})

    def error(self, error: QuireError) -> Response:
        """The page that tells an error."""
        return self.page("error", error.http_status, error=error)

    def redirect(self, path: str) -> Response:
        """Leads to another page; a form that was sent is not sent again."""
        return RedirectResponse(f"{self.base}/{path}", 303, SAFETY_HEADERS)

    async def form(self) -> dict[str, str]:
        """What a form says.

        Raises:
            AccessDeniedError: It comes from a page of another site.
            InputError: It is too large, or came too slowly.
        """
        headers = self.request.headers
        origin = headers.get("origin")
        if origin is not None and urlsplit(origin).netloc != self._host(headers.get("host", "")):
            raise AccessDeniedError("this form was sent by a page of another site")
        body = await read_body(self.request, _MAX_FORM_BYTES, self.backend.settings.body_seconds)
        return {name: values[0] for name, values in parse_qs(body.decode("latin-1")).items()}

    def _host(self, host: str) -> str:
        # A proxy may name the server's own address to it; browsers name the public one.
        public = self.backend.settings.public_url
        return host if public is None else urlsplit(public).netloc

    async def check_action(self) -> None:
        """Checks that a form that changes something was sent by the caller, from one of our own pages.

        Raises:
            AccessDeniedError: It was not, or the caller may only look.
        """
        form = await self.form()
        if self.browser is None or not self.browser.knows(form.get("token", "")):
            raise AccessDeniedError("this form is out of date; load its page again and repeat it")
        if not self.may_act:
            raise AccessDeniedError("whoever signed in here may only look")
