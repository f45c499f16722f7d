"""Traces and metrics of requests, for whoever has set OpenTelemetry up; no provider is made or chosen here.

The instrumentation sees requests without their queries and secret headers, which therefore cannot leave the
server with a trace.
"""

import logging
from typing import Any

from starlette.types import ASGIApp, Receive, Scope, Send

from quire.server.access import KEY_HEADER
from quire.server.guard import REQUEST_ID, workspace_route

_SECRET_HEADERS = frozenset({KEY_HEADER.encode(), b"authorization", b"cookie"})
# Anybody can write anything there, and metrics are kept apart by it.
_UNCHECKED_HEADERS = frozenset({b"host"})
_log = logging.getLogger("quire.server")
_ORIGINAL = "quire.scope"
_COLLECTIONS = frozenset(
    {"jobs", "jobupdateoptions", "sessions", "toplevelitems", "providerstatus", "quotas", "quotausages"}
)


def instrumented(app: ASGIApp) -> ASGIApp:
    """An application with traces and metrics of its requests; itself where OpenTelemetry is not set up.

    It is set up when the process has a provider of its own, as a program gives it or as the command
    ``opentelemetry-instrument`` does.

    Args:
        app: What answers.
    """
    if not _is_set_up():
        return app
    try:
        from opentelemetry.instrumentation.asgi import OpenTelemetryMiddleware
    except ImportError:
        # Whoever set it up may have done so for other parts of the program.
        _log.warning("OpenTelemetry does not see this server's requests without the extra quire[telemetry]")
        return app

    async def restored(scope: Scope, receive: Receive, send: Send) -> None:
        await app(scope.get(_ORIGINAL, scope), receive, send)

    watching = OpenTelemetryMiddleware(
        restored,
        default_span_details=_details,
        http_capture_headers_server_response=[REQUEST_ID],
        exclude_spans=["receive", "send"],
    )

    async def watched(scope: Scope, receive: Receive, send: Send) -> None:
        await watching(_without_secrets(scope), receive, send)

    return watched


def _is_set_up() -> bool:
    try:
        from opentelemetry import metrics, trace
    except ImportError:
        return False
    # The interfaces alone stand in with providers of their own, which keep nothing.
    return any(
        not type(provider).__module__.startswith(("opentelemetry.trace", "opentelemetry.metrics"))
        for provider in (trace.get_tracer_provider(), metrics.get_meter_provider())
    )


def _without_secrets(scope: Scope) -> Scope:
    if scope["type"] != "http":
        return scope
    hidden = _SECRET_HEADERS | _UNCHECKED_HEADERS
    headers = [(name, value) for name, value in scope["headers"] if name not in hidden]
    return {**scope, "query_string": b"", "headers": headers, _ORIGINAL: scope}


def _details(scope: Scope) -> tuple[str, dict[str, Any]]:
    """A span's name: the method and the route, whatever the ids in the path."""
    route = _route(scope["path"])
    return f"{scope['method']} {route}", {"http.route": route}


def _route(path: str) -> str:
    rest = workspace_route(path)
    if rest is None:
        first = path.split("/", 2)[1] if path.startswith("/") else ""
        return f"/{first}" if first in ("health", "openapi.json", "ui") else "/{container}/{blob}"
    collection, *ids = rest.strip("/").split("/")
    if collection.lower() == "storage":
        return "/storage/sasUri"
    if collection.lower() not in _COLLECTIONS:
        return "/{unknown}"
    parts = [collection]
    if ids:
        action = ids[0].rpartition(":")[2] if ":" in ids[0] else ""
        parts.append("{id}:" + action if action in ("cancel", "close") else "{id}")
    if len(ids) > 1:
        parts.append(ids[1] if ids[1] in ("jobs", "input", "output") else "{unknown}")
    return "/" + "/".join(parts)
