"""The tests of sessions and jobs, run once more over HTTP: the same handles, the same rules."""

import importlib.util
from pathlib import Path

_CORE = Path(__file__).parents[1] / "core"
# These look at the process that runs the jobs, or at the file: what a client of a server cannot see.
_INSIDE = {"test_listeners", "test_store_files", "test_worker_processes"}
_TESTS_OF_INSIDE = {
    "test_closing_the_workspace_ends_waiting",
    "test_without_a_manual_clock_the_sweep_comes_by_itself",
}


def _tests():
    for path in sorted(_CORE.glob("test_*.py")):
        if path.stem in _INSIDE:
            continue
        spec = importlib.util.spec_from_file_location(f"over_http_{path.stem}", path)
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        for name, test in vars(module).items():
            if name.startswith(("test_", "_")) and callable(test) and name not in _TESTS_OF_INSIDE:
                yield path.stem, name, test


for _stem, _name, _test in _tests():
    if _name.startswith("test_"):
        assert _name not in globals(), f"two tests are called {_name}"
        globals()[_name] = _test
