"""The routes of a workspace's API as a table: one look per request, whatever the number of routes.

Starlette tries its routes one after the other, each with a regular expression, through several layers; that
took longer than most of the answers.
"""

from collections.abc import Awaitable, Callable, Iterable

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from quire.errors import InputError, NotFoundError
from quire.server.bodies import refusal

Handler = Callable[[Request], Awaitable[Response]]

_ACTING = "POST"


class RouteTable:
    """Answers requests by routes like ``/a``, ``/a/b``, ``/a/{id}``, ``/a/{id}/b`` and ``/a/{id}:b``."""

    def __init__(self, routes: Iterable[Route]) -> None:
        """Writes the table.

        Args:
            routes: The routes; an id's name is what the handler finds it under in ``path_params``.
        """
        self._handlers: dict[str, dict[str, tuple[Handler, str]]] = {}
        for route in routes:
            before, brace, rest = route.path.removeprefix("/").partition("{")
            name, _, after = rest.partition("}")
            for method in route.methods or ():
                shape = self._handlers.setdefault(f"{before}{{}}{after}" if brace else before, {})
                shape[method] = route.endpoint, name

    async def answer(self, path: str, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers a request.

        Args:
            path: What of the request's path follows the workspace's name, without a slash before it.
            scope: The request, as ASGI has it; so are the other two.
            receive: Where its body comes from.
            send: Where the answer goes.

        Raises:
            NotFoundError: There is nothing at this path.
            QuireError: The handler refuses.
        """
        method = scope["method"]
        methods, item_id = self._at(path, method)
        if not methods:
            asked = scope.get("quire.path", path)
            raise NotFoundError(f"there is nothing at {asked:.200}", kind="address", name=asked[:200])
        found = methods.get(method)
        if found is None:
            await _not_offered(method, methods)(scope, receive, send)
            return
        handler, name = found
        scope["path_params"] = {name: item_id} if name else {}
        response = await handler(Request(scope, receive, send))
        await response(scope, receive, send)

    def _at(self, path: str, method: str) -> tuple[dict[str, tuple[Handler, str]], str]:
        """The handlers at a path by method, none if there is no such path; and the id in it."""
        methods = self._handlers.get(path)
        if methods is not None:
            return methods, ""
        word, _, rest = path.partition("/")
        item_id, slash, after = rest.partition("/")
        if method == _ACTING and ":" in rest:
            # Ids may have colons too; only actions are posted.
            item_id, slash, after = rest.rpartition(":")
        methods = self._handlers.get(f"{word}/{{}}{slash}{after}") if item_id else None
        return methods or {}, item_id


def _not_offered(method: str, offered: Iterable[str]) -> Response:
    refused = refusal(InputError(f"{method} is not offered here", argument="method"))
    refused.status_code = 405
    refused.headers["allow"] = ", ".join(sorted(offered))
    return refused
