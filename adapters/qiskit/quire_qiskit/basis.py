"""What a target can do, as Qiskit's transpiler wants to know it, and whether circuits ask for more."""

from qiskit import QuantumCircuit
from qiskit.circuit import ControlFlowOp, ForLoopOp, Gate, IfElseOp, SwitchCaseOp
from qiskit.circuit.library import get_standard_gate_name_mapping
from qiskit.transpiler import Target

from quire import TargetSpec
from quire.errors import TranslationError
from quire.writers import GATES

# Any target takes a reset of what nothing has touched; others are refused when the circuit is run.
_ALWAYS = (*GATES, "id", "measure", "delay", "reset")
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
        for name, kind in _CONTROL_FLOW:
            target.add_instruction(kind, name=name)
    return target


def require_basis(circuit: QuantumCircuit, spec: TargetSpec) -> None:
    """Refuses a circuit that would have to be translated into other gates.

    Args:
        circuit: The circuit.
        spec: Where it is to run.

    Raises:
        TranslationError: It has an instruction that the target, as the transpiler knows it, has not.
    """
    _require(circuit, frozenset((*transpiler_target(spec).operation_names, "barrier")), spec, circuit.name)


def _require(circuit: QuantumCircuit, names: frozenset[str], spec: TargetSpec, where: str) -> None:
    for position, instruction in enumerate(circuit.data):
        operation = instruction.operation
        place = f"{where}: instruction {position} ({instruction.name})"
        # A gate may have the name of another.
        is_own = instruction.is_standard_gate() or not isinstance(operation, Gate)
        if instruction.name not in names or not is_own:
            raise TranslationError(
                f"circuit {place} is none of the instructions of {spec.id}: leave out skip_transpile= to "
                "have it translated, or transpile the circuit for the backend",
                argument="program",
                target=spec.id,
                element=instruction.name,
            )
        if isinstance(operation, ControlFlowOp):
            for block in operation.blocks:
                _require(block, names, spec, place)
