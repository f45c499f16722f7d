"""How programs become payloads of a target: which plug-in is asked, and what a refusal says; no jobs here."""

from collections.abc import Iterable, Iterator, Mapping
from itertools import chain, islice
from typing import TYPE_CHECKING, Any

import attrs

from quire.errors import (
    OptionError,
    QuireError,
    TooManyQubitsError,
    TranslationError,
    UnsupportedProgramError,
)
from quire.formats import QIR
from quire.model import Payload, TargetSpec
from quire.options import Options

if TYPE_CHECKING:
    from quire.workspace import Workspace

# Which extra brings the adapter for a program whose type comes from such a package.
_EXTRAS = {"qiskit": "qiskit", "cirq": "cirq", "qdk": "qsharp", "qsharp": "qsharp"}


class Translator:
    """Asks the plug-ins of a workspace for the payloads of programs on one target."""

    __slots__ = ("_spec", "_workspace")

    def __init__(self, workspace: "Workspace", spec: TargetSpec) -> None:
        """Nothing is asked yet.

        Args:
            workspace: Whose plug-ins are asked.
            spec: The target.
        """
        self._workspace = workspace
        self._spec = spec

    def payload(self, program: object, options: Options) -> Payload:
        """The payload of a program.

        Raises:
            UnsupportedProgramError: No plug-in knows it.
            TranslationError: It cannot be expressed for this target.
            TooManyQubitsError: It needs more qubits than the target has.
            OptionError: An option that nobody takes.
        """
        try:
            payload = self._workspace.plugins.encode_program(program, self._spec, options)
        except TranslationError as error:
            raise self.with_targets(error) from error.__cause__
        if payload is None:
            raise self._unsupported(program)
        options.refuse_rest(self._taker(program))
        self._check_width(payload)
        return payload

    def payloads(
        self, program: object, points: Iterable[Any], ahead: int, options: Mapping[str, Any]
    ) -> Iterator[Payload | QuireError]:
        """The payloads of a program at many points, each when it is asked for.

        A plug-in that translates point by point is given the first point at once: what it does not take
        there, it takes nowhere.

        Args:
            program: The program.
            points: What ``args=`` is at each point.
            ahead: The most points to read ahead.
            options: The other options, the same at every point.

        Returns:
            For each point its payload, or the error that refuses it there.

        Raises:
            UnsupportedProgramError: No plug-in knows the program.
            TranslationError: It cannot be expressed for this target at any point.
            OptionError: An option that nobody takes.
        """
        given = Options(options)
        taken = iter(points)
        try:
            answer = self._workspace.plugins.encode_points(program, self._spec, taken, ahead, given)
        except TranslationError as error:
            raise self.with_targets(error) from error.__cause__
        if answer is not None:
            given.refuse_rest(self._taker(program))
            return (self._fitting(payload) for payload in answer)
        first = [self._at(program, point, options) for point in islice(taken, 1)]
        return chain(first, (self._at(program, point, options) for point in taken))

    def _at(self, program: object, point: Any, options: Mapping[str, Any]) -> Payload | QuireError:
        given = Options({**options, "args": point})
        try:
            return self.payload(program, given)
        except UnsupportedProgramError:
            raise  # the program is the same at every point
        except OptionError as error:
            # So are the options, but for a point that was taken and is wrong.
            if error.argument == "args" and not given.has("args"):
                return error
            raise
        except QuireError as error:
            return error

    def _fitting(self, payload: Payload | QuireError) -> Payload | QuireError:
        if isinstance(payload, TranslationError):
            return self.with_targets(payload)
        if isinstance(payload, Payload):
            try:
                self._check_width(payload)
            except TooManyQubitsError as error:
                return error
        return payload

    def with_targets(self, error: TranslationError) -> TranslationError:
        """The error with the names of the targets here that could run the program.

        Args:
            error: The refusal of a program for this target; its ``profiles`` are those that can express it.
        """
        specs = [target.spec for target in self._workspace.get_targets()]
        able = tuple(
            spec.id for spec in specs if spec.profile in error.profiles and QIR in spec.input_formats
        )
        if not able:
            return error
        return attrs.evolve(
            error, message=f"{error.message}\nTargets that could run it: {', '.join(able)}.", targets=able
        )

    def _check_width(self, payload: Payload) -> None:
        if payload.num_qubits is not None and payload.num_qubits > self._spec.num_qubits:
            raise TooManyQubitsError(
                f"the program uses {payload.num_qubits} qubits, and {self._spec.id} has "
                f"{self._spec.num_qubits}",
                argument="program",
                target=self._spec.id,
                needed=payload.num_qubits,
                available=self._spec.num_qubits,
            )

    def _taker(self, program: object) -> str:
        return f"a {type(program).__name__} submitted to {self._spec.id}"

    def _unsupported(self, program: object) -> UnsupportedProgramError:
        relay = self._workspace.plugins
        kind = type(program)
        package = kind.__module__.partition(".")[0]
        adapters = tuple(name for name in relay.names("encode_program") if not name.startswith("quire."))
        parts = [
            f"no installed adapter knows programs of type {kind.__module__}.{kind.__qualname__}",
            f"installed: {', '.join(adapters) or 'none'} (and text, bytes or a pathlib.Path of what "
            f"{self._spec.id} takes: {', '.join(self._spec.input_formats)})",
        ]
        if package in _EXTRAS and _EXTRAS[package] not in adapters:
            parts.append(f"pip install 'quire[{_EXTRAS[package]}]' brings the one for {package}")
        parts += [str(fault) for fault in relay.broken]
        return UnsupportedProgramError(
            "; ".join(parts),
            argument="program",
            program_type=f"{kind.__module__}.{kind.__qualname__}",
            adapters=adapters,
        )
