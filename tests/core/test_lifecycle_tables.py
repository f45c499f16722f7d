"""Every cell of the two tables, against expectations written from the design and from what was observed."""

import itertools

import pytest

from quire import JobStatus, SessionJobFailurePolicy, SessionStatus
from quire.lifecycle import (
    JOB_TABLE,
    SESSION_TABLE,
    JobEvent,
    SessionEvent,
    job_after,
    job_table,
    session_after,
    session_table,
    session_when_closed,
    session_when_job_ends,
    takes_jobs,
)

# A dot is a cell that changes nothing.
SESSION_CELLS = """
in status  | job begins | job fails, Abort | job fails, Continue | close, nothing pending | close, jobs pending | last pending job ends after close | idle
Waiting    | Executing  | Failed           | Failure(s)          | Succeeded              | .                   | Succeeded                         | TimedOut
Executing  | .          | Failed           | Failure(s)          | Succeeded              | .                   | Succeeded                         | TimedOut
Failure(s) | .          | Failed           | .                   | Failed                 | .                   | Failed                            | TimedOut
Succeeded  | .          | .                | .                   | .                      | .                   | .                                 | .
Failed     | .          | .                | .                   | .                      | .                   | .                                 | .
TimedOut   | .          | .                | .                   | .                      | .                   | .                                 | .
"""  # noqa: E501
SESSION_EVENTS = [
    SessionEvent.JOB_BEGINS,
    SessionEvent.JOB_FAILS_ABORT,
    SessionEvent.JOB_FAILS_CONTINUE,
    SessionEvent.CLOSE_IDLE,
    SessionEvent.CLOSE_BUSY,
    SessionEvent.LAST_JOB_ENDS,
    SessionEvent.IDLE,
]
JOB_CELLS = """
in status             | begin     | finish    | succeed   | fail      | lose worker | cancel                | stop       | stopped
Queued                | Executing | .         | .         | Failed    | .           | Cancelled             | .          | .
Waiting               | Executing | .         | .         | Failed    | .           | Cancelled             | .          | .
Executing             | .         | Finishing | Succeeded | Failed    | Waiting     | CancellationRequested | .          | .
Finishing             | .         | .         | Succeeded | Failed    | Waiting     | CancellationRequested | .          | .
CancellationRequested | .         | .         | Cancelled | Cancelled | Cancelled   | .                     | Cancelling | Cancelled
Cancelling            | .         | .         | Cancelled | Cancelled | Cancelled   | .                     | .          | Cancelled
Succeeded             | .         | .         | .         | .         | .           | .                     | .          | .
Completed             | .         | .         | .         | .         | .           | .                     | .          | .
Failed                | .         | .         | .         | .         | .           | .                     | .          | .
Cancelled             | .         | .         | .         | .         | .           | .                     | .          | .
"""  # noqa: E501
JOB_EVENTS = [
    JobEvent.BEGIN,
    JobEvent.FINISH,
    JobEvent.SUCCEED,
    JobEvent.FAIL,
    JobEvent.INTERRUPT,
    JobEvent.CANCEL,
    JobEvent.STOP,
    JobEvent.STOPPED,
]


def cells(text, events):
    rows = [[word.strip() for word in line.split("|")] for line in text.strip().splitlines()[1:]]
    return [
        pytest.param(row[0], event, row[0] if cell == "." else cell, id=f"{row[0]}-{event.name}")
        for row in rows
        for event, cell in zip(events, row[1:], strict=True)
    ]


@pytest.mark.parametrize(("before", "event", "after"), cells(SESSION_CELLS, SESSION_EVENTS))
def test_session_cell(before, event, after):
    assert session_after(SessionStatus(before), event) is SessionStatus(after)


@pytest.mark.parametrize(("before", "event", "after"), cells(JOB_CELLS, JOB_EVENTS))
def test_job_cell(before, event, after):
    assert job_after(JobStatus(before), event) is JobStatus(after)


