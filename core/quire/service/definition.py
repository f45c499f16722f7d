"""Whether a job or a session that somebody asks for is well defined; nothing about its state."""

from collections.abc import Mapping
from typing import Any

from quire.errors import InputError
from quire.lookup import target_not_found
from quire.model import JobDetails, SessionDetails, TargetSpec

MAX_PAYLOAD_BYTES = 64 * 1024 * 1024
MAX_ID_LENGTH = 64
MAX_NAME_LENGTH = 1024


def check_shots(value: object, target: TargetSpec) -> int:
    """A number of shots, if it is one that the target takes.

    Raises:
        InputError: It is not an integer, or out of range.
    """
    # bool is an int in Python; shots=True is a mistake all the same.
    if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= target.max_shots:
        raise InputError(
            f"shots must be an integer from 1 to {target.max_shots} on {target.id}, not {value!r}",
            argument="shots",
        )
    return value


def check_job(job: JobDetails, data: bytes, targets: Mapping[str, TargetSpec]) -> None:
    """Checks a job's definition.

    Raises:
        NotFoundError: There is no such target.
        InputError: Something else is wrong.
    """
    target = _checked_target(job, targets)
    _check_names(job)
    if job.input_data_format not in target.input_formats:
        raise InputError(
            f"{target.id} takes {', '.join(target.input_formats)}, not {job.input_data_format!r}",
            argument="input_data_format",
        )
    if len(data) > MAX_PAYLOAD_BYTES:
        raise InputError(
            f"the payload has {len(data):,} bytes, and {MAX_PAYLOAD_BYTES:,} are allowed", argument="program"
        )
    for name in ("shots", "count"):
        if name in job.input_params:
            check_shots(job.input_params[name], target)


def check_session(session: SessionDetails, targets: Mapping[str, TargetSpec]) -> None:
    """Checks a session's definition; see :func:`check_job`."""
    _checked_target(session, targets)
    _check_names(session)


def _checked_target(item: JobDetails | SessionDetails, targets: Mapping[str, TargetSpec]) -> TargetSpec:
    target = targets.get(item.target)
    if target is None:
        raise target_not_found(item.target, targets)
    if item.provider_id != target.provider_id:
        raise InputError(
            f"target {target.id} is of provider {target.provider_id!r}, not {item.provider_id!r}",
            argument="provider_id",
        )
    return target


def _check_names(item: JobDetails | SessionDetails) -> None:
    fields: tuple[tuple[str, Any, int], ...] = (
        ("id", item.id, MAX_ID_LENGTH),
        ("name", item.name, MAX_NAME_LENGTH),
    )
    for field, value, limit in fields:
        if not isinstance(value, str) or not value or len(value) > limit:
            raise InputError(
                f"{field} must be a text of 1 to {limit} characters, not {value!r:.100}", argument=field
            )
