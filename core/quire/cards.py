"""What handles and results look like in a notebook: small HTML without scripts, all text escaped."""

from collections.abc import Iterable
from datetime import datetime
from html import escape

from quire.model import JobDetails, SessionDetails, TargetSpec
from quire.results import Results

MAX_ROWS = 20
"""The most outcomes or targets that are shown."""

# Colours are those of the notebook around, so that light and dark themes fit.
_CARD = "border-left:3px solid currentColor;padding:0.2em 0.8em;display:inline-block;color:inherit"
_CELL = "text-align:left;padding:0 1em 0 0;background:none;color:inherit"
_FAINT = "opacity:0.65"
_BAR = "display:inline-block;height:0.7em;background:currentColor;opacity:0.5"
_BAR_WIDTH = 12.0


def workspace_card(location: str, targets: Iterable[TargetSpec]) -> str:
    """A workspace: where it is, and its targets."""
    specs = list(targets)
    rows = [(_text(spec.id), _text(spec.provider_id), _text(spec.num_qubits)) for spec in specs[:MAX_ROWS]]
    return _card("Workspace", location, _table(("target", "provider", "qubits"), rows) + _left_out(specs))


def target_card(spec: TargetSpec) -> str:
    """A target: what it takes."""
    pairs = [
        ("provider", spec.provider_id),
        ("qubits", spec.num_qubits),
        ("QIR profile", spec.profile),
        ("formats", ", ".join(spec.input_formats)),
        ("about", spec.description),
    ]
    return _card("Target", spec.id, _pairs(pairs))


def session_card(details: SessionDetails) -> str:
    """A session as last seen."""
    pairs = [
        ("status", details.status or "not opened"),
        ("target", details.target),
        ("job failure policy", details.job_failure_policy),
        ("created (UTC)", details.creation_time),
        ("ended (UTC)", details.end_execution_time),
        ("tags", ", ".join(details.tags)),
        ("id", details.id),
    ]
    return _card("Session", details.name, _pairs(pairs))


def job_card(details: JobDetails) -> str:
    """A job as last seen."""
    fault = details.error_data
    pairs = [
        ("status", details.status),
        ("error", None if fault is None else f"{fault.code}: {fault.message}"),
        ("target", details.target),
        ("shots", details.input_params.get("shots")),
        ("session", details.session_id),
        ("created (UTC)", details.creation_time),
        ("ended (UTC)", details.end_execution_time),
        ("id", details.id),
    ]
    return _card("Job", details.name, _pairs(pairs))


def results_card(results: Results) -> str:
    """Results as a histogram, the most frequent outcome first."""
    counts = results.counts
    shares = sorted(results.probabilities.items(), key=lambda entry: (-entry[1], entry[0]))
    most = max((share for _, share in shares), default=0.0) or 1.0
    rows = [
        (
            f"<code>{_text(outcome)}</code>",
            f'<span style="{_BAR};width:{share / most * _BAR_WIDTH:.2f}em"></span>',
            f"{share:.4g}",
            _text(counts.get(outcome)),
        )
        for outcome, share in shares[:MAX_ROWS]
    ]
    shots = "" if results.num_shots is None else f"{results.num_shots} shots"
    return _card("Results", shots, _table(("outcome", "", "share", "count"), rows) + _left_out(shares))


def _card(kind: str, title: str, body: str) -> str:
    heading = f'<div><span style="{_FAINT}">{kind}</span> <b>{_text(title)}</b></div>'
    return f'<div style="{_CARD}">{heading}{body}</div>'


def _pairs(pairs: Iterable[tuple[str, object]]) -> str:
    return _table((), [(_text(name), _text(value)) for name, value in pairs if value not in (None, "")])


def _table(headings: Iterable[str], rows: Iterable[tuple[str, ...]]) -> str:
    head = "".join(f'<th scope="col" style="{_CELL};{_FAINT}">{heading}</th>' for heading in headings)
    lines = [f"<tr>{head}</tr>"] if head else []
    lines += ["<tr>" + "".join(f'<td style="{_CELL}">{cell}</td>' for cell in row) + "</tr>" for row in rows]
    return f'<table style="border:none;margin:0;color:inherit">{"".join(lines)}</table>'


def _left_out(items: list[TargetSpec] | list[tuple[str, float]]) -> str:
    more = len(items) - MAX_ROWS
    return f'<div style="{_FAINT}">and {more} more</div>' if more > 0 else ""


def _text(value: object) -> str:
    if value is None:
        return ""
    return escape(f"{value:%Y-%m-%d %H:%M:%S}" if isinstance(value, datetime) else str(value))
