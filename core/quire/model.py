"""The records that travel between the parts of quire: data only, frozen, with no behaviour that does IO."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any

import attrs

from quire.costs import CostEstimate
from quire.formats import MICROSOFT_RESULTS_V2, QIR, QirProfile
from quire.status import JobStatus, SessionJobFailurePolicy, SessionStatus

JsonValue = Any
"""A value that JSON can hold: None, bool, int, float, str, list, dict with str keys."""


@attrs.frozen
class Fault:
    """Why a job failed, as the service reports it in ``error_data``.

    Attributes:
        code: A stable word for programs, such as ``InvalidInputData``.
        message: A sentence for people: what is wrong, where, and what to do.
    """

    code: str
    message: str


class ShotRule(StrEnum):
    """Where a target's shots come from."""

    SAMPLED = "sampled"
    """Each is drawn, by the probabilities that the program gives it."""
    EXACT = "exact"
    """From the exact probabilities, without chance, as ``ionq.simulator`` does it."""
    ZERO = "zero"
    """They are all zeros: the target checks programs and runs none."""


@attrs.frozen
class NoiseModel:
    """The errors of a machine, each as the probability that it happens.

    Attributes:
        name: What a job calls it.
        one_qubit: After a gate on one qubit: one of X, Y and Z on it, each as likely.
        two_qubit: After a gate on two qubits: one of the 15 pairs of Paulis but the identity, each as likely.
        measurement: A measured 0 is read as 1, and a measured 1 as 0.
        virtual_z: Whether gates that turn one qubit about Z are free of errors, being mere bookkeeping.
        num_qubits: How many qubits a program may use with it; None for all of the target's.
    """

    name: str
    one_qubit: float
    two_qubit: float
    measurement: tuple[float, float] = (0.0, 0.0)
    virtual_z: bool = False
    num_qubits: int | None = None


def _strings(values: Iterable[str]) -> tuple[str, ...]:
    # A single text stays one, to be refused where the target is registered.
    return values if isinstance(values, str) else tuple(values)  # type: ignore[return-value]


def _models(values: Iterable[NoiseModel]) -> tuple[NoiseModel, ...]:
    return tuple(values)


@attrs.frozen
class TargetSpec:
    """What a target is and what it takes.

    Attributes:
        id: The target's name, such as ``ionq.simulator``.
        provider_id: The provider's name, such as ``ionq``.
        num_qubits: How many qubits a program may use.
        profile: The QIR profile that its programs may use.
        input_formats: Payload formats it takes; the first is what raw text and bytes are taken for.
        output_format: The result format it gives unless a job asks for another.
        default_shots: Shots of a job that names none.
        max_shots: The most shots one job may ask for.
        shot_rule: Where its shots come from.
        description: One line for people.
        noise_models: The noise that a job may ask for.
        input_params: The input parameters that a job may have besides those of its payload's format; a job
            with others is refused when it is submitted. None to leave that to what runs the jobs.
        native_gates: The gates of the machine itself, by their names in the target's first format; empty
            where none are told apart.
    """

    id: str
    provider_id: str
    num_qubits: int
    profile: QirProfile = QirProfile.BASE
    input_formats: tuple[str, ...] = attrs.field(default=(QIR,), converter=_strings)
    output_format: str = MICROSOFT_RESULTS_V2
    default_shots: int = 1
    max_shots: int = 1_000_000
    shot_rule: ShotRule = ShotRule.SAMPLED
    description: str = ""
    noise_models: tuple[NoiseModel, ...] = attrs.field(default=(), converter=_models)
    native_gates: tuple[str, ...] = attrs.field(default=(), converter=_strings)
    input_params: tuple[str, ...] | None = None


@attrs.frozen
class Payload:
    """A program in the form that a target takes.

    Attributes:
        data: The program's bytes.
        format: The payload format's id.
        output_format: The result format to ask for; None for the target's own.
        name: A name for the job if the user gives none, such as the circuit's.
        num_qubits: How many qubits the program uses, where the adapter knows.
        params: Input parameters that the format needs, such as the entry point.
        metadata: What the way back from results needs; kept with the job. Values are strings.
    """

    data: bytes
    format: str = QIR
    output_format: str | None = None
    name: str | None = None
    num_qubits: int | None = None
    params: Mapping[str, JsonValue] = attrs.field(factory=dict)
    metadata: Mapping[str, str] = attrs.field(factory=dict)


