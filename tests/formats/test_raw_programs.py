"""Programs as text, bytes and files: taken for what they certainly are, or refused with what to do."""

from pathlib import Path

import pytest

import scripted_target
from quire import Workspace
from quire.errors import InputError, TranslationError

IONQ, H1, QVM = "ionq.simulator", "quantinuum.sim.h1-1e", "rigetti.sim.qvm"
OPENQASM = """// a comment
OPENQASM 2.0;
include "qelib1.inc";
qreg q[1];
creg c[1];
x q[0];
measure q[0] -> c[0];
"""
QUIL = "DECLARE ro BIT[1]\nX 0\nMEASURE 0 ro[0]\n"
JSON = ' {"qubits": 1, "circuit": [{"gate": "x", "target": 0}]}'
QSHARP = "namespace A {\n    operation Main() : Result { use q = Qubit(); X(q); MResetZ(q) }\n}\n"


@pytest.fixture(scope="module")
def workspace():
    with Workspace("memory:", executor="inline", plugins=[scripted_target]) as opened:
        yield opened


@pytest.mark.parametrize(
    ("name", "text", "target", "format"),
    [
        ("a.qasm", OPENQASM, H1, "honeywell.openqasm.v1"),
        ("a.QASM3", OPENQASM, H1, "honeywell.openqasm.v1"),
        ("a.quil", QUIL, QVM, "rigetti.quil.v1"),
        ("a.json", JSON, IONQ, "ionq.circuit.v1"),
        ("a.txt", QUIL, QVM, "rigetti.quil.v1"),
    ],
)
def test_a_path_is_the_file_that_it_names(tmp_path, workspace, name, text, target, format):
    file = tmp_path / name
    file.write_text(text)
    job = workspace.submit(file, target=target, shots=5)
    assert (job.name, job.details.input_data_format) == ("a", format)
    assert job.results().probabilities.keys() & {"1", "[1]"}
    assert workspace.submit(file, target=target, name="mine").name == "mine"


def test_a_qsharp_file_is_compiled(tmp_path, workspace):
    file = tmp_path / "a.qs"
    file.write_text(QSHARP)
    assert workspace.submit(file, target=H1, shots=3).results().counts == {"1": 3}


def test_a_file_that_is_not_there(tmp_path, workspace):
    with pytest.raises(InputError) as error:
        workspace.submit(tmp_path / "none.qasm", target=H1)
    assert error.value.argument == "program"
    assert "none.qasm" in error.value.message


@pytest.mark.parametrize("name", ["bell.ll", "circuits/bell.qasm", "x.qs", "p.bc"])
@pytest.mark.parametrize("target", [IONQ, H1, QVM])
def test_the_name_of_a_file_is_no_program(workspace, name, target):
    with pytest.raises(InputError, match="Path") as error:
        workspace.submit(name, target=target)
    assert error.value.argument == "program"


@pytest.mark.parametrize(
    ("text", "target", "element"),
    [
        (OPENQASM, IONQ, "openqasm"),
        (OPENQASM, QVM, "openqasm"),
        (JSON, H1, "ionq"),
        (QSHARP, IONQ, "qsharp"),
        (QSHARP, H1, "qsharp"),
        ("operation Main<'T>() : Unit {}", QVM, "qsharp"),
    ],
)
@pytest.mark.parametrize("as_bytes", [False, True])
def test_a_text_of_another_kind_is_refused(workspace, text, target, element, as_bytes):
    count = len(workspace.list_jobs())
    with pytest.raises(TranslationError) as error:
        workspace.submit(text.encode() if as_bytes else text, target=target)
    assert (error.value.target, error.value.element) == (target, element)
    assert len(workspace.list_jobs()) == count


def test_a_file_of_another_kind_is_refused(tmp_path, workspace):
    file = tmp_path / "a.quil"
    file.write_text(QUIL)
    with pytest.raises(TranslationError) as error:
        workspace.submit(file, target=IONQ)
    assert error.value.element == "quil"


def test_no_format_is_none(workspace):
    with pytest.raises(TranslationError):
        workspace.submit(OPENQASM, target=IONQ, input_data_format=None)


def test_what_the_user_says_counts(workspace):
    job = workspace.submit(OPENQASM, target=IONQ, input_data_format="ionq.circuit.v1")
    job.wait_until_completed()
    assert (job.status, job.details.error_data.code) == ("Failed", "InvalidInputData")


@pytest.mark.parametrize("text", [OPENQASM, JSON, QSHARP, "x.qs"])
def test_formats_of_others_may_look_like_anything(workspace, text):
    job = workspace.submit(text, target=scripted_target.ALPHA)
    assert job.details.input_data_format == scripted_target.FORMAT


def test_a_folder_is_no_program(workspace):
    with pytest.raises(InputError) as error:
        workspace.submit(Path(__file__).parent, target=H1)
    assert "qsharp.json" in error.value.message
