"""The same plug-in twice: it counts once, and the second time is told."""

import pytest

import scripted_target
from quire import Workspace, plugins
from quire.errors import PluginError
from quire.plugins import Relay


def test_installed_under_two_names(monkeypatch):
    places = [(name, "scripted_target:") for name in ("one", "two")]
    monkeypatch.setattr(plugins, "_installed", lambda: [(place, scripted_target, None) for place in places])
    relay = Relay()
    assert [fault.plugin for fault in relay.broken] == ["two"]
    assert relay.names("execute_payload") == ("one", "quire.simulator")
    assert scripted_target.ALPHA in relay.register_targets()


def test_given_twice():
    with pytest.raises(PluginError, match="scripted_target") as caught:
        Workspace("memory:", plugins=[scripted_target, scripted_target])
    assert caught.value.plugin == "scripted_target"
