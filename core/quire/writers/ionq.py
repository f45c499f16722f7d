"""IonQ's JSON as a payload, with the gate set ``qis``, after https://docs.ionq.com; nothing about SDKs.

Programs measure nothing: the answer is the distribution of all qubits, bit i of a key being qubit i.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import ClassVar

from quire.formats import IONQ_CIRCUIT, IONQ_RESULTS
from quire.writers.frame import Frame

_NAMES = {"sdg": "si", "tdg": "ti", "sx": "v", "rxx": "xx", "ryy": "yy", "rzz": "zz"}
_CONTROLLED = {"cx": "x", "cy": "y", "cz": "z"}


def _templates() -> dict[str, str]:
    gates = {
        name: f'{{"gate":"{_NAMES.get(name, name)}","target":%s}},\n'
        for name in ("h", "x", "y", "z", "s", "sdg", "t", "tdg", "sx")
    }
    gates |= {n: f'{{"gate":"{n}","rotation":%s,"target":%s}},\n' for n in ("rx", "ry", "rz")}
    gates |= {n: f'{{"gate":"{x}","control":%s,"target":%s}},\n' for n, x in _CONTROLLED.items()}
    gates["swap"] = '{"gate":"swap","targets":[%s,%s]},\n'
    gates |= {
        n: f'{{"gate":"{_NAMES[n]}","rotation":%s,"targets":[%s,%s]}},\n' for n in ("rxx", "ryy", "rzz")
    }
    gates["ccx"] = '{"gate":"x","controls":[%s,%s],"target":%s},\n'
    return gates


def ionq_program(num_qubits: int, gateset: str, body: str) -> bytes:
    """The whole payload.

    Args:
        num_qubits: How many qubits it has.
        gateset: ``qis`` or ``native``.
        body: The gates' objects, each followed by a comma and a line end.
    """
    gates = body.removesuffix(",\n")
    return f'{{"gateset":"{gateset}","qubits":{num_qubits},"circuit":[\n{gates}\n]}}'.encode()


class IonqFrame(Frame):
    """An IonQ circuit under construction; see :class:`quire.writers.frame.Frame`."""

    format: ClassVar[str] = IONQ_CIRCUIT
    output_format: ClassVar[str] = IONQ_RESULTS
    gates: ClassVar[Mapping[str, str]] = MappingProxyType(_templates())
    measures: ClassVar[bool] = False
    is_adaptive: ClassVar[bool] = False

    def __init__(self, num_qubits: int) -> None:
        """Begins an empty circuit.

        Args:
            num_qubits: How many qubits it has, measured or not.
        """
        super().__init__([str(i) for i in range(num_qubits)], [])

    def text(self) -> bytes:
        """The whole payload, UTF-8."""
        return ionq_program(len(self.qubits), "qis", "".join(self.lines))
