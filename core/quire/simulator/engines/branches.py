"""Runs of programs in which measured values matter: shots that agree so far share one state.

A run starts as one branch that stands for all shots. Measuring is put off: a branch only notes that a qubit
was measured, and goes on. When the value is needed (the program reads it, or a gate would disturb the qubit),
the branch splits: each outcome takes its share of the shots, drawn from the binomial distribution. What is
still unread at the end is drawn from the last state for all shots of the branch together. So a program
without feedback costs one evolution however many shots it has, and none costs more than one per shot.

Of two new branches the smaller goes on and the larger waits; with s shots at most log2(s) branches wait.
"""

from collections.abc import Callable, Sequence
from typing import Any

import attrs
import numpy

from quire.simulator.engines.states import QuantumState
from quire.simulator.faults import PayloadError
from quire.simulator.limits import MAX_STEPS

Step = Callable[["Branch", list[Any]], None]
"""One instruction, ready to run: it works on a branch and on the registers of the innermost function."""


@attrs.define(eq=False)
class Block:
    """A block, ready to run.

    Attributes:
        steps: Its instructions.
        lines: The payload's line of each.
        cost: What entering it counts against the limit of a shot.
    """

    steps: list[Step] = attrs.field(factory=list)
    lines: list[int] = attrs.field(factory=list)
    cost: int = 0


@attrs.define(eq=False)
class Frame:
    """A function under way.

    Attributes:
        block: The block it is in.
        index: The next instruction of the block.
        registers: Its registers.
        target: The caller's register that takes the value it returns.
        memory: How many words of memory were in use when it was called.
    """

    block: Block
    index: int
    registers: list[Any]
    target: int
    memory: int

    def copy(self) -> "Frame":
        """The same, on its own."""
        return Frame(self.block, self.index, self.registers.copy(), self.target, self.memory)


class Unread:
    """Stands for the value of a measurement that is put off; each qubit has its own."""

    __slots__ = ("qubit",)

    def __init__(self, qubit: int) -> None:
        self.qubit = qubit


class Branch:
    """Some shots of a run that had the same outcomes so far.

    Attributes:
        run: The run it belongs to.
        state: The state of the qubits.
        shots: How many shots it stands for.
        frames: The functions under way, the innermost last.
        memory: The words of the program's memory.
        results: Each result: a bit, or ``Unread``.
        records: What was put out: containers, values and ``Unread``.
        unread: For each qubit with a measurement put off: where its value goes, among results and records.
        discarded: Qubits that were reset, which is put off, too, until they are used again.
        held: The qubits with something put off.
        steps: What the blocks that were entered cost together.
        fate: How many of its shots take which course at the error under way, the fewest first; None if none
            is under way.
    """

    __slots__ = (
        "discarded",
        "fate",
        "frames",
        "held",
        "memory",
        "records",
        "results",
        "run",
        "shots",
        "state",
        "steps",
        "unread",
    )

    def __init__(self, run: "Run", state: QuantumState, shots: int, num_results: int) -> None:
        self.run = run
        self.state = state
        self.shots = shots
        self.frames: list[Frame] = []
        self.memory: list[Any] = []
        self.results: list[Any] = [0] * num_results
        self.records: list[Any] = []
        self.unread: dict[int, tuple[list[int], list[int]]] = {}
        self.discarded: set[int] = set()
        self.held: set[int] = set()
        self.steps = 0
        self.fate: list[tuple[int, int]] | None = None

    def enter(self, block: Block) -> None:
        """Counts a block; without entering blocks, no shot takes long.

        Raises:
            PayloadError: The shot takes too many.
        """
        self.steps += block.cost
        if self.steps > MAX_STEPS:
            raise PayloadError(f"a shot takes more than {MAX_STEPS} instructions")

    def measure(self, qubit: int, result: int) -> None:
        """Notes that a qubit was measured into a result."""
        if qubit in self.discarded:
            self.results[result] = 0
            return
        self.unread.setdefault(qubit, ([], []))[0].append(result)
        self.results[result] = self.run.marks[qubit]
        self.held.add(qubit)

    def reset(self, qubit: int) -> None:
        """Notes that a qubit was reset."""
        self.discarded.add(qubit)
        self.held.add(qubit)

    def read(self, result: int) -> int:
        """The value of a result."""
        value = self.results[result]
        if type(value) is Unread:
            self._settle(value.qubit)
        bit: int = self.results[result]
        return bit

    def record(self, value: object) -> None:
        """Puts out a container, a value, or what stands for one."""
        if len(self.records) >= self.run.max_records:
            raise PayloadError(f"a shot puts out more than {self.run.max_records} values")
        if type(value) is Unread:
            self.unread[value.qubit][1].append(len(self.records))
        self.records.append(value)

    def use(self, qubits: Sequence[int], num_diagonal: int) -> None:
        """Makes qubits ready for a gate that is diagonal on the first few of them."""
        for place, qubit in enumerate(qubits):
            if qubit in self.discarded:
                if self._settle(qubit):
                    self.state.apply(self.run.flips[qubit])
                self.discarded.remove(qubit)
                self.held.discard(qubit)
            elif qubit in self.unread and place >= num_diagonal:
                self._settle(qubit)

    def draw_error(self, probability: float, kinds: int) -> int:
        """Which of equally likely errors happens: 0 for none, else its number from 1.

        Where shots differ in it, the others wait in a branch that repeats the instruction under way, which
        so far must have changed nothing. When the instruction is done, the caller sets ``fate`` to None.

        Args:
            probability: That any happens.
            kinds: How many there are.
        """
        fate = self.fate
        if fate is None:
            wrong = int(self.run.rng.binomial(self.shots, probability))
            if not wrong:
                return 0
            counts = self.run.rng.multinomial(wrong, [1 / kinds] * kinds).tolist()
            courses = enumerate((self.shots - wrong, *counts))
            fate = sorted((count, number) for number, count in courses if count)
        if len(fate) > 1:
            waiting = self.copy(self.shots - fate[0][0])
            waiting.fate = fate[1:]
            waiting.frames[-1].index -= 1
            self.run.waiting.append(waiting)
            self.shots = fate[0][0]
        # Kept while the instruction is under way: a branch that splits off meanwhile has the same course.
        self.fate = fate[:1]
        return fate[0][1]

    def copy(self, shots: int) -> "Branch":
        """The same branch for other shots."""
        other = Branch(self.run, self.state.copy(), shots, 0)
        other.frames = [frame.copy() for frame in self.frames]
        other.memory = self.memory.copy()
        other.results = self.results.copy()
        other.records = self.records.copy()
        other.unread = {qubit: (list(a), list(b)) for qubit, (a, b) in self.unread.items()}
        other.discarded = self.discarded.copy()
        other.held = self.held.copy()
        other.steps = self.steps
        other.fate = self.fate
        return other

    def _settle(self, qubit: int) -> int:
        """Decides the value of a qubit; a branch with the other value waits if both have shots.

        That branch repeats the instruction under way, which so far has changed nothing but settled qubits.
        """
        probability = self.state.probability_of_one(qubit)
        ones = int(self.run.rng.binomial(self.shots, probability))
        bit = int(2 * ones > self.shots) if ones not in (0, self.shots) else int(ones > 0)
        if 0 < ones < self.shots:
            # The larger share waits.
            waiting = self.copy(ones if bit else self.shots - ones)
            waiting.frames[-1].index -= 1
            waiting._collapse(qubit, bit, probability)
            self.run.waiting.append(waiting)
            self.shots -= waiting.shots
            bit = 1 - bit
        self._collapse(qubit, bit, probability)
        return bit

    def _collapse(self, qubit: int, bit: int, probability: float) -> None:
        if 0.0 < probability < 1.0:
            self.state.collapse(qubit, bit)
        results, records = self.unread.pop(qubit, ((), ()))
        mark = self.run.marks[qubit]
        for result in results:
            if self.results[result] is mark:
                self.results[result] = bit
        for place in records:
            self.records[place] = bit
        if qubit not in self.discarded:
            self.held.discard(qubit)


