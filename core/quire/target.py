"""What a user holds of a target: how a program becomes a job there."""

from collections.abc import AsyncIterator, Iterable, Iterator, Mapping, Sequence, Sized
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

import attrs

from quire import current
from quire.arguments import optional_text, positive_integer, session_id, texts
from quire.batch import submit_together
from quire.errors import InputError, QuireError, TranslationError
from quire.job import Job
from quire.job_settings import JobSettings
from quire.model import JobDetails, Payload, TargetSpec
from quire.opening import SessionOpening
from quire.options import Options
from quire.session import Session
from quire.status import SessionJobFailurePolicy
from quire.sweep import MAX_IN_FLIGHT, Sweep
from quire.translator import Translator

if TYPE_CHECKING:
    from quire.workspace import Workspace

T = TypeVar("T")


class Target:
    """A target of a workspace."""

    def __init__(self, workspace: "Workspace", spec: TargetSpec) -> None:
        """Makes the handle of a target that the service has.

        Args:
            workspace: Where it was found.
            spec: What it is and takes.
        """
        self._workspace = workspace
        self._spec = spec
        self._translator = Translator(workspace, spec)

    @property
    def workspace(self) -> "Workspace":
        """The workspace it belongs to."""
        return self._workspace

    @property
    def spec(self) -> TargetSpec:
        """What it is and takes."""
        return self._spec

    @property
    def name(self) -> str:
        """Its name."""
        return self._spec.id

    @property
    def provider_id(self) -> str:
        """Its provider's name."""
        return self._spec.provider_id

    @property
    def latest_session(self) -> Session | None:
        """The session that a job submitted here and now would join; set it to join another (None: none)."""
        return current.current_session(self._workspace, self.name)

    @latest_session.setter
    def latest_session(self, session: Session | None) -> None:
        if session is not None:
            session_id(self._checked_type(session))
            if session.workspace is not self._workspace or session.target != self.name:
                raise InputError(
                    f"session {session.name!r} is on {session.target} of {session.workspace!r}, and this is "
                    f"{self.name} of {self._workspace!r}",
                    argument="latest_session",
                )
            current.attach(session)
            return
        while (attached := self.latest_session) is not None:
            current.detach(attached)

    @staticmethod
    def _checked_type(session: object) -> Session:
        if not isinstance(session, Session):
            raise InputError(
                f"latest_session takes a session or None, not {session!r}", argument="latest_session"
            )
        return session

    def open_session(
        self,
        name: str | None = None,
        id: str | None = None,
        job_failure_policy: SessionJobFailurePolicy | str = SessionJobFailurePolicy.ABORT,
        tags: Iterable[str] = (),
        priority: str | None = None,
    ) -> Session:
        """Opens a session on this target and makes it current; use it with ``with``, or close it.

        Args:
            name: Its name; None for ``session-<id>``.
            id: Its id; None for a new UUID.
            job_failure_policy: What a failed job means for the rest: ``Abort`` or ``Continue``.
            tags: Words to find it by.
            priority: ``Standard`` or ``High``; kept, and without effect on the embedded service.

        Raises:
            ConflictError: The id belongs to another session.
            InputError: An argument is wrong.
        """
        return self._session(name, id, job_failure_policy, tags, priority).open()

    def open_session_async(
        self,
        name: str | None = None,
        id: str | None = None,
        job_failure_policy: SessionJobFailurePolicy | str = SessionJobFailurePolicy.ABORT,
        tags: Iterable[str] = (),
        priority: str | None = None,
    ) -> SessionOpening:
        """Opens a session like :meth:`open_session`, to be awaited or used with ``async with``."""
        return SessionOpening(self._session(name, id, job_failure_policy, tags, priority))

    def _session(
        self,
        name: str | None,
        id: str | None,
        policy: SessionJobFailurePolicy | str,
        tags: Iterable[str],
        priority: str | None,
    ) -> Session:
        return Session(
            self._workspace,
            id=id,
            name=name,
            provider_id=self.provider_id,
            target=self.name,
            job_failure_policy=policy,
            tags=texts("tags", tags),
            priority=priority,
        )

    def submit(
        self,
        program: object = None,
        *,
        input_data: object = None,
        name: str | None = None,
        shots: int | None = None,
        seed: int | None = None,
        session: Session | str | None = None,
        job_id: str | None = None,
        input_params: Mapping[str, Any] | None = None,
        output_data_format: str | None = None,
        metadata: Mapping[str, str] | None = None,
        tags: Iterable[str] = (),
        priority: str | None = None,
        **options: Any,
    ) -> Job:
        """Submits a program as a job; when this returns, the job is durable.

        Args:
            program: Anything that an installed adapter translates for this target: a circuit, compiled Q#,
                QIR as text or bytes, a ``Payload``.
            input_data: Another name for ``program``, as in Microsoft's SDK.
            name: The job's name; None for the program's own.
            shots: How often to run it; None for the target's default.
            seed: Makes the shots repeatable; None for fresh randomness.
            session: The session to join, by handle or id; None for the current one, if there is one.
            job_id: The job's id; None for a new UUID. The same submission again is harmless.
            input_params: Further input parameters of the run.
            output_data_format: The result format; None for the program's or target's own.
            metadata: Strings kept with the job.
            tags: Words to find it by.
            priority: ``Standard`` or ``High``; kept, and without effect on the embedded service.
            **options: What the program's adapter takes, such as ``args=`` or ``param_resolver=``.

        Raises:
            UnsupportedProgramError: No installed adapter knows the program.
            TranslationError: It cannot be expressed for this target.
            TooManyQubitsError: It needs more qubits than the target has.
            OptionError: An option that nobody takes.
            SessionClosedError: The session takes no more jobs.
            InputError: Another argument is wrong.
        """
        payload = self._translator.payload(_one_program(program, input_data), Options(options))
        settings = JobSettings(
            name=name,
            shots=shots,
            seed=seed,
            session=session,
            job_id=job_id,
            input_params=input_params,
            output_data_format=output_data_format,
            metadata=metadata,
            tags=tags,
            priority=priority,
        )
        details = settings.define(payload, self._spec, settings.joined(self._workspace, self.name))
        return Job(self._workspace, self._workspace.transport.submit_job(details, payload.data))

    def submit_all(
        self,
        programs: Iterable[object],
        *,
        names: Iterable[str | None] | None = None,
        seeds: Iterable[int | None] | None = None,
        **options: Any,
    ) -> list[Job]:
        """Submits programs, each as a job of its own, in less time than one by one.

        All are translated before the first is submitted. If one is refused, those that were accepted are
        cancelled.

        Args:
            programs: The programs, each as for :meth:`submit`.
            names: The name of each job, as many as programs; None for the programs' own.
            seeds: The seed of each job, as many as programs; None for fresh randomness.
            **options: As for :meth:`submit`, but for ``name``, ``seed`` and ``job_id``; the same for each.

        Returns:
            The jobs, in the order of the programs; all are durable.

        Raises:
            QuireError: Whatever :meth:`submit` raises, for the first program that it refuses.
        """
        for taken, reason in (("name", "names="), ("seed", "seeds="), ("job_id", "submit(job_id=)")):
            if options.get(taken) is not None:
                raise InputError(f"submit_all takes no {taken}=; use {reason}", argument=taken)
        settings = JobSettings.taken_from(options).checked(self._spec)
        joined = settings.joined(self._workspace, self.name)
        payloads = [self._translator.payload(each, Options(options)) for each in _several(programs)]
        jobs = [
            (_of_one(settings, name, seed).define(payload, self._spec, joined), payload.data)
            for payload, name, seed in zip(
                payloads,
                _one_for_each("names", names, len(payloads)),
                _one_for_each("seeds", seeds, len(payloads)),
                strict=True,
            )
        ]
        return submit_together(self._workspace, jobs)

    def submit_many(
        self,
        program: object,
        args_list: Iterable[Any],
        *,
        name: str | None = None,
        max_in_flight: int = MAX_IN_FLIGHT,
        progress: bool = False,
        **options: Any,
    ) -> Iterator[Job | QuireError]:
        """Submits a program once per point, as ``submit(program, args=point)``.

        Points are taken, and jobs submitted, as the answer is iterated over: at most ``max_in_flight``
        jobs are under way and as many points read ahead, so a list of any length needs no memory. An
        adapter that can translates the program once and fills the points in; for others the first point
        is taken and translated at the call. The jobs join the session that is current when this is
        called, however late they are submitted.

        What is wrong for every point alike is raised by the call, and nothing is submitted. What is wrong
        with one point is a value in its place. An error that ``args_list`` itself raises ends the sweep, and
        is raised after the jobs that were submitted before it have been yielded.

        Args:
            program: A program whose adapter takes ``args=``.
            args_list: The points.
            name: The jobs' name, to which the index of the point is added; None for the program's own.
            max_in_flight: The most jobs under way.
            progress: Whether to show a bar that moves as jobs end.
            **options: As for :meth:`submit`, but for ``args`` and ``job_id``; the same for every point.

        Yields:
            The jobs in the order of the points, each when it has ended; for a point that was refused, the
            error. When the session comes to take no more jobs, that error comes once, and no more points
            are taken.

        Raises:
            InputError: An argument is wrong for every point.
            OptionError: An option that nobody takes.
            UnsupportedProgramError: No installed adapter knows the program.
            TranslationError: It cannot be expressed for this target at any point.
            NotFoundError: There is no such session.
            SessionClosedError: The session takes no more jobs.
            MissingDependencyError: ``progress`` needs tqdm, which is not installed.
        """
        sweep = self._sweep(program, args_list, name, max_in_flight, options)
        sweep.check_session()
        jobs = sweep.run()
        if not progress:
            return jobs
        from quire.progress import with_progress

        return with_progress(jobs, len(args_list) if isinstance(args_list, Sized) else None, self.name)

    def submit_many_async(
        self,
        program: object,
        args_list: Iterable[Any],
        *,
        name: str | None = None,
        max_in_flight: int = MAX_IN_FLIGHT,
        **options: Any,
    ) -> AsyncIterator[Job | QuireError]:
        """Submits a program once per point like :meth:`submit_many`, in asyncio.

        No thread waits for a job. Programs are translated in the loop's own thread, as they may belong to
        it; threads of asyncio's pool submit them. As the loop must not wait for the service, the session is
        looked for with the first step: an unknown or closed one is raised there, and no point is taken.
        """
        return self._sweep(program, args_list, name, max_in_flight, options).run_async()

    def _sweep(
        self,
        program: object,
        points: object,
        name: str | None,
        max_in_flight: int,
        options: dict[str, Any],
    ) -> Sweep:
        """The sweep, of which nothing is submitted yet; refuses what is wrong for every point."""
        positive_integer("max_in_flight", max_in_flight)
        if not isinstance(points, Iterable) or isinstance(points, str | bytes):
            raise InputError(f"args_list= takes the points, not {points!r:.100}", argument="args_list")
        for taken, reason in (("args", "the points are args_list"), ("job_id", "every job has its own")):
            if taken in options:
                raise InputError(f"submit_many takes no {taken}=: {reason}", argument=taken)
        last = len(points) - 1 if isinstance(points, Sized) and len(points) else 0
        settings = attrs.evolve(
            JobSettings.taken_from(options), name=_numbered(optional_text("name", name), last)
        ).checked(self._spec)
        joined = settings.joined(self._workspace, self.name)
        payloads = self._translator.payloads(program, points, max_in_flight, options)
        define = partial(self._point, settings, joined, name)
        is_ready = isinstance(points, Sized)
        return Sweep(self._workspace, self._spec, joined, define, payloads, max_in_flight, is_ready)

    def _point(
        self, settings: JobSettings, joined: str | None, name: str | None, index: int, payload: Payload
    ) -> JobDetails:
        return attrs.evolve(settings, name=_numbered(name, index)).define(payload, self._spec, joined)

    def with_targets(self, error: TranslationError) -> TranslationError:
        """The error with the names of the targets here that could run the program.

        Args:
            error: The refusal of a program for this target; its ``profiles`` are those that can express it.
        """
        return self._translator.with_targets(error)

    def _repr_html_(self) -> str:
        from quire.cards import target_card

        return target_card(self._spec)

    def __repr__(self) -> str:
        return f"<Target {self.name} of {self.provider_id}: {self._spec.num_qubits} qubits>"


def _several(programs: object) -> Iterable[object]:
    if not isinstance(programs, Iterable) or isinstance(programs, str | bytes | Mapping):
        raise InputError(f"submit_all takes a list of programs, not {programs!r:.100}", argument="programs")
    return programs


def _of_one(settings: JobSettings, name: str | None, seed: int | None) -> JobSettings:
    """The settings of one job of several, which differ in nothing else."""
    return settings if name is None and seed is None else attrs.evolve(settings, name=name, seed=seed)


def _one_for_each(argument: str, values: Iterable[T] | None, count: int) -> Sequence[T | None]:
    if values is None:
        return [None] * count
    found = list(values)
    if len(found) != count:
        raise InputError(f"{argument}= has {len(found)} for {count} programs", argument=argument)
    return found


def _numbered(name: str | None, index: int) -> str | None:
    """The name of a point's job; an empty name is none, as in ``submit``."""
    return f"{name} {index}" if name else None


def _one_program(program: object, input_data: object) -> object:
    if (program is None) == (input_data is None):
        raise InputError(
            "submit takes one program, as its first argument or as input_data=", argument="program"
        )
    return input_data if program is None else program
