"""The input parameters of a run: each one is honoured or refused, none is ignored in silence."""

from collections.abc import Mapping
from typing import Any

import attrs

from quire.formats import INPUT_PARAMS
from quire.model import NoiseModel, Task
from quire.simulator.faults import PayloadError
from quire.simulator.noise import noise_names, read_noise

_ALWAYS = ("shots", "count", "seed")


@attrs.frozen
class RunParameters:
    """What a job asks of its run.

    Attributes:
        shots: How many shots.
        seed: What makes the shots repeatable; None for fresh ones.
        entry_point: The function to run; None for the program's own.
        noise: The errors to simulate; None for an ideal machine.
    """

    shots: int
    seed: int | None
    entry_point: str | None
    noise: NoiseModel | None = None


def _whole_number(params: Mapping[str, Any], name: str, least: int) -> int | None:
    """The number of this name, None if it is absent or null."""
    value = params.get(name)
    if value is None:
        return None
    if type(value) is not int or value < least:
        raise PayloadError(f"{name} must be a whole number of at least {least}, not {value!r}")
    return value


def _shots(task: Task) -> int:
    shots, count = _whole_number(task.params, "shots", 1), _whole_number(task.params, "count", 1)
    if shots is not None and count is not None and shots != count:
        raise PayloadError(f"shots={shots} and count={count} mean the same, and differ")
    chosen = shots or count or task.target.default_shots
    if chosen > task.target.max_shots:
        raise PayloadError(
            f"{chosen} shots are asked for; {task.target.id} gives at most {task.target.max_shots}"
        )
    return chosen


def _seed(params: Mapping[str, Any]) -> int | None:
    """The seed, which IonQ's clients write into the noise."""
    noise = params.get("noise")
    of_noise = _whole_number(noise, "seed", 0) if isinstance(noise, Mapping) else None
    seed = _whole_number(params, "seed", 0)
    if seed is not None and of_noise is not None and seed != of_noise:
        raise PayloadError(f"seed={seed} and the noise's seed={of_noise} mean the same, and differ")
    return of_noise if seed is None else seed


def _text(params: Mapping[str, Any], name: str) -> str | None:
    value = params.get(name)
    if value is not None and not isinstance(value, str):
        raise PayloadError(f"{name} must be text, not {value!r}")
    return value


def _refuse_arguments(params: Mapping[str, Any]) -> None:
    arguments = params.get("arguments")
    if arguments is not None and arguments != []:
        raise PayloadError(
            f"arguments={arguments!r}: entry points of QIR programs take no arguments; compile them in"
        )


def _item(params: Mapping[str, Any]) -> Mapping[str, Any]:
    """The one item of a batch of one, which names entry point and arguments; empty without a batch."""
    items = params.get("items")
    if items is None:
        return {}
    if not isinstance(items, list) or len(items) != 1 or not isinstance(items[0], Mapping):
        raise PayloadError(f"items must hold one object with entryPoint and arguments, not {items!r}")
    unknown = sorted(set(items[0]) - {"entryPoint", "arguments"})
    if unknown:
        raise PayloadError(f"items[0] has unknown keys: {', '.join(map(str, unknown))}")
    return items[0]


def read_parameters(task: Task) -> RunParameters:
    """Reads a task's parameters.

    ``target_profile`` and its older name ``targetCapability`` say what the program was compiled for, and
    ``skipQuilc`` that it is not to be compiled; none changes anything.

    Raises:
        PayloadError: One is unknown, or has a value that it cannot have.
    """
    params = task.params
    known = (*_ALWAYS, *INPUT_PARAMS.get(task.input_format, ()), *noise_names(task.target))
    unknown = sorted(set(params).difference(known))
    if unknown:
        raise PayloadError(
            f"unknown input parameters: {', '.join(map(str, unknown))}; {task.target.id} takes "
            + ", ".join(known)
            + f" with {task.input_format}"
        )
    item = _item(params)
    _refuse_arguments(params)
    _refuse_arguments(item)
    for name in ("target_profile", "targetCapability"):
        _text(params, name)
    entry_point, item_entry_point = _text(params, "entryPoint"), _text(item, "entryPoint")
    if entry_point and item_entry_point and entry_point != item_entry_point:
        raise PayloadError(f"entryPoint is {entry_point!r} here and {item_entry_point!r} in items")
    noise = read_noise(task.target, params)
    return RunParameters(_shots(task), _seed(params), entry_point or item_entry_point, noise)
