"""The geometry of bars, time-lines and histograms."""

from datetime import UTC, datetime, timedelta

import attrs
import pytest

from quire.clock import to_microseconds
from quire.model import JobDetails
from quire.results import HistogramEntry, Results
from quire.server.pages import phrases
from quire.server.pages.bars import WIDTH, Piece, strip
from quire.server.pages.histogram import MAX_OUTCOMES, histogram
from quire.server.pages.timeline import timeline
from quire.status import JobStatus, SessionStatus

START = datetime(2026, 1, 31, 12, tzinfo=UTC)
NOW = to_microseconds(START + timedelta(seconds=10))


def _job(created, began=None, ended=None, status=JobStatus.SUCCEEDED):
    moments = [None if at is None else START + timedelta(seconds=at) for at in (created, began, ended)]
    job = JobDetails(id="j", name="job", provider_id="lab", target="lab.one", status=status)
    return attrs.evolve(
        job, creation_time=moments[0], begin_execution_time=moments[1], end_execution_time=moments[2]
    )


def test_jobs_lie_on_one_axis():
    jobs = [
        _job(0, 1, 4),
        _job(2, 4, None, JobStatus.EXECUTING),
        _job(5, None, None, JobStatus.WAITING),
        _job(5, None, 7, JobStatus.CANCELLED),
    ]
    line = timeline(jobs, NOW)
    assert (line.begin, line.end) == (START, START + timedelta(seconds=10))
    assert [(run.queued, run.ran) for run in line.runs] == [
        (1_000_000, 3_000_000),
        (2_000_000, 6_000_000),
        (5_000_000, None),
        (2_000_000, None),
    ]
    assert [run.pieces for run in line.runs] == [
        (Piece("queue", 0, 100), Piece("good", 100, 300)),
        (Piece("queue", 200, 200), Piece("running", 400, 600)),
        (Piece("queue", 500, 500),),
        (Piece("queue", 500, 200),),
    ]


@pytest.mark.parametrize("jobs", [[], [_job(0, 0, 0)], [_job(0, 0, 0.000001), _job(0, 9, 10)]])
def test_short_and_missing_jobs(jobs):
    for run in timeline(jobs, NOW).runs:
        for piece in run.pieces:
            assert piece.width >= 2
            assert 0 <= piece.x <= WIDTH - piece.width


def test_counts_fill_the_bar():
    pieces = strip({JobStatus.FAILED: 1, JobStatus.SUCCEEDED: 3})
    assert pieces == (Piece("good", 0, 750), Piece("bad", 750, 250))
    assert strip({}) == ()


def _results(counts, shots=True):
    total = sum(counts.values())
    return Results(
        "lab.results",
        b"",
        tuple(HistogramEntry(display, display, count) for display, count in counts.items()),
        [display for display, count in counts.items() for _ in range(count)] if shots else None,
        {display: count / total for display, count in counts.items()},
    )


def test_a_histogram():
    shown = histogram(_results({"[1]": 30, "[0]": 10}))
    assert [(row.display, row.share, row.count) for row in shown.outcomes] == [
        ("[0]", 0.25, 10),
        ("[1]", 0.75, 30),
    ]
    assert [row.width for row in shown.outcomes] == [pytest.approx(WIDTH / 3, abs=0.01), WIDTH]
    assert (shown.shots, shown.left_out) == (40, 0)


def test_a_histogram_without_shots():
    shown = histogram(_results({"0": 1}, shots=False))
    assert shown.shots is None
    assert shown.outcomes[0].count is None


def test_only_the_most_frequent_outcomes_are_shown():
    counts = {f"{number:03}": 1000 - number for number in range(MAX_OUTCOMES + 36)}
    shown = histogram(_results(counts))
    assert [row.display for row in shown.outcomes] == list(counts)[:MAX_OUTCOMES]
    assert shown.left_out == 36
    assert shown.left_share + sum(row.share for row in shown.outcomes) == pytest.approx(1)


def test_no_outcomes():
    assert histogram(Results("lab.results", b"", (), [], {})).outcomes == ()


@pytest.mark.parametrize("status", [*JobStatus, *SessionStatus])
def test_each_status_has_a_tone_that_the_style_sheet_knows(status):
    from quire.server.pages.visit import FOLDER

    assert f"\n.{phrases.tone(status)} {{ --tone:" in (FOLDER / "static" / "pages.css").read_text()


@pytest.mark.parametrize(
    ("microseconds", "expected"),
    [
        (None, "\N{EN DASH}"),
        (-5, "0 ms"),
        (1_499, "1 ms"),
        (999_999, "999 ms"),
        (1_000_000, "1.0 s"),
        (59_999_999, "59.9 s"),
        (60_000_000, "1 min 00 s"),
        (3_599_000_000, "59 min 59 s"),
        (3_661_000_000, "1 h 01 min"),
    ],
)
def test_durations(microseconds, expected):
    assert phrases.duration(microseconds) == expected


def test_sizes_and_values():
    assert [phrases.size(count) for count in (0, 1023, 1024, 1_572_864)] == [
        "0 B",
        "1023 B",
        "1.0 KiB",
        "1.5 MiB",
    ]
    assert phrases.written("text") == "text"
    assert phrases.written([1, "é"]) == '[1, "é"]'
    assert len(phrases.written("x" * 1000)) == 400
