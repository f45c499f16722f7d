"""What the Q# compiler says when it refuses a program, as data; nothing about who asked."""

import re

import attrs

_CODE = re.compile(r"\b(?:Qdk\.)?(Qsc(?:\.\w+)+)")
_FOUND = re.compile(r"expectedUnit,found(.*?),-\[", re.DOTALL)
# Both run over several lines: the first is wrapped, the second as the program wrote it.
_EVALUATION = re.compile(r"partial evaluation failed with error: (.*?)\n +,-\[", re.DOTALL)
_RUNTIME = re.compile(r"^Error: (.*?)\n(?:Call stack:|Qdk\.Qsc|Qsc)", re.DOTALL | re.MULTILINE)
_LOCATION = re.compile(r",-\[line_(\d+):(\d+):(\d+)\]")
_FOREIGN_THREAD = "is unsendable, but sent to another thread"
_UNBOUND = "name is not bound"
# What the evaluation of a program ends with that cannot be evaluated, rather than one that fails. What a
# program itself says comes behind "program failed: ".
_NO_FAILURES = (
    _UNBOUND,
    "unknown intrinsic",
    "unsupported return type for intrinsic",
    "cannot compare measurement result",
    "output failure",
)


@attrs.frozen
class Location:
    """A place in evaluated source.

    Attributes:
        text: The number of the text, counted from 0 in the order of evaluation.
        line: The line, counted from 1.
        column: The column, counted from 1.
    """

    text: int
    line: int
    column: int


@attrs.frozen
class CompilerFault:
    """Why the compiler gave no program.

    Attributes:
        text: Its own words.
        is_undeclared: Whether the callable is missing from the source that it is looked for in.
        is_crash: Whether it crashed, which is a bug of the compiler, or a context on a foreign thread.
        is_about_project: Whether a project could not be loaded, which another attempt may find mended.
    """

    text: str
    is_crash: bool = False
    is_undeclared: bool = False
    is_about_project: bool = False

    @classmethod
    def of(cls, error: BaseException, is_about_project: bool = False) -> "CompilerFault":
        """The fault in an error of the QDK; its panics derive from ``BaseException``."""
        return cls(str(error), not isinstance(error, Exception), is_about_project=is_about_project)

    @property
    def codes(self) -> tuple[str, ...]:
        """The codes in the text, such as ``Qsc.TypeCk.TyMismatch``, without the prefix of newer compilers."""
        return tuple(dict.fromkeys(_CODE.findall(self.text)))

    @property
    def locations(self) -> tuple[Location, ...]:
        """The places in evaluated source that the text points at."""
        return tuple(Location(*map(int, found)) for found in _LOCATION.findall(self.text))

    @property
    def is_about_profile(self) -> bool:
        """Whether another profile might do: a capability is missing, or a name exists elsewhere only."""
        return any(
            code.startswith(("Qsc.CapabilitiesCk.", "Qsc.Resolve.NotAvailable")) for code in self.codes
        )

    @property
    def is_about_names(self) -> bool:
        """Whether something that the source uses was not found, or is not declared in it."""
        return self.is_undeclared or "Qsc.Resolve.NotFound" in self.text

    @property
    def is_foreign_thread(self) -> bool:
        """Whether a context was used on another thread than its own."""
        return self.is_crash and _FOREIGN_THREAD in self.text

    @property
    def is_unbound(self) -> bool:
        """Whether a name is known and means nothing: an evaluation that failed has left it behind."""
        return self._evaluation == _UNBOUND

    @property
    def failure(self) -> str | None:
        """What the program failed with, if it did when it was evaluated; else None."""
        ended = self._evaluation
        return None if ended is None or ended.startswith(_NO_FAILURES) else ended

    @property
    def _evaluation(self) -> str | None:
        """What the program's evaluation ended with; None if it did not, or was not begun."""
        wrapped = _EVALUATION.search(self.text)
        if wrapped is not None:
            return " ".join(line.strip() for line in wrapped[1].splitlines())
        written = _RUNTIME.search(self.text) if "Qsc.Eval." in self.text else None
        return None if written is None else written[1]

    @property
    def probed_type(self) -> str | None:
        """The type in the answer to a probe, without its blanks; None if the text is no such answer."""
        match = _FOUND.search("".join(self.text.split()).replace("`->", ""))
        return match[1] if match else None


def probe(name: str) -> str:
    """An expression that the type checker refuses with the type of a callable in its answer."""
    return f"{{ let p : Unit = {name}; }}"
