"""A target as Cirq's users hold it: it takes repetitions and gives Cirq's jobs."""

from collections.abc import Iterable, Mapping
from itertools import islice
from typing import TYPE_CHECKING, Any

from quire import Session, TargetSpec
from quire import Target as QuireTarget
from quire_cirq.job import Job

if TYPE_CHECKING:
    import cirq

DEFAULT_REPETITIONS = 500
"""Shots of a submission that names none, as in Microsoft's client for Cirq."""


class Target:
    """A target that runs Cirq circuits."""

    def __init__(self, target: QuireTarget) -> None:
        """Takes a target of quire.

        Args:
            target: The target.
        """
        self._target = target

    @property
    def target(self) -> QuireTarget:
        """The target as quire has it."""
        return self._target

    @property
    def name(self) -> str:
        """Its name."""
        return self._target.name

    @property
    def provider_id(self) -> str:
        """Its provider's name."""
        return self._target.provider_id

    @property
    def spec(self) -> TargetSpec:
        """What it is and takes."""
        return self._target.spec

    @property
    def latest_session(self) -> Session | None:
        """The session that a job submitted here and now would join; set it to join another (None: none)."""
        return self._target.latest_session

    @latest_session.setter
    def latest_session(self, session: Session | None) -> None:
        self._target.latest_session = session

    def open_session(self, name: str | None = None, **options: Any) -> Session:
        """Opens a session; use it with ``with``. Options as for ``quire.Target.open_session``."""
        return self._target.open_session(name, **options)

    def submit(
        self,
        program: "cirq.AbstractCircuit",
        name: str | None = None,
        repetitions: int = DEFAULT_REPETITIONS,
        param_resolver: "cirq.ParamResolverOrSimilarType" = None,
        **options: Any,
    ) -> Job:
        """Submits a circuit as a job; when this returns, the job is durable.

        Args:
            program: The circuit.
            name: The job's name; None for ``cirq-job``.
            repetitions: How often to run it.
            param_resolver: The values of the circuit's parameters.
            **options: Those of ``quire.Target.submit``, such as ``session``, ``tags`` and ``seed``, which may
                also be a source of random numbers as Cirq takes them; and
                ``input_data_format``, how to write the circuit, with ``gateset`` for IonQ's format.

        Raises:
            TranslationError: The circuit cannot be expressed for this target.
            TooManyQubitsError: It needs more qubits than the target has.
            SessionClosedError: The session takes no more jobs.
            InputError: An argument or option is wrong.
        """
        if param_resolver is not None:
            options["param_resolver"] = param_resolver
        return self._submit(program, repetitions, {"name": name, **options})

    def submit_points(
        self,
        program: "cirq.AbstractCircuit",
        points: "Iterable[cirq.ParamResolver | Mapping[Any, Any]]",
        repetitions: int = DEFAULT_REPETITIONS,
        seeds: Iterable[int | None] | None = None,
        **options: Any,
    ) -> list[Job]:
        """Submits a circuit once for each of its parameters' sets of values, and does not wait.

        The circuit is translated once and the values are filled in, where that gives the same programs; all
        of that before the first job is submitted. If one is refused, none of the others runs on.

        Args:
            program: The circuit.
            points: The sets of values.
            repetitions: How often to run each.
            seeds: The seed of each job, as many as points or more; None for fresh randomness.
            **options: As for :meth:`submit`, but for ``seed``, ``job_id`` and the values; the same for every
                job, but that several are numbered behind their ``name``.

        Returns:
            The jobs in the order of the points; all are durable.

        Raises:
            QuireError: Whatever :meth:`submit` raises, for the first point that it refuses.
        """
        from quire_cirq.batch import Batch

        batch = Batch(self._target, options)
        payloads = batch.payloads(program, points)
        chosen = None if seeds is None else [seed_number(seed) for seed in islice(seeds, len(payloads))]
        return batch.submit(payloads, repetitions, chosen, batch.names(len(payloads)))

    def _submit(self, program: object, repetitions: int, options: dict[str, Any]) -> Job:
        from quire_cirq.batch import with_repetitions

        if "seed" in options:
            options = {**options, "seed": seed_number(options["seed"])}
        return Job(self._target.submit(program, **with_repetitions(repetitions, options)))

    def __repr__(self) -> str:
        return f"quire_cirq.Target({self._target!r})"


def seed_number(seed: "cirq.RANDOM_STATE_OR_SEED_LIKE") -> Any:
    """A seed as a number: itself, or drawn from it if it is one of NumPy's sources of random numbers."""
    for draw in ("integers", "randint"):
        if hasattr(seed, draw):
            return int(getattr(seed, draw)(2**31))
    return seed
