"""The QDK's own objects: its values, callables and profiles; only for the thread that they belong to."""

from collections.abc import Callable
from typing import Any

from quire import QirProfile
from quire_qsharp.compiler_fault import CompilerFault
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


def compiled_by(
    context: Any, entry: Callable[[], tuple[Any, ...]], may_only_fail: bool = False
) -> str | CompilerFault:
    """The QIR of a program as a context compiles it.

    The compiler cannot lower a body that does nothing but fail: it crashes, prints so, and does not say with
    what the program failed. Evaluating it does.

    Args:
        context: The context.
        entry: Gives what its ``compile`` takes: an expression, or a callable with arguments.
        may_only_fail: Whether the source has such a body, so that the program is evaluated first.
    """
    failure = _failure(context, entry) if may_only_fail else None
    if failure is not None:
        return failure
    fault = fault_of(lambda: context.compile(*entry()))
    if not isinstance(fault, CompilerFault) or not fault.is_crash or fault.is_foreign_thread:
        return fault
    return _failure(context, entry) or fault


def _failure(context: Any, entry: Callable[[], tuple[Any, ...]]) -> CompilerFault | None:
    """What a program fails with when it is evaluated without its quantum part; None if it does not."""
    from qdk.qsharp import CircuitGenerationMethod

    method = CircuitGenerationMethod.ClassicalEval
    evaluated = fault_of(lambda: context.circuit(*entry(), generation_method=method))
    return evaluated if isinstance(evaluated, CompilerFault) and evaluated.failure is not None else None


def fault_of(action: Callable[[], Any]) -> str | CompilerFault:
    """The text of what an action of the QDK gives, or its error as data."""
    try:
        return str(action())
    except (KeyboardInterrupt, SystemExit):
        raise
    except BaseException as error:  # noqa: BLE001 - the compiler's panics derive from BaseException
        return CompilerFault.of(error)


def profile_of(context: Any) -> QirProfile | None:
    """The profile that a context compiles for; None if it was started without one.

    ``get_target_profile`` does not say it where the context was started with a target's name.
    """
    return _PROFILES.get(context._config.get_target_profile())
