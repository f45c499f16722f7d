"""A plug-in that ends the process that workers are forked from."""

from quire import hookimpl


@hookimpl
def prepare_worker() -> None:
    raise SystemExit("this plug-in lets no worker start")
