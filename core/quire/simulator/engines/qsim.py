"""State vectors by qsim, in single precision: its compiled module alone, as its Python package loads Cirq.

It is used where ``qsimcirq`` is installed (extra ``fast``). The module's interface is not one that its makers
promise to keep, so it is used for one thing only: to evolve a circuit and draw its shots.
"""

import importlib.machinery
import importlib.util
import math
import sys
from collections.abc import Mapping
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy

from quire.simulator.circuit import Operation
from quire.simulator.engines.draws import mixed_samples_of
from quire.simulator.engines.samples import Samples
from quire.simulator.engines.terminal import Terminal
from quire.simulator.gates import SHAPES, split_controls

# The package's own numbers for what a processor can do.
_VARIANTS = {0: "qsim_avx512", 1: "qsim_avx2", 2: "qsim_sse"}
_PLAIN = "qsim_basic"
_FUNCTIONS = ("Circuit", "add_gate", "add_matrix_gate", "control_last_gate", "qsim_sample_final")
# Beyond that, errors of single precision could add up to what shots show.
_MOST_GATES = 1_000_000
_MOST_MATRIX_QUBITS = 4
_MOST_DRAWS = 100
# Gates are fused to matrices on three qubits, the fastest of 2 to 5 at all widths from 12 to 20.
_OPTIONS = {
    "i": "",
    "t": 1,
    "f": 3,
    "v": 0,
    "g": False,
    "r": 1,
    "gmode": 0,
    "gsst": 512,
    "gdb": 16,
    "z": False,
}

# Name: qsim's name, and its parameters for a gate without angles.
_FIXED: Mapping[str, tuple[str, Mapping[str, float]]] = {
    "h": ("kH", {}),
    "x": ("kX", {}),
    "y": ("kY", {}),
    "z": ("kZ", {}),
    "s": ("kS", {}),
    "t": ("kT", {}),
    "sdg": ("kZPowGate", {"exponent": -0.5, "global_shift": 0.0}),
    "tdg": ("kZPowGate", {"exponent": -0.25, "global_shift": 0.0}),
    "sx": ("kXPowGate", {"exponent": 0.5, "global_shift": 0.0}),
    "sxdg": ("kXPowGate", {"exponent": -0.5, "global_shift": 0.0}),
    "cx": ("kCX", {}),
    "cz": ("kCZ", {}),
    "swap": ("kSWAP", {}),
    "ccx": ("kCCX", {}),
}
# Name: qsim's power of a Pauli, and by how much of its angle it turns both eigenstates.
_TURNS: Mapping[str, tuple[str, float]] = {
    "rx": ("kXPowGate", -0.5),
    "ry": ("kYPowGate", -0.5),
    "rz": ("kZPowGate", -0.5),
    "r1": ("kZPowGate", 0.0),
    "rxx": ("kXXPowGate", -0.5),
    "ryy": ("kYYPowGate", -0.5),
    "rzz": ("kZZPowGate", -0.5),
    "ctrl1.r1": ("kCZPowGate", 0.0),
}


def _loaded(name: str, folder: str) -> ModuleType:
    """A compiled module of the package, under the name by which the package itself would find it.

    The module registers its types once per process, so there must not be two of it.
    """
    full_name = f"qsimcirq.{name}"
    if full_name in sys.modules:
        return sys.modules[full_name]
    for suffix in importlib.machinery.EXTENSION_SUFFIXES:
        path = Path(folder, name + suffix)
        if path.is_file():
            spec = importlib.util.spec_from_file_location(full_name, path)
            if spec is not None and spec.loader is not None:
                module = importlib.util.module_from_spec(spec)
                spec.loader.exec_module(module)
                sys.modules[full_name] = module
                return module
    raise ModuleNotFoundError(f"{folder} has no {name}", name=full_name)


def _module() -> Any:
    """The compiled module for this processor; None if it is not installed, or not as expected."""
    package = importlib.util.find_spec("qsimcirq")
    if package is None or not package.submodule_search_locations:
        return None
    folder = package.submodule_search_locations[0]
    try:
        number = _loaded("qsim_decide", folder).detect_instructions()
        module = _loaded(_VARIANTS.get(number, _PLAIN), folder)
    except (ImportError, AttributeError):
        return None
    needed = {*_FUNCTIONS, *(kind for kind, _ in (*_FIXED.values(), *_TURNS.values()))}
    return module if needed.issubset(dir(module)) else None


_QSIM = _module()


def can_sample(terminal: Terminal) -> bool:
    """Whether qsim is installed, and has all gates of a circuit."""
    if _QSIM is None or len(terminal.gates) > _MOST_GATES:
        return False
    return all(map(_is_known, {name for name, _, _ in terminal.gates}))


def _is_known(name: str) -> bool:
    base, _ = split_controls(name)
    if base.startswith("unitary"):
        return SHAPES[base].num_qubits <= _MOST_MATRIX_QUBITS
    return base == "id" or base in _FIXED or base in _TURNS


def _angle(angle: float) -> float:
    """An angle within two turns, which single precision holds well, of a gate that repeats after two."""
    return 2 * math.atan2(math.sin(angle / 2), math.cos(angle / 2))


def _add(circuit: Any, time: int, operation: Operation) -> None:
    """Adds a gate to qsim's circuit."""
    name, qubits, params = operation
    count = 0
    if name not in _FIXED and name not in _TURNS:
        name, count = split_controls(name)
    targets = list(qubits[count:])
    if name in _TURNS:
        kind, shift = _TURNS[name]
        turn = {"exponent": _angle(params[0]) / math.pi, "global_shift": shift}
        _QSIM.add_gate(getattr(_QSIM, kind), time, targets, turn, circuit)
    elif name in _FIXED:
        kind, fixed = _FIXED[name]
        _QSIM.add_gate(getattr(_QSIM, kind), time, targets, fixed, circuit)
    elif name != "id":
        _QSIM.add_matrix_gate(time, targets, list(params), circuit)
    if count and name != "id":
        _QSIM.control_last_gate(list(qubits[:count]), [1] * count, circuit)


def _circuit(terminal: Terminal) -> Any:
    circuit = _QSIM.Circuit()
    circuit.num_qubits = terminal.num_qubits
    for time, gate in enumerate(terminal.gates):
        _add(circuit, time, gate)
    return circuit


def sample(terminal: Terminal, shots: int, rng: numpy.random.Generator) -> Samples:
    """Evolves a circuit once and draws its shots.

    Args:
        terminal: The circuit, for which ``can_sample`` is true.
        shots: How many shots.
        rng: Where chance comes from.
    """
    options = {**_OPTIONS, "c": _circuit(terminal)}
    for _ in range(_MOST_DRAWS):
        draws = _QSIM.qsim_sample_final({**options, "s": int(rng.integers(2**31))}, shots)
        if not draws:
            raise MemoryError
        # Rounding may put a draw beyond the end of the distribution; qsim leaves it out then.
        if len(draws) == shots:
            # They come in ascending order.
            return mixed_samples_of(draws, terminal.sources, rng)
    raise ArithmeticError("the state vector has lost its norm")
