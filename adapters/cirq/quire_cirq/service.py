"""The service as Cirq's users hold it: circuits in, results out, on the targets of one workspace."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, overload

from quire import Session, Workspace
from quire import Target as QuireTarget
from quire.errors import OptionError
from quire_cirq.job import Job
from quire_cirq.measurements import from_metadata
from quire_cirq.target import DEFAULT_REPETITIONS, Target

if TYPE_CHECKING:
    import cirq

    from quire_cirq.sampler import Sampler

AnyTarget = str | Target | QuireTarget
"""A target by name or handle."""


class Service:
    """Runs Cirq circuits on a workspace's targets."""

    def __init__(self, workspace: Workspace, default_target: AnyTarget | None = None) -> None:
        """Makes a service.

        Args:
            workspace: Where the targets, sessions and jobs are.
            default_target: The target of submissions that name none.

        Raises:
            NotFoundError: There is no such target.
        """
        self._workspace = workspace
        self._default = None if default_target is None else self.get_target(default_target)

    @property
    def workspace(self) -> Workspace:
        """Its workspace."""
        return self._workspace

    @property
    def default_target(self) -> Target | None:
        """The target of submissions that name none."""
        return self._default

    @overload
    def targets(self, name: str, provider_id: str | None = None) -> Target: ...
    @overload
    def targets(self, name: None = None, provider_id: str | None = None) -> list[Target]: ...
    def targets(self, name: str | None = None, provider_id: str | None = None) -> Target | list[Target]:
        """The target of a name; all targets, or all of a provider, without one.

        Raises:
            NotFoundError: There is no such target.
        """
        if name is not None:
            return Target(self._workspace.get_targets(name, provider_id))
        return [Target(target) for target in self._workspace.get_targets(provider_id=provider_id)]

    def get_target(self, name: AnyTarget | None = None) -> Target:
        """The target of a name; without one the default target, else that of the open session.

        Raises:
            NotFoundError: There is no such target.
            OptionError: No name is given, there is no default target, and no session is open, or several.
        """
        if isinstance(name, Target):
            return name
        if isinstance(name, QuireTarget):
            return Target(name)
        if name is not None:
            return Target(self._workspace.get_target(name))
        if self._default is not None:
            return self._default
        return self._target_in_session()

    def _target_in_session(self) -> Target:
        in_session = [target for target in self._workspace.get_targets() if target.latest_session is not None]
        if len(in_session) != 1:
            reason = "no session is open" if not in_session else "sessions are open on several targets"
            raise OptionError(
                f"name the target with target=, or give the service a default_target: {reason}",
                argument="target",
            )
        return Target(in_session[0])

    @property
    def latest_session(self) -> Session | None:
        """The session that a submission without ``target=`` would join; None if there is none."""
        try:
            return self.get_target().latest_session
        except OptionError:
            return None

    def open_session(
        self, name: str | None = None, target: AnyTarget | None = None, **options: Any
    ) -> Session:
        """Opens a session; use it with ``with``. Options as for ``quire.Target.open_session``."""
        return self.get_target(target).open_session(name, **options)

    def create_job(
        self,
        program: "cirq.AbstractCircuit",
        repetitions: int = DEFAULT_REPETITIONS,
        name: str | None = None,
        target: AnyTarget | None = None,
        param_resolver: "cirq.ParamResolverOrSimilarType" = None,
        **options: Any,
    ) -> Job:
        """Submits a circuit and does not wait; arguments and errors as for :meth:`Target.submit`."""
        return self.get_target(target).submit(
            program, name=name, repetitions=repetitions, param_resolver=param_resolver, **options
        )

    def run(
        self,
        program: "cirq.AbstractCircuit",
        repetitions: int = DEFAULT_REPETITIONS,
        target: AnyTarget | None = None,
        name: str | None = None,
        param_resolver: "cirq.ParamResolverOrSimilarType" = None,
        seed: "cirq.RANDOM_STATE_OR_SEED_LIKE" = None,
        timeout_seconds: float | None = None,
        **options: Any,
    ) -> "cirq.ResultDict":
        """Submits a circuit and waits for its results.

        Args:
            program: The circuit.
            repetitions: How often to run it.
            target: Where; None for the default target, else that of the open session.
            name: The job's name; None for ``cirq-job``.
            param_resolver: The values of the circuit's parameters.
            seed: Makes the samples repeatable: a number, or a source of random numbers.
            timeout_seconds: The most seconds to wait; None for as long as it takes.
            **options: As for :meth:`Target.submit`.

        Raises:
            JobFailedError: The job failed or was cancelled.
            WaitTimeoutError: It did not end in time; it goes on.
            QuireError: Whatever :meth:`Target.submit` raises.
        """
        job = self.create_job(program, repetitions, name, target, param_resolver, seed=seed, **options)
        return job.results(timeout_seconds)

    def run_sweep(
        self,
        program: "cirq.AbstractCircuit",
        params: "cirq.Sweepable",
        repetitions: int = DEFAULT_REPETITIONS,
        target: AnyTarget | None = None,
        seed: "cirq.RANDOM_STATE_OR_SEED_LIKE" = None,
        **options: Any,
    ) -> "Sequence[cirq.Result]":
        """Runs a circuit for each set of parameters; see :meth:`Sampler.run_sweep`.

        The circuit is translated once. Options as for :meth:`sampler`.
        """
        return self.sampler(target, seed, **options).run_sweep(program, params, repetitions)

    def run_batch(
        self,
        programs: "Sequence[cirq.AbstractCircuit]",
        repetitions: int | Sequence[int] = DEFAULT_REPETITIONS,
        target: AnyTarget | None = None,
        seed: "cirq.RANDOM_STATE_OR_SEED_LIKE" = None,
        **options: Any,
    ) -> "list[cirq.Result]":
        """Runs several circuits; all are submitted before the first is waited for.

        Options as for :meth:`sampler`.
        """
        batch = self.sampler(target, seed, **options).run_batch(programs, repetitions=repetitions)
        return [results[0] for results in batch]

    def sampler(
        self, target: AnyTarget | None = None, seed: "cirq.RANDOM_STATE_OR_SEED_LIKE" = None, **options: Any
    ) -> "Sampler":
        """A ``cirq.Sampler`` on a target.

        Args:
            target: Where; None for the default target, else that of the open session.
            seed: Makes the sequence of samples repeatable: a number, or a source of random numbers.
            **options: ``timeout_seconds``, the most to wait for each job, and what
                :meth:`Target.submit_points` takes, for every job.
        """
        from quire_cirq.sampler import Sampler

        return Sampler(self.get_target(target), seed, **options)

    def get_job(self, job_id: str) -> Job:
        """A job by its id, also of another process.

        Raises:
            NotFoundError: There is none.
        """
        return Job(self._workspace.get_job(job_id))

    def list_jobs(self, **filters: Any) -> Iterator[Job]:
        """The workspace's jobs that were submitted from Cirq, as their handles.

        Args:
            **filters: As for ``quire.Workspace.list_jobs``.
        """
        return (
            Job(job) for job in self._workspace.list_jobs(**filters) if from_metadata(job.details.metadata)
        )

    def __repr__(self) -> str:
        return f"quire_cirq.Service({self._workspace!r}, default_target={self._default!r})"
