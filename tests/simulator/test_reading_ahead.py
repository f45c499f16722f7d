"""A payload may be read before its job is accepted; its run then is the same as without that."""

import attrs
import pytest

from quire import Task
from quire.formats import IONQ_CIRCUIT, QIR
from quire.simulator import execute_payload, foresee_payload
from quire.simulator import run as run_module
from quire.simulator.faults import PayloadError
from simulator.runs import TARGET, qir_text

RESULTS = "microsoft.quantum-results.v2"
BELL = qir_text(2, [("h", (0,)), ("cx", (0, 1)), ("measure", (0, 0)), ("measure", (1, 1))])


def task(data=BELL, input_format=QIR, **params):
    return Task("job", TARGET, data, input_format, RESULTS, {"shots": 50, "seed": 3, **params})


@pytest.fixture
def readings(monkeypatch):
    """The payloads that were read, one by one."""
    read, found = run_module.read_payload, []

    def read_payload(asked, parameters):
        found.append(asked.data)
        return read(asked, parameters)

    monkeypatch.setattr(run_module, "read_payload", read_payload)
    return found


def test_a_payload_is_read_once(readings):
    expected = execute_payload(task())
    readings.clear()
    asked = task()
    foresee_payload(asked)
    assert execute_payload(asked) == expected
    assert len(readings) == 1
    assert execute_payload(asked) == expected  # a second run reads it again
    assert len(readings) == 2


def test_what_was_read_is_for_that_very_task(readings):
    """Its equal may be of another job; and it is forgotten by whichever run comes next."""
    asked = task()
    foresee_payload(asked)
    other = attrs.evolve(asked)
    assert other == asked
    assert execute_payload(other) == execute_payload(asked)
    assert len(readings) == 3


def test_the_last_one_is_kept_alone(readings):
    first, second = task(), task()
    foresee_payload(first)
    foresee_payload(second)
    assert [each for each, _ in run_module._AHEAD] == [second]
    execute_payload(second)
    assert run_module._AHEAD == []
    execute_payload(first)
    assert len(readings) == 3


@pytest.mark.parametrize(
    "asked",
    [
        task(b"define nonsense"),
        task(b"\xff"),
        task(b"{}", IONQ_CIRCUIT),
        task(shots="many"),
        attrs.evolve(task(), output_format="of.others"),
    ],
)
def test_what_is_wrong_is_told_by_the_run(asked):
    expected = execute_payload(asked)
    assert expected.fault is not None
    with pytest.raises(PayloadError):
        foresee_payload(asked)
    assert execute_payload(asked) == expected


def test_a_task_of_others_is_not_read(readings):
    foresee_payload(attrs.evolve(task(), input_format="others.v1"))
    assert readings == []
