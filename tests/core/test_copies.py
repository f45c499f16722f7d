"""Copies of records with other values are what attrs makes of them, for every kind that is copied."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import attrs
import pytest

from quire import JobDetails, JobStatus, SessionDetails, SessionStatus
from quire.copies import changed
from quire.service.store import StoredSession

MOMENT = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)


def job() -> JobDetails:
    return JobDetails(
        id="j", name="Job", provider_id="ionq", target="ionq.simulator", input_params={"shots": 5}
    )


def session() -> StoredSession:
    details = SessionDetails(id="s", name="Session", provider_id="ionq", target="ionq.simulator")
    return StoredSession.new(details, 5, 600)


@pytest.mark.parametrize(
    ("record", "changes"),
    [
        (job, {}),
        (job, {"status": JobStatus.EXECUTING, "attempts": 1, "begin_execution_time": MOMENT}),
        (job, {"session_id": "s", "input_params": {}}),
        (session, {"active_at": 7}),
        (session, {"status": SessionStatus.FAILED, "has_costs": True}),
    ],
)
def test_a_copy_is_as_attrs_makes_it(record: Callable[[], Any], changes: dict[str, Any]) -> None:
    original = record()
    copy = changed(original, **changes)
    assert copy == attrs.evolve(original, **changes)
    assert type(copy) is type(original)
    assert repr(copy) == repr(attrs.evolve(original, **changes))
    assert original == record()


@pytest.mark.parametrize("record", [job, session])
def test_a_field_that_there_is_not_is_refused(record: Callable[[], Any]) -> None:
    with pytest.raises(TypeError, match="has no field colour, statuss"):
        changed(record(), statuss=JobStatus.FAILED, colour="red")


@pytest.mark.parametrize(("record", "field"), [(job, "status"), (session, "active_at")])
def test_a_copy_is_frozen(record: Callable[[], Any], field: str) -> None:
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        setattr(changed(record()), field, None)
