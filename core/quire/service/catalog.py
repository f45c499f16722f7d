"""The targets that the embedded service has from the start."""

from collections.abc import Callable

import attrs

from quire.formats import HONEYWELL_OPENQASM, IONQ_CIRCUIT, QIR, RIGETTI_QUIL, QirProfile
from quire.model import NoiseModel, ShotRule, TargetSpec
from quire.plugins import hookimpl

# With its depolarizing rate a state becomes the most mixed one: one of 4 Paulis happens (of 16 on two
# qubits), each as likely, and one of them is the identity.
_ONE_QUBIT, _TWO_QUBITS = 3 / 4, 15 / 16

_SAMPLING = ("shots", "count", "seed")


def _ionq(name: str, num_qubits: int, one: float, two: float) -> NoiseModel:
    """A noise model of IonQ's by its published depolarizing rates."""
    return NoiseModel(name, one * _ONE_QUBIT, two * _TWO_QUBITS, num_qubits=num_qubits)


def _quantinuum(
    machine: str, num_qubits: int, profile: QirProfile, rates: tuple[float, float, tuple[float, float]]
) -> tuple[TargetSpec, TargetSpec]:
    """The emulator and the syntax checker of one of Quantinuum's machines."""
    emulator = TargetSpec(
        id=f"quantinuum.sim.{machine}e",
        provider_id="quantinuum",
        num_qubits=num_qubits,
        profile=profile,
        input_formats=(HONEYWELL_OPENQASM, QIR),
        description=f"Quantinuum's {machine.upper()} emulator, with or without its noise",
        noise_models=(NoiseModel(machine, *rates, virtual_z=True),),
        native_gates=("U1q", "rz", "ZZ", "RZZ"),
        input_params=(*_SAMPLING, "noise", "error-model", "error-params"),
    )
    checker = attrs.evolve(
        emulator,
        id=f"quantinuum.sim.{machine}sc",
        shot_rule=ShotRule.ZERO,
        noise_models=(),
        input_params=_SAMPLING,
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
        description="IonQ's simulator, ideal or with the noise of one of its machines",
        noise_models=(
            _ionq("aria-1", 25, 0.0005, 0.0133),
            _ionq("aria-2", 25, 0.0006573333333333332, 0.01856),
            _ionq("forte-1", 29, 0.0002666666666666667, 0.004949333333333333),
        ),
        native_gates=("gpi", "gpi2", "ms", "zz"),
        input_params=(*_SAMPLING, "noise"),
    ),
    *_quantinuum("h1-1", 20, QirProfile.ADAPTIVE_RIF, (1.8e-5, 9.73e-4, (1.22e-3, 3.43e-3))),
    *_quantinuum("h2-1", 56, QirProfile.ADAPTIVE_RIF, (1.89e-5, 1.05e-3, (6.0e-4, 1.39e-3))),
    *_quantinuum("h2-2", 56, QirProfile.ADAPTIVE_RIF, (2.8e-5, 8.3e-4, (6.7e-4, 1.2e-3))),
    TargetSpec(
        id="rigetti.sim.qvm",
        provider_id="rigetti",
        num_qubits=20,
        profile=QirProfile.BASE,
        input_formats=(RIGETTI_QUIL, QIR),
        input_params=_SAMPLING,
        description="Rigetti's quantum virtual machine",
    ),
)


@hookimpl(trylast=True)
def register_targets(register: Callable[[TargetSpec], None]) -> None:
    """Adds the built-in targets; see ``hookspecs.register_targets``."""
    for spec in BUILT_IN_TARGETS:
        register(spec)
