"""What plug-ins register as targets: taken if it can be, else refused with the plug-in's name."""

import pytest

import scripted_target
from quire import TargetSpec, Workspace, hookimpl
from quire.errors import PluginError
from scripted_target import FORMAT


class Registers:
    """A plug-in with one target."""

    def __init__(self, spec):
        self.spec = spec

    @hookimpl
    def register_targets(self, register):
        register(self.spec)


def test_formats_of_a_target_may_be_a_list(open_workspace):
    spec = TargetSpec(id="a.list", provider_id="a", num_qubits=1, input_formats=[FORMAT], native_gates=["x"])
    workspace = open_workspace(plugins=[scripted_target, Registers(spec)])
    assert workspace.get_target("a.list").submit("ok").status == "Succeeded"
    assert (spec.input_formats, spec.native_gates) == ((FORMAT,), ("x",))


@pytest.mark.parametrize(
    "spec",
    [
        "a.target",
        TargetSpec(id="a.text", provider_id="a", num_qubits=1, input_formats=FORMAT),
        TargetSpec(id="a.none", provider_id="a", num_qubits=1, input_formats=()),
    ],
)
def test_what_a_plug_in_registers_is_a_target(spec):
    with pytest.raises(PluginError) as error:
        Workspace("memory:", executor="inline", plugins=[Registers(spec)])
    assert error.value.hook == "register_targets"
    assert error.value.plugin.startswith("Registers")
