"""Values for a circuit's parameters, in the shapes that users give them."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from qiskit import QuantumCircuit
from qiskit.exceptions import QiskitError

from quire.errors import OptionError


def bound(circuit: QuantumCircuit, values: object, option: str) -> QuantumCircuit:
    """The circuit with values for its parameters.

    Args:
        circuit: The circuit.
        values: A mapping from parameters, or their names; or values in the order of ``circuit.parameters``.
        option: The option they were given as, for the message.

    Raises:
        OptionError: They do not fit the circuit.
    """
    try:
        return circuit.assign_parameters(values)
    except (QiskitError, ArithmeticError, LookupError, RuntimeError, TypeError, ValueError) as error:
        raise OptionError(
            f"{option}= does not fit circuit {circuit.name}: {error}; it takes values in the order of "
            "circuit.parameters, or a mapping from parameters",
            argument=option,
        ) from error


def rows_of(circuits: Sequence[QuantumCircuit], binds: Any) -> list[list[Mapping[Any, float]]]:
    """For each circuit its rows of values, as Aer's ``parameter_binds`` has them.

    Args:
        circuits: The circuits.
        binds: For each circuit a mapping from its parameters to a list of values, or to one value for all.

    Raises:
        OptionError: They do not fit the circuits.
    """
    if not isinstance(binds, Sequence) or len(binds) != len(circuits):
        raise OptionError(
            f"parameter_binds= takes a list with one mapping for each of the {len(circuits)} circuits",
            argument="parameter_binds",
        )
    return [list(_rows(columns)) for columns in binds]


def _rows(columns: Any) -> Iterable[Mapping[Any, float]]:
    if not isinstance(columns, Mapping):
        raise OptionError(
            f"parameter_binds= takes mappings from parameters to values, not {columns!r}",
            argument="parameter_binds",
        )
    lists = {key: list(values) if _is_list(values) else [values] for key, values in columns.items()}
    count = max(map(len, lists.values()), default=1)
    if any(len(values) not in (1, count) for values in lists.values()):
        raise OptionError(
            "parameter_binds= takes lists of one length for each circuit", argument="parameter_binds"
        )
    for i in range(count):
        yield {key: values[i if len(values) > 1 else 0] for key, values in lists.items()}


def _is_list(values: object) -> bool:
    return hasattr(values, "__iter__") and not isinstance(values, str)
