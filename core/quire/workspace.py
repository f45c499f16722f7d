"""What a user holds of a workspace: where sessions, jobs and targets are found."""

import os
from collections.abc import Sequence
from concurrent.futures import Executor
from types import TracebackType
from typing import Self, Unpack, overload

import attrs

from quire.arguments import identity, positive_integer, seconds, target_name
from quire.clock import Clock, SystemClock
from quire.errors import ConfigurationError, NotFoundError, ResultFormatError
from quire.job import Job
from quire.model import JobDetails, SessionDetails, TargetSpec
from quire.plugins import Relay
from quire.query import Filters, ItemQuery, Listing
from quire.results import Results
from quire.session import Session
from quire.target import Target
from quire.transport.base import DEFAULT_SESSION_TIMEOUT, Transport, TransportOptions


class Workspace:
    """A place that keeps sessions and jobs, and has targets to run them on.

    Without arguments it is the user's own workspace file, with simulators in worker processes. It is a
    context manager; an open one is also closed when the program ends.
    """

    def __init__(
        self,
        url: "str | os.PathLike[str] | None" = None,
        *,
        executor: str | Executor = "processes",
        workers: int | None = None,
        session_timeout: float = DEFAULT_SESSION_TIMEOUT,
        job_timeout: float | None = None,
        plugins: Sequence[object] = (),
        clock: Clock | None = None,
        api_key: str | None = None,
        resource_id: str | None = None,
        location: str | None = None,
        credential: object | None = None,
    ) -> None:
        """Opens a workspace.

        Args:
            url: ``memory:`` (ends with the program), ``sqlite:///lab.db`` or a path; ``http://host:port``
                of a server; ``azure:`` for the workspace of Azure Quantum that the environment names; None
                for what the variable ``QUIRE_WORKSPACE`` names, else a file in the user's data folder.
            executor: What runs the jobs: ``"processes"`` (isolated, can be stopped), ``"inline"`` (in the
                submitting thread; for debugging and tests), or a ``concurrent.futures.Executor``.
            workers: How many jobs run at the same time; None for as many as there are processors that this
                process may use, by what it is bound to and by the limit of its container.
            session_timeout: Seconds that a session may stay open without a pending job.
            job_timeout: Seconds that one run of a job may take in a worker process; None for no limit.
            plugins: Plug-ins besides the installed ones: modules, or objects with hook implementations.
            clock: Where the service gets the time; None for the machine's clock.
            api_key: The key for a service in the network; None for the variable ``QUIRE_API_KEY``, if set.
            resource_id: The resource id of a workspace of Azure Quantum, in place of ``url``.
            location: Its region, such as ``eastus``.
            credential: A credential of ``azure.identity`` for it; None for its default one.

        Raises:
            ConfigurationError: A setting is wrong.
            ServiceUnavailableError: The service in the network does not answer.
            AccessDeniedError: It refuses the key or credential.
            StoreError: The file cannot be used.
            PluginError: One of ``plugins`` does not fit.
        """
        from quire.transport import local

        _check_settings(executor, workers, session_timeout, job_timeout)
        if resource_id is not None:
            url = _azure_url(url, resource_id, location)
        elif location is not None:
            raise ConfigurationError("location= goes with resource_id=", setting="location")
        self._url = os.fspath(url) if url is not None else local.default_url()
        with local.workers_begun(self._url, executor):
            self._relay = Relay(plugins)
        options = TransportOptions(
            relay=self._relay,
            clock=clock or SystemClock(),
            executor=executor,
            workers=workers,
            session_timeout=session_timeout,
            job_timeout=job_timeout,
            api_key=api_key,
            credential=credential,
        )
        transport = self._relay.open_transport(self._url, options)
        if transport is None:
            raise ConfigurationError(
                f"no installed transport opens {self._url!r}; use memory:, sqlite:///lab.db, a path, "
                "or http://host:port",
                setting="url",
            )
        self._transport = transport
        try:
            self._specs = {spec.id: spec for spec in transport.list_targets()}
        except BaseException:
            transport.close()  # nobody else could: there is no workspace
            raise

    @classmethod
    def from_connection_string(cls, text: str) -> Self:
        """Opens the workspace that a connection string of Azure Quantum, or of a server, names.

        Args:
            text: The string, as the Azure portal shows it under *Access keys*.

        Raises:
            ConfigurationError: It is none.
        """
        from quire.transport.azure import read_connection_string

        place = read_connection_string(text)
        return cls(place.url, api_key=place.api_key)

    @property
    def transport(self) -> Transport:
        """The way to its service."""
        return self._transport

    @property
    def plugins(self) -> Relay:
        """Its plug-ins."""
        return self._relay

    @property
    def location(self) -> str:
        """Where its items lie: a path, ``memory:`` or a URL."""
        return self._transport.location

    # Targets

    @overload
    def get_targets(self, name: str, provider_id: str | None = None) -> Target: ...
    @overload
    def get_targets(self, name: None = None, provider_id: str | None = None) -> list[Target]: ...
    def get_targets(self, name: str | None = None, provider_id: str | None = None) -> Target | list[Target]:
        """The target of a name; all targets, or all of a provider, without one.

        Args:
            name: The target's exact name.
            provider_id: Only targets of this provider.

        Raises:
            NotFoundError: There is no such target; it lists those that resemble it.
        """
        if name is not None:
            target = self.get_target(name)
            if provider_id not in (None, target.provider_id):
                raise NotFoundError(
                    f"target {name} is of provider {target.provider_id}, not {provider_id}",
                    kind="target",
                    name=name,
                )
            return target
        return [
            Target(self, spec) for spec in self._specs.values() if provider_id in (None, spec.provider_id)
        ]

    def get_target(self, name: str) -> Target:
        """The target of a name; what runs its jobs starts up in the background.

        Raises:
            NotFoundError: There is no such target; it lists those that resemble it.
        """
        target = Target(self, self.target_spec(name))
        self._transport.prepare()
        return target

    def target_spec(self, name: str) -> TargetSpec:
        """What a target is and takes.

        Raises:
            NotFoundError: There is no such target; it lists those that resemble it.
        """
        spec = self._specs.get(name)
        if spec is None:
            from quire.lookup import target_not_found

            raise target_not_found(name, self._specs)
        return spec

    # Sessions

    def open_session(self, session: Session) -> Session:
        """Opens a session that exists on the client; see :meth:`Session.open`."""
        return session.open()

    def close_session(self, session: Session) -> Session:
        """Closes a session; see :meth:`Session.close`."""
        return session.close()

    def close_sessions(self, **filters: Unpack[Filters]) -> list[Session]:
        """Closes the sessions that are open and pass all filters, such as those a killed program left.

        Returns:
            The sessions that were closed.

        Raises:
            InputError: A filter is wrong.
        """
        open_ones = [session for session in self.list_sessions(**filters) if _is_open(session)]
        return [session.close() for session in open_ones]

    def get_session(self, session_id: str) -> Session:
        """One session by its id, also of another process.

        Raises:
            NotFoundError: There is none.
        """
        return self._session(self._transport.get_session(identity("session_id", session_id)))

    def list_sessions(self, **filters: Unpack[Filters]) -> Listing[Session]:
        """The sessions that pass all filters (see :class:`quire.query.Filters`), oldest first by default.

        They are fetched as they are asked for.

        Raises:
            InputError: A filter is wrong.
        """
        query = ItemQuery.of(**filters)
        return Listing(map(self._session, self._transport.list_sessions(query)))

    def list_session_jobs(self, session_id: str, **filters: Unpack[Filters]) -> Listing[Job]:
        """The jobs of a session that pass all filters; see :meth:`list_jobs`.

        Raises:
            NotFoundError: There is no such session.
            InputError: A filter is wrong.
        """
        query = attrs.evolve(ItemQuery.of(**filters), session_id=identity("session_id", session_id))
        return Listing(map(self._job, self._transport.list_jobs(query)))

    def _session(self, details: SessionDetails) -> Session:
        return Session.from_details(self, details)

    # Jobs

    def get_job(self, job_id: str) -> Job:
        """One job by its id, also of another process.

        Raises:
            NotFoundError: There is none.
        """
        return Job(self, self._transport.get_job(identity("job_id", job_id)))

    def list_jobs(self, **filters: Unpack[Filters]) -> Listing[Job]:
        """The jobs that pass all filters, those of sessions too, oldest first by default.

        They are fetched as they are asked for; see :class:`quire.query.Filters`.

        Raises:
            InputError: A filter is wrong.
        """
        return Listing(map(self._job, self._transport.list_jobs(ItemQuery.of(**filters))))

    def list_top_level_items(self, **filters: Unpack[Filters]) -> Listing[Session | Job]:
        """The sessions, and the jobs that belong to none, that pass all filters; see :meth:`list_jobs`.

        Raises:
            InputError: A filter is wrong.
        """
        items = self._transport.list_top_level_items(ItemQuery.of(**filters))
        return Listing(map(self._item, items))

    def _job(self, details: JobDetails) -> Job:
        return Job(self, details)

    def _item(self, details: SessionDetails | JobDetails) -> Session | Job:
        return self._job(details) if isinstance(details, JobDetails) else self._session(details)

    def submit(self, program: object, *, target: "str | Target", **options: object) -> Job:
        """Submits a program to a target; see :meth:`Target.submit`."""
        return self.get_target(target_name(target)).submit(program, **options)  # type: ignore[arg-type]

    def in_waiting_order(self, jobs: Sequence[Job]) -> Sequence[Job]:
        """The order in which it takes least to wait for all of some jobs; see ``Transport``.

        Args:
            jobs: The jobs in the order of their submission.
        """
        return jobs if self._transport.waits_bring_outputs else jobs[::-1]

    def decode(self, job: JobDetails, data: bytes) -> Results:
        """Reads a job's output.

        Raises:
            ResultFormatError: The data are not in the job's format, or no plug-in reads it.
        """
        results = self._relay.decode_output(job.output_data_format, data, job)
        if results is None:
            raise ResultFormatError(
                f"no installed plug-in reads {job.output_data_format}, the output of job {job.id}; "
                "job.output() gives the bytes",
                format=job.output_data_format,
            )
        return results

    def close(self) -> None:
        """Stops what runs jobs; those that have not ended stay there, and run when it is next used."""
        self._transport.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _repr_html_(self) -> str:
        from quire.cards import workspace_card

        return workspace_card(self.location, self._specs.values())

    def __repr__(self) -> str:
        return f"<Workspace {self._url}>"


def _azure_url(url: object, resource_id: str, location: str | None) -> str:
    from quire.transport.azure import resource_url

    if url is not None:
        raise ConfigurationError("a workspace has a url or a resource_id=, not both", setting="resource_id")
    return resource_url(resource_id, location)


def _is_open(session: Session) -> bool:
    return not (session.is_in_terminal_state() or session.details.is_closed)


def _check_settings(executor: object, workers: object, session_timeout: object, job_timeout: object) -> None:
    if executor not in ("processes", "inline") and not isinstance(executor, Executor):
        raise ConfigurationError(
            f"executor= takes 'processes', 'inline' or an Executor, not {executor!r}", setting="executor"
        )
    if workers is not None:
        positive_integer("workers", workers, ConfigurationError)
    for name, given in (("workers", workers), ("job_timeout", job_timeout)):
        if executor == "inline" and given is not None:
            raise ConfigurationError(
                f"{name}= has no effect with executor='inline', which runs each job in the submitting thread",
                setting=name,
            )
    seconds("session_timeout", session_timeout, ConfigurationError)
    if job_timeout is not None:
        seconds("job_timeout", job_timeout, ConfigurationError)
