"""What one module alone may do: SQL, the time, statuses, processes, pickles."""

import ast
from collections.abc import Iterator

import pytest

from layout.source_tree import imports, modules

OWNERS = {
    "sqlite3": {"quire.service.store"},
    "sqlalchemy": {"quire.service.store"},
    "quire.lifecycle": {"quire.service.change", "quire.service.ledger"},
    "subprocess": {"quire.service.warm", "quire.simulator.readers.qir.bitcode"},
    "pickle": {"quire.service.worker"},
}
CALLS = {
    "os.fork": {"quire.service.zygote"},
    "time.time": {"quire.clock"},
    "time.time_ns": {"quire.clock"},
    "time.monotonic": {"quire.clock"},
    "time.perf_counter": {"quire.clock"},
    "datetime.now": {"quire.clock"},
    "datetime.utcnow": {"quire.clock"},
    "datetime.today": {"quire.clock"},
    "date.today": {"quire.clock"},
}


def _is_within(module: str, owners: set[str]) -> bool:
    return any(module == owner or module.startswith(f"{owner}.") for owner in owners)


@pytest.mark.parametrize("name", OWNERS)
def test_only_its_owner_imports_it(name: str) -> None:
    wrong = [
        str(item)
        for item in imports()
        if item.imported == name and not _is_within(item.importer, OWNERS[name])
    ]
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("name", OWNERS)
def test_its_owner_does_import_it(name: str) -> None:
    importers = {item.importer for item in imports() if item.imported == name}
    for owner in OWNERS[name]:
        assert any(_is_within(importer, {owner}) for importer in importers), f"{owner} does not import {name}"


@pytest.mark.parametrize("name", CALLS)
def test_only_its_owner_calls_it(name: str) -> None:
    wrong = [
        f"{module.name}:{node.lineno} calls {ast.unparse(node.func)}"
        for module in modules().values()
        if not _is_within(module.name, CALLS[name])
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Call) and f".{ast.unparse(node.func)}".endswith(f".{name}")
    ]
    assert not wrong, "\n".join(wrong)


def test_clocks_are_called_by_their_full_names() -> None:
    wrong = [
        str(item) for item in imports() if item.imported == "time" and item.names not in ((), ("sleep",))
    ]
    assert not wrong, "\n".join(wrong)


def _statuses_given(tree: ast.Module) -> Iterator[ast.Attribute]:
    """The statuses that are written out where an item gets one: ``status=JobStatus.X``."""
    for node in ast.walk(tree):
        value = node.value if isinstance(node, ast.keyword) and node.arg == "status" else None
        if isinstance(value, ast.Attribute) and ast.unparse(value.value) in ("JobStatus", "SessionStatus"):
            yield value


def test_a_status_that_is_not_the_first_one_comes_from_the_lifecycle() -> None:
    wrong = [
        f"{module.name}:{value.lineno} gives the status {ast.unparse(value)}"
        for module in modules().values()
        for value in _statuses_given(module.tree)
        if value.attr != "WAITING"
    ]
    assert not wrong, "\n".join(wrong)
