"""What a user of a workspace submits and gets, in every format: raw text, bytes, dicts, and results."""

import json
from collections.abc import Iterator

import pyqir
import pytest

import quire
from quire.errors import JobFailedError, OptionError, ResultFormatError
from quire.formats import (
    HONEYWELL_OPENQASM,
    HONEYWELL_RESULTS,
    IONQ_CIRCUIT,
    IONQ_RESULTS,
    MICROSOFT_RESULTS_V2,
    QIR,
    RIGETTI_QUIL,
    RIGETTI_RESULTS,
)
from quire.qir import GATES, MEASURE, QirFrame

GHZ = {
    "qubits": 3,
    "circuit": [
        {"gate": "h", "target": 0},
        {"gate": "cnot", "control": 0, "target": 1},
        {"gate": "cnot", "control": 0, "target": 2},
    ],
}
QASM = 'OPENQASM 2.0; include "qelib1.inc"; qreg q[3]; creg c[3]; x q[1]; measure q -> c;'
QUIL = "DECLARE ro BIT[2]\nX 1\nMEASURE 0 ro[0]\nMEASURE 1 ro[1]\n"


@pytest.fixture
def workspace() -> Iterator[quire.Workspace]:
    with quire.Workspace("memory:", executor="inline") as opened:
        yield opened


def _hadamards(num_qubits: int, measured: tuple[int, ...]) -> bytes:
    frame = QirFrame(num_qubits=num_qubits, num_results=len(measured))
    frame.lines += [GATES["h"].call % frame.qubits[q] for q in range(num_qubits)]
    frame.lines += [MEASURE % (frame.qubits[q], frame.results[i]) for i, q in enumerate(measured)]
    return frame.text([("array", len(measured)), *(("result", i) for i in range(len(measured)))])


def test_ionq(workspace: quire.Workspace) -> None:
    target = workspace.get_targets("ionq.simulator")
    for program in (GHZ, json.dumps(GHZ), json.dumps(GHZ).encode()):
        job = target.submit(program)
        assert job.details.input_data_format == IONQ_CIRCUIT
        assert job.details.output_data_format == IONQ_RESULTS
        assert job.output() == b'{"histogram":{"0":0.5,"7":0.5}}'
        assert job.get_results() == {"histogram": {"0": 0.5, "7": 0.5}}
        results = job.results()
        assert results.probabilities == {"0": 0.5, "7": 0.5}
        assert results.shots is None
        with pytest.raises(ResultFormatError):
            job.get_results_shots()


def test_quantinuum(workspace: quire.Workspace) -> None:
    for machine in ("h1-1", "h2-1", "h2-2"):
        job = workspace.get_targets(f"quantinuum.sim.{machine}e").submit(QASM, shots=2)
        assert job.details.input_data_format == HONEYWELL_OPENQASM
        assert job.details.output_data_format == HONEYWELL_RESULTS
        assert job.output() == b'{"c":["010","010"]}'
        assert job.get_results_shots() == [[0, 1, 0], [0, 1, 0]]
        assert job.results().counts == {"[0, 1, 0]": 2}
        checked = workspace.get_targets(f"quantinuum.sim.{machine}sc").submit(QASM, shots=2)
        assert checked.output() == b'{"c":["000","000"]}'


def test_rigetti(workspace: quire.Workspace) -> None:
    target = workspace.get_targets("rigetti.sim.qvm")
    job = target.submit(QUIL, shots=2)
    assert job.details.input_data_format == RIGETTI_QUIL
    assert job.details.output_data_format == RIGETTI_RESULTS
    assert job.output() == b'{"ro":[[0,1],[0,1]]}'
    assert job.results().counts == {"[0, 1]": 2}
    failed = target.submit("a\n")
    with pytest.raises(JobFailedError, match="the operator a is not known"):
        failed.results()


def test_several_registers_make_a_tuple(workspace: quire.Workspace) -> None:
    program = 'OPENQASM 2.0; include "qelib1.inc"; qreg q[2]; creg b[1]; creg a[2]; x q[0]; measure q -> a;'
    results = workspace.get_targets("quantinuum.sim.h1-1e").submit(program, shots=3).results()
    assert results.shots == [([0], [1, 0])] * 3
    assert results.probabilities == {"([0], [1, 0])": 1.0}


