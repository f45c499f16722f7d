"""Every hook is documented under its exact signature, called by quire, and called in a test."""

import ast
import os
import re
from pathlib import Path

import pytest

from layout import recording_plugin
from layout.source_tree import ROOT, modules
from quire import Job, Workspace
from quire.plugins import Relay
from quire.service import pool
from quire.service.workload import Pace

PAGE = ROOT / "docs" / "hooks.md"
RELAY = "quire.plugins"


def _specs() -> dict[str, ast.FunctionDef]:
    return {
        node.name: node
        for node in modules()["quire.hookspecs"].tree.body
        if isinstance(node, ast.FunctionDef)
        and any(ast.unparse(mark).startswith("hookspec") for mark in node.decorator_list)
    }


def _signature(node: ast.FunctionDef) -> str:
    assert node.returns is not None
    return f"{node.name}({ast.unparse(node.args)}) -> {ast.unparse(node.returns)}"


HOOKS = tuple(_specs())


def _attributes_used(tree: ast.Module) -> set[str]:
    return {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}


def test_headings_are_the_signatures_in_their_order() -> None:
    headings = re.findall(r"^## `(.+)`$", PAGE.read_text(), re.MULTILINE)
    assert headings == [_signature(node) for node in _specs().values()]


@pytest.mark.parametrize("hook", HOOKS)
def test_the_page_names_a_module_or_command_that_uses_a_hook(hook: str) -> None:
    section = PAGE.read_text().partition(f"\n## `{hook}(")[2].partition("\n## ")[0]
    assert re.search(r"^In the house: .+\.$", section, re.MULTILINE | re.DOTALL), f"who uses {hook}?"
    for name in re.findall(r"`(quire\.[\w.]+)`", section):
        assert name in modules() or name == "quire.errors", f"there is no module {name}"


@pytest.mark.parametrize("hook", HOOKS)
def test_quire_calls_each_hook_through_its_relay(hook: str) -> None:
    assert callable(getattr(Relay, hook))
    callers = [
        name for name, module in modules().items() if name != RELAY and hook in _attributes_used(module.tree)
    ]
    assert callers, f"nothing calls Relay.{hook}"


def test_each_hook_reaches_a_plug_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(recording_plugin.FILE_VARIABLE, str(tmp_path / "calls"))
    # Only what is short, and has another processor, is foreseen.
    monkeypatch.setattr(Pace, "is_brisk", True)
    monkeypatch.setattr(pool, "is_worthwhile", lambda: True)

    with Workspace("memory:", plugins=[recording_plugin], workers=1) as workspace:
        target = workspace.get_target(recording_plugin.TARGET)
        with target.open_session(name="recorded"):
            job = target.submit(recording_plugin.Program())
            many = list(target.submit_many(recording_plugin.Program(), ["point"]))
        results = job.results(timeout=60)
        target.submit(recording_plugin.Program()).wait_until_completed(60)
        examples = workspace.plugins.register_examples()

    assert [str(each.name) for each in many if isinstance(each, Job)] == ["point"]
    assert results.counts == {"ran program": 1}
    assert "recording" in {example.sdk for example in examples}
    calls = recording_plugin.recorded()
    assert calls.keys() == set(HOOKS)
    for hook, processes in calls.items():
        if hook in ("prepare_worker", "complete_worker", "foresee_payload", "execute_payload"):
            assert os.getpid() not in processes, f"{hook} was called in the user's process"
        else:
            assert processes == {os.getpid()}, f"{hook} belongs to the user's process"
