"""What ``quire doctor`` looks at: packages, plug-ins, the workspace, the workers; it changes none."""

import os
import platform
from collections.abc import Iterator, Mapping
from enum import StrEnum
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import attrs

from quire.errors import QuireError

_EXTRAS: Mapping[str, tuple[str, ...]] = {
    "local": ("numpy", "pyqir", "qdk", "quil", "qulacs", "stim"),
    "qsharp": ("qsharp",),
    "qiskit": ("qiskit",),
    "cirq": ("cirq-core",),
    "server": ("httptools", "jinja2", "starlette", "uvicorn"),
    "azure": ("azure-identity",),
    "notebook": ("matplotlib", "pandas", "tqdm"),
    "fast": ("qsimcirq",),
    "telemetry": ("opentelemetry-distro", "opentelemetry-instrumentation-asgi"),
}
_SECONDS = 60.0
_CIRCUIT = {"qubits": 1, "circuit": [{"gate": "x", "target": 0}]}


class State(StrEnum):
    """How a check went."""

    GOOD = "good"
    MISSING = "missing"
    """Not installed; the detail says how to get it."""
    BROKEN = "broken"


@attrs.frozen
class Check:
    """One thing that was looked at.

    Attributes:
        name: What it is.
        state: How it is.
        detail: A version, a place, or what is wrong and what to do.
    """

    name: str
    state: State
    detail: str


def checks(url: str | None) -> Iterator[Check]:
    """All checks.

    Args:
        url: The workspace; None for the user's own.
    """
    yield Check("Python", State.GOOD, platform.python_version())
    yield Check("quire", State.GOOD, version("quire"))
    for extra, packages in _EXTRAS.items():
        yield _extra(extra, packages)
    yield from _workspace(url)
    yield _workers()


def _extra(extra: str, packages: tuple[str, ...]) -> Check:
    found, missing = [], []
    for package in packages:
        try:
            found.append(f"{package} {version(package)}")
        except PackageNotFoundError:
            missing.append(package)
    if missing:
        detail = f"without {', '.join(missing)}; pip install 'quire[{extra}]'"
        return Check(f"extra {extra}", State.MISSING, detail)
    return Check(f"extra {extra}", State.GOOD, ", ".join(found))


def _workspace(url: str | None) -> Iterator[Check]:
    from quire.service.service import Service
    from quire.workspace import Workspace

    try:
        with Workspace(url) as workspace:
            place, is_local = workspace.location, isinstance(workspace.transport, Service)
            broken = [str(fault) for fault in workspace.plugins.broken]
    except QuireError as error:
        yield Check("workspace", State.BROKEN, error.message)
        return
    yield from (Check("plug-in", State.BROKEN, text) for text in broken)
    if is_local and Path(place).is_file() and not os.access(place, os.W_OK):
        yield Check("workspace", State.BROKEN, f"{place} cannot be written; change its permissions")
    else:
        yield Check("workspace", State.GOOD, place)


def _workers() -> Check:
    """Runs a job of one qubit in a worker process, in a workspace that ends with it."""
    from quire.workspace import Workspace

    try:
        with Workspace("memory:", workers=1) as workspace:
            job = workspace.submit(_CIRCUIT, target="ionq.simulator", shots=1)
            job.results(timeout=_SECONDS)
    except QuireError as error:
        return Check("workers", State.BROKEN, error.message)
    return Check("workers", State.GOOD, "a job ran in a worker process")
