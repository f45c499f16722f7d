"""Programs that other people wrote for Qiskit's backends, run on ours; see requirements.txt."""

import pytest

# The clients warn of their own use of what will go away; that is not ours to judge.
_WARNINGS = ("ignore::DeprecationWarning", "ignore::PendingDeprecationWarning", "ignore::FutureWarning")


def pytest_collection_modifyitems(items):
    for item in items:
        for warning in _WARNINGS:
            item.add_marker(pytest.mark.filterwarnings(warning))
