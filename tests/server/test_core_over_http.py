"""The tests of sessions and jobs, run once more over HTTP: the same handles, the same rules."""

import importlib.util
from pathlib import Path

import pytest

_CORE = Path(__file__).parents[1] / "core"
# What is tested through the handles alone; the others look into the process that runs the jobs, or its file.
_MODULES = (
    "test_awaitable_twins",
    "test_bad_input",
    "test_batches",
    "test_current_session",
    "test_costs",
    "test_items",
    "test_job_cancellation",
    "test_job_waiting",
    "test_lists",
    "test_many_threads",
    "test_pending_updates",
    "test_points",
    "test_session_closing",
    "test_session_policies",
    "test_session_timelines",
    "test_session_timeouts",
    "test_session_waiting",
    "test_submission",
)
_INSIDE = {
    # Over HTTP a page is what the client asks for at once.
    "test_a_list_fetches_only_as_far_as_it_is_read",
    # A client that is closed leaves the service as it is.
    "test_closing_the_workspace_ends_waiting",
    # A server sweeps from its start on.
    "test_without_a_manual_clock_the_sweep_comes_by_itself",
}


_FIXTURE = type(pytest.fixture(lambda: None))


def _module(name):
    spec = importlib.util.spec_from_file_location(f"over_http_{name}", _CORE / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return vars(module)


def _fixtures(found):
    return {name: thing for name, thing in found.items() if isinstance(thing, _FIXTURE) and name[0] != "_"}


def _tests(module, found):
    """Its tests, with its name before theirs, as names may come twice."""
    tests = {name: thing for name, thing in found.items() if name.startswith("test_")}
    return {f"{module}__{name[5:]}": test for name, test in tests.items() if name not in _INSIDE}


for _name in _MODULES:
    _found = _module(_name)
    assert not _fixtures(_found).keys() & globals().keys(), f"{_name} has a fixture whose name is taken"
    globals().update(_fixtures(_found) | _tests(_name, _found))
