"""QIR as the payload of a job; nothing about where it was compiled."""

import re

from quire import Payload, TargetSpec
from quire.errors import TranslationError
from quire.formats import QIR
from quire.qir import ENTRY_POINT

_NUM_QUBITS = re.compile(rb'"required_num_qubits"="(\d+)"')
_ENTRY_POINT = re.compile(rb"^define \S+ @(\w+)\(\) #0", re.MULTILINE)


def from_representation(program: object, target: TargetSpec) -> Payload:
    """The payload of an object that gives its own QIR, such as the compiler's ``QirInputData``.

    Args:
        program: An object with ``_repr_qir_`` and perhaps ``_name``, the protocol of Azure Quantum's clients.
        target: Where it is to run.

    Raises:
        TranslationError: What it gives is neither text nor bytes.
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
    name = getattr(program, "_name", None)
    return from_qir(data, target, name if isinstance(name, str) and name else None)


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
