"""What tests of the service and the sampler share: a workspace in memory, and a service on it."""

import pytest

from quire import Workspace
from quire_cirq import Service


@pytest.fixture
def workspace():
    with Workspace("memory:", executor="inline") as opened:
        yield opened


@pytest.fixture
def service(workspace):
    return Service(workspace, default_target="quantinuum.sim.h1-1e")
