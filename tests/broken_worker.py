"""A plug-in that lets no worker process start."""

from quire import hookimpl


@hookimpl
def prepare_worker() -> None:
    raise RuntimeError("this plug-in cannot prepare a worker")
