"""How a job's payload is shown: as text, and as a circuit where a look at it is enough to draw one."""

import json

import attrs

from quire.formats import IONQ_CIRCUIT
from quire.server.pages.drawing import Drawing, draw
from quire.server.pages.sketches import sketch

_MAX_TEXT = 32 * 1024
_MAX_SKETCHED = 256 * 1024


@attrs.frozen
class ShownPayload:
    """A payload as its page shows it.

    Attributes:
        size: Its size in bytes.
        text: Its beginning as text; None if it is not text.
        is_cut: Whether there is more text than that.
        drawing: The circuit; None if none could be drawn.
    """

    size: int
    text: str | None
    is_cut: bool
    drawing: Drawing | None


def shown_payload(data: bytes, format: str) -> ShownPayload:
    """How a payload is shown.

    Args:
        data: The payload, which may be anything.
        format: The format that it claims.
    """
    try:
        text = data[: _MAX_SKETCHED * 4].decode()
    except UnicodeDecodeError:
        text = None
    if text is None or "\0" in text:
        return ShownPayload(len(data), None, False, None)
    gates = sketch(text, format) if len(data) <= _MAX_SKETCHED else None
    if format == IONQ_CIRCUIT:
        text = _indented(text)
    return ShownPayload(
        len(data), text[:_MAX_TEXT], len(text) > _MAX_TEXT, None if gates is None else draw(gates)
    )


def _indented(text: str) -> str:
    """JSON with one entry of its lists on a line, as far as that is easy."""
    if len(text) > _MAX_TEXT:
        return text
    try:
        document = json.loads(text)
    except (ValueError, RecursionError):
        return text
    if not isinstance(document, dict):
        return text
    lines = [f"  {json.dumps(key)}: {_value(value)}" for key, value in document.items()]
    return "{\n" + ",\n".join(lines) + "\n}"


def _value(value: object) -> str:
    if not isinstance(value, list) or not value:
        return json.dumps(value)
    return "[\n" + ",\n".join(f"    {json.dumps(entry)}" for entry in value) + "\n  ]"
