"""What a target can do, as Qiskit's transpiler wants to know it."""

from qiskit.circuit import ForLoopOp, IfElseOp, SwitchCaseOp
from qiskit.circuit.library import get_standard_gate_name_mapping
from qiskit.transpiler import Target

from quire import TargetSpec
from quire.writers import GATES

_ALWAYS = (*GATES, "id", "measure", "delay")
_CONTROL_FLOW = (("if_else", IfElseOp), ("switch_case", SwitchCaseOp), ("for_loop", ForLoopOp))


def transpiler_target(spec: TargetSpec) -> Target:
    """The transpiler's description of a target: the gates that QIR has, on any qubits.

    Nothing restricts which qubits a gate acts on, so a transpiled circuit keeps its number of qubits.

    Args:
        spec: What the target is and takes.
    """
    target = Target(description=spec.description or spec.id, num_qubits=spec.num_qubits)
    instructions = get_standard_gate_name_mapping()
    for name in _ALWAYS:
        target.add_instruction(instructions[name], name=name)
    if spec.profile.is_adaptive:
        target.add_instruction(instructions["reset"], name="reset")
        for name, kind in _CONTROL_FLOW:
            target.add_instruction(kind, name=name)
    return target
