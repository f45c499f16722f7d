"""What payload formats differ in: how results are kept, branched on and put out; nothing about Cirq."""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from quire import QirProfile, TargetSpec
from quire.errors import TranslationError
from quire.formats import HONEYWELL_OPENQASM, IONQ_CIRCUIT, QIR, RIGETTI_QUIL
from quire.qir import ENTRY_POINT, QirFrame
from quire.writers import (
    BlockFrame,
    Frame,
    IonqFrame,
    IonqNativeFrame,
    OpenQasmFrame,
    QuilFrame,
    Register,
)
from quire_cirq.conditions import Choice

_WIDEST_REGISTER = 10
"""The widest register that OpenQASM compares with each of its values; there are 2^n of them."""


class Program(ABC):
    """A program under construction in one payload format.

    Attributes:
        frame: What its lines are appended to.
        has_flat_outcomes: Whether a shot is one row, with a bit for each result by its index; else a shot
            has the keys' arrays.
        called: What its lines call so far: gates by quire's names, ``measure`` and ``reset``.
        adaptive_profiles: The profiles of targets for which the format can say what this one's cannot.
    """

    has_flat_outcomes: ClassVar[bool] = True
    adaptive_profiles: ClassVar[tuple[QirProfile, ...]] = ()

    def __init__(self, frame: Frame, target: TargetSpec) -> None:
        """Begins one.

        Args:
            frame: An empty frame.
            target: Where it is to run.
        """
        self.frame = frame
        self.called: set[str] = set()
        self._target = target
        self._keys: dict[str, list[Sequence[int]]] = {}

    @abstractmethod
    def add_results(self, key: str, qubits: Sequence[int]) -> Sequence[int]:
        """Adds a result for each qubit that is measured under a key, and returns their indices."""

    def _noted(self, key: str, results: Sequence[int]) -> Sequence[int]:
        self._keys.setdefault(key, []).append(results)
        return results

    def measurement(self, operand: str, result: int) -> str:
        """The line that measures a qubit; nothing, if the format has no measurements."""
        if not self.frame.measures:
            return ""
        self.called.add("measure")
        return self.frame.measure % (operand, self.frame.results[result])

    def go_adaptive(self) -> str | None:
        """Notes that the program is no list of gates and then measurements; why it must not be, if so."""
        return None

    def begin_if(self, choices: Sequence[Choice]) -> Any:
        """Begins what happens only if all choices hold; :meth:`end_if` takes the answer.

        Raises:
            TranslationError: The format cannot express it.
        """
        raise TranslationError(f"{self.frame.format} has no conditions, and {len(choices)} are asked for")

    def end_if(self, begun: Any) -> None:
        """Ends what :meth:`begin_if` began.

        Raises:
            TranslationError: The format cannot express it.
        """
        raise TranslationError(f"{self.frame.format} has no conditions, and {begun} is to end")

    @abstractmethod
    def text(self) -> bytes:
        """The whole program."""

    def params(self) -> dict[str, Any]:
        """The input parameters that jobs with such programs have."""
        return {}


class BranchingProgram(Program):
    """A program that branches between blocks."""

    frame: BlockFrame

    def add_results(self, key: str, qubits: Sequence[int]) -> Sequence[int]:
        """See :meth:`Program.add_results`."""
        return self._noted(key, [self.frame.add_result() for _ in qubits])

    def begin_if(self, choices: Sequence[Choice]) -> str:
        """See :meth:`Program.begin_if`."""
        end = self.frame.new_block()
        for item in choices:
            self._choose(item, end)
        return end

    def _choose(self, item: Choice, otherwise: str) -> None:
        """Goes on if the choice holds, else leaves for another block."""
        passed = self.frame.new_block()
        for i, (result, wanted) in enumerate(item.bits, 1):
            is_last = i == len(item.bits)
            following = passed if is_last else self.frame.new_block()
            hit = following if item.needs_all else passed
            miss = otherwise if item.needs_all or is_last else following
            if_one, if_zero = (hit, miss) if wanted else (miss, hit)
            self.frame.branch(self.frame.results[result], if_one, if_zero, begin=following)

    def end_if(self, begun: str) -> None:
        """See :meth:`Program.end_if`."""
        self.frame.begin_block(begun)


class QirProgram(BranchingProgram):
    """QIR, of the base profile as long as nothing needs another."""

    frame: QirFrame
    has_flat_outcomes: ClassVar[bool] = False
    adaptive_profiles: ClassVar[tuple[QirProfile, ...]] = tuple(p for p in QirProfile if p.is_adaptive)

    def __init__(self, num_qubits: int, target: TargetSpec) -> None:
        """Begins one on qubits that are numbered."""
        super().__init__(QirFrame(num_qubits, 0), target)
        self._profile = QirProfile.BASE

    def go_adaptive(self) -> str | None:
        """See :meth:`Program.go_adaptive`."""
        if not self._target.profile.is_adaptive:
            return f"needs an adaptive profile; {self._target.id} has {self._target.profile.value}"
        self._profile = self._target.profile
        return None

    def text(self) -> bytes:
        """One array per key; a tuple of them if there are several; an array of arrays if a key repeats."""
        keys = self._keys
        records = [("tuple", len(keys))] if len(keys) > 1 else []
        for times in keys.values():
            if len(times) > 1:
                records.append(("array", len(times)))
            for results in times:
                records.append(("array", len(results)))
                records += [("result", result) for result in results]
        return self.frame.text(records, self._profile, self.called)

    def params(self) -> dict[str, Any]:
        """See :meth:`Program.params`."""
        return {
            "entryPoint": ENTRY_POINT,
            "arguments": [],
            "target_profile": self._target.profile.value,
        }


