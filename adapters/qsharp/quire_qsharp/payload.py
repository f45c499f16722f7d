"""QIR as the payload of a job; nothing about where it was compiled."""

import re

from quire import Payload, QirProfile, TargetSpec
from quire.errors import TranslationError
from quire.formats import QIR
from quire.qir import ENTRY_POINT

_NUM_QUBITS = re.compile(rb'"required_num_qubits"="(\d+)"')
_PROFILES = tuple(QirProfile)
_ADAPTIVE_FLAGS = (b'!"backwards_branching"', b'!"arrays"', b'!"ir_functions"', b'!"writable_results"')
_ENTRY_POINT = re.compile(rb"^define \S+ @(\w+)\(\) #0", re.MULTILINE)


def from_representation(program: object, target: TargetSpec) -> Payload:
    """The payload of an object that gives its own QIR, such as the compiler's ``QirInputData``.

    Args:
        program: An object with ``_repr_qir_`` and perhaps ``_name``, the protocol of Azure Quantum's clients.
        target: Where it is to run.

    Raises:
        TranslationError: What it gives is neither text nor bytes, or needs another profile than the target's.
    """
    data = program._repr_qir_(target=target.id, target_profile=target.profile.value)  # type: ignore[attr-defined]
    if isinstance(data, str):
        data = data.encode()
    if not isinstance(data, bytes):
        raise TranslationError(
            f"{type(program).__name__}._repr_qir_() gives {type(data).__name__}, not QIR text or bitcode",
            argument="program",
            target=target.id,
        )
    profile = claimed_profile(data)
    if profile is not None and _PROFILES.index(profile) > _PROFILES.index(target.profile):
        raise TranslationError(
            f"the program was compiled for QIR profile {profile}, and {target.id} takes {target.profile}; "
            f"compile it after qsharp.init(target_profile=qsharp.TargetProfile.{target.profile}), or submit "
            "the operation itself, such as qsharp.code.Name, to have it compiled for the target",
            argument="program",
            target=target.id,
        )
    name = getattr(program, "_name", None)
    return from_qir(data, target, name if isinstance(name, str) and name else None)


def claimed_profile(data: bytes) -> QirProfile | None:
    """The least profile that can hold a program, by its own claims; None if it is bitcode or claims nothing.

    Args:
        data: LLVM text, as the Q# compiler writes it, or bitcode.
    """
    if b'"qir_profiles"="base_profile"' in data:
        return QirProfile.BASE
    if b'"qir_profiles"="adaptive_profile"' not in data:
        return None
    if any(flag in data for flag in _ADAPTIVE_FLAGS):
        return QirProfile.ADAPTIVE
    return QirProfile.ADAPTIVE_RIF if b'!"float_computations"' in data else QirProfile.ADAPTIVE_RI


def from_qir(data: bytes, target: TargetSpec, name: str | None) -> Payload:
    """The payload of QIR text or bitcode.

    Args:
        data: LLVM text, UTF-8, or bitcode.
        target: Where it is to run.
        name: A name for the job; None if there is no better one than the default.

    Returns:
        A payload that states the qubits which the text claims: those of the program after compilation,
        ancillas of deferred measurements included, since that is what the target must provide.
    """
    qubits = _NUM_QUBITS.search(data)
    entry = _ENTRY_POINT.search(data)
    return Payload(
        data,
        format=QIR,
        name=name,
        num_qubits=int(qubits[1]) if qubits else None,
        params={
            "entryPoint": entry[1].decode() if entry else ENTRY_POINT,
            "arguments": [],
            "target_profile": target.profile.value,
        },
    )
