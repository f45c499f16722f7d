"""The targets that the embedded service has from the start."""

from collections.abc import Callable

import attrs

from quire.formats import HONEYWELL_OPENQASM, IONQ_CIRCUIT, QIR, RIGETTI_QUIL, QirProfile
from quire.model import ShotRule, TargetSpec
from quire.plugins import hookimpl


def _quantinuum(machine: str, num_qubits: int, profile: QirProfile) -> tuple[TargetSpec, TargetSpec]:
    """The emulator and the syntax checker of one of Quantinuum's machines."""
    emulator = TargetSpec(
        id=f"quantinuum.sim.{machine}e",
        provider_id="quantinuum",
        num_qubits=num_qubits,
        profile=profile,
        input_formats=(HONEYWELL_OPENQASM, QIR),
        description=f"Quantinuum's {machine.upper()} emulator, without its noise",
    )
    checker = attrs.evolve(
        emulator,
        id=f"quantinuum.sim.{machine}sc",
        shot_rule=ShotRule.ZERO,
        description=f"Quantinuum's {machine.upper()} syntax checker: all results are zeros",
    )
    return emulator, checker


# Where each figure comes from is said in docs/targets.md.
BUILT_IN_TARGETS = (
    TargetSpec(
        id="ionq.simulator",
        provider_id="ionq",
        num_qubits=29,
        profile=QirProfile.BASE,
        input_formats=(IONQ_CIRCUIT, QIR),
        default_shots=100,
        shot_rule=ShotRule.EXACT,
        description="IonQ's ideal simulator",
    ),
    *_quantinuum("h1-1", 20, QirProfile.ADAPTIVE_RIF),
    *_quantinuum("h2-1", 56, QirProfile.ADAPTIVE_RIF),
    *_quantinuum("h2-2", 56, QirProfile.ADAPTIVE_RIF),
    TargetSpec(
        id="rigetti.sim.qvm",
        provider_id="rigetti",
        num_qubits=20,
        profile=QirProfile.BASE,
        input_formats=(RIGETTI_QUIL, QIR),
        description="Rigetti's quantum virtual machine",
    ),
)


@hookimpl(trylast=True)
def register_targets(register: Callable[[TargetSpec], None]) -> None:
    """Adds the built-in targets; see ``hookspecs.register_targets``."""
    for spec in BUILT_IN_TARGETS:
        register(spec)
