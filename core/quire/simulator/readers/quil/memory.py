"""The classical memory of a Quil program: bits are results, words that are written to lie in registers."""

import math
from collections.abc import Collection, Mapping, Sequence
from typing import Any

import attrs

from quire.simulator.output import Container
from quire.simulator.readers.arithmetic import Arithmetic, wrapped
from quire.simulator.readers.builder import BIT, INTEGER, REAL, Number, ProgramBuilder, Register
from quire.simulator.readers.quil.source import MAX_WORDS, problem

_KINDS = {"Bit": BIT, "Octet": INTEGER, "Integer": INTEGER, "Real": REAL}
_OCTET_WIDTH = 8
# In bits, as offsets between regions count them.
_WIDTHS = {"Bit": 1, "Octet": _OCTET_WIDTH, "Integer": 64, "Real": 64}
_READOUT = "ro"


@attrs.frozen(eq=False)
class Region:
    """A region of memory.

    Attributes:
        type: ``Bit``, ``Octet``, ``Integer`` or ``Real``.
        words: What holds each word: the result of a bit, the register of a number, or a number that is never
            written to.
    """

    type: str
    words: Sequence[Number]

    @property
    def kind(self) -> str:
        """What kind of numbers it holds."""
        return _KINDS[self.type]


class Memory:
    """The memory of one run."""

    def __init__(
        self,
        declarations: Mapping[str, Any],
        written: Collection[str],
        values: Mapping[str, Sequence[float]],
        builder: ProgramBuilder,
    ) -> None:
        """Declares all regions, and writes their first values.

        Args:
            declarations: The regions, in order.
            written: The names of those that the program writes to.
            values: First values of some regions; all else is 0.
            builder: The program to declare them in.
        """
        self._builder = builder
        self._arithmetic = Arithmetic(builder)
        self._regions: dict[str, Region] = {}
        self._written = set(written)
        unknown = sorted(set(values) - set(declarations))
        if unknown:
            raise problem(f"substitutions name {unknown[0]}, which the program does not declare")
        if sum(declaration.size.length for declaration in declarations.values()) > MAX_WORDS:
            raise problem(f"more than {MAX_WORDS} words of memory are declared")
        self._share_writes(declarations)
        for name, declaration in declarations.items():
            self._regions[name] = self._declared(name, declaration, values.get(name))

    def _share_writes(self, declarations: Mapping[str, Any]) -> None:
        """What is written under one name is written under all names of the same memory."""
        pairs = [(name, item.sharing.name) for name, item in declarations.items() if item.sharing is not None]
        for _ in pairs:
            for pair in pairs:
                if not self._written.isdisjoint(pair):
                    self._written.update(pair)

    def _declared(self, name: str, declaration: Any, values: Sequence[float] | None) -> Region:
        kind, length = str(declaration.size.data_type), declaration.size.length
        if length < 1:
            raise problem(f"memory region {name} has no words")
        if declaration.sharing is not None:
            if values is not None:
                raise problem(f"substitutions name {name}, which shares the memory of another region")
            return self._shared(name, declaration, kind, length)
        if values is not None and len(values) > length:
            raise problem(f"{len(values)} values are given for {name}[{length}]")
        numbers = [_converted(name, kind, value) for value in values or ()]
        numbers += [0.0 if kind == "Real" else 0] * (length - len(numbers))
        return Region(kind, [self._word(kind, name, number) for number in numbers])

    def _word(self, kind: str, name: str, number: float) -> Number:
        if kind == "Bit":
            (result,) = self._builder.add_results(1)
            if number:
                self._builder.write(int(number), result)
            return result
        if name not in self._written:
            return number
        register = self._builder.variable(_KINDS[kind])
        self._builder.assign(register, number)
        return register

    def _shared(self, name: str, declaration: Any, kind: str, length: int) -> Region:
        parent = self._regions.get(declaration.sharing.name)
        if parent is None:
            raise problem(
                f"{name} shares the memory of {declaration.sharing.name}, which is not declared before it"
            )
        if parent.type != kind:
            raise problem(
                f"{name} reads memory of the type {parent.type.upper()} as {kind.upper()}, which is not "
                "supported; regions that share memory must be of one type"
            )
        offsets = declaration.sharing.offsets
        first, rest = divmod(
            sum(_WIDTHS[str(item.data_type)] * item.offset for item in offsets), _WIDTHS[kind]
        )
        if rest:
            raise problem(f"{name} begins within a word of {declaration.sharing.name}")
        if first + length > len(parent.words):
            raise problem(f"{name} shares more memory than {declaration.sharing.name} has")
        return Region(kind, parent.words[first : first + length])

    def region(self, name: str) -> Region:
        """A region by its name."""
        region = self._regions.get(name)
        if region is None:
            raise problem(f"memory region {name} is not declared")
        return region

    def read(self, name: str, offset: int) -> Number:
        """What a word holds."""
        region = self.region(name)
        word = _at(region, name, offset)
        return self._builder.read(_index(word)) if region.type == "Bit" else word

    def write(self, name: str, offset: int, value: Number) -> None:
        """Sets a word."""
        region = self.region(name)
        self._set(region, _at(region, name, offset), value)

    def bit(self, name: str, offset: int) -> int:
        """The result that a word of bits is."""
        region = self.region(name)
        word = _at(region, name, offset)
        if region.type != "Bit" or not isinstance(word, int):
            raise problem(f"{name}[{offset}] is no bit")
        return word

    def _set(self, region: Region, word: Number, value: Number) -> None:
        converted = self._of_type(region.type, value)
        if region.type == "Bit":
            self._builder.write(int(converted) if isinstance(converted, bool) else converted, _index(word))
        elif isinstance(word, Register):
            self._builder.assign(word, converted)

    def _of_type(self, kind: str, value: Number) -> Number:
        if kind == "Bit":
            return self._arithmetic.bit(value)
        if kind == "Real":
            return self._arithmetic.real(value)
        number = self._arithmetic.integer(value)
        return self._arithmetic.truncated(number, _OCTET_WIDTH, False) if kind == "Octet" else number

    def read_at(self, name: str, offset: Number) -> Number:
        """The word at an offset that may be known at run time only; beyond the region, the shot fails."""
        region = self.region(name)
        if not isinstance(offset, Register):
            return self.read(name, int(offset))
        if region.type == "Bit":
            return self._builder.read(self._place(region, offset))
        self._place(region, offset)
        found: Number = self._of_type(region.type, region.words[0])
        for place, word in enumerate(region.words[1:], 1):
            chosen = self._arithmetic.compare("==", offset, place)
            found = self._builder.emit(
                "select", (chosen, self._of_type(region.type, word), found), region.kind
            )
        return found

    def write_at(self, name: str, offset: Number, value: Number) -> None:
        """Sets the word at an offset that may be known at run time only."""
        region = self.region(name)
        if not isinstance(offset, Register):
            self.write(name, int(offset), value)
            return
        converted = self._of_type(region.type, value)
        place = self._place(region, offset)
        if region.type == "Bit":
            self._builder.write(int(converted) if isinstance(converted, bool) else converted, place)
            return
        for index, word in enumerate(region.words):
            chosen = self._arithmetic.compare("==", offset, index)
            new = self._builder.emit("select", (chosen, converted, word), region.kind)
            if isinstance(word, Register):
                self._builder.assign(word, new)

    def _place(self, region: Region, offset: Register) -> Register:
        """The result at an offset; an offset out of range ends the shot."""
        negative = self._arithmetic.compare("<", offset, 0)
        above = self._arithmetic.compare(">=", offset, len(region.words))
        outside = self._arithmetic.integer(self._arithmetic.binary("|", negative, above))
        # A shift by 64 has no value, and one by 0 changes nothing.
        checked = self._arithmetic.binary("<<", offset, self._arithmetic.binary("<<", outside, 6))
        first = _index(region.words[0]) if region.type == "Bit" else 0
        place = self._arithmetic.binary("+", checked, first)
        return place if isinstance(place, Register) else offset

    def records(self) -> tuple[list[str], list[Container | int | tuple[Number, str]]]:
        """What the program puts out: the regions that it writes to and ``ro``, with their words."""
        names = [name for name in self._regions if name in self._written or name == _READOUT]
        records: list[Container | int | tuple[Number, str]] = []
        if len(names) != 1:
            records.append(Container(True, len(names)))
        for name in names:
            region = self._regions[name]
            records.append(Container(False, len(region.words)))
            is_bits = region.type == "Bit"
            records += (_index(word) if is_bits else (word, region.kind) for word in region.words)
        return names, records


def _at(region: Region, name: str, offset: int) -> Number:
    if not 0 <= offset < len(region.words):
        raise problem(f"{name}[{offset}] is beyond the region's {len(region.words)} words")
    return region.words[offset]


def _index(word: Number) -> int:
    if isinstance(word, int):
        return word
    raise problem("a word of numbers is used as a bit")


def _converted(name: str, kind: str, value: float) -> float:
    """A value of a substitution as a word of a type."""
    whole = value == math.floor(value)
    fits = {
        "Bit": value in (0, 1),
        "Octet": whole and 0 <= value < 1 << _OCTET_WIDTH,
        "Integer": whole and wrapped(int(value)) == value,
        "Real": True,
    }
    if not fits[kind]:
        raise problem(f"{value} is no value of {name}, which is of the type {kind.upper()}")
    return float(value) if kind == "Real" else int(value)
