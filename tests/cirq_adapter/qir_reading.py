"""An independent reader of QIR text: gates as matrices, and the exact distribution of a program's output."""

import re

import numpy as np

_I = np.eye(2)
_X = np.array([[0, 1], [1, 0]])
_Y = np.array([[0, -1j], [1j, 0]])
_Z = np.diag([1, -1])
_T = np.exp(0.25j * np.pi)


def _rotation(generator, angle):
    return np.cos(angle / 2) * np.eye(len(generator)) - 1j * np.sin(angle / 2) * generator


def _controlled(matrix, controls=1):
    result = np.eye(len(matrix) * 2**controls, dtype=complex)
    result[-len(matrix) :, -len(matrix) :] = matrix
    return result


_FIXED = {
    "h__body": (_X + _Z) / np.sqrt(2),
    "x__body": _X,
    "y__body": _Y,
    "z__body": _Z,
    "s__body": np.diag([1, 1j]),
    "s__adj": np.diag([1, -1j]),
    "t__body": np.diag([1, _T]),
    "t__adj": np.diag([1, np.conj(_T)]),
    "sx__body": np.array([[1 + 1j, 1 - 1j], [1 - 1j, 1 + 1j]]) / 2,
    "cx__body": _controlled(_X),
    "cy__body": _controlled(_Y),
    "cz__body": _controlled(_Z),
    "ccx__body": _controlled(_X, 2),
    "swap__body": np.eye(4)[[0, 2, 1, 3]],
}
_GENERATORS = {
    "rx__body": _X,
    "ry__body": _Y,
    "rz__body": _Z,
    "rxx__body": np.kron(_X, _X),
    "ryy__body": np.kron(_Y, _Y),
    "rzz__body": np.kron(_Z, _Z),
}
_CALL = re.compile(r"call void @__quantum__(qis|rt)__(\w+)\((.*)\)")
_INDEX = re.compile(r"i64 (\d+) to")
_ANGLE = re.compile(r"double ([-+.e\d]+)")
_BRANCH = re.compile(
    r"(%\w+) = call i1 @__quantum__rt__read_result\(%Result\* inttoptr \(i64 (\d+) to %Result\*\)\)"
)


def apply(state, matrix, qubits):
    """Applies a gate to the first axes of a state; the gate's first qubit is its most significant one."""
    width = len(qubits)
    tensor = np.asarray(matrix, dtype=complex).reshape((2,) * (2 * width))
    moved = np.tensordot(tensor, state, axes=(range(width, 2 * width), qubits))
    return np.moveaxis(moved, range(width), qubits)


def _matrix(name, arguments):
    angles = [float(angle) for angle in _ANGLE.findall(arguments)]
    return _rotation(_GENERATORS[name], *angles) if angles else _FIXED[name]


def lines_of(data):
    """The body's lines, after the entry block's label."""
    text = data.decode()
    return [line.strip() for line in text[text.index("block_0:") : text.index("\n}")].splitlines()[1:]]


def num_qubits_of(data):
    return int(re.search(r'"required_num_qubits"="(\d+)"', data.decode()).group(1))


def profile_of(data):
    return re.search(r'"qir_profiles"="(\w+)"', data.decode()).group(1)


def unitary_of(data):
    """The matrix of a program's gates; its measurements are skipped."""
    width = num_qubits_of(data)
    state = np.eye(2**width, dtype=complex).reshape((2,) * width + (2**width,))
    for line in lines_of(data):
        kind, name, arguments = _CALL.match(line).groups() if _CALL.match(line) else ("", "", "")
        if kind == "qis" and name != "mz__body":
            state = apply(state, _matrix(name, arguments), [int(i) for i in _INDEX.findall(arguments)])
    return state.reshape(2**width, 2**width)


class _Run:
    """All ways a program can go, each with its probability in the norm of its state."""

    def __init__(self, data):
        self.lines = lines_of(data)
        self.labels = {line[:-1]: i for i, line in enumerate(self.lines) if line.endswith(":")}
        self.outputs = {}

    def go(self, at, state, results, output):
        while True:
            line = self.lines[at]
            at += 1
            if line.startswith("ret"):
                value = _value(iter(output), results)
                self.outputs[value] = self.outputs.get(value, 0.0) + np.vdot(state, state).real
                return
            if line.startswith("br label"):
                at = self.labels[line.split("%")[1]]
            elif read := _BRANCH.match(line):
                words = re.findall(r"%(\w+)", self.lines[at])
                assert words[0] == read.group(1)[1:]
                at = self.labels[words[1 if results[int(read.group(2))] else 2]]
            elif call := _CALL.match(line):
                kind, name, arguments = call.groups()
                if kind == "rt":
                    output = [*output, (name.split("_")[0], int(re.search(r"i64 (\d+)", arguments).group(1)))]
                    continue
                indices = [int(i) for i in _INDEX.findall(arguments)]
                if name in ("mz__body", "reset__body"):
                    self.split(at, state, results, output, name, indices)
                    return
                state = apply(state, _matrix(name, arguments), indices)

    def split(self, at, state, results, output, name, indices):
        for bit in (0, 1):
            part = apply(state, np.diag([1 - bit, bit]), indices[:1])
            if np.vdot(part, part).real < 1e-12:
                continue
            if name == "mz__body":
                self.go(at, part, {**results, indices[1]: bit}, output)
            else:
                # The two parts of a reset qubit are orthogonal in the rest, so they stay apart.
                self.go(at, apply(part, _X, indices) if bit else part, results, output)


def _value(records, results):
    kind, number = next(records)
    if kind == "result":
        return results[number]
    items = tuple(_value(records, results) for _ in range(number))
    return items if kind == "tuple" else list_value(items)


class list_value(tuple):  # noqa: N801
    """An array's value: like a tuple, so that it can be a dictionary's key, but told apart from one."""

    def __repr__(self):
        return f"[{', '.join(map(repr, self))}]"


def outputs_of(data):
    """The exact probability of each output: arrays and tuples as tuples."""
    width = num_qubits_of(data)
    state = np.zeros((2,) * width, dtype=complex)
    state[(0,) * width] = 1
    run = _Run(data)
    run.go(0, state, {}, [])
    return run.outputs
