"""Hexadecimal outcomes as arrays of bits; nothing about what the bits mean."""

from collections.abc import Collection

import numpy as np
from numpy.typing import NDArray


def bit_columns(numbers: Collection[str], width: int) -> NDArray[np.uint8]:
    """The bits of numbers.

    Args:
        numbers: Numbers of at most ``width`` bits, in hexadecimal.
        width: How many columns there are to be.

    Returns:
        An array of shape (numbers, width); column i is bit i.
    """
    size = max(1, -(-width // 8))
    known = {number: int(number, 16).to_bytes(size, "little") for number in set(numbers)}
    data = b"".join([known[number] for number in numbers])
    rows = np.frombuffer(data, dtype=np.uint8).reshape(len(numbers), size)
    return np.unpackbits(rows, axis=-1, bitorder="little")[:, :width]
