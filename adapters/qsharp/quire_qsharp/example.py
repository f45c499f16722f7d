"""The example that ``quire demo`` submits: a Bell pair, compiled and submitted as a user of Q# does it."""

from functools import cache

from qdk import Context, TargetProfile

from quire import Job, Workspace

_SOURCE = """
operation BellPair() : Result[] {
    use qubits = Qubit[2];
    H(qubits[0]);
    CNOT(qubits[0], qubits[1]);
    return MResetEachZ(qubits);
}
"""


def submit(workspace: Workspace, target: str, name: str, shots: int) -> Job:
    """Submits the example as a user of Q# does.

    Args:
        workspace: Where.
        target: The target's name.
        name: The job's name.
        shots: How often to run it.
    """
    _, program = _compiled()
    return workspace.get_targets(target).submit(program, name=name, shots=shots)


@cache
def _compiled() -> tuple[Context, object]:
    """The program, with its context: one that nobody held would be freed by whichever thread comes to it.

    A context of its own leaves the interpreter of whoever runs the example as it is.
    """
    context = Context(target_profile=TargetProfile.Base)
    context.eval(_SOURCE)
    return context, context.compile("BellPair()")
