"""Workspaces behind ``http://`` and ``https://`` URLs: which settings they take, and who asks them."""

import os

from quire.errors import ConfigurationError
from quire.plugins import hookimpl
from quire.transport.base import DEFAULT_SESSION_TIMEOUT, Transport, TransportOptions

DATA_PLANE_SCOPE = "https://quantum.microsoft.com/.default"
LOCAL_WORKSPACE = (
    "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/quire"
    "/providers/Microsoft.Quantum/workspaces/quire"
)
"""The name of a server's workspace where its URL gives none; a server has one, whatever it is called."""


def check_settings(url: str, options: TransportOptions) -> None:
    """Refuses settings that are those of the service and not of the client."""
    given = {
        "executor": options.executor != "processes",
        "workers": options.workers is not None,
        "session_timeout": options.session_timeout != DEFAULT_SESSION_TIMEOUT,
        "job_timeout": options.job_timeout is not None,
    }
    for setting, is_given in given.items():
        if is_given:
            raise ConfigurationError(
                f"{setting}= is a setting of the service at {url}, not of its clients", setting=setting
            )


@hookimpl
def open_transport(url: str, options: TransportOptions) -> Transport | None:
    """Opens ``http://`` and ``https://`` URLs; see ``hookspecs.open_transport``."""
    if not url.startswith(("http://", "https://")):
        return None
    check_settings(url, options)
    # Not before: who works on this machine alone should not wait for what only a network needs.
    from quire.transport.authorization import Authorization, KeyAuthorization, TokenAuthorization
    from quire.transport.remote import RemoteService

    authorization: Authorization = KeyAuthorization(options.api_key or os.environ.get("QUIRE_API_KEY"))
    if options.credential is not None:
        if not url.startswith("https:"):
            message = f"a credential's token must not go to {url} unencrypted; use https"
            raise ConfigurationError(message, setting="credential")
        authorization = TokenAuthorization(options.credential, DATA_PLANE_SCOPE)
    workspace = url.rstrip("/")
    if "/subscriptions/" not in workspace:
        workspace += LOCAL_WORKSPACE
    return RemoteService(url.rstrip("/"), workspace, authorization, options.relay.register_targets())
