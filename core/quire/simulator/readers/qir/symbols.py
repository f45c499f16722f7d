"""The functions that QIR programs may call, by symbol, and what each one is."""

from collections.abc import Mapping
from enum import Enum, auto
from types import MappingProxyType

from quire import qir


class Runtime(Enum):
    """What a function that is no gate does."""

    MEASURE = auto()
    """Measures a qubit into a result."""
    MEASURE_RESET = auto()
    """Measures a qubit into a result, then resets the qubit."""
    RESET = auto()
    """Resets a qubit to |0>."""
    READ = auto()
    """Gives a result as a bit."""
    WRITE = auto()
    """Sets a result to a bit."""
    RECORD_RESULT = auto()
    """Puts out a result."""
    RECORD_ARRAY = auto()
    """Opens an array of the output."""
    RECORD_TUPLE = auto()
    """Opens a tuple of the output."""
    RECORD_VALUE = auto()
    """Puts out a classical value."""
    NOTHING = auto()
    """Has no effect on an ideal machine."""


_QIS = "__quantum__qis__{}__body"

# Other spellings that compilers emit for the gates of quire.qir, and gates that it does not write.
_ALIASES = {
    "cnot": "cx",
    "ccnot": "ccx",
    "sdg": "sdg",
    "tdg": "tdg",
    "sxdg": "sxdg",
    "r1": "r1",
    "id": "id",
    "i": "id",
}


def _gates() -> dict[str, str]:
    symbols = {gate.symbol: name for name, gate in qir.GATES.items()}
    symbols.update({_QIS.format(alias): name for alias, name in _ALIASES.items()})
    symbols["__quantum__qis__sx__adj"] = "sxdg"
    return symbols


GATES: Mapping[str, str] = MappingProxyType(_gates())
"""The name in ``quire.simulator.gates`` of each gate's symbol."""

RUNTIME: Mapping[str, Runtime] = MappingProxyType(
    {
        "__quantum__qis__m__body": Runtime.MEASURE,
        "__quantum__qis__mz__body": Runtime.MEASURE,
        "__quantum__qis__mresetz__body": Runtime.MEASURE_RESET,
        "__quantum__qis__reset__body": Runtime.RESET,
        "__quantum__qis__read_result__body": Runtime.READ,
        "__quantum__rt__read_result": Runtime.READ,
        "__quantum__rt__write_result": Runtime.WRITE,
        "__quantum__rt__result_record_output": Runtime.RECORD_RESULT,
        "__quantum__rt__array_record_output": Runtime.RECORD_ARRAY,
        "__quantum__rt__tuple_record_output": Runtime.RECORD_TUPLE,
        "__quantum__rt__bool_record_output": Runtime.RECORD_VALUE,
        "__quantum__rt__int_record_output": Runtime.RECORD_VALUE,
        "__quantum__rt__double_record_output": Runtime.RECORD_VALUE,
        "__quantum__rt__initialize": Runtime.NOTHING,
        "__quantum__rt__begin_parallel": Runtime.NOTHING,
        "__quantum__rt__end_parallel": Runtime.NOTHING,
        "__quantum__qis__barrier__body": Runtime.NOTHING,
    }
)
"""What each function that is no gate does."""
