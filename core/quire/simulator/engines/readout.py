"""Results that are read wrongly at the end of a circuit, which has no use for them before."""

from typing import Any

import attrs
import numpy

from quire.model import NoiseModel
from quire.simulator.circuit import MEASURE, Circuit
from quire.simulator.engines.samples import Samples, Shots, distinct
from quire.simulator.output import Container, Output

# Bits of one batch of shots, a random number each.
_BATCH_BITS = 2**22


def _columns(circuit: Circuit) -> list[int]:
    """The results that are put out and were measured, each once."""
    measured = {indices[1] for name, indices, _ in circuit.operations if name == MEASURE}
    return sorted(measured.intersection(circuit.output.results))


def flattened(circuit: Circuit) -> Circuit:
    """The circuit with its measured results, each once and in their order, as its output."""
    columns = _columns(circuit)
    return attrs.evolve(circuit, output=Output((Container(False, len(columns)), *columns)))


def misread(circuit: Circuit, samples: Samples, noise: NoiseModel, rng: numpy.random.Generator) -> Shots:
    """The shots of a circuit, some of their bits read wrongly.

    Args:
        circuit: The circuit.
        samples: What was measured by its ``flattened`` form.
        noise: How often a bit is misread.
        rng: Where chance comes from.
    """
    columns = _columns(circuit)
    if not columns:
        return Shots([circuit.output.value([0] * len(circuit.output.results))], [0] * len(samples.order))
    if not any(noise.measurement):
        return Shots([_value(circuit, columns, row) for row in samples.rows], samples.order)
    rows = numpy.array(samples.rows, dtype=numpy.uint8)
    order = numpy.array(samples.order)
    wrong = numpy.array(noise.measurement)
    size = max(1, _BATCH_BITS // len(columns))
    draws: list[bytes] = []
    for begin in range(0, len(order), size):
        bits = rows[order[begin : begin + size]]
        bits ^= rng.random(bits.shape) < wrong[bits]
        draws += map(bytes, bits)
    keys, numbers = distinct(draws)
    return Shots([_value(circuit, columns, key) for key in keys], numbers)


def _value(circuit: Circuit, columns: list[int], row: Any) -> Any:
    bits = dict(zip(columns, row, strict=True))
    return circuit.output.value([bits.get(result, 0) for result in circuit.output.results])
