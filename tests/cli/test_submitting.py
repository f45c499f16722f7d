"""Files of each kind become jobs: the kind by suffix, by content, and by --format."""

import json

import pytest

from quire.cli.programs import kind_of
from quire.errors import InputError, NotFoundError, OptionError

QASM = 'OPENQASM 2.0; include "qelib1.inc"; qreg q[2]; creg c[2]; x q[0]; measure q -> c;'
QUIL = "DECLARE ro BIT[2]\nX 0\nMEASURE 0 ro[0]\nMEASURE 1 ro[1]\n"
IONQ = '{"qubits": 2, "circuit": [{"gate": "x", "target": 0}]}'
QSHARP = "operation Flip(n : Int) : Result[] { use q = Qubit[2]; if n == 1 { X(q[0]); } MResetEachZ(q) }"


@pytest.mark.parametrize(
    ("name", "text", "target", "probabilities"),
    [
        ("flip.qasm", QASM, "quantinuum.sim.h1-1e", {"[1, 0]": 1.0}),
        ("flip.quil", QUIL, "rigetti.sim.qvm", {"[1, 0]": 1.0}),
        ("flip.json", IONQ, "ionq.simulator", {"1": 1.0}),
        ("qasm.txt", QASM, "quantinuum.sim.h1-1e", {"[1, 0]": 1.0}),
        ("quil.txt", QUIL, "rigetti.sim.qvm", {"[1, 0]": 1.0}),
        ("ionq.txt", IONQ, "ionq.simulator", {"1": 1.0}),
    ],
)
def test_a_file(answer, tmp_path, name, text, target, probabilities):
    path = tmp_path / name
    path.write_text(text)
    value = answer("submit", path, "--target", target, "--shots", 10)
    assert value["job"]["name"] == path.stem
    assert value["job"]["status"] == "Succeeded"
    assert value["job"]["input_params"]["shots"] == 10
    assert value["results"]["probabilities"] == probabilities


@pytest.mark.parametrize(
    ("arguments", "outcome"), [("[1]", "[1, 0]"), ('{"n": 0}', "[0, 0]"), ("1", "[1, 0]")]
)
def test_qsharp(answer, tmp_path, arguments, outcome):
    path = tmp_path / "Flip.qs"
    path.write_text(QSHARP)
    value = answer("submit", path, "--target", "ionq.simulator", "--args", arguments)
    assert value["results"]["probabilities"] == {outcome: 1.0}
    chosen = answer("submit", path, "--target", "ionq.simulator", "--entry", "Flip(1)")
    assert chosen["results"]["probabilities"] == {"[1, 0]": 1.0}


def test_a_project(answer, tmp_path):
    project = tmp_path / "flip"
    (project / "src").mkdir(parents=True)
    (project / "qsharp.json").write_text("{}")
    (project / "src" / "Main.qs").write_text(QSHARP)
    for path in (project, project / "qsharp.json"):
        value = answer("submit", path, "--target", "ionq.simulator", "--args", "1")
        assert value["results"]["probabilities"] == {"[1, 0]": 1.0}


def test_qir_as_text_and_bitcode(answer, tmp_path, lab):
    import pyqir

    from quire import Workspace

    source = tmp_path / "Flip.qs"
    source.write_text(QSHARP)
    job = answer("submit", source, "--target", "ionq.simulator", "--args", "1")["job"]
    with Workspace(lab) as workspace:
        text = workspace.get_job(job["id"]).input()
    module = pyqir.Module.from_ir(pyqir.Context(), text.decode())
    for name, data in (
        ("flip.ll", text),
        ("flip.bc", module.bitcode),
        ("one", text),
        ("two", module.bitcode),
    ):
        path = tmp_path / name
        path.write_bytes(data)
        value = answer("submit", path, "--target", "ionq.simulator")
        assert value["job"]["input_data_format"] == "qir.v1"
        assert value["results"]["probabilities"] == {"[1, 0]": 1.0}


TURN = """OPENQASM 3.0;
include "stdgates.inc";
input float theta;
qubit q;
bit c;
rx(theta) q;
c = measure q;
"""


@pytest.mark.parametrize("theta", [0, 3.141592653589793])
def test_input_parameters(answer, tmp_path, theta):
    file = tmp_path / "turn.qasm"
    file.write_text(TURN)
    params = ("--param", f'inputs={{"theta": {theta}}}')
    done = answer("submit", file, "--target", "quantinuum.sim.h1-1e", "--shots", 10, *params)
    assert done["results"]["counts"] == {f"[{int(theta > 3)}]": 10}
    assert done["job"]["input_params"] == {"inputs": {"theta": theta}, "shots": 10}


def test_noise(answer, tmp_path):
    file = tmp_path / "flip.qasm"
    file.write_text(QASM)
    always = ("--param", 'error-params={"p1": 0, "p_meas": 1}')  # every bit is read wrongly
    done = answer(
        "submit", file, "--target", "quantinuum.sim.h1-1e", "--shots", 5, "--noise", "h1-1", *always
    )
    assert done["job"]["input_params"]["noise"] == {"model": "h1-1"}
    assert done["results"]["counts"] == {"[0, 1]": 5}


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        (("--param", "inputs"), "NAME=VALUE"),
        (("--param", "=1"), "NAME=VALUE"),
        (("--param", "inputs={theta: 1}"), "no JSON"),
        (("--param", "shots=5"), "--shots"),
        (("--param", "a=1", "--param", "a=2"), "twice"),
        (("--param", "noise=1", "--noise", "h1-1"), "twice"),
    ],
)
def test_input_parameters_that_are_refused(quire, tmp_path, wrong, told):
    file = tmp_path / "turn.qasm"
    file.write_text(TURN)
    done = quire("submit", file, "--target", "quantinuum.sim.h1-1e", *wrong)
    assert done.exit_code == 2
    assert told in done.stderr


def test_without_waiting(quire, tmp_path):
    path = tmp_path / "flip.json"
    path.write_text(IONQ)
    job_id = quire(
        "submit", path, "--target", "ionq.simulator", "--no-wait", "--name", "later"
    ).stdout.strip()
    watched = quire("jobs", "watch", job_id)
    assert watched.exit_code == 0
    assert watched.stdout.splitlines()[-1] == f"job  {job_id}  later  Succeeded"


def test_what_is_refused(quire, tmp_path):
    path = tmp_path / "flip.json"
    path.write_text(IONQ)
    assert isinstance(quire("submit", path, "--target", "ionq.simulater").exception, NotFoundError)
    wrong = quire("submit", path, "--target", "rigetti.sim.qvm")
    assert isinstance(wrong.exception, OptionError)
    assert "rigetti.quil.v1" in str(wrong.exception)
    assert "are for Q#" in quire("submit", path, "--target", "ionq.simulator", "--args", "1").output
    assert "is no JSON" in quire("submit", path, "--target", "ionq.simulator", "--args", "[").output
    assert quire("submit", tmp_path / "nowhere", "--target", "ionq.simulator").exit_code == 2


def test_what_looks_like_nothing(tmp_path):
    path = tmp_path / "letter"
    path.write_text(json.dumps("Dear all,"))
    with pytest.raises(InputError, match="--format"):
        kind_of(path)
    with pytest.raises(InputError, match=r"without a qsharp\.json"):
        kind_of(tmp_path)
