"""Classical controls as choices over single measured bits, which is all that programs can branch on."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import cirq

from quire.errors import TranslationError


class Bit(NamedTuple):
    """One measured bit, and the value of it that counts as true.

    Attributes:
        result: The index of the program's result.
        wanted: The value, as measured by the target (before Cirq's inversion).
    """

    result: int
    wanted: int


class Choice(NamedTuple):
    """A condition: all of its bits, or any of them, must have the wanted value."""

    needs_all: bool
    bits: tuple[Bit, ...]


Measured = Mapping[str, Sequence[Sequence[tuple[int, int]]]]
"""By key, for each time it was measured: the program's result and the inversion (0 or 1) of each bit."""


def choice(condition: cirq.Condition, measured: Measured) -> Choice:
    """A condition of Cirq as a choice.

    Args:
        condition: A ``cirq.KeyCondition`` or ``cirq.BitMaskKeyCondition``.
        measured: What has been measured so far.

    Raises:
        TranslationError: It is of another kind, or its key has not been measured.
    """
    if isinstance(condition, cirq.KeyCondition):
        return Choice(False, tuple(Bit(result, 1 ^ flip) for result, flip in _bits(condition, measured)))
    if isinstance(condition, cirq.BitMaskKeyCondition):
        return _masked_choice(condition, _bits(condition, measured))
    raise TranslationError(
        f"the condition {condition} is a formula; targets branch on single bits: "
        "use measurement keys or cirq.BitMaskKeyCondition",
        element=str(condition),
    )


def _bits(
    condition: "cirq.KeyCondition | cirq.BitMaskKeyCondition", measured: Measured
) -> Sequence[tuple[int, int]]:
    try:
        return measured[str(condition.key)][condition.index]
    except (KeyError, IndexError) as error:
        raise TranslationError(
            f"the condition {condition} asks for a measurement that has not been made before it",
            element=str(condition),
        ) from error


def _masked_choice(condition: "cirq.BitMaskKeyCondition", bits: Sequence[tuple[int, int]]) -> Choice:
    """Compares the key's bits, read as a big-endian number and masked, with the target value."""
    everything = (1 << len(bits)) - 1
    mask = everything if condition.bitmask is None else condition.bitmask & everything
    equal = condition.equal_target
    if condition.target_value & ~mask:
        # No masked number equals it. "All of nothing" is true, "any of nothing" is false.
        return Choice(not equal, ())
    weights = [1 << i for i in reversed(range(len(bits)))]
    return Choice(
        equal,
        tuple(
            Bit(result, (1 if condition.target_value & weight else 0) ^ flip ^ (not equal))
            for (result, flip), weight in zip(bits, weights, strict=True)
            if mask & weight
        ),
    )