def test_the_expectations_name_every_event_and_every_status():
    for text, events, statuses in (
        (SESSION_CELLS, SESSION_EVENTS, SessionStatus),
        (JOB_CELLS, JOB_EVENTS, JobStatus),
    ):
        assert set(events) == set(type(events[0]))
        assert {line.split("|")[0].strip() for line in text.strip().splitlines()[1:]} == set(statuses)


def test_the_tables_name_every_event():
    assert set(SESSION_TABLE) == set(SessionEvent)
    assert set(JOB_TABLE) == set(JobEvent)


def test_nothing_leads_out_of_a_terminal_status():
    for table in (SESSION_TABLE, JOB_TABLE):
        for moves in table.values():
            assert not [status for status in moves if status.is_terminal]


def test_every_status_but_those_of_other_services_can_be_reached():
    jobs = {JobStatus.WAITING} | {after for moves in JOB_TABLE.values() for after in moves.values()}
    sessions = {SessionStatus.WAITING} | {
        after for moves in SESSION_TABLE.values() for after in moves.values()
    }
    assert set(JobStatus) - jobs == {JobStatus.QUEUED, JobStatus.COMPLETED}
    assert set(SessionStatus) == sessions


def verdict_by_the_book(status, policy, job_status, is_closed, others_pending):
    """The rules in words: what a job's end means for its session."""
    if status in ("Succeeded", "Failed", "TimedOut"):
        return status, False
    if job_status == "Failed" and policy == "Abort":
        return "Failed", True
    if job_status == "Failed":
        status = "Failure(s)"
    if is_closed and not others_pending:
        status = "Failed" if status == "Failure(s)" else "Succeeded"
    return status, False


ENDS = [status for status in JobStatus if status.is_terminal]


@pytest.mark.parametrize(
    ("status", "policy", "job_status", "is_closed", "others_pending"),
    list(itertools.product(SessionStatus, SessionJobFailurePolicy, ENDS, (False, True), (False, True))),
)
def test_what_the_end_of_a_job_means(status, policy, job_status, is_closed, others_pending):
    verdict = session_when_job_ends(
        status, policy, job_status, is_closed=is_closed, others_pending=others_pending
    )
    expected = verdict_by_the_book(status, policy, job_status, is_closed, others_pending)
    assert (verdict.status, verdict.cancels_pending) == expected


@pytest.mark.parametrize(
    ("status", "idle", "busy"),
    [
        ("Waiting", "Succeeded", "Waiting"),
        ("Executing", "Succeeded", "Executing"),
        ("Failure(s)", "Failed", "Failure(s)"),
        ("Succeeded", "Succeeded", "Succeeded"),
        ("Failed", "Failed", "Failed"),
        ("TimedOut", "TimedOut", "TimedOut"),
    ],
)
def test_what_closing_means(status, idle, busy):
    assert session_when_closed(SessionStatus(status), jobs_pending=False) == idle
    assert session_when_closed(SessionStatus(status), jobs_pending=True) == busy


@pytest.mark.parametrize("status", SessionStatus)
def test_only_an_open_session_takes_jobs(status):
    assert takes_jobs(status, is_closed=False) is (status in ("Waiting", "Executing", "Failure(s)"))
    assert takes_jobs(status, is_closed=True) is False


@pytest.mark.parametrize(
    ("printed", "table", "statuses"),
    [(session_table(), SESSION_TABLE, SessionStatus), (job_table(), JOB_TABLE, JobStatus)],
    ids=["sessions", "jobs"],
)
def test_the_printed_tables_say_the_same(printed, table, statuses):
    head, _, *rows = (
        [cell.strip() for cell in line.strip("|").split("|")]
        for line in printed.split("\n\n")[0].splitlines()
    )
    events = {event.value: event for event in table}
    assert head == ["in status", *events]
    assert [row[0] for row in rows] == [status for status in statuses if not status.is_terminal]
    for row in rows:
        for words, cell in zip(head[1:], row[1:], strict=True):
            assert cell == str(table[events[words]].get(statuses(row[0]), ""))
