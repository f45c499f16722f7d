"""What a user reads when a program cannot be compiled for a target: the compiler's reason, and what to do."""

import difflib
from collections.abc import Iterable, Sequence

from quire import QirProfile, TargetSpec
from quire.errors import TranslationError
from quire_qsharp.compiler_fault import CompilerFault
from quire_qsharp.errors import CompilationError, ProgramFailedError, SourceUnknownError


def refusal_of(
    fault: CompilerFault,
    label: str,
    target: TargetSpec,
    profiles: Sequence[QirProfile],
    declared: Iterable[str],
) -> TranslationError:
    """The error for a fault of the compiler.

    Args:
        fault: What it said.
        label: The program's name.
        target: Where it was to run.
        profiles: The profiles that can express it.
        declared: The names of the callables that there are, as far as they are known.
    """
    if fault.failure is not None:
        return ProgramFailedError(fault.failure, argument="program", target=target.id, element=label)
    if fault.is_foreign_thread:
        return _foreign_thread(label, target)
    if fault.is_crash:
        reason = f"the Q# compiler crashed on {label}, which is a bug of the QDK: {fault.text}"
    elif fault.is_about_profile:
        reason = _about_profile(fault, label, target, profiles)
    elif "Qsc.Interpret.NotACallable" in fault.codes:
        reason = "a closure cannot be compiled; declare an operation and submit that"
    else:
        reason = f"the Q# compiler refuses {label} for {target.id}:\n{fault.text.rstrip()}"
        reason += _close_names(fault, label, declared)
        if fault.is_unbound:
            reason += "\nAn evaluation that fails leaves such names behind; evaluate the source anew."
    return CompilationError(
        reason.rstrip(),
        argument="program",
        target=target.id,
        element=label,
        reason=fault.text,
        codes=fault.codes,
        profile=target.profile,
        profiles=tuple(profiles),
    )


def _close_names(fault: CompilerFault, label: str, declared: Iterable[str]) -> str:
    close = difflib.get_close_matches(label, list(declared), 1) if fault.is_about_names else []
    return f"\ndid you mean {close[0]}?" if close else ""


def _about_profile(
    fault: CompilerFault, label: str, target: TargetSpec, profiles: Sequence[QirProfile]
) -> str:
    able = (
        f"Profiles that can express it: {', '.join(profiles)}."
        if profiles
        else "No other profile is known to be able to."
    )
    return (
        f"{label} cannot be expressed in QIR profile {target.profile}, which is that of {target.id}:\n"
        f"{fault.text.rstrip()}\n{able}"
    )


def _foreign_thread(label: str, target: TargetSpec) -> TranslationError:
    return TranslationError(
        f"{label} belongs to a Q# interpreter of another thread, and the QDK allows its use only there; "
        "submit it on that thread, or import quire_qsharp before the source is evaluated, so that quire can "
        "compile it by itself",
        argument="program",
        target=target.id,
        element=label,
    )


def source_unknown(label: str, target: TargetSpec, fault: CompilerFault | None) -> SourceUnknownError:
    """The error for a program that must be compiled anew from a source that was not seen, or not all of it.

    Args:
        label: The program's name.
        target: Where it was to run.
        fault: What the compiler missed in the part that was seen; None if nothing was.
    """
    seen = "" if fault is None else f" (only a part of it: {' '.join(fault.text.split())})"
    profile = target.profile
    return SourceUnknownError(
        f"{label} was evaluated before quire could see its source{seen}, by an interpreter that does not "
        f"compile for {profile}, the QIR profile of {target.id}. Do one of these: evaluate the source "
        "(again) with qsharp.eval, after `import quire_qsharp` or after the workspace was opened; start the "
        f"interpreter with qsharp.init(target_profile=qsharp.TargetProfile.{profile}); or submit "
        f"quire_qsharp.Source(text).entry_point({label!r}, ...)",
        argument="program",
        target=target.id,
        element=label,
    )
