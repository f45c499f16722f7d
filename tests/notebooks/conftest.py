"""A workspace whose jobs run as they are submitted, and a session in it with one good job and one bad."""

import pytest

from quire import Workspace

X = {"qubits": 1, "circuit": [{"gate": "x", "target": 0}]}
NAME = "<script>alert('x')</script>"


@pytest.fixture
def workspace():
    with Workspace("memory:", executor="inline") as opened:
        yield opened


@pytest.fixture
def session(workspace):
    target = workspace.get_target("ionq.simulator")
    with target.open_session(name=NAME, job_failure_policy="Continue", tags=["<b>"]) as opened:
        opened.submit(X, name=NAME, shots=10)
        opened.submit("no circuit <i>", name="wrong")
    return opened
