"""The ids of payload and result formats, and the QIR profiles; nothing about how any of them is read."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Final

QIR: Final = "qir.v1"
"""LLVM text or bitcode that follows the QIR specification (https://github.com/qir-alliance/qir-spec)."""
IONQ_CIRCUIT: Final = "ionq.circuit.v1"
HONEYWELL_OPENQASM: Final = "honeywell.openqasm.v1"
RIGETTI_QUIL: Final = "rigetti.quil.v1"

MICROSOFT_RESULTS_V1: Final = "microsoft.quantum-results.v1"
MICROSOFT_RESULTS_V2: Final = "microsoft.quantum-results.v2"
IONQ_RESULTS: Final = "ionq.quantum-results.v1"
HONEYWELL_RESULTS: Final = "honeywell.quantum-results.v1"
RIGETTI_RESULTS: Final = "rigetti.quil-results.v1"

OWN_RESULTS: Final[Mapping[str, str]] = MappingProxyType(
    {
        IONQ_CIRCUIT: IONQ_RESULTS,
        HONEYWELL_OPENQASM: HONEYWELL_RESULTS,
        RIGETTI_QUIL: RIGETTI_RESULTS,
    }
)
"""The result format of each payload format that has one of its own; others take the target's."""


INPUT_PARAMS: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        QIR: ("entryPoint", "arguments", "target_profile", "targetCapability", "items"),
        HONEYWELL_OPENQASM: ("inputs",),
        RIGETTI_QUIL: ("skipQuilc", "substitutions"),
    }
)
"""The input parameters that go with a payload format, besides those of its target."""


class QirProfile(StrEnum):
    """What a target can do with QIR, by the names the service and the Q# compiler use."""

    BASE = "Base"
    """Gates, then measurements; no use of a measured value inside the program."""
    ADAPTIVE_RI = "Adaptive_RI"
    """Mid-circuit measurement, reset, branching on results, integer arithmetic."""
    ADAPTIVE_RIF = "Adaptive_RIF"
    """As Adaptive_RI, with floating-point arithmetic."""
    ADAPTIVE = "Adaptive"
    """As Adaptive_RIF, with loops, arrays and functions (QIR 2.1)."""

    @property
    def is_adaptive(self) -> bool:
        """Whether programs may measure and reset in mid-circuit and branch on the result."""
        return self is not QirProfile.BASE
