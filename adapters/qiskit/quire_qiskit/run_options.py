"""The options of a run by name: who takes which, and the refusal of those that nobody takes."""

import operator
from collections.abc import Mapping
from typing import Any

import attrs
import numpy as np

from quire import Options
from quire.errors import OptionError
from quire_qiskit.job import ids_in

OF_RUN = (
    "shots",
    "memory",
    "seed",
    "seed_simulator",
    "job_name",
    "session",
    "tags",
    "priority",
    "metadata",
    "parameter_binds",
    "parameter_values",
    "meas_level",
)
"""What ``backend.run`` takes itself."""
_OF_JOBS = ("job_id", "input_params", "output_data_format")
# Qiskit's measurement level of bits, as opposed to signals; its experiments ask for it by number.
_BITS = 2
_OF_TRANSLATION = ("args", "input_data_format", "gateset", "skip_transpile")


@attrs.frozen
class RestOfOptions:
    """The options that ``backend.run`` does not take itself.

    Attributes:
        encoding: What the translation of a circuit is asked for.
        job: What ``quire.Target.submit`` is asked for.
    """

    encoding: Mapping[str, Any]
    job: Mapping[str, Any]

    @classmethod
    def of(cls, options: Mapping[str, Any]) -> "RestOfOptions":
        """Sorts options by who takes them; what is no job's is for the translation to take or refuse.

        Args:
            options: The options.

        Raises:
            OptionError: ``meas_level`` is another than 2, which is bits.
        """
        options = dict(options)
        level = options.pop("meas_level", None)
        if level not in (None, _BITS):
            raise OptionError(
                f"meas_level= takes {_BITS} only: targets measure bits, not {level!r}", argument="meas_level"
            )
        job = {name: value for name, value in options.items() if name in _OF_JOBS}
        return cls({name: value for name, value in options.items() if name not in _OF_JOBS}, job)

    def check_id(self, count: int) -> None:
        """Refuses one id for several jobs, and an id that would be taken for several.

        Args:
            count: How many jobs the run makes.

        Raises:
            OptionError: There are several, and ``job_id`` is given; or it has commas.
        """
        job_id = self.job.get("job_id")
        if len(ids_in(job_id)) > 1:
            raise OptionError(
                f"job_id= takes no commas, which stand between the ids of several jobs: {job_id!r:.100}",
                argument="job_id",
            )
        if count > 1 and job_id is not None:
            raise OptionError(
                f"job_id= is the id of one job, and this run makes {count}; run the circuits one by one",
                argument="job_id",
            )

    def for_translation(self) -> Options:
        """The options of the translation, to be taken once."""
        return Options(self.encoding)


def refuse_rest(options: Options) -> None:
    """Refuses what the translation has left.

    Raises:
        OptionError: Something is left; it names it, and what there is.
    """
    known = (*OF_RUN, *_OF_JOBS, *_OF_TRANSLATION)
    options.refuse_rest(f"backend.run takes {', '.join(f'{name}=' for name in known)}; it", known)


def checked_truth(name: str, value: object) -> bool:
    """Whether what an option says is wanted, such as single shots.

    Raises:
        OptionError: The value is not one of truth.
    """
    if not isinstance(value, bool | np.bool_):
        raise OptionError(f"{name}= takes True or False, not {value!r:.100}", argument=name)
    return bool(value)


def plain_number(value: object) -> object:
    """A whole number of another library's type as Python's; else the value as it is, for others to judge."""
    if isinstance(value, bool):
        return value
    try:
        return operator.index(value)  # type: ignore[arg-type]
    except TypeError:  # arrays say that they are numbers, and most are not
        return value


def first_seed(seed: object, seed_simulator: object, default: object) -> int | None:
    """The seed of a run's first job, from the two names it has and the backend's option.

    Raises:
        OptionError: The names have different values, or one that is no whole number.
    """
    if seed is not None and seed_simulator is not None and seed != seed_simulator:
        raise OptionError("seed= and seed_simulator= are the same option; give one", argument="seed")
    value = next((value for value in (seed, seed_simulator, default) if value is not None), None)
    if value is None:
        return None
    try:
        return operator.index(value)  # type: ignore[arg-type]
    except TypeError as error:
        raise OptionError(f"seed= takes a whole number, not {value!r}", argument="seed") from error