class QuilProgram(BranchingProgram):
    """Quil; its results are the words of one memory region."""

    frame: QuilFrame

    def __init__(self, num_qubits: int, target: TargetSpec) -> None:
        """Begins one on qubits that are numbered."""
        super().__init__(QuilFrame(num_qubits, 0), target)

    def text(self) -> bytes:
        """See :meth:`Program.text`."""
        return self.frame.text()


class OpenQasmProgram(Program):
    """OpenQASM 2, with a register for each time that a key is measured."""

    frame: OpenQasmFrame

    def __init__(self, num_qubits: int, target: TargetSpec) -> None:
        """Begins one on qubits that are numbered."""
        super().__init__(OpenQasmFrame(num_qubits), target)

    def add_results(self, key: str, qubits: Sequence[int]) -> Sequence[int]:
        """See :meth:`Program.add_results`."""
        register = self.frame.add_register(f"m_{key}", len(qubits))
        return self._noted(key, range(register.first, register.first + register.size))

    def begin_if(self, choices: Sequence[Choice]) -> tuple[int, Register | None, list[int]]:
        """See :meth:`Program.begin_if`."""
        return len(self.frame.lines), *self._condition(choices)

    def _condition(self, choices: Sequence[Choice]) -> tuple[Register | None, list[int]]:
        """A register and its values for which the choices hold; None for the register if they always do."""
        results = [bit.result for choice in choices for bit in choice.bits]
        registers = [
            each for each in self.frame.registers if any(0 <= r - each.first < each.size for r in results)
        ]
        if not registers:
            return None, []
        register = registers[0]
        if len(registers) > 1 or register.size > _WIDEST_REGISTER:
            raise TranslationError(
                "OpenQASM 2 compares one register with one value: a condition there takes bits that were "
                f"measured together, {_WIDEST_REGISTER} at most"
            )
        holding = [v for v in range(1 << register.size) if all(_holds(c, register, v) for c in choices)]
        return (None, []) if len(holding) == 1 << register.size else (register, holding)

    def end_if(self, begun: tuple[int, Register | None, list[int]]) -> None:
        """See :meth:`Program.end_if`."""
        start, register, values = begun
        if register is not None:
            self.frame.guard(start, register, values)

    def text(self) -> bytes:
        """See :meth:`Program.text`."""
        return self.frame.text()


def _holds(choice: Choice, register: Register, value: int) -> bool:
    matches = [(value >> (result - register.first)) & 1 == wanted for result, wanted in choice.bits]
    return all(matches) if choice.needs_all else any(matches)


class IonqProgram(Program):
    """An IonQ circuit; its results are its qubits, all of them, as they are at the end."""

    frame: IonqFrame

    def add_results(self, key: str, qubits: Sequence[int]) -> Sequence[int]:
        """See :meth:`Program.add_results`."""
        return self._noted(key, list(qubits))

    def go_adaptive(self) -> str | None:
        """See :meth:`Program.go_adaptive`."""
        return f"cannot be said in {IONQ_CIRCUIT}, where all qubits are measured once, at the end"

    def text(self) -> bytes:
        """See :meth:`Program.text`."""
        return self.frame.text()


def _ionq_native(num_qubits: int, target: TargetSpec) -> IonqProgram:
    entangler = "zz" if "forte" in target.id else "ms"
    return IonqProgram(IonqNativeFrame(num_qubits, entangler), target)


GATESETS = ("qis", "native")
"""The gate sets of IonQ's format."""
FORMATS: Mapping[str, str] = {
    QIR: "QIR",
    IONQ_CIRCUIT: "IonQ's JSON",
    HONEYWELL_OPENQASM: "OpenQASM 2",
    RIGETTI_QUIL: "Quil",
}
"""The payload formats that circuits are written in, the preferred ones first."""


def new_program(format: str, gateset: str, num_qubits: int, target: TargetSpec) -> Program:
    """An empty program.

    Args:
        format: One of ``FORMATS``.
        gateset: One of ``GATESETS``; for IonQ's format only.
        num_qubits: How many qubits it has.
        target: Where it is to run.
    """
    if format == IONQ_CIRCUIT:
        if gateset == "native":
            return _ionq_native(num_qubits, target)
        return IonqProgram(IonqFrame(num_qubits), target)
    if format == HONEYWELL_OPENQASM:
        return OpenQasmProgram(num_qubits, target)
    if format == RIGETTI_QUIL:
        return QuilProgram(num_qubits, target)
    return QirProgram(num_qubits, target)
