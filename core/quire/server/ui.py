"""The pages of a workspace for whoever sits at this machine, without the API for programs."""

from collections.abc import Callable

from quire.server.running import RunningServer
from quire.server.settings import ServerSettings
from quire.service.service import Service


def serve_pages(service: Service, started: Callable[[str], None], *, port: int = 0) -> None:
    """Serves the pages until interrupted. Jobs are looked at, and cancelled if asked for, but not run.

    Args:
        service: The service, which stays open; of an embedded workspace it is ``workspace.transport``.
        started: Called once the pages are there, with a link for one browser that is good once.
        port: The port to listen on, on 127.0.0.1; 0 for any that is free.

    Raises:
        ConfigurationError: The port is taken.
        MissingDependencyError: The extra ``server`` is not installed.
    """
    server = RunningServer(service, ServerSettings(port=port, pages_only=True))
    link = server.sign_in_link()
    server.run(lambda: started(link))
