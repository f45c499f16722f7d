"""A plug-in that loads in two parts, the second when somebody lets it; its jobs answer what is loaded."""

import os
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from quire import Outcome, TargetSpec, Task, hookimpl

FORMAT = "loading.v1"
TARGET = "loading.target"
PORT_VARIABLE = "LOADING_PLUGIN_PORT"
_loaded: list[str] = []


@hookimpl
def register_targets(register: Callable[[TargetSpec], None]) -> None:
    register(TargetSpec(id=TARGET, provider_id="loading", num_qubits=1, input_formats=(FORMAT,)))


@hookimpl
def prepare_worker() -> None:
    _loaded.append("first")


@hookimpl
def complete_worker() -> None:
    with socket.create_connection(("127.0.0.1", int(os.environ[PORT_VARIABLE]))) as line:
        line.recv(1)
    _loaded.append("second")


@hookimpl
def execute_payload(task: Task) -> Outcome | None:
    return Outcome(" ".join(_loaded).encode()) if task.input_format == FORMAT else None


class Brake:
    """What keeps the second part from being loaded."""

    def __init__(self, server: socket.socket) -> None:
        self._server = server

    def wait(self) -> socket.socket:
        """Waits until the first part is loaded; the second follows when the connection is closed."""
        line, _ = self._server.accept()
        return line

    def release(self) -> None:
        """Lets the second part be loaded."""
        self.wait().close()


@contextmanager
def brake() -> Iterator[Brake]:
    """For workers that are started within the block."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(60)
        os.environ[PORT_VARIABLE] = str(server.getsockname()[1])
        try:
            yield Brake(server)
        finally:
            del os.environ[PORT_VARIABLE]
