"""A target as Cirq's users hold it: it takes repetitions and gives Cirq's jobs."""

import operator
from typing import TYPE_CHECKING, Any

from quire import Session, TargetSpec
from quire import Target as QuireTarget
from quire.errors import InputError, OptionError
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
            **options: Those of ``quire.Target.submit``, such as ``seed``, ``session``, ``tags``.

        Raises:
            TranslationError: The circuit cannot be expressed for this target.
            TooManyQubitsError: It needs more qubits than the target has.
            SessionClosedError: The session takes no more jobs.
            InputError: An argument or option is wrong.
        """
        if "shots" in options:
            raise OptionError("shots= is called repetitions= here, as everywhere in Cirq", argument="shots")
        if param_resolver is not None:
            options["param_resolver"] = param_resolver
        try:
            shots = operator.index(repetitions)
        except TypeError as error:
            raise InputError(
                f"repetitions= takes an integer, not {repetitions!r}", argument="repetitions"
            ) from error
        metadata = {**(options.pop("metadata", None) or {}), "repetitions": str(shots)}
        return Job(self._target.submit(program, name=name, shots=shots, metadata=metadata, **options))

    def __repr__(self) -> str:
        return f"quire_cirq.Target({self._target!r})"