@pytest.mark.parametrize(
    "name", ["ionq.simulator", "quantinuum.sim.h1-1e", "quantinuum.sim.h2-1sc", "rigetti.sim.qvm"]
)
def test_raw_qir_is_known_as_such_on_every_target(workspace: quire.Workspace, name: str) -> None:
    text = _hadamards(2, (1,))
    module = pyqir.Module.from_ir(pyqir.Context(), text.decode())
    target = workspace.get_targets(name)
    for program in (text, text.decode(), bytearray(text), module.bitcode):
        job = target.submit(program, shots=2)
        assert job.details.input_data_format == QIR
        assert job.details.output_data_format == MICROSOFT_RESULTS_V2
        assert len(job.get_results_shots()) == 2
    with pytest.raises(OptionError):
        target.submit(text, input_data_format="no.such.format")


def test_text_that_only_speaks_of_qir_is_not_taken_for_it(workspace: quire.Workspace) -> None:
    target = workspace.get_targets("rigetti.sim.qvm")
    job = target.submit("# define void @main, entry_point\n" + QUIL)
    assert job.details.input_data_format == RIGETTI_QUIL
    assert job.output() == b'{"ro":[[0,1]]}'


def test_ionq_expands_probabilities_of_all_qubits(workspace: quire.Workspace) -> None:
    target = workspace.get_targets("ionq.simulator")
    job = target.submit(_hadamards(5, (2,)), shots=1000)
    assert {key: entry["count"] for key, entry in job.get_results_histogram().items()} == {
        "[0]": 496,
        "[1]": 496,
    }
    frame = QirFrame(num_qubits=4, num_results=3)
    frame.lines += [GATES["h"].call % frame.qubits[q] for q in (0, 3)]
    frame.lines += [GATES["cx"].call % (frame.qubits[q], frame.qubits[q + 1]) for q in (0, 1)]
    frame.lines += [MEASURE % (frame.qubits[q], frame.results[q]) for q in range(3)]
    program = frame.text([("array", 3), ("result", 0), ("result", 1), ("result", 2)])
    shots = target.submit(program, shots=100).get_results_shots()
    assert shots == ([[0, 0, 0]] * 25 + [[1, 1, 1]] * 25) * 2


def test_where_the_rule_leaves_no_shot_the_shots_are_drawn(workspace: quire.Workspace) -> None:
    target = workspace.get_targets("ionq.simulator")
    program = _hadamards(6, tuple(range(6)))
    first = target.submit(program, shots=20, seed=5).get_results_shots()
    assert len(first) == 20
    assert first == target.submit(program, shots=20, seed=5).get_results_shots()


def test_qir_as_ionqs_own_results(workspace: quire.Workspace) -> None:
    target = workspace.get_targets("ionq.simulator")
    job = target.submit(_hadamards(2, (1,)), output_data_format=IONQ_RESULTS)
    assert job.output() == b'{"histogram":{"0":0.25,"1":0.25,"2":0.25,"3":0.25}}'


@pytest.mark.parametrize(
    ("format", "data"),
    [
        (IONQ_RESULTS, b'{"histogram": {"x": 1}}'),
        (IONQ_RESULTS, b"[]"),
        (HONEYWELL_RESULTS, b'{"c": ["012"]}'),
        (HONEYWELL_RESULTS, b'{"c": ["0"], "d": []}'),
        (HONEYWELL_RESULTS, b'{"c": [0]}'),
        (RIGETTI_RESULTS, b'{"ro": [1]}'),
        (RIGETTI_RESULTS, b"nonsense"),
    ],
)
def test_an_output_that_is_not_in_its_format_is_refused(
    workspace: quire.Workspace, format: str, data: bytes
) -> None:
    details = workspace.get_targets("rigetti.sim.qvm").submit(QUIL).details
    with pytest.raises(ResultFormatError) as refused:
        workspace.plugins.decode_output(format, data, details)
    assert refused.value.format == format


def test_an_access_token_is_no_register(workspace: quire.Workspace) -> None:
    details = workspace.get_targets("quantinuum.sim.h1-1e").submit(QASM).details
    results = workspace.plugins.decode_output(HONEYWELL_RESULTS, b'{"c":["01"],"access_token":"t"}', details)
    assert results is not None
    assert results.shots == [[1, 0]]
