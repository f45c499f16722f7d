"""One HTTP server for many workspaces of a test run: the first segment of the path says which is meant."""

import socket
import threading
from contextlib import contextmanager

from quire import Workspace
from quire.server.app import application
from quire.server.backend import Backend
from quire.server.settings import ServerSettings

API_KEY = "the-key-of-the-test"


class Switchboard:
    """Serves workspaces as a proxy would: it cuts the prefix off, and their settings name the public URL."""

    def __init__(self):
        import uvicorn

        self._apps = {}
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._socket.getsockname()[1]}"
        config = uvicorn.Config(self._answer, interface="asgi3", lifespan="off", log_config=None)
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._server.run, kwargs={"sockets": [self._socket]})
        self._thread.start()

    async def _answer(self, scope, receive, send):
        _, name, rest = scope["path"].split("/", 2)
        await self._apps[name]({**scope, "path": f"/{rest}"}, receive, send)

    @contextmanager
    def serving(self, service, **settings):
        """Serves a service as long as the block lasts; gives its URL and its parts."""
        name = str(len(self._apps))
        url = f"{self.url}/{name}"
        given = {"api_key": API_KEY, "public_url": url, **settings}
        backend = Backend(service, ServerSettings(port=0, **given))
        self._apps[name] = application(backend)
        try:
            yield url, backend
        finally:
            backend.close()

    def close(self):
        self._server.should_exit = True
        self._thread.join()
        self._socket.close()


class ServedWorkspaces:
    """Opens workspaces in memory, serves them, and opens each again through its URL."""

    def __init__(self, switchboard, stack):
        self._switchboard = switchboard
        self._stack = stack

    def open(self, plugins, url="memory:", **settings):
        local = self._stack.enter_context(Workspace(url, plugins=plugins, **settings))
        served, _ = self._stack.enter_context(self._switchboard.serving(local.transport))
        return self._stack.enter_context(Workspace(served, api_key=API_KEY, plugins=plugins))
