"""Places of lists as texts in addresses, both ways; whether a place fits a list is for the store to say."""

import base64
import json

from quire.errors import InputError
from quire.query import Place

_MAX_LENGTH = 8192
"""Enough for the longest name in the longest letters."""
_MAX_NUMBER = 2**63


def write_place(place: Place) -> str:
    """A place as a text that addresses may hold as it is."""
    text = json.dumps(place.key, ensure_ascii=False)
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def read_place(text: str) -> Place:
    """The place that a text means.

    Raises:
        InputError: It is none.
    """
    wrong = InputError("this address leads to no page of the list; begin at its first page", argument="place")
    if len(text) > _MAX_LENGTH:
        raise wrong
    try:
        key = json.loads(base64.urlsafe_b64decode(text.encode() + b"=" * (-len(text) % 4)))
    except (ValueError, RecursionError) as error:
        raise wrong from error
    if not isinstance(key, list) or not all(map(_is_plain, key)):
        raise wrong
    return Place(tuple(key))


def _is_plain(value: object) -> bool:
    if isinstance(value, str):
        return not any("\ud800" <= letter <= "\udfff" for letter in value)  # half a character
    return type(value) is int and -_MAX_NUMBER < value < _MAX_NUMBER
