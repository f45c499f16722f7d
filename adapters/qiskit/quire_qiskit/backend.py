"""A target as Qiskit's users hold it: a backend to transpile for and to run circuits on."""

import copy
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Self

import attrs
from qiskit import QuantumCircuit
from qiskit.providers import BackendV2
from qiskit.providers import Options as BackendOptions
from qiskit.transpiler import Target as TranspilerTarget

from quire import Job, Payload, Session, Target, Workspace
from quire.errors import InputError, QuireError, TranslationError
from quire.formats import IONQ_RESULTS
from quire_qiskit.basis import transpiler_target
from quire_qiskit.header import MEASURED_QUBITS, measured_qubits
from quire_qiskit.job import QuireQiskitJob, ids_in
from quire_qiskit.payload import encode, payloads
from quire_qiskit.points import Point, with_points
from quire_qiskit.run_options import (
    RestOfOptions,
    checked_truth,
    first_seed,
    plain_number,
    refuse_rest,
)

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

    def __deepcopy__(self, memo: dict[int, Any]) -> Self:
        """The same as a copy: workspace and target are one, however often they are held."""
        return self.__copy__()

    @classmethod
    def _default_options(cls) -> BackendOptions:
        return BackendOptions(shots=DEFAULT_SHOTS, memory=False, seed_simulator=None, session=None)

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
        run_input: QuantumCircuit | Sequence[QuantumCircuit] | None = None,
        shots: int | None = None,
        *,
        circuit: QuantumCircuit | Sequence[QuantumCircuit] | None = None,
        memory: bool | None = None,
        seed: int | None = None,
        seed_simulator: int | None = None,
        job_name: str | None = None,
        session: Session | str | None = None,
        tags: Iterable[str] = (),
        priority: str | None = None,
        metadata: Mapping[str, str] | None = None,
        parameter_binds: Sequence[Mapping[Any, Any]] | None = None,
        parameter_values: Any = None,
        **options: Any,
    ) -> QuireQiskitJob:
        """Runs circuits, each as a job of its own; all are translated before the first is submitted.

        If one cannot be submitted, those submitted before it are cancelled.

        Args:
            run_input: A circuit, or several. They need no transpiling.
            shots: How often to run each; None for the backend's option.
            circuit: Another name for ``run_input``, as in Microsoft's SDK.
            memory: Whether the result holds the outcome of each shot; None for the backend's option.
            seed: Makes the shots repeatable; the circuits get this number and those that follow it.
            seed_simulator: Another name for ``seed``, as other simulators have it.
            job_name: The jobs' name; None for the circuits' own. Several jobs are numbered.
            session: The session to join, by handle or id; None for the backend's option, else for the
                current one, if there is one.
            tags: Words to find the jobs by.
            priority: ``Standard`` or ``High``.
            metadata: Further strings to keep with the jobs.
            parameter_binds: For each circuit the values of its parameters; see ``quire_qiskit.bindings``.
            parameter_values: The same as arrays; see ``quire_qiskit.points``.
            **options: ``args``, ``input_data_format``, ``gateset`` and ``skip_transpile`` of the translation,
                and ``job_id``, ``input_params`` and ``output_data_format`` of ``quire.Target.submit``.

        Raises:
            TranslationError: A circuit cannot be expressed for the target.
            TooManyQubitsError: A circuit has more qubits than the target.
            OptionError: An option that nobody takes, or a value that it cannot have.
            SessionClosedError: The session takes no more jobs.
        """
        if run_input is not None and circuit is not None:
            raise InputError("run_input= and circuit= are the same; give one", argument="circuit")
        given = _circuits(circuit if run_input is None else run_input)
        rest = RestOfOptions.of(options)
        try:
            programs = [
                program
                for each, points in with_points(given, parameter_values, parameter_binds)
                for program in self._programs(each, points, rest)
            ]
        except TranslationError as error:
            raise self.quire_target.with_targets(error) from error.__cause__
        rest.check_id(len(programs))
        keeps_memory = checked_truth("memory", self.options.memory if memory is None else memory)
        seeds = first_seed(seed, seed_simulator, self.options.seed_simulator)
        settings = {
            **rest.job,
            "shots": plain_number(self.options.shots if shots is None else shots),
            "session": self.options.session if session is None else session,
            "metadata": metadata,
            "tags": tuple(tags) if isinstance(tags, Iterator) else tags,
            "priority": priority,
        }
        jobs = self._submitted(programs, job_name, seeds, settings)
        return QuireQiskitJob(self, jobs, keeps_memory)

    def _submitted(
        self, programs: Sequence[Payload], name: str | None, seed: int | None, settings: dict[str, Any]
    ) -> list[Job]:
        if len(programs) == 1:
            return [self.quire_target.submit(programs[0], name=name, seed=seed, **settings)]
        names = None if name is None else [f"{name} {index}" for index in range(len(programs))]
        seeds = None if seed is None else range(seed, seed + len(programs))
        return self.quire_target.submit_all(programs, names=names, seeds=seeds, **settings)

    def _programs(
        self, circuit: QuantumCircuit, points: Sequence[Point], rest: RestOfOptions
    ) -> Iterator[Payload]:
        """A circuit as it is to be submitted, at each of its points."""
        given = rest.for_translation()
        if points:
            found: Iterable[Payload | QuireError] = payloads(circuit, points, self.quire_target.spec, given)
        else:
            found = [encode(circuit, self.quire_target.spec, given)]
        refuse_rest(given)
        for payload in found:
            if isinstance(payload, QuireError):
                raise payload
            yield self._decodable(payload, circuit, rest)

    @staticmethod
    def _decodable(payload: Payload, circuit: QuantumCircuit, rest: RestOfOptions) -> Payload:
        """A payload whose metadata say what its results need, whatever format they are asked for in."""
        wanted = rest.job.get("output_data_format") or payload.output_format
        if wanted != IONQ_RESULTS or MEASURED_QUBITS in payload.metadata:
            return payload
        metadata = {**payload.metadata, MEASURED_QUBITS: measured_qubits(circuit)}
        return attrs.evolve(payload, metadata=metadata)

    def retrieve_job(self, job_id: str) -> QuireQiskitJob:
        """A job by its id, also of another process; its results hold the shots, where there are some.

        Raises:
            NotFoundError: There is none.
            InputError: It was submitted to another target, or not from Qiskit; or it is no id.
        """
        jobs = [self.workspace.get_job(part) for part in ids_in(job_id)]
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
    circuits = [run_input] if isinstance(run_input, QuantumCircuit | str | bytes) else run_input
    if not isinstance(circuits, Sequence) or not circuits:
        raise InputError(
            f"run takes a circuit or a list of circuits, not {run_input!r}", argument="run_input"
        )
    for circuit in circuits:
        if isinstance(circuit, str | bytes):
            raise InputError(
                f"run takes circuits, and {circuit!r:.60} is text: make a circuit of it with "
                "qiskit.qasm2.loads or qiskit.qasm3.loads, or use backend.quire_target.submit(text)",
                argument="run_input",
            )
        if not isinstance(circuit, QuantumCircuit):
            raise InputError(f"run takes circuits, not {circuit!r}", argument="run_input")
    return list(circuits)
