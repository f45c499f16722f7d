"""A target as Qiskit's users hold it: a backend to transpile for and to run circuits on."""

import copy
import operator
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Self

from qiskit import QuantumCircuit
from qiskit.providers import BackendV2
from qiskit.providers import Options as BackendOptions
from qiskit.transpiler import Target as TranspilerTarget

from quire import Job, Options, Session, Target, Workspace
from quire.errors import InputError, OptionError
from quire_qiskit.basis import transpiler_target
from quire_qiskit.bindings import swept
from quire_qiskit.job import ID_SEPARATOR, QuireQiskitJob
from quire_qiskit.payload import encode

if TYPE_CHECKING:
    from quire_qiskit.provider import Provider

DEFAULT_SHOTS = 500
"""Shots of a run that names none; as many as Microsoft's Qiskit provider asks for."""


class QuireBackend(BackendV2):
    """A target of a workspace as a Qiskit backend.

    Attributes:
        quire_target: The target as quire has it.
    """

    def __init__(self, target: Target, provider: "Provider | None" = None) -> None:
        """Makes the backend of a target.

        Args:
            target: The target.
            provider: The provider that was asked for it.
        """
        super().__init__(provider=provider, name=target.name, description=target.spec.description)
        self.quire_target = target
        self._transpiler_target: TranspilerTarget | None = None

    def __copy__(self) -> Self:
        """A backend with options of its own."""
        twin = type(self).__new__(type(self))
        twin.__dict__.update(self.__dict__)
        twin._options = copy.copy(self._options)
        return twin

    @classmethod
    def _default_options(cls) -> BackendOptions:
        return BackendOptions(shots=DEFAULT_SHOTS, memory=False, seed_simulator=None)

    @property
    def target(self) -> TranspilerTarget:
        """What it can do, for the transpiler."""
        if self._transpiler_target is None:
            self._transpiler_target = transpiler_target(self.quire_target.spec)
        return self._transpiler_target

    @property
    def max_circuits(self) -> None:
        """None: a run takes any number of circuits."""
        return

    @property
    def workspace(self) -> Workspace:
        """The workspace that the target belongs to."""
        return self.quire_target.workspace

    @property
    def latest_session(self) -> Session | None:
        """The session that a circuit run here and now would join; set it to join another (None: none)."""
        return self.quire_target.latest_session

    @latest_session.setter
    def latest_session(self, session: Session | None) -> None:
        self.quire_target.latest_session = session

    def open_session(self, name: str | None = None, **settings: Any) -> Session:
        """Opens a session that the circuits run here join; use it with ``with``, or close it.

        Args:
            name: Its name; None for ``session-<id>``.
            **settings: ``id``, ``job_failure_policy``, ``tags`` and ``priority``; see
                ``quire.Target.open_session``.
        """
        return self.quire_target.open_session(name, **settings)

    def run(
        self,
        run_input: QuantumCircuit | Sequence[QuantumCircuit],
        *,
        shots: int | None = None,
        memory: bool | None = None,
        seed: int | None = None,
        seed_simulator: int | None = None,
        job_name: str | None = None,
        session: Session | str | None = None,
        tags: Iterable[str] = (),
        priority: str | None = None,
        metadata: Mapping[str, str] | None = None,
        parameter_binds: Sequence[Mapping[Any, Any]] | None = None,
        **options: Any,
    ) -> QuireQiskitJob:
        """Runs circuits, each as a job of its own; all are translated before the first is submitted.

        Args:
            run_input: A circuit, or several. They need no transpiling.
            shots: How often to run each; None for the backend's option.
            memory: Whether the result holds the outcome of each shot; None for the backend's option.
            seed: Makes the shots repeatable; the circuits get this number and those that follow it.
            seed_simulator: Another name for ``seed``, as other simulators have it.
            job_name: The jobs' name; None for the circuits' own. Several jobs are numbered.
            session: The session to join, by handle or id; None for the current one, if there is one.
            tags: Words to find the jobs by.
            priority: ``Standard`` or ``High``.
            metadata: Further strings to keep with the jobs.
            parameter_binds: For each circuit the values of its parameters; see ``quire_qiskit.bindings``.
            **options: What else ``quire.Target.submit`` takes.

        Raises:
            TranslationError: A circuit cannot be expressed for the target.
            TooManyQubitsError: A circuit has more qubits than the target.
            OptionError: An option that nobody takes, or a value that it cannot have.
            SessionClosedError: The session takes no more jobs.
        """
        circuits = _circuits(run_input)
        if parameter_binds is not None:
            circuits = swept(circuits, parameter_binds)
        encoding: dict[str, object] = {
            key: options.pop(key) for key in ("input_data_format", "args") if key in options
        }
        payloads = [encode(circuit, self.quire_target.spec, Options(encoding)) for circuit in circuits]
        first_seed = _seed(seed, seed_simulator, self.options.seed_simulator)
        jobs: list[Job] = []
        for index, payload in enumerate(payloads):
            job = self.quire_target.submit(
                payload,
                name=_name(job_name, index, len(payloads)),
                shots=self.options.shots if shots is None else shots,
                seed=None if first_seed is None else first_seed + index,
                session=session,
                metadata=metadata,
                tags=tags,
                priority=priority,
                **options,
            )
            jobs.append(job)
        return QuireQiskitJob(self, jobs, bool(self.options.memory if memory is None else memory))

    def retrieve_job(self, job_id: str) -> QuireQiskitJob:
        """A job by its id, also of another process; its results hold the outcome of each shot.

        Raises:
            NotFoundError: There is none.
            InputError: It was submitted to another target, or not from Qiskit.
        """
        jobs = [self.workspace.get_job(part) for part in job_id.split(ID_SEPARATOR)]
        for job in jobs:
            if job.details.target != self.name:
                raise InputError(
                    f"job {job.id} is on {job.details.target}, not on {self.name}", argument="job_id"
                )
            if "qiskit" not in job.details.metadata:
                raise InputError(
                    f"job {job.id} was not submitted from Qiskit; workspace.get_job has it",
                    argument="job_id",
                )
        return QuireQiskitJob(self, jobs)

    def __repr__(self) -> str:
        return f"<QuireBackend {self.name}: {self.num_qubits} qubits>"


def _circuits(run_input: object) -> list[QuantumCircuit]:
    circuits = [run_input] if isinstance(run_input, QuantumCircuit) else run_input
    if not isinstance(circuits, Sequence) or not circuits:
        raise InputError(
            f"run takes a circuit or a list of circuits, not {run_input!r}", argument="run_input"
        )
    for circuit in circuits:
        if not isinstance(circuit, QuantumCircuit):
            raise InputError(f"run takes circuits, not {circuit!r}", argument="run_input")
    return list(circuits)


def _seed(seed: object, seed_simulator: object, default: object) -> int | None:
    if seed is not None and seed_simulator is not None and seed != seed_simulator:
        raise OptionError("seed= and seed_simulator= are the same option; give one", argument="seed")
    value = next((value for value in (seed, seed_simulator, default) if value is not None), None)
    if value is None:
        return None
    try:
        return operator.index(value)  # type: ignore[arg-type]
    except TypeError as error:
        raise OptionError(f"seed= takes a whole number, not {value!r}", argument="seed") from error


def _name(name: str | None, index: int, count: int) -> str | None:
    return name if name is None or count == 1 else f"{name} {index}"
