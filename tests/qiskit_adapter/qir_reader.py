"""A second reading of QIR text, with matrices of its own: what a program does, exactly, in Qiskit's order."""

import re
from collections import defaultdict

import numpy as np

PAULI = {"x": np.array([[0, 1], [1, 0]]), "y": np.array([[0, -1j], [1j, 0]]), "z": np.diag([1, -1])}
EIGHTH = np.exp(1j * np.pi / 4)
PHASES = {"s__body": 1j, "s__adj": -1j, "t__body": EIGHTH, "t__adj": EIGHTH.conj()}


class Program:
    """The body of a program as a list of steps, and what its attributes claim."""

    def __init__(self, data):
        text = data.decode("ascii")
        claims = dict(re.findall(r'"(qir_profiles|required_num_\w+)"="(\w+)"', text))
        self.profile = claims["qir_profiles"]
        self.num_qubits = int(claims["required_num_qubits"])
        self.num_results = int(claims["required_num_results"])
        body = text.partition("@ENTRYPOINT__main() #0 {\n")[2].partition("\n}")[0]
        declared = set(re.findall(r"^declare \w+ @(\w+)\(", text, re.MULTILINE))
        assert declared == set(re.findall(r"@(__quantum__\w+)\(", body)), "calls and declarations differ"
        self.steps = [_step(line.strip()) for line in body.splitlines()]
        self.labels = {step[1]: at for at, step in enumerate(self.steps) if step[0] == "label"}
        assert len(self.labels) == sum(step[0] == "label" for step in self.steps), "a label twice"

    def calls(self):
        """(name, angles, qubits) of each gate, in order."""
        return [step[1:] for step in self.steps if step[0] == "gate"]

    def unitary(self):
        """The gates' matrix; qubit 0 is the least significant."""
        state = np.eye(2**self.num_qubits, dtype=complex)
        shape = (2,) * self.num_qubits + (-1,)
        for name, angles, qubits in self.calls():
            state = _applied(matrix(name, angles), state.reshape(shape), qubits, self.num_qubits)
        return state.reshape(2**self.num_qubits, -1)

    def distribution(self):
        """The exact probability of each output, written as Qiskit writes counts: arrays joined by spaces."""
        state = np.zeros((2,) * self.num_qubits + (1,), dtype=complex)
        state[(0,) * state.ndim] = 1
        outputs = defaultdict(float)
        todo = [(0, state, (0,) * self.num_results)]
        while todo:
            at, state, results = todo.pop()
            self._follow(at, state, results, todo, outputs)
        return dict(outputs)

    def _follow(self, at, state, results, todo, outputs):
        bits = {}
        while True:
            kind, *rest = self.steps[at]
            at += 1
            if kind == "gate":
                name, angles, qubits = rest
                state = _applied(matrix(name, angles), state, qubits, self.num_qubits)
            elif kind == "read":
                bits[rest[0]] = results[rest[1]]
            elif kind == "branch":
                at = self.labels[rest[1] if bits[rest[0]] else rest[2]]
            elif kind == "jump":
                at = self.labels[rest[0]]
            elif kind in ("measure", "reset"):
                todo += self._split(at, state, results, kind, rest)
                return
            elif kind != "label":
                outputs[self._output(at - 1, results)] += np.linalg.norm(state) ** 2
                return

    def _split(self, at, state, results, kind, operands):
        for outcome in (0, 1):
            part = _applied(np.diag([1 - outcome, outcome]), state, operands[:1], self.num_qubits)
            if np.linalg.norm(part) < 1e-7:
                continue
            if kind == "measure":
                index = operands[1]
                yield at, part, (*results[:index], outcome, *results[index + 1 :])
            else:
                yield at, _applied(PAULI["x"], part, operands, self.num_qubits) if outcome else part, results

    def _output(self, at, results):
        steps = iter(self.steps[at:])

        def value():
            kind, count = next(steps)
            if kind == "result":
                return str(results[count])
            return (" " if kind == "tuple" else "").join([value() for _ in range(count)])

        text = value()
        assert next(steps) == ("end",), "records go on after the output"
        return text


def _step(line):
    indices = [int(index) for index in re.findall(r"i64 (\d+) to", line)]
    if line.endswith(":"):
        return "label", line[:-1]
    if line == "ret void":
        return ("end",)
    if found := re.fullmatch(r"br label %(\w+)", line):
        return "jump", found[1]
    if found := re.fullmatch(r"br i1 %(\w+), label %(\w+), label %(\w+)", line):
        return "branch", *found.groups()
    if found := re.fullmatch(r"%(\w+) = call i1 @__quantum__rt__read_result\(.*\)", line):
        return "read", found[1], *indices
    if found := re.fullmatch(
        r"call void @__quantum__rt__(tuple|array)_record_output\(i64 (\d+), i8\* null\)", line
    ):
        return found[1], int(found[2])
    if line.startswith("call void @__quantum__rt__result_record_output("):
        return "result", *indices
    name = re.fullmatch(r"call void @__quantum__qis__(\w+)\(.*\)", line)[1]
    if name in ("mz__body", "reset__body"):
        return "measure" if name == "mz__body" else "reset", *indices
    return "gate", name, [float(angle) for angle in re.findall(r"double ([^,)]+)", line)], indices


def matrix(name, angles):
    """A gate's matrix; its first qubit is the most significant."""
    letters = name.removesuffix("__body")
    if name in PHASES:
        return np.diag([1, PHASES[name]])
    if letters in PAULI:
        return PAULI[letters]
    if letters == "h":
        return np.array([[1, 1], [1, -1]]) / np.sqrt(2)
    if letters == "sx":
        return (np.eye(2) + PAULI["x"] + 1j * (np.eye(2) - PAULI["x"])) / 2
    if letters == "swap":
        return np.eye(4)[[0, 2, 1, 3]]
    if letters[0] == "r":
        pauli = PAULI[letters[1]]
        generator = np.kron(pauli, pauli) if len(letters) == 3 else pauli
        return np.cos(angles[0] / 2) * np.eye(len(generator)) - 1j * np.sin(angles[0] / 2) * generator
    controls, target = letters[:-1], letters[-1]
    assert set(controls) == {"c"}, name
    whole = np.eye(2 ** len(letters), dtype=complex)
    whole[-2:, -2:] = PAULI[target]
    return whole


def _applied(gate, state, qubits, num_qubits):
    """A gate applied to a state whose axis num_qubits - 1 - q is qubit q."""
    axes = [num_qubits - 1 - qubit for qubit in qubits]
    width = len(axes)
    moved = np.moveaxis(state, axes, range(width))
    shape = moved.shape
    done = (np.asarray(gate) @ moved.reshape(2**width, -1)).reshape(shape)
    return np.moveaxis(done, range(width), axes)