@attrs.frozen
class Task:
    """One job as a worker sees it.

    Attributes:
        job_id: The job's id.
        target: The target it runs on.
        data: The payload's bytes.
        input_format: The payload format's id.
        output_format: The result format to answer with.
        params: The job's input parameters (``shots``, ``seed``, ``entryPoint`` ...).
    """

    job_id: str
    target: TargetSpec
    data: bytes
    input_format: str
    output_format: str
    params: Mapping[str, JsonValue]


@attrs.frozen
class Outcome:
    """How the run of a task ended: with data, or with a fault.

    Attributes:
        data: The result in the task's output format; empty when it failed.
        fault: Why it failed; None when it succeeded.
    """

    data: bytes = b""
    fault: Fault | None = None


@attrs.frozen
class Attachment:
    """A file that somebody attached to a job.

    Attributes:
        name: Its name.
        size: Its size in bytes.
        creation_time: When it was uploaded; aware, in UTC.
    """

    name: str
    size: int
    creation_time: datetime | None


# Without slots, for ``copies.changed``: each job's way makes copies.
@attrs.frozen(kw_only=True, slots=False)
class JobDetails:
    """A job as the service knows it. All times are aware, in UTC.

    Attributes:
        id: The job's id, a UUID unless the user chose another.
        name: Its name, for people.
        provider_id: The provider of its target.
        target: The name of its target.
        status: Where it is in its life.
        session_id: The session it belongs to; None if it stands alone.
        input_data_format: The payload format's id.
        output_data_format: The result format's id.
        input_params: Parameters of the run, such as ``shots``.
        metadata: Strings kept with the job.
        tags: Words to find it by.
        priority: ``Standard`` or ``High``; kept, and without effect on the embedded service.
        creation_time: When the service accepted it.
        begin_execution_time: When its run began; None before.
        end_execution_time: When it ended; None before.
        cancellation_time: When it was cancelled; None if it was not.
        last_modified_time: When the service last changed it.
        error_data: Why it failed; None if it did not.
        cost_estimate: What it costs; None until it has succeeded, and where nothing is billed for.
        attempts: How often a run of it was begun, without those that the closing of a workspace ended.
    """

    id: str
    name: str
    provider_id: str
    target: str
    status: JobStatus = JobStatus.WAITING
    session_id: str | None = None
    input_data_format: str = QIR
    output_data_format: str = MICROSOFT_RESULTS_V2
    input_params: Mapping[str, JsonValue] = attrs.field(factory=dict)
    metadata: Mapping[str, str] = attrs.field(factory=dict)
    tags: tuple[str, ...] = ()
    priority: str | None = None
    creation_time: datetime | None = None
    begin_execution_time: datetime | None = None
    end_execution_time: datetime | None = None
    cancellation_time: datetime | None = None
    last_modified_time: datetime | None = None
    error_data: Fault | None = None
    cost_estimate: CostEstimate | None = None
    attempts: int = 0


@attrs.frozen(kw_only=True)
class SessionDetails:
    """A session as the service knows it. All times are aware, in UTC.

    Attributes:
        id: The session's id, a UUID unless the user chose another.
        name: Its name, for people.
        provider_id: The provider of its target.
        target: The name of its target.
        status: Where it is in its life; None while it exists on the client only.
        job_failure_policy: What a failed job means for the rest.
        tags: Words to find it by.
        priority: ``Standard`` or ``High``; kept, and without effect on the embedded service.
        creation_time: When the service opened it; None while it exists on the client only.
        end_execution_time: When it reached a terminal status; None before.
        is_closed: Whether it was closed and so takes no more jobs, even if some are still pending.
        timeout_seconds: How long it may stay open without a pending job.
        cost_estimate: What its jobs cost together; None before any of them has a cost.
    """

    id: str
    name: str
    provider_id: str
    target: str
    status: SessionStatus | None = None
    job_failure_policy: SessionJobFailurePolicy = SessionJobFailurePolicy.ABORT
    tags: tuple[str, ...] = ()
    priority: str | None = None
    creation_time: datetime | None = None
    end_execution_time: datetime | None = None
    is_closed: bool = False
    timeout_seconds: float | None = None
    cost_estimate: CostEstimate | None = None
