"""Workspaces in this process: which URLs mean the embedded service, and where its file lies."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path

from quire import preferences
from quire.errors import ConfigurationError
from quire.plugins import hookimpl
from quire.transport.base import Transport, TransportOptions

MEMORY = "memory:"
_SQLITE = "sqlite:///"
_AZURE = "azure:"
_is_looking: ContextVar[bool] = ContextVar("quire_is_looking", default=False)
# What other libraries write for a workspace in memory, and would make a file here.
_MISSPELT = ("memory", ":memory:", "memory:/", "memory://", "sqlite:///:memory:")


def default_url() -> str:
    """The workspace of a program that names none.

    What ``QUIRE_WORKSPACE`` names counts, then what the user prefers, then a file in the data folder.
    """
    named = preferences.workspace()
    if named is not None:
        return named[0]
    import platformdirs

    return f"{_SQLITE}{platformdirs.user_data_path('quire', appauthor=False) / 'workspace.db'}"


def _path(url: str) -> Path | None:
    """The file that a URL means; None for memory."""
    if url == MEMORY:
        return None
    if url in _MISSPELT or (url.startswith("sqlite:") and not url.startswith(_SQLITE)):
        meant = MEMORY if url in _MISSPELT else "sqlite:///FILE"
        hint = "" if "/" in url else f"; a file of that name is './{url}'"
        raise ConfigurationError(f"{url!r} is no workspace; write {meant!r}{hint}", setting="url")
    name = url.removeprefix(_SQLITE)
    if not name:
        raise ConfigurationError(f"{url!r} names no file; write sqlite:///lab.db", setting="url")
    return Path(name).expanduser().absolute()


def missing_file(url: str) -> Path | None:
    """The file of this machine that a URL means, if it is not there; None for all else."""
    path = _path(url) if _is_here(url) else None
    return None if path is None or path.exists() else path


def _is_here(url: str) -> bool:
    """Whether a URL means a workspace of this machine, be it there or not."""
    return url == MEMORY or url.startswith(_SQLITE) or not ("://" in url or url.startswith(_AZURE))


@contextmanager
def workers_begun(url: str, executor: object) -> Iterator[None]:
    """A block that loads plug-ins, while what an embedded workspace will need for its jobs begins to start.

    Args:
        url: The workspace's URL.
        executor: What is to run its jobs.
    """
    if executor != "processes" or not _is_here(url) or _is_looking.get():
        yield
        return
    from quire.service import head_start

    head_start.begin()
    yield
    head_start.note()


@contextmanager
def only_looking() -> Iterator[None]:
    """A block in which no workspace is opened to run jobs."""
    before = _is_looking.set(True)
    try:
        yield
    finally:
        _is_looking.reset(before)


def settled(url: str) -> str:
    """The URL that means the same workspace in every working directory."""
    if url.startswith(_SQLITE):
        return f"{_SQLITE}{_path(url)}"
    return str(_path(url)) if _is_here(url) and url != MEMORY else url


@hookimpl(trylast=True)
def open_transport(url: str, options: TransportOptions) -> Transport | None:
    """Opens ``memory:``, ``sqlite:///file`` and plain paths; see ``hookspecs.open_transport``."""
    if url != MEMORY and not url.startswith(_SQLITE) and "://" in url:
        return None
    if options.api_key is not None or options.credential is not None:
        raise ConfigurationError(
            f"{url} is a workspace of this machine, which takes no api_key= and no credential=",
            setting="api_key" if options.api_key is not None else "credential",
        )
    from quire.service.service import Service

    return Service(_path(url), options)
