"""Circuits that are submitted together, each at its points: their payloads and options."""

import operator
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import cirq

from quire import Options, Payload
from quire import Target as QuireTarget
from quire.errors import InputError, OptionError, TranslationError
from quire_cirq.job import Job
from quire_cirq.payload import Encoding
from quire_cirq.points import PointEncoder

_OF_ENCODING = ("input_data_format", "gateset")
# They are for quire's own submit_all, to which other names and seeds are given from here.
_OF_OTHERS = (
    ("names", "use name=, behind which several jobs are numbered"),
    ("seeds", "a sampler takes seed=, from which it draws that of each job"),
)


class Batch:
    """Circuits for one target, with options that are the same for all of their jobs."""

    def __init__(self, target: QuireTarget, options: Mapping[str, Any]) -> None:
        """Begins with no circuit.

        Args:
            target: The target.
            options: Those of ``quire_cirq.Target.submit_points``.

        Raises:
            OptionError: One is for a single job, or another than ``submit_points`` takes it.
            InputError: ``name`` is no text.
        """
        for name in sorted(options.keys() & {"seed", "job_id", "param_resolver", "args"}):
            raise OptionError(f"{name}= is for one job, and each point is one", argument=name)
        for name, reason in _OF_OTHERS:
            if name in options:
                raise OptionError(f"{name}= is not taken here: {reason}", argument=name)
        self._target = target
        self._name = _checked_name(options.get("name"))
        self._options = {
            name: value for name, value in options.items() if name not in (*_OF_ENCODING, "name")
        }
        chosen = {name: options[name] for name in _OF_ENCODING if name in options}
        self._encoding = Encoding.of(target.spec, Options(chosen))

    def payloads(
        self, program: cirq.AbstractCircuit, points: Iterable[cirq.ParamResolver | Mapping[Any, Any]]
    ) -> list[Payload]:
        """A circuit at its points, translated once where that gives the same programs.

        Raises:
            InputError: It is no circuit.
            TranslationError: It cannot be expressed for the target at one of the points.
        """
        if not isinstance(program, cirq.AbstractCircuit):
            raise InputError(f"program= takes a cirq.Circuit, not {program!r}", argument="program")
        encoder = PointEncoder(program, self._encoding)
        try:
            return [encoder.payload(point, "points") for point in points]
        except TranslationError as error:
            raise self._target.with_targets(error) from error.__cause__

    def names(self, count: int) -> list[str | None]:
        """The name of each job of all: the one that was given, numbered if there are several.

        Args:
            count: How many jobs there are.
        """
        if self._name is None or count == 1:
            return [self._name] * count
        return [f"{self._name} {index}" for index in range(count)]

    def submit(
        self,
        payloads: Sequence[Payload],
        repetitions: int,
        seeds: Sequence[int | None] | None,
        names: Sequence[str | None],
    ) -> list[Job]:
        """Submits what was translated; if one is refused, none of the others runs on.

        Args:
            payloads: The programs.
            repetitions: How often to run each.
            seeds: The seed of each; None for fresh randomness.
            names: The name of each, from ``names``; None for the program's own.
        """
        options = with_repetitions(repetitions, self._options)
        jobs = self._target.submit_all(payloads, names=names, seeds=seeds, **options)
        return [Job(job) for job in jobs]


def _checked_name(name: object) -> str | None:
    if name is not None and not isinstance(name, str):
        raise InputError(f"name= takes a text, not {name!r:.100}", argument="name")
    return name or None


def with_repetitions(repetitions: int, options: Mapping[str, Any]) -> dict[str, Any]:
    """The options of ``quire.Target.submit`` for a number of repetitions.

    Args:
        repetitions: How often to run a circuit.
        options: The other options.

    Raises:
        OptionError: They have ``shots`` too.
        InputError: It is no integer.
    """
    if "shots" in options:
        raise OptionError("shots= is called repetitions= here, as everywhere in Cirq", argument="shots")
    try:
        shots = operator.index(repetitions)
    except TypeError as error:
        raise InputError(
            f"repetitions= takes an integer, not {repetitions!r}", argument="repetitions"
        ) from error
    metadata = {**(options.get("metadata") or {}), "repetitions": str(shots)}
    return {**options, "shots": shots, "metadata": metadata}
