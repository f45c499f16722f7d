"""Classical controls as choices over single measured bits, which is all that programs can branch on."""

import itertools
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


MAX_FORMULA_BITS = 6
"""The most bits that a formula may be over; each of their 2^n values for which it fails is a choice."""


def choices(condition: cirq.Condition, measured: Measured) -> tuple[Choice, ...]:
    """A condition of Cirq as choices that must all hold.

    Args:
        condition: The condition. One that is neither a ``cirq.KeyCondition`` nor a
            ``cirq.BitMaskKeyCondition`` is asked itself about each value of its keys' bits.
        measured: What has been measured so far.

    Raises:
        TranslationError: A key has not been measured, or a formula is over too many bits.
    """
    if isinstance(condition, cirq.KeyCondition):
        bits = _bits(condition, condition.key, condition.index, measured)
        return (Choice(False, tuple(Bit(result, 1 ^ flip) for result, flip in bits)),)
    if isinstance(condition, cirq.BitMaskKeyCondition):
        bits = _bits(condition, condition.key, condition.index, measured)
        return (_masked_choice(condition, bits),)
    return _tabulated(condition, {key: _bits(condition, key, -1, measured) for key in condition.keys})


def _tabulated(
    condition: cirq.Condition, bits_by_key: Mapping[cirq.MeasurementKey, Sequence[tuple[int, int]]]
) -> tuple[Choice, ...]:
    """For each value of the bits for which the condition fails: one of them must be another."""
    bits = [bit for each in bits_by_key.values() for bit in each]
    if len(bits) > MAX_FORMULA_BITS:
        raise TranslationError(
            f"the condition {condition} is a formula over {len(bits)} bits, and only one over "
            f"{MAX_FORMULA_BITS} at most becomes branches on single bits: use cirq.BitMaskKeyCondition",
            element=str(condition),
        )
    values = list(itertools.product((0, 1), repeat=len(bits)))
    failing = [value for value in values if not _is_true(condition, bits_by_key, value)]
    if len(failing) == len(values):
        return (Choice(False, ()),)
    return tuple(
        Choice(
            False,
            tuple(Bit(result, 1 ^ bit ^ flip) for (result, flip), bit in zip(bits, value, strict=True)),
        )
        for value in failing
    )


def _is_true(
    condition: cirq.Condition, keys: Mapping[cirq.MeasurementKey, Sequence[object]], value: Sequence[int]
) -> bool:
    recorded, rest = cirq.ClassicalDataDictionaryStore(), iter(value)
    for key, bits in keys.items():
        qubits = cirq.LineQubit.range(len(bits))
        recorded.record_measurement(key, tuple(itertools.islice(rest, len(bits))), qubits)
    return condition.resolve(recorded)


def _bits(
    condition: cirq.Condition, key: cirq.MeasurementKey, index: int, measured: Measured
) -> Sequence[tuple[int, int]]:
    try:
        return measured[str(key)][index]
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
