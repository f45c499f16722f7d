"""The options of the primitives; they have the names, and the values from the start, of Qiskit's own."""

from collections.abc import Mapping
from typing import Any, TypeVar

import attrs

from quire.errors import OptionError

OptionsT = TypeVar("OptionsT", "SamplerOptions", "EstimatorOptions")


@attrs.define
class SamplerOptions:
    """The options of ``SamplerV2``.

    Attributes:
        default_shots: Shots of a pub for which neither it nor ``run`` names them.
        seed_simulator: Makes the shots repeatable; None for fresh randomness.
        run_options: Further options of ``backend.run``, such as ``session``, ``job_name`` or ``tags``.
    """

    default_shots: int = 1024
    seed_simulator: int | None = None
    run_options: Mapping[str, Any] | None = None


@attrs.define
class EstimatorOptions:
    """The options of ``EstimatorV2``.

    Attributes:
        default_precision: Standard error of a pub for which neither it nor ``run`` names one; 1 / 64 are
            4096 shots.
        abelian_grouping: Whether terms that can be measured with the same rotations share a circuit.
        seed_simulator: Makes the shots repeatable; None for fresh randomness.
        exact: Whether to compute with the target's exact probabilities in place of shots; precisions then
            mean nothing.
        run_options: Further options of ``backend.run``, such as ``session``, ``job_name`` or ``tags``.
    """

    default_precision: float = 0.015625
    abelian_grouping: bool = True
    seed_simulator: int | None = None
    exact: bool = False
    run_options: Mapping[str, Any] | None = None


def options_of(kind: type[OptionsT], given: Mapping[str, Any] | OptionsT | None) -> OptionsT:
    """The options that a user gave.

    Args:
        kind: Which primitive's.
        given: A mapping by name, or the options themselves; None for all as they are from the start.

    Raises:
        OptionError: The primitive has no option of a name that is given.
    """
    if given is None:
        return kind()
    if isinstance(given, kind):
        return given
    if not isinstance(given, Mapping):
        raise OptionError(f"options= takes a mapping, not {given!r}", argument="options")
    names = [field.name for field in attrs.fields(kind)]
    for name in given:
        if name not in names:
            raise OptionError(
                f"the primitive has no option {name!r}; it has {', '.join(names)}", argument=str(name)
            )
    return kind(**given)
