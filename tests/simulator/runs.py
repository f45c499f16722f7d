"""What the simulator's tests share: running QIR text, and reading what came out."""

import json
from collections import Counter

from quire.formats import MICROSOFT_RESULTS_V2, QIR, QirProfile
from quire.model import Outcome, TargetSpec, Task
from quire.qir import GATES, MEASURE, RESET, QirFrame, double
from quire.simulator import execute_payload

TARGET = TargetSpec("test.target", "test", num_qubits=26, profile=QirProfile.ADAPTIVE, default_shots=7)


def execute(program, target=TARGET, output_format=MICROSOFT_RESULTS_V2, **params) -> Outcome:
    """Runs a program as a worker would."""
    data = program.encode() if isinstance(program, str) else program
    return execute_payload(Task("job", target, data, QIR, output_format, params))


def _python(value):
    if isinstance(value, dict):
        return tuple(_python(value[f"Item{i}"]) for i in range(1, len(value) + 1))
    if isinstance(value, list):
        return [_python(item) for item in value]
    return value


def shots_of(program, shots=1000, seed=1, **others):
    """The value of each shot: arrays as lists, tuples as tuples."""
    outcome = execute(program, shots=shots, seed=seed, **others)
    assert outcome.fault is None, outcome.fault
    return [_python(shot) for shot in json.loads(outcome.data)["Results"][0]["Shots"]]


def counts_of(program, shots=1000, seed=1, **others):
    """How often each value came, by its repr, which tells 1 from True and [] from ()."""
    return Counter(map(repr, shots_of(program, shots, seed, **others)))


def bit_counts(program, shots=1000, seed=1, **others):
    """How often each string of bits came, for programs that put out a flat array."""
    return Counter("".join(map(str, shot)) for shot in shots_of(program, shots, seed, **others))


def fault_of(program, target=TARGET, **params):
    """The fault of a program that must be refused."""
    outcome = execute(program, target=target, **params)
    assert outcome.fault is not None, "it ran"
    assert outcome.data == b""
    assert outcome.fault.code
    assert outcome.fault.message
    return outcome.fault


def qir_text(num_qubits, operations, records=None, num_results=None, profile=QirProfile.ADAPTIVE_RI):
    """A program of operations, such as ``("rx", (qubit,), (angle,))`` or ``("measure", (qubit, result))``.

    Without records it puts out all results as one array.
    """
    frame = QirFrame(num_qubits, num_qubits if num_results is None else num_results)
    for name, indices, *angles in operations:
        if name == "measure":
            line = MEASURE % (frame.qubits[indices[0]], frame.results[indices[1]])
        elif name == "reset":
            line = RESET % frame.qubits[indices[0]]
        else:
            operands = [double(angle) for angle in (angles[0] if angles else ())]
            line = GATES[name].call % (*operands, *(frame.qubits[qubit] for qubit in indices))
        frame.lines.append(line)
    if records is None:
        count = len(frame.results)
        records = [("array", count), *(("result", index) for index in range(count))]
    return frame.text(records, profile)


def measure_all(num_qubits):
    return [("measure", (qubit, qubit)) for qubit in range(num_qubits)]


def entry_point(body, num_qubits=2, num_results=2, returns="void", above="", profile="adaptive_profile"):
    """A module around the body of an entry point, with opaque pointers."""
    return f"""{above}
define {returns} @ENTRYPOINT__main() #0 {{
{body.strip()}
}}

attributes #0 = {{ "entry_point" "output_labeling_schema" "qir_profiles"="{profile}" \
"required_num_qubits"="{num_qubits}" "required_num_results"="{num_results}" }}
"""
