"""Cirq's service, target, job and sampler on a workspace: from circuits to Cirq's results."""

import re
import subprocess
import sys
from pathlib import Path

import cirq
import numpy as np
import pytest
import sympy

import quire
from cirq_adapter.asymmetric_circuits import CASES, assert_as_expected
from cirq_adapter.idle_executor import NeverRuns
from distributions import assert_counts_follow
from quire import JobStatus, SessionJobFailurePolicy, SessionStatus, Workspace
from quire.errors import (
    InputError,
    JobFailedError,
    NotFoundError,
    OptionError,
    ResultFormatError,
    TooManyQubitsError,
    TranslationError,
    WaitTimeoutError,
)
from quire_cirq import Job, Service, Target

Q0, Q1 = cirq.LineQubit.range(2)
BELL = cirq.Circuit(cirq.H(Q0), cirq.CNOT(Q0, Q1), cirq.measure(Q0, key="q0"), cirq.measure(Q1, key="q1"))
TARGETS = ("ionq.simulator", "quantinuum.sim.h1-1e", "rigetti.sim.qvm")
ADAPTIVE = "quantinuum.sim.h1-1e"


def rotated(angle) -> cirq.Circuit:
    return cirq.Circuit(cirq.ry(angle)(Q0), cirq.measure(Q0, key="m"))


# The seed's program


def test_a_session_of_cirq_jobs(workspace):
    service = Service(workspace)
    target = service.get_target("quantinuum.sim.h1-1e")
    with target.open_session(name="Cirq Session") as session:
        job = target.submit(program=BELL, name="Job 1", repetitions=100)
        result = service.run(program=BELL, repetitions=100, name="Job 4")
        created = service.create_job(BELL, repetitions=100, name="Job 5")
        sampled = service.sampler().run(BELL, repetitions=100)
        plain = workspace.get_target("quantinuum.sim.h1-1e").submit(BELL, name="Job 6", shots=100)
        assert target.latest_session.id == service.latest_session.id == session.id
    names = [item.name for item in session.list_jobs()]
    assert names == ["Job 1", "Job 4", "Job 5", "cirq-job", "Job 6"]
    for one in (job.results(), result, created.results(), sampled, Job(plain).results()):
        assert one.repetitions == 100
        counts = one.multi_measurement_histogram(keys=["q0", "q1"])
        assert_counts_follow(counts, {(0, 0): 0.5, (1, 1): 0.5})
    assert session.refresh().status == SessionStatus.SUCCEEDED
    assert target.latest_session is service.latest_session is None


@pytest.mark.parametrize("name", TARGETS)
def test_every_bit_comes_back_in_its_place(workspace, name):
    service = Service(workspace, name)
    for circuit, expected in CASES.values():
        assert_as_expected(service.run(circuit, repetitions=7), expected, shots=7)


def test_in_worker_processes():
    with Workspace("memory:", workers=1) as workspace:
        service = Service(workspace, default_target="ionq.simulator")
        circuit, expected = CASES["unequal widths against the alphabet"]
        with service.open_session("Session") as session:
            first = service.create_job(circuit, repetitions=50)
            second = service.create_job(BELL, repetitions=500, seed=3)
            assert_as_expected(first.results(timeout_seconds=60), expected, shots=50)
            counts = second.results(timeout_seconds=60).multi_measurement_histogram(keys=["q0", "q1"])
        assert_counts_follow(counts, {(0, 0): 0.5, (1, 1): 0.5})
        assert session.refresh().status == SessionStatus.SUCCEEDED


def test_a_circuit_with_mid_circuit_measurement_and_classical_controls(service):
    circuit = cirq.Circuit(
        cirq.ry(1.1)(Q0),
        cirq.measure(Q0, key="m", invert_mask=(True,)),
        cirq.reset(Q0),
        cirq.ry(2.0)(Q0).with_classical_controls("m"),
        cirq.measure(Q0, Q1, key="out"),
    )
    counts = service.run(circuit, repetitions=2000, seed=5).multi_measurement_histogram(keys=["m", "out"])
    zero, one = np.cos(0.55) ** 2, np.sin(1.0) ** 2
    assert_counts_follow(counts, {(0, 0): 1 - zero, (1, 0): zero * (1 - one), (1, 2): zero * one})


