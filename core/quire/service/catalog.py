"""The targets that the embedded service has from the start."""

from collections.abc import Callable

from quire.formats import QirProfile
from quire.model import TargetSpec
from quire.plugins import hookimpl

# Qubit counts and profiles as Azure Quantum documents them for these targets; default shots as the real
# targets take them when a job names none.
BUILT_IN_TARGETS = (
    TargetSpec(
        id="ionq.simulator",
        provider_id="ionq",
        num_qubits=29,
        profile=QirProfile.BASE,
        default_shots=100,
        description="IonQ's ideal simulator",
    ),
    TargetSpec(
        id="quantinuum.sim.h1-1e",
        provider_id="quantinuum",
        num_qubits=20,
        profile=QirProfile.ADAPTIVE_RIF,
        description="Quantinuum's H1-1 emulator, without its noise",
    ),
    TargetSpec(
        id="rigetti.sim.qvm",
        provider_id="rigetti",
        num_qubits=20,
        profile=QirProfile.BASE,
        description="Rigetti's quantum virtual machine",
    ),
)


@hookimpl(tryfirst=True)
def register_targets(register: Callable[[TargetSpec], None]) -> None:
    """Adds the built-in targets; see ``hookspecs.register_targets``."""
    for spec in BUILT_IN_TARGETS:
        register(spec)
