"""quire's adapter for Q#."""

from quire import hookimpl
from quire.model import Payload, TargetSpec
from quire.options import Options


@hookimpl
def encode_program(program: object, target: TargetSpec, options: Options) -> Payload | None:  # noqa: ARG001
    """Takes what ``qsharp.compile`` returns, and whatever else has QIR; see ``hookspecs.encode_program``."""
    if callable(getattr(program, "_repr_qir_", None)):
        from quire_qsharp.payload import from_representation

        return from_representation(program, target)
    return None
