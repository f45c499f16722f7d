"""Input parameters that a built-in target does not take are refused when a job is submitted with them."""

import pytest

from quire import Workspace
from quire.errors import InputError, OptionError

X = {"qubits": 1, "circuit": [{"gate": "x", "target": 0}]}
OPENQASM = 'OPENQASM 2.0; include "qelib1.inc"; qreg q[1]; creg c[1]; x q[0]; measure q -> c;'
PROGRAMS = {"ionq.simulator": X, "quantinuum.sim.h1-1e": OPENQASM, "quantinuum.sim.h1-1sc": OPENQASM}


@pytest.fixture(scope="module")
def workspace():
    with Workspace("memory:", executor="inline") as opened:
        yield opened


@pytest.mark.parametrize(
    ("target", "params", "told"),
    [
        ("ionq.simulator", {"noize": {"model": "aria-1"}}, "did you mean noise"),
        ("ionq.simulator", {"noise": {"model": "aria1"}}, "did you mean aria-1"),
        ("ionq.simulator", {"noise": "aria-1"}, "'model'"),
        ("ionq.simulator", {"noise": {"model": ["aria-1"]}}, "'model'"),
        ("ionq.simulator", {"inputs": {}}, "takes no input parameter"),
        ("quantinuum.sim.h1-1e", {"error-modle": True}, "did you mean error-model"),
        ("quantinuum.sim.h1-1sc", {"noise": {"model": "h1-1"}}, "takes no input parameter"),
    ],
)
def test_what_the_target_does_not_take(workspace, target, params, told):
    with workspace.get_target(target).open_session() as session:
        for submit in (
            lambda: session.submit(PROGRAMS[target], input_params=params),
            lambda: list(session.map(PROGRAMS[target], [()], input_params=params)),
        ):
            with pytest.raises(InputError, match=told) as error:
                submit()
            assert error.value.argument == "input_params"
    assert session.status == "Succeeded"


def test_a_sweep_leaves_what_goes_with_a_format_to_its_payloads(workspace):
    target = workspace.get_target("ionq.simulator")  # whose first format has no entry points
    with pytest.raises(OptionError):  # the dict has no places for points
        target.submit_many(X, [()], input_params={"entryPoint": "main"})


@pytest.mark.parametrize(
    ("target", "params"),
    [
        ("ionq.simulator", {"noise": {"model": "aria-1", "seed": 3}, "count": 5}),
        ("ionq.simulator", {"noise": {"model": "ideal"}}),
        ("ionq.simulator", {"noise": None}),
        ("quantinuum.sim.h1-1e", {"error-model": True, "error-params": {"p1": 0.1}, "inputs": {}}),
    ],
)
def test_what_it_takes(workspace, target, params):
    assert workspace.submit(PROGRAMS[target], target=target, input_params=params).results().probabilities
