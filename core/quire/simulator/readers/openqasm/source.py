"""OpenQASM text made a syntax tree by the QDK's parser, which reads no files."""

import bisect
import re
from typing import Any

from quire.simulator.faults import PayloadError
from quire.simulator.openqasm_parser import PARSER
from quire.simulator.readers.guards import guarded, require_shallow, require_short, text_of
from quire.simulator.readers.openqasm.library import INCLUDES

_COMMENT = re.compile(r"//[^\n]*|/\*.*?\*/", re.DOTALL)
_VERSION = re.compile(r"\s*OPENQASM\s+(\d+)")
_SEPARATOR = re.compile(r"[;,{}]")
_NESTING = re.compile(r"[-+*/%<>=!~&|^(\[@]|\b(?:if|else|while|for)\b")
_ELSE_IF = re.compile(r"\belse\s+if\b")
_MAX_ELSE_IF = 1000
# OpenQASM 2 writes powers and the natural logarithm otherwise than OpenQASM 3, whose grammar the parser has.
_CARET = re.compile(r"\^")


class Source:
    """A program as it was parsed.

    Attributes:
        version: ``"2"`` or ``"3"``.
        statements: The nodes of its statements.
    """

    def __init__(self, data: bytes) -> None:
        """Parses a payload.

        Raises:
            PayloadError: It is no OpenQASM.
        """
        # Comments keep their line ends, so that lines keep their numbers.
        text = _COMMENT.sub(lambda found: " " + "\n" * found[0].count("\n"), text_of(data))
        self.version = _version(text)
        if self.version == "2":
            text = _CARET.sub("**", text)
        require_shallow(text)
        require_short(text, _SEPARATOR, _NESTING)
        if len(_ELSE_IF.findall(text)) > _MAX_ELSE_IF:
            raise PayloadError(f"the program has more than {_MAX_ELSE_IF} times else if")
        encoded = text.encode()
        self._line_starts = [found.end() for found in re.finditer(rb"\n", encoded)]
        self.statements = self._parse(text)

    def line(self, node: Any) -> int:
        """The line on which a node begins, from 1."""
        return bisect.bisect_right(self._line_starts, node.span.lo) + 1

    def _parse(self, text: str) -> list[Any]:
        parser = PARSER.load()
        result = guarded(
            lambda: parser.parse(text, path="payload", includes=dict.fromkeys(INCLUDES, "")), "OpenQASM"
        )
        for diagnostic in result.diagnostics:
            if diagnostic.severity == parser.Severity.Error:
                where = f"line {self.line(diagnostic.labels[0])}: " if diagnostic.labels else ""
                raise PayloadError(f"{where}{diagnostic.message}")
        statements: list[Any] = result.program.statements
        return statements


def _version(text: str) -> str:
    found = _VERSION.match(text)
    if found is None:
        return "3"
    if found[1] not in ("2", "3"):
        raise PayloadError(f"OPENQASM {found[1]} is no version of the language; there are 2 and 3")
    return found[1]