def test_a_whole_distribution_with_controlled_rotations(service):
    a, b, c = cirq.LineQubit.range(3)
    circuit = cirq.Circuit(
        cirq.ry(0.6)(a),
        cirq.ry(1.2)(b),
        cirq.ry(2.1)(c),
        (cirq.X(c) ** -0.7).controlled_by(a),
        cirq.rz(-0.9)(b).controlled_by(c),
        cirq.FSimGate(0.4, -1.3)(b, c),
        cirq.H.on_each(a, b, c),
    )
    state = circuit.final_state_vector(qubit_order=[c, a, b])
    result = service.run(circuit + cirq.measure(c, a, b, key="m"), repetitions=4000, seed=11)
    assert_counts_follow(result.histogram(key="m"), dict(enumerate(np.abs(state) ** 2)))


# Service and target


def test_targets(service, workspace):
    targets = service.targets()
    assert {target.name for target in targets} == {target.name for target in workspace.get_targets()}
    assert all(isinstance(target, Target) for target in targets)
    assert service.targets("ionq.simulator").provider_id == "ionq"
    assert [target.name for target in service.targets(provider_id="rigetti")] == ["rigetti.sim.qvm"]
    assert service.get_target().name == ADAPTIVE
    assert service.default_target.spec.num_qubits == workspace.get_targets(ADAPTIVE).spec.num_qubits
    with pytest.raises(NotFoundError):
        service.get_target("no.such.target")
    with pytest.raises(NotFoundError):
        Service(workspace, "no.such.target")


def test_a_target_is_given_by_name_or_handle(service, workspace):
    target = service.get_target("ionq.simulator")
    for given in ("ionq.simulator", target, workspace.get_target("ionq.simulator")):
        assert service.create_job(BELL, 1, target=given).target() == "ionq.simulator"


def test_without_a_target_the_open_session_decides(workspace):
    service = Service(workspace)
    assert service.latest_session is None
    with pytest.raises(OptionError, match="no session is open"):
        service.run(BELL)
    with service.open_session("one", target="ionq.simulator"):
        assert service.create_job(BELL, 1).target() == "ionq.simulator"
        with (
            service.open_session("two", target="rigetti.sim.qvm"),
            pytest.raises(OptionError, match="several targets"),
        ):
            service.create_job(BELL, 1)


def test_a_session_can_be_left_and_joined(service):
    target = service.get_target()
    with target.open_session("first") as session:
        target.latest_session = None
        assert target.submit(BELL, repetitions=1).details.session_id is None
        target.latest_session = session
        assert target.submit(BELL, repetitions=1).details.session_id == session.id
        with target.open_session("second"):
            assert target.submit(BELL, repetitions=1, session=session).details.session_id == session.id


def test_a_job_that_the_target_fails_ends_its_session_by_the_policy(workspace):
    service = Service(workspace, ADAPTIVE)
    broken = quire.Payload(b"this is no program", metadata={"measurement_dict": '{"m": [0]}'})
    policy = SessionJobFailurePolicy.CONTINUE
    with service.open_session("Session", job_failure_policy=policy) as session:
        job = Job(service.get_target().target.submit(broken, shots=1))
        with pytest.raises(JobFailedError):
            job.results()
        assert service.run(BELL, repetitions=3).repetitions == 3
        assert session.refresh().status == SessionStatus.FAILURE_S
    assert session.refresh().status == SessionStatus.FAILED


