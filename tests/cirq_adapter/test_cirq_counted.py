"""Results count as Cirq's own do, in the same order, and are taken for them wherever they go."""

import pickle
from collections import Counter
from itertools import pairwise

import cirq
import numpy as np
import pytest

from quire_cirq import Service, counted
from quire_cirq.counted import ResultDict

SHAPES = ((1, 1), (2, 100), (8, 300), (9, 100), (64, 50), (70, 50), (3, 0))


def pair(width: int, shots: int, times: int = 1) -> tuple[ResultDict, cirq.ResultDict]:
    random = np.random.default_rng(width)
    records = {
        key: random.integers(0, 2, (shots, times, qubits), dtype=np.uint8)
        for key, qubits in (("m", width), ("other", 3))
    }
    params = cirq.ParamResolver({"a": 0.5})
    return ResultDict(params=params, records=records), cirq.ResultDict(params=params, records=records)


@pytest.mark.parametrize(("width", "shots"), SHAPES)
def test_outcomes_are_counted_as_cirq_counts_them(width: int, shots: int) -> None:
    ours, theirs = pair(width, shots)

    assert list(ours.histogram(key="m").items()) == list(theirs.histogram(key="m").items())
    for keys in (["m"], ["other", "m"], []):
        found = ours.multi_measurement_histogram(keys=iter(keys))
        assert list(found.items()) == list(theirs.multi_measurement_histogram(keys=keys).items())


def test_more_shots_than_are_taken_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(counted, "_BLOCK", 7)
    ours, theirs = pair(2, 100)

    assert list(ours.histogram(key="m").items()) == list(theirs.histogram(key="m").items())


def test_other_ways_to_fold_are_cirqs() -> None:
    ours, theirs = pair(3, 50)

    assert ours.histogram(key="m", fold_func=sum) == theirs.histogram(key="m", fold_func=sum)
    assert ours.histogram(key="m", fold_base=3) == theirs.histogram(key="m", fold_base=3)
    folded = ours.multi_measurement_histogram(keys=["m", "other"], fold_func=len)
    assert folded == Counter({2: 50})
    with pytest.raises(ValueError, match="fold_base"):
        ours.histogram(key="m", fold_func=sum, fold_base=2)


def test_keys_are_refused_as_cirq_refuses_them() -> None:
    ours, _ = pair(3, 50)
    repeated, _ = pair(3, 50, times=2)

    with pytest.raises(KeyError):
        ours.histogram(key="none")
    with pytest.raises(ValueError, match="repeated keys"):
        repeated.histogram(key="m")


def test_a_key_may_be_a_qubit() -> None:
    bits = np.array([[[1]], [[0]], [[1]]], dtype=np.uint8)

    assert ResultDict(records={"q(0)": bits}).histogram(key=cirq.LineQubit(0)) == {1: 2, 0: 1}


@pytest.mark.parametrize(
    "bits",
    [
        np.asfortranarray(np.random.default_rng(5).integers(0, 2, (50, 1, 12))),
        np.random.default_rng(5).integers(0, 2, (50, 1, 12)).astype(float),
        np.random.default_rng(5).integers(0, 3, (50, 1, 2)),
        np.zeros((4, 1, 0), dtype=np.uint8),
    ],
    ids=["columns side by side", "floats", "qutrits", "no qubits"],
)
def test_whatever_was_measured(bits: np.ndarray) -> None:
    ours, theirs = ResultDict(records={"m": bits}), cirq.ResultDict(records={"m": bits})

    assert list(ours.histogram(key="m").items()) == list(theirs.histogram(key="m").items())


@pytest.mark.parametrize(
    ("target", "format"),
    [
        ("rigetti.sim.qvm", "qir.v1"),
        ("rigetti.sim.qvm", "rigetti.quil.v1"),
        ("ionq.simulator", "ionq.circuit.v1"),
        ("quantinuum.sim.h1-1e", "honeywell.openqasm.v1"),
    ],
)
@pytest.mark.parametrize("width", [8, 9, 17])
def test_wide_keys_of_each_format(service: Service, target: str, format: str, width: int) -> None:
    qubits = cirq.LineQubit.range(width)
    circuit = cirq.Circuit(cirq.H.on_each(*qubits[::3]), cirq.measure(*qubits, key="m"))
    result = service.run(circuit, repetitions=40, target=target, input_data_format=format, seed=3)
    theirs = cirq.ResultDict(records=result.records)

    assert list(result.histogram(key="m").items()) == list(theirs.histogram(key="m").items())


def test_it_is_one_of_cirqs() -> None:
    ours, theirs = pair(5, 20)

    assert ours == theirs
    assert theirs == ours
    assert repr(ours) == repr(theirs)
    assert str(ours) == str(theirs)
    assert cirq.to_json(ours) == cirq.to_json(theirs)
    assert type(cirq.read_json(json_text=cirq.to_json(ours))) is cirq.ResultDict
    assert pickle.loads(pickle.dumps(ours)) == theirs
    assert ours + theirs == theirs + ours
    assert ours.data.equals(theirs.data)


def test_it_is_what_a_service_gives(service: Service) -> None:
    qubits = cirq.LineQubit.range(3)
    circuit = cirq.Circuit(
        cirq.H(qubits[0]), (cirq.CX(*two) for two in pairwise(qubits)), cirq.measure(*qubits, key="m")
    )
    result = service.run(circuit, repetitions=50, target="rigetti.sim.qvm")

    assert type(result) is ResultDict
    assert set(result.histogram(key="m")) == {0, 0b111}
