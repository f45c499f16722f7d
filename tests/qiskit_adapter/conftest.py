"""What the tests of the Qiskit adapter share: workspaces, and an executor whose runs wait for the test."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from quire import Workspace
from quire_qiskit import Provider


class Gated(ThreadPoolExecutor):
    """Runs nothing before its gate is set."""

    def __init__(self):
        super().__init__(max_workers=1)
        self.gate = threading.Event()

    def submit(self, fn, /, *args, **kwargs):
        return super().submit(self._run, fn, args, kwargs)

    def _run(self, fn, args, kwargs):
        assert self.gate.wait(60)
        return fn(*args, **kwargs)


@pytest.fixture
def workspace():
    with Workspace("memory:", executor="inline") as opened:
        yield opened


@pytest.fixture
def provider(workspace):
    return Provider(workspace)


@pytest.fixture
def backend(provider):
    return provider.get_backend("rigetti.sim.qvm")


@pytest.fixture
def adaptive_backend(provider):
    return provider.get_backend("quantinuum.sim.h1-1e")


@pytest.fixture
def gated():
    """A backend whose jobs begin when ``gated.gate`` is set."""
    executor = Gated()
    with Workspace("memory:", executor=executor, workers=1) as opened:
        held = Provider(opened).get_backend("rigetti.sim.qvm")
        held.gate = executor.gate
        yield held
        executor.gate.set()
    executor.shutdown()
