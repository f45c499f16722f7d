"""What a submission says besides its program, and the definition of the job that follows from both."""

import uuid
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, Self

import attrs

from quire import current
from quire.arguments import (
    known_words,
    mapping,
    optional_text,
    plain_integer,
    session_id,
    texts,
    whole_number,
)
from quire.errors import InputError
from quire.model import JobDetails, Payload, TargetSpec
from quire.service.definition import check_job
from quire.status import PRIORITIES

if TYPE_CHECKING:
    from quire.session import Session
    from quire.workspace import Workspace


@attrs.frozen(kw_only=True)
class JobSettings:
    """The arguments of :meth:`Target.submit` that no adapter sees.

    Attributes:
        name: The job's name; None for the program's own.
        shots: How often to run it; None for the target's default.
        seed: Makes the shots repeatable; None for fresh randomness.
        session: The session to join, by handle or id; None for the current one.
        job_id: The job's id; None for a new UUID.
        input_params: Further input parameters of the run.
        output_data_format: The result format; None for the program's or target's own.
        metadata: Strings kept with the job.
        tags: Words to find it by.
        priority: ``Standard`` or ``High``.
    """

    name: str | None = None
    shots: int | None = None
    seed: int | None = None
    session: "Session | str | None" = None
    job_id: str | None = None
    input_params: Mapping[str, Any] | None = None
    output_data_format: str | None = None
    metadata: Mapping[str, str] | None = None
    tags: Iterable[str] = ()
    priority: str | None = None

    @classmethod
    def taken_from(cls, options: dict[str, Any]) -> Self:
        """Takes from a call's options those that are no adapter's.

        Args:
            options: The options by name; those taken are removed.
        """
        return cls(**{name: options.pop(name) for name in _NAMES & options.keys()})

    def checked(self, spec: TargetSpec) -> Self:
        """The same, for many jobs; what would be refused of each, whatever its payload, is refused here.

        Args:
            spec: The target.

        Raises:
            InputError: One of the arguments is wrong.
        """
        if self.shots is not None:
            whole_number("shots", plain_integer(self.shots), 1, spec.max_shots)
        if self.seed is not None:
            whole_number("seed", plain_integer(self.seed), 0)
        if self.priority is not None:
            known_words("priority", (self.priority,), PRIORITIES)
        for name, texts_or_none in (("name", self.name), ("output_data_format", self.output_data_format)):
            optional_text(name, texts_or_none)
        for name, value in (("metadata", self.metadata), ("input_params", self.input_params)):
            if value is not None:
                mapping(name, value)
        # Tags may be an iterator, which can be read once only.
        settings = attrs.evolve(self, tags=texts("tags", self.tags) if self.tags else ())
        # What the service would say of each job; its payload is judged when it is there.
        refusals: list[InputError] = []
        for format in spec.input_formats:
            try:
                check_job(settings.define(Payload(b"", format=format), spec, None), b"", {spec.id: spec})
            except InputError as error:
                refusals.append(error)
        if len(refusals) == len(spec.input_formats):
            raise refusals[0]
        return settings

    def joined(self, workspace: "Workspace", target: str) -> str | None:
        """The id of the session that a job submitted here and now joins; None if it stands alone.

        Raises:
            InputError: What was given is no session, or has not been opened.
        """
        given = session_id(self.session)
        if given is not None:
            return given
        attached = current.current_session(workspace, target)
        return None if attached is None else attached.id

    def define(self, payload: Payload, spec: TargetSpec, joined: str | None) -> JobDetails:
        """The definition of the job that this submission of a payload makes.

        Args:
            payload: The program as the target takes it.
            spec: The target.
            joined: The id of its session; None if it stands alone.

        Raises:
            InputError: One of the arguments is wrong.
        """
        identity = str(uuid.uuid4()) if self.job_id is None else self.job_id
        return JobDetails(
            id=identity,
            name=self.name or payload.name or f"job-{identity}",
            provider_id=spec.provider_id,
            target=spec.id,
            session_id=joined,
            input_data_format=payload.format,
            output_data_format=self.output_data_format or payload.output_format or spec.output_format,
            input_params=self._params(payload),
            metadata=self._metadata(payload),
            tags=texts("tags", self.tags) if self.tags else (),
            priority=self.priority,
        )

    def _metadata(self, payload: Payload) -> Mapping[str, str]:
        if self.metadata is None:
            return payload.metadata
        given = mapping("metadata", self.metadata)
        for key, value in payload.metadata.items():
            if given.get(key, value) != value:
                # An adapter reads the results by it.
                raise InputError(
                    f"metadata {key!r} says {value!r:.60} of this program already, and cannot say "
                    f"{given[key]!r:.60}; use another key",
                    argument="metadata",
                )
        return {**payload.metadata, **given}

    def _params(self, payload: Payload) -> dict[str, Any]:
        params = dict(payload.params)
        if self.input_params is not None:
            params.update(mapping("input_params", self.input_params))
        for name, value in (("shots", self.shots), ("seed", self.seed)):
            if value is not None:
                params[name] = self._agreed(name, plain_integer(value))
        return params

    def _agreed(self, name: str, value: Any) -> Any:
        """The value of an argument, which ``input_params`` must not say differently."""
        for word in ("shots", "count") if name == "shots" else (name,):
            other = (self.input_params or {}).get(word, value)
            if other is not value and other != value:
                raise InputError(
                    f"{name}={value} and input_params={{{word!r}: {other!r:.60}}} differ; give it as {name}= "
                    "only",
                    argument=name,
                )
        return value


_NAMES = {field.name for field in attrs.fields(JobSettings)}
