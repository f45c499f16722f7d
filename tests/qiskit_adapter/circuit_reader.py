"""The exact distribution of a circuit's counts, by the SDK's own state vectors, split at each measurement."""

from collections import defaultdict

import numpy as np
from qiskit.circuit import CASE_DEFAULT, ClassicalRegister, Clbit
from qiskit.circuit.classical import expr
from qiskit.quantum_info import Statevector
from qiskit.result.postprocess import format_counts_memory

IMPOSSIBLE = 1e-12


def exact_counts(circuit):
    """The probability of each key of the counts, written as Qiskit's own simulators write it."""
    header = {
        "creg_sizes": [[register.name, register.size] for register in circuit.cregs],
        "memory_slots": circuit.num_clbits,
    }
    probabilities = defaultdict(float)
    for bits, probability in _outcomes(circuit):
        value = sum(bit << index for index, bit in enumerate(bits))
        probabilities[format_counts_memory(hex(value), header)] += probability
    return dict(probabilities)


def _outcomes(circuit):
    branches = [(1.0, Statevector.from_int(0, 2**circuit.num_qubits), (0,) * circuit.num_clbits)]
    qubits = {qubit: index for index, qubit in enumerate(circuit.qubits)}
    clbits = {bit: index for index, bit in enumerate(circuit.clbits)}
    for probability, _, bits in _run(circuit, branches, qubits, clbits):
        yield bits, probability


def _run(circuit, branches, qubits, clbits):
    for instruction in circuit.data:
        step = _Step(instruction, qubits, clbits)
        branches = [after for branch in branches for after in step.run(branch)]
    return branches


class _Step:
    def __init__(self, instruction, qubits, clbits):
        self.operation = instruction.operation
        self.qubits = [qubits[qubit] for qubit in instruction.qubits]
        self.clbits = [clbits[bit] for bit in instruction.clbits]
        self.index = clbits

    def run(self, branch):
        action = getattr(self, f"_{self.operation.name}", None)
        if action is not None:
            return action(*branch)
        probability, state, bits = branch
        return [(probability, state.evolve(self.operation, self.qubits), bits)]

    def _barrier(self, *branch):
        return [branch]

    def _project(self, probability, state, outcome):
        part = state.evolve(np.diag([1 - outcome, outcome]), self.qubits)
        weight = float(np.linalg.norm(part.data) ** 2)
        return [] if weight < IMPOSSIBLE else [(probability * weight, Statevector(part.data / weight**0.5))]

    def _measure(self, probability, state, bits):
        for outcome in (0, 1):
            for weight, part in self._project(probability, state, outcome):
                known = list(bits)
                known[self.clbits[0]] = outcome
                yield weight, part, tuple(known)

    def _reset(self, probability, state, bits):
        for outcome in (0, 1):
            for weight, part in self._project(probability, state, outcome):
                flip = np.array([[0, 1], [1, 0]]) if outcome else np.eye(2)
                yield weight, part.evolve(flip, self.qubits), bits

    def _block(self, block, branches):
        qubits = dict(zip(block.qubits, self.qubits, strict=True))
        clbits = dict(zip(block.clbits, self.clbits, strict=True))
        return _run(block, branches, qubits, clbits)

    def _value(self, operand, bits):
        if isinstance(operand, Clbit):
            return bits[self.index[operand]]
        if isinstance(operand, ClassicalRegister):
            return sum(bits[self.index[bit]] << i for i, bit in enumerate(operand))
        return _evaluated(operand, lambda variable: self._value(variable, bits))

    def _if_else(self, *branch):
        condition = self.operation.condition
        if isinstance(condition, tuple):
            holds = self._value(condition[0], branch[2]) == condition[1]
        else:
            holds = bool(self._value(condition, branch[2]))
        blocks = self.operation.blocks
        if holds:
            return self._block(blocks[0], [branch])
        return self._block(blocks[1], [branch]) if len(blocks) > 1 else [branch]

    def _switch_case(self, *branch):
        value = self._value(self.operation.target, branch[2])
        for values, block in self.operation.cases_specifier():
            if value in values or CASE_DEFAULT in values:
                return self._block(block, [branch])
        return [branch]

    def _for_loop(self, *branch):
        indices, parameter, body = self.operation.params
        branches = [branch]
        for index in indices:
            bound = body.assign_parameters({parameter: index}) if parameter in body.parameters else body
            branches = self._block(bound, branches)
        return branches


def _evaluated(node, value_of):
    if isinstance(node, expr.Var):
        return value_of(node.var)
    if isinstance(node, expr.Value):
        return int(node.value)
    if isinstance(node, expr.Cast):
        value = _evaluated(node.operand, value_of)
        return int(value != 0) if node.type.kind.__name__ == "Bool" else value
    if isinstance(node, expr.Unary):
        return int(not _evaluated(node.operand, value_of))
    left, right = (_evaluated(side, value_of) for side in (node.left, node.right))
    name = node.op.name.removeprefix("BIT_").removeprefix("LOGIC_")
    return int({"AND": left & right, "OR": left | right, "EQUAL": left == right}.get(name, left != right))
