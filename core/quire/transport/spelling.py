"""How the parts of a request are spelt: paths of items, bodies, preferences; not what is asked for."""

import json
from typing import Any
from urllib.parse import quote

from quire.errors import InputError


def prefer(hold: float) -> dict[str, str]:
    """The header that asks for an answer to be held back, as RFC 7240 has it."""
    return {"prefer": f"wait={hold:.3f}"}


def encoded(document: Any) -> bytes:
    """A request's body.

    Raises:
        InputError: JSON cannot hold it.
    """
    try:
        return json.dumps(document, separators=(",", ":"), ensure_ascii=False, allow_nan=False).encode()
    except (TypeError, ValueError, RecursionError) as error:
        raise InputError(f"the request cannot be written as JSON: {error}") from error


def item_path(kind: str, item_id: str) -> str:
    """The path of an item.

    Raises:
        InputError: The id cannot be part of one.
    """
    if not item_id or "/" in item_id:
        raise InputError(f"an id must not be empty nor have a slash: {item_id!r:.100}", argument="id")
    return f"{kind}/{quote(item_id, safe='')}"
