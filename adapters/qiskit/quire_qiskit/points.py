"""The points that circuits are to be run at, in the shapes that users give them; nothing about jobs."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from qiskit import QuantumCircuit

from quire.errors import OptionError
from quire_qiskit.bindings import bound, rows_of

Point = list[float] | Mapping[Any, float]
"""Values of a circuit's parameters, in their order or by parameter or name."""


def with_points(
    circuits: Sequence[QuantumCircuit], values: Any, binds: Any
) -> list[tuple[QuantumCircuit, Sequence[Point]]]:
    """The circuits with their points.

    Args:
        circuits: The circuits.
        values: ``parameter_values``: for each circuit an array of shape (points, parameters), or
            (parameters,) for one point, in the order of ``circuit.parameters``; of a single circuit also
            the array itself. None for none.
        binds: ``parameter_binds``, as in Aer; see ``quire_qiskit.bindings``. None for none.

    Returns:
        Circuits, each with the points that it is to be run at; a circuit that is to be run once, as it is,
        has none.

    Raises:
        OptionError: They do not fit the circuits, or both are given.
    """
    if values is not None and binds is not None:
        raise OptionError(
            "parameter_values= and parameter_binds= give values for the same parameters; give one",
            argument="parameter_values",
        )
    if binds is not None:
        option = "parameter_binds"
        rows_of_all: list[Sequence[Point]] = list(rows_of(circuits, binds))
    elif values is not None:
        option = "parameter_values"
        arrays = zip(circuits, _per_circuit(circuits, values), strict=True)
        rows_of_all = [_rows(circuit, rows) for circuit, rows in arrays]
    else:
        return [(circuit, ()) for circuit in circuits]
    if not any(rows_of_all):
        raise OptionError(f"{option}= has no point to run a circuit at", argument=option)
    pairs = zip(circuits, rows_of_all, strict=True)
    return [run for circuit, rows in pairs for run in _runs(circuit, rows, option)]


def _runs(
    circuit: QuantumCircuit, points: Sequence[Point], option: str
) -> list[tuple[QuantumCircuit, Sequence[Point]]]:
    """A program with open places is worth its price for several points only; else their values are bound."""
    if not points:
        return []
    # This also tells whether they fit: all points of a circuit have the same parameters.
    first = bound(circuit, points[0], option)
    if len(points) > 1 and circuit.num_parameters and not first.num_parameters:
        return [(circuit, points)]
    return [(first, ()), *((bound(circuit, point, option), ()) for point in points[1:])]


def _per_circuit(circuits: Sequence[QuantumCircuit], values: Any) -> list[Any]:
    if len(circuits) == 1 and _depth(values) < 3:
        return [values]
    if not hasattr(values, "__len__") or len(values) != len(circuits):
        raise OptionError(
            f"parameter_values= takes a list with one array for each of the {len(circuits)} circuits",
            argument="parameter_values",
        )
    return list(values)


def _depth(values: Any) -> int:
    try:
        return np.ndim(values)
    except ValueError:
        # Rows of different lengths: they are refused by the circuit that they do not fit.
        return 2


def _rows(circuit: QuantumCircuit, rows: Any) -> Sequence[Point]:
    wanted = f"{circuit.num_parameters} values for each point of circuit {circuit.name}"
    try:
        array = np.asarray(rows, dtype=float)
    except (TypeError, ValueError) as error:
        raise OptionError(
            f"parameter_values= takes {wanted}: {error}", argument="parameter_values"
        ) from error
    if array.ndim not in (1, 2) or array.shape[-1] != circuit.num_parameters:
        raise OptionError(
            f"parameter_values= takes {wanted}, not an array of shape {array.shape}",
            argument="parameter_values",
        )
    points: Sequence[Point] = np.atleast_2d(array).tolist()
    return points