def test_what_is_refused_on_submission(service):
    base = service.get_target("ionq.simulator")
    with pytest.raises(TranslationError, match=r"ionq\.simulator has Base"):
        base.submit(cirq.Circuit(cirq.measure(Q0, key="a"), cirq.X(Q0)))
    wide = cirq.Circuit(cirq.measure(*cirq.LineQubit.range(base.spec.num_qubits + 1), key="m"))
    with pytest.raises(TooManyQubitsError):
        base.submit(wide)
    with pytest.raises(OptionError, match="optimise="):
        service.run(BELL, optimise=True)
    with pytest.raises(OptionError, match="repetitions="):
        base.submit(BELL, shots=3)
    for repetitions in (0, -1, 1.5, "ten", None):
        with pytest.raises(InputError):
            service.run(BELL, repetitions=repetitions)
    with pytest.raises(quire.errors.UnsupportedProgramError):
        service.run(object())


# Jobs


def test_what_a_job_knows(service):
    a, b = cirq.NamedQubit("a"), cirq.NamedQubit("b")
    circuit = cirq.Circuit(cirq.X(b), cirq.measure(b, a, key="m"))
    job = service.create_job(
        circuit, repetitions=np.int64(20), name="Job", tags=["tag"], metadata={"by": "me"}
    )
    job.wait_until_completed(timeout_seconds=60)
    assert (job.job_id(), job.name(), job.target()) == (job.id, "Job", ADAPTIVE)
    assert (job.repetitions(), job.num_qubits(), job.measurement_dict()) == (20, 2, {"m": (1, 0)})
    assert job.status() == JobStatus.SUCCEEDED == "Succeeded"
    assert job.details.tags == ("tag",)
    assert job.details.metadata["repetitions"] == "20"
    assert job.details.metadata["by"] == "me"
    assert job.results().measurements["m"].tolist() == [[1, 0]] * 20
    assert job.results() is job.results()
    job.cancel()
    assert job.status() == JobStatus.SUCCEEDED


def test_a_job_is_found_again_by_its_id_from_another_process(tmp_path):
    path = tmp_path / "lab.db"
    circuit, expected = CASES["repeated key"]
    with Workspace(path, executor="inline") as first:
        job = Service(first, ADAPTIVE).create_job(
            circuit + cirq.rx(sympy.Symbol("x"))(cirq.q(9)), repetitions=4, param_resolver={"x": 0.25}
        )
    program = f"""
import cirq
from quire import Workspace
from quire.errors import NotFoundError
from quire_cirq import Service, to_result
with Workspace({str(path)!r}, executor="inline") as workspace:
    found = Service(workspace).get_job({job.id!r})
    result = found.results()
    assert to_result(found.details, found.job.results()) == result
    try:
        Service(workspace).get_job("no-such-job")
    except NotFoundError:
        print(cirq.to_json(result))
"""
    command = [sys.executable, "-c", program]
    done = subprocess.run(command, check=True, timeout=120, capture_output=True, text=True)
    result = cirq.read_json(json_text=done.stdout)
    assert_as_expected(result, expected, shots=4)
    assert dict(result.params.param_dict) == {"x": 0.25}


def test_waiting_has_an_end_and_jobs_are_cancelled():
    with Workspace("memory:", executor=NeverRuns(), workers=1) as workspace:
        service = Service(workspace, ADAPTIVE)
        with pytest.raises(WaitTimeoutError):
            service.run(BELL, timeout_seconds=0)
        with pytest.raises(WaitTimeoutError):
            service.sampler(timeout_seconds=0).run(BELL)
        job = service.create_job(BELL)
        for wait in (job.results, job.wait_until_completed):
            with pytest.raises(WaitTimeoutError) as caught:
                wait(timeout_seconds=0)
            assert caught.value.job_id == job.id
        job.cancel()
        assert job.status() == JobStatus.CANCELLED
        with pytest.raises(JobFailedError):
            job.results()


