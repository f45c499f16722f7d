"""A workspace of real worker processes for the users' own programs; one for all tests of a module."""

from collections.abc import Iterator

import pytest

from quire import Workspace

TARGETS = ("ionq.simulator", "quantinuum.sim.h1-1e", "rigetti.sim.qvm")


@pytest.fixture(scope="module")
def workspace() -> Iterator[Workspace]:
    with Workspace("memory:", workers=2) as opened:
        yield opened


@pytest.fixture(params=TARGETS)
def target_name(request: pytest.FixtureRequest) -> str:
    return str(request.param)
