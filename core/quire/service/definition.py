"""Whether a job or a session that somebody asks for is well defined; nothing about its state."""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from quire.errors import InputError, QuireError
from quire.formats import INPUT_PARAMS
from quire.lookup import close_names, target_not_found
from quire.model import JobDetails, SessionDetails, TargetSpec
from quire.status import PRIORITIES

MAX_PAYLOAD_BYTES = 64 * 1024 * 1024
MAX_PARAMS_BYTES = 8 * 1024 * 1024
MAX_METADATA_BYTES = 8 * 1024 * 1024
MAX_ID_LENGTH = 64
MAX_NAME_LENGTH = 1024
MAX_TAGS = 100
MAX_TAG_LENGTH = 256

_encode = json.JSONEncoder(ensure_ascii=False, allow_nan=False).encode


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
    check_name("output_data_format", job.output_data_format)
    if job.session_id is not None:
        _check_unicode("session_id", job.session_id)
    check_size("payload", len(data))
    _check_params(job.input_params, target)
    if target.input_params is not None:
        _check_known(job, target, target.input_params)
    if job.metadata:
        _check_metadata(job.metadata)


def refused_jobs(
    jobs: Iterable[tuple[JobDetails, bytes]], targets: Mapping[str, TargetSpec]
) -> dict[int, QuireError]:
    """Why some of many jobs and payloads are refused, by their place; see :func:`check_job`."""
    refusals: dict[int, QuireError] = {}
    for index, (job, data) in enumerate(jobs):
        try:
            check_job(job, data, targets)
        except QuireError as error:
            refusals[index] = error
    return refusals


def _check_params(params: Mapping[str, Any], target: TargetSpec) -> None:
    for name in ("shots", "count"):
        if name in params:
            check_shots(params[name], target)
    seed = params.get("seed", 0)
    if isinstance(seed, bool) or not isinstance(seed, int) or seed < 0:
        raise InputError(f"seed must be an integer from 0 on, not {seed!r}", argument="seed")
    try:
        size = len(_encode(params).encode())
    except (TypeError, ValueError, RecursionError) as error:
        raise InputError(f"input_params must be a JSON object: {error}", argument="input_params") from error
    check_size("input_params", size, MAX_PARAMS_BYTES)


def _check_known(job: JobDetails, target: TargetSpec, of_target: tuple[str, ...]) -> None:
    """Refuses parameters that the run would refuse, which would fail the job and maybe its session."""
    of_format = INPUT_PARAMS.get(job.input_data_format, ())
    for name in job.input_params:
        if name not in of_target and name not in of_format:
            known = (*of_target, *of_format)
            close = close_names(str(name), known)
            hint = f"did you mean {' or '.join(close)}?" if close else f"it takes {', '.join(known)}"
            raise InputError(
                f"{target.id} takes no input parameter {name!r} with {job.input_data_format}; {hint}",
                argument="input_params",
            )
    noise = job.input_params.get("noise")
    if noise is not None:
        _check_noise(noise, target)


def _check_noise(noise: Any, target: TargetSpec) -> None:
    name = noise.get("model") if isinstance(noise, Mapping) else None
    known = ("ideal", *(model.name for model in target.noise_models))
    if name not in known:
        close = close_names(str(name), known)
        hint = f"did you mean {' or '.join(close)}" if close else f"there are {', '.join(known)}"
        raise InputError(
            f"{target.id} has no noise {noise!r:.100}; {hint}; it is written as noise={{'model': NAME}}",
            argument="input_params",
        )


def _check_metadata(metadata: Mapping[Any, Any]) -> None:
    for key, value in metadata.items():
        if not isinstance(key, str) or not isinstance(value, str):
            raise InputError(
                f"metadata takes texts by texts, not {key!r:.100}: {value!r:.100}", argument="metadata"
            )
    try:
        size = len("".join((*metadata, *metadata.values())).encode())
    except UnicodeEncodeError as error:
        raise InputError(f"metadata is no valid Unicode text: {error}", argument="metadata") from error
    check_size("metadata", size, MAX_METADATA_BYTES)


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
    check_name("id", item.id, MAX_ID_LENGTH)
    check_name("name", item.name)
    check_tags(item.tags)
    if item.priority is not None:
        check_priority(item.priority)


def check_name(field: str, value: Any, limit: int = MAX_NAME_LENGTH) -> str:
    """A name or an id, if it is one.

    Raises:
        InputError: It is no text, empty, too long, or no valid Unicode.
    """
    if not isinstance(value, str) or not value or len(value) > limit:
        raise InputError(
            f"{field} must be a text of 1 to {limit} characters, not {value!r:.100}", argument=field
        )
    _check_unicode(field, value)
    return value


def _check_unicode(field: str, value: str) -> None:
    try:
        value.encode()
    except UnicodeEncodeError as error:
        raise InputError(f"{field} is no valid Unicode text: {value!r:.100}", argument=field) from error


def check_tags(tags: Any) -> tuple[str, ...]:
    """Tags, if they are some.

    Raises:
        InputError: There are too many, or one is no text or too long.
    """
    if len(tags) > MAX_TAGS:
        raise InputError(f"there are {len(tags)} tags, and {MAX_TAGS} are allowed", argument="tags")
    return tuple(check_name("tags", tag, MAX_TAG_LENGTH) for tag in tags)


def check_priority(priority: Any) -> str:
    """A priority, if it is one.

    Raises:
        InputError: It is not.
    """
    if priority not in PRIORITIES:
        raise InputError(f"priority must be {' or '.join(PRIORITIES)}, not {priority!r}", argument="priority")
    return str(priority)


def check_size(what: str, size: int, limit: int = MAX_PAYLOAD_BYTES) -> None:
    """Checks that something may be stored.

    Raises:
        InputError: It has too many bytes.
    """
    if size > limit:
        raise InputError(f"{what}: {size:,} bytes, and {limit:,} are allowed", argument=what)