class Run:
    """All branches of a run, and what they came to.

    Attributes:
        rng: Where chance comes from.
        flips: The X gate of each qubit, prepared for the states.
        max_records: How many records one shot may put out.
        marks: What stands for the unread value of each qubit.
        waiting: The branches still to be run.
        order: The number of each shot's outcome, as far as known.
    """

    def __init__(self, flips: Sequence[Sequence[Any]], max_records: int, rng: numpy.random.Generator) -> None:
        """Begins a run without branches.

        Args:
            flips: The X gate of each qubit of the states, prepared for them.
            max_records: How many records one shot may put out.
            rng: Where chance comes from.
        """
        self.rng = rng
        self.flips = flips
        self.max_records = max_records
        self.marks = [Unread(qubit) for qubit in range(len(flips))]
        self.waiting: list[Branch] = []
        self.order: list[int] = []
        # By types and records of an outcome, its number; the types tell 1 from True and 1.0, which are equal.
        self._numbers: dict[tuple[tuple[type, ...], tuple[Any, ...]], int] = {}

    def outcomes(self) -> list[tuple[Any, ...]]:
        """The records of each distinct outcome, by its number."""
        return [records for _, records in self._numbers]

    def finish(self) -> None:
        """Runs all waiting branches to their ends.

        Raises:
            PayloadError: The program does what has no meaning, or takes too long.
        """
        while self.waiting:
            branch = self.waiting.pop()
            self._advance(branch)
            self._collect(branch)
            branch.state.release()

    def _advance(self, branch: Branch) -> None:
        frames = branch.frames
        frame = frames[-1]
        try:
            while frames:
                frame = frames[-1]
                step = frame.block.steps[frame.index]
                frame.index += 1
                step(branch, frame.registers)
        except (ArithmeticError, TypeError, IndexError) as error:
            line = frame.block.lines[frame.index - 1]
            raise PayloadError(f"line {line}: the program does what has no meaning: {error}") from error

    def _collect(self, branch: Branch) -> None:
        """Draws what is unread among the records, for all shots of an ended branch."""
        unread = {qubit: places for qubit, (_, places) in branch.unread.items() if places}
        if not unread:
            number = self._number(branch.records)
            self.order += [number] * branch.shots
            return
        samples = branch.state.sample(tuple(unread), branch.shots, self.rng)
        numbers = []
        for row in samples.rows:
            for places, bit in zip(unread.values(), row, strict=True):
                for place in places:
                    branch.records[place] = bit
            numbers.append(self._number(branch.records))
        self.order += map(numbers.__getitem__, samples.order)

    def _number(self, records: Sequence[Any]) -> int:
        key = (tuple(map(type, records)), tuple(records))
        return self._numbers.setdefault(key, len(self._numbers))
