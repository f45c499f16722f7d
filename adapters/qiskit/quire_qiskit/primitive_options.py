"""The options of the primitives; they have the names, and the values from the start, of Qiskit's own."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, TypeVar

import attrs

from quire.errors import OptionError
from quire_qiskit.run_options import checked_truth, plain_number

OptionsT = TypeVar("OptionsT", "SamplerOptions", "EstimatorOptions")


_OF_PUBS = MappingProxyType(
    {
        "run_input": "the circuits are those of the pubs",
        "circuit": "the circuits are those of the pubs",
        "parameter_values": "the values are those of the pubs",
        "parameter_binds": "the values are those of the pubs",
        "memory": "the primitive asks for what it needs",
    }
)
"""What options of ``backend.run`` a primitive sets itself, and why."""


def _check_truth(_: object, option: "attrs.Attribute[Any]", value: object) -> None:
    checked_truth(option.name, value)


def _check_seed(_: object, option: "attrs.Attribute[Any]", value: object) -> None:
    # bool is an int in Python; True is a mistake all the same.
    if value is not None and (isinstance(value, bool) or not isinstance(value, int)):
        raise OptionError(
            f"{option.name}= takes a whole number or None, not {value!r:.100}", argument=option.name
        )


def _run_options(shots: str) -> Callable[[object, "attrs.Attribute[Any]", object], None]:
    """The check of ``run_options``, which refuses what the primitive sets itself.

    Args:
        shots: What is to be used in place of ``shots``.
    """
    instead = {"shots": f"use {shots}", **_OF_PUBS}

    def check(_: object, option: "attrs.Attribute[Any]", value: object) -> None:
        if value is None:
            return
        if not isinstance(value, Mapping):
            raise OptionError(
                f"{option.name}= takes a mapping of options of backend.run, not {value!r:.100}",
                argument=option.name,
            )
        for name in instead:
            if name in value:
                raise OptionError(f"{option.name}= takes no {name!r}: {instead[name]}", argument=option.name)

    return check


@attrs.define
class SamplerOptions:
    """The options of ``SamplerV2``.

    Attributes:
        default_shots: Shots of a pub for which neither it nor ``run`` names them.
        seed_simulator: Makes the shots repeatable; None for fresh randomness.
        run_options: Further options of ``backend.run``, such as ``session``, ``job_name`` or ``tags``;
            not those that pubs decide.
    """

    default_shots: int = 1024
    seed_simulator: int | None = attrs.field(default=None, converter=plain_number, validator=_check_seed)
    run_options: Mapping[str, Any] | None = attrs.field(
        default=None, validator=_run_options("default_shots, shots= of run, or the shots of a pub")
    )


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
        run_options: Further options of ``backend.run``, such as ``session``, ``job_name`` or ``tags``;
            not those that pubs decide.
    """

    default_precision: float = 0.015625
    abelian_grouping: bool = attrs.field(default=True, validator=_check_truth)
    seed_simulator: int | None = attrs.field(default=None, converter=plain_number, validator=_check_seed)
    exact: bool = attrs.field(default=False, validator=_check_truth)
    run_options: Mapping[str, Any] | None = attrs.field(
        default=None,
        validator=_run_options("default_precision, precision= of run, or the precision of a pub"),
    )


def options_of(kind: type[OptionsT], given: Mapping[str, Any] | OptionsT | None) -> OptionsT:
    """The options that a user gave.

    Args:
        kind: Which primitive's.
        given: A mapping by name, or the options themselves; None for all as they are from the start.

    Raises:
        OptionError: The primitive has no option of a name that is given, or an option cannot have the value.
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
