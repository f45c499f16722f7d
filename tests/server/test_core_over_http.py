"""The tests of sessions and jobs, run once more over HTTP: the same handles, the same rules."""

import importlib.util
from pathlib import Path

_CORE = Path(__file__).parents[1] / "core"
# What is tested through the handles alone; the others look into the process that runs the jobs, or its file.
_MODULES = (
    "test_bad_input",
    "test_current_session",
    "test_job_cancellation",
    "test_job_waiting",
    "test_session_closing",
    "test_session_policies",
    "test_session_timelines",
    "test_session_timeouts",
    "test_submission",
)
_INSIDE = {
    # A client that is closed leaves the service as it is.
    "test_closing_the_workspace_ends_waiting",
    # A server sweeps from its start on.
    "test_without_a_manual_clock_the_sweep_comes_by_itself",
}


def _tests(name):
    spec = importlib.util.spec_from_file_location(f"over_http_{name}", _CORE / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    found = {name: test for name, test in vars(module).items() if name.startswith("test_")}
    return {name: test for name, test in found.items() if name not in _INSIDE}


for _module in _MODULES:
    _found = _tests(_module)
    assert not _found.keys() & globals().keys(), f"{_module} has a test whose name is taken"
    globals().update(_found)
