"""The errors of Q# programs and their arguments, on top of quire's own."""

from typing import ClassVar

import attrs

from quire import QirProfile
from quire.errors import InputError, TranslationError


@attrs.define(auto_exc=True, slots=False)
class ArgumentError(InputError):
    """A Python value does not stand for a value of a Q# type.

    Attributes:
        argument: Where it is, such as ``angle[1]``.
        type: The Q# type that is wanted there.
        given: The value, as Python shows it.
    """

    type: str = ""
    given: str = ""


@attrs.define(auto_exc=True, slots=False)
class CompilationError(TranslationError):
    """The Q# compiler refuses the program, or cannot express it for the target's profile.

    Attributes:
        reason: The compiler's own words.
        codes: The codes in them, such as ``Qsc.CapabilitiesCk.UseOfDynamicBool``.
        profile: The profile that it was compiled for.
    """

    reason: str = ""
    codes: tuple[str, ...] = ()
    profile: QirProfile | None = None


@attrs.define(auto_exc=True, slots=False)
class SourceUnknownError(TranslationError):
    """An operation must be compiled anew for the target, and its source was not seen."""


@attrs.define(auto_exc=True, slots=False)
class ProgramFailedError(TranslationError):
    """The program runs into ``fail`` or another run-time error while it is evaluated.

    A submission turns it into a job that fails with this message.
    """

    code: ClassVar[str] = "ProgramFailed"
