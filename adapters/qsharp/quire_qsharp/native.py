"""The QDK's own objects: its values, callables and profiles; only for the thread that they belong to."""

from typing import Any

from quire import QirProfile
from quire_qsharp.primitives import Pauli, Result

_PROFILES = {
    "base": QirProfile.BASE,
    "adaptive_ri": QirProfile.ADAPTIVE_RI,
    "adaptive_rif": QirProfile.ADAPTIVE_RIF,
    "adaptive": QirProfile.ADAPTIVE,
}


def lookup(code: Any, name: str) -> Any | None:
    """The callable of a full name in a context's ``code``; None if there is none."""
    found = code
    for part in name.split("."):
        found = getattr(found, part, None)
    return found if hasattr(found, "__global_callable") else None


def native_values(values: tuple[Any, ...]) -> tuple[Any, ...]:
    """Plain arguments with the QDK's enumerations in place of ours."""
    return tuple(_native(value) for value in values)


def _native(value: Any) -> Any:
    if isinstance(value, Result | Pauli):
        from qdk import qsharp

        return getattr(getattr(qsharp, type(value).__name__), value.name.title())
    if isinstance(value, list):
        return [_native(item) for item in value]
    if isinstance(value, tuple):
        return tuple(_native(item) for item in value)
    if isinstance(value, dict):
        return {name: _native(item) for name, item in value.items()}
    return value


def profile_of(context: Any) -> QirProfile | None:
    """The profile that a context compiles for; None if it was started without one.

    ``get_target_profile`` does not say it where the context was started with a target's name.
    """
    return _PROFILES.get(context._config.get_target_profile())
