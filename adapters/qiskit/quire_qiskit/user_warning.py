"""Warnings that name the line of the user's program; nothing about what they warn of."""

import sys
import warnings

# What stands between a user and here.
_OURS = ("quire", "quire_qiskit", "pluggy")


def warn_user(text: str) -> None:
    """Issues a ``UserWarning`` at the place where the user called.

    Args:
        text: What it says.
    """
    frame, level = sys._getframe(), 1
    while frame.f_back is not None and frame.f_globals.get("__name__", "").split(".")[0] in _OURS:
        frame, level = frame.f_back, level + 1
    warnings.warn(text, UserWarning, stacklevel=level)