def test_a_job_of_another_sdk_has_no_results_of_cirqs_kind(workspace):
    program = workspace.get_targets(ADAPTIVE).submit(BELL, shots=1)
    other = quire.Payload(workspace.transport.get_input(program.id))
    job = Job(workspace.get_targets(ADAPTIVE).submit(other, shots=1))
    with pytest.raises(ResultFormatError, match="not submitted from Cirq"):
        job.results()


def test_seeds_repeat(service):
    runs = [service.run(rotated(1.0), repetitions=60, seed=seed).measurements["m"] for seed in (1, 1, 2)]
    assert (runs[0] == runs[1]).all()
    assert (runs[0] != runs[2]).any()


@pytest.mark.parametrize("source", [np.random.RandomState, np.random.default_rng])
def test_seeds_are_drawn_from_sources_of_random_numbers(service, source):
    def sequence(seed):
        random = source(seed)
        results = [service.run(rotated(1.0), 60, seed=random) for _ in range(2)]
        results.append(service.sampler(seed=random).run(rotated(1.0), repetitions=60))
        return [result.measurements["m"].ravel().tolist() for result in results]

    assert sequence(4) == sequence(4)
    first, second, third = sequence(4)
    assert first != second != third
    with pytest.raises(InputError, match="seed must be"):
        service.run(rotated(1.0), seed="four")


def test_the_jobs_of_cirq_are_listed(service, workspace):
    first = service.create_job(BELL, repetitions=1, name="first")
    workspace.get_targets(ADAPTIVE).submit(quire.Payload(workspace.transport.get_input(first.id)), shots=1)
    service.create_job(BELL, repetitions=1, name="second")
    assert [job.name() for job in service.list_jobs()] == ["first", "second"]
    assert [job.id for job in service.list_jobs(name_match="first")] == [first.id]


def test_circuits_as_ionqs_json_through_the_plain_handle(workspace):
    plain = workspace.get_target("ionq.simulator")
    job = Job(plain.submit(BELL, shots=10, input_data_format="ionq.circuit.v1"))
    assert job.results().multi_measurement_histogram(keys=["q0", "q1"]) == {(0, 0): 5, (1, 1): 5}


# Imports


def test_neither_the_adapter_nor_a_workspace_imports_cirq():
    program = """
import sys
from quire import Workspace
import quire_cirq
with Workspace("memory:", executor="inline") as workspace:
    assert "cirq" in workspace.plugins.names("encode_program")
    service = quire_cirq.Service(workspace, "ionq.simulator")
    assert quire_cirq.Target and quire_cirq.Job and service.targets()
    assert "cirq" not in sys.modules
try:
    quire_cirq.Nothing
except AttributeError as error:
    assert "Nothing" in str(error)
else:
    raise AssertionError
"""
    subprocess.run([sys.executable, "-c", program], check=True, timeout=120)


def test_the_public_names_are_there():
    import quire_cirq

    for name in quire_cirq.__all__:
        assert getattr(quire_cirq, name).__module__.startswith("quire_cirq.")


def test_the_pages_programs(monkeypatch, capsys):
    monkeypatch.setenv("QUIRE_WORKSPACE", "memory:")
    page = (Path(__file__).parents[2] / "docs" / "cirq.md").read_text()
    programs = re.findall(r"```python\n(.*?)```", page, re.DOTALL)
    assert len(programs) == 3
    exec("".join(programs), {})
    printed = capsys.readouterr().out
    assert "Counter(" in printed
    assert "['Job 1', 'Job 2']" in printed


def test_the_demos_example(workspace):
    from quire_cirq.example import submit

    examples = [e for e in workspace.plugins.register_examples() if e.sdk == "Cirq"]
    job = examples[0].submit(workspace, "ionq.simulator", "Example", 30)
    assert (job.name, job.details.target) == ("Example", "ionq.simulator")
    counts = Job(job).results().multi_measurement_histogram(keys=["q0", "q1"])
    assert_counts_follow(counts, {(0, 0): 0.5, (1, 1): 0.5})
    assert submit(workspace, "ionq.simulator", "Again", 1).name == "Again"
