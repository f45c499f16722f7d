"""Noisy runs give the distribution of a density matrix, on every engine, and a seed repeats them."""

import random

import attrs
import pytest

from distributions import assert_counts_follow
from quire.formats import QirProfile
from quire.model import NoiseModel
from quire.simulator.engines import density
from simulator.circuits import CLIFFORD, QUARTER_TURNS, random_gates
from simulator.density_matrices import noisy_distribution
from simulator.runs import TARGET, bit_counts, entry_point, fault_of, measure_all, qir_text, shots_of

MODEL = NoiseModel("loud", 0.05, 0.12, (0.03, 0.08))
QUIET = NoiseModel("quiet", 0.05, 0.12, virtual_z=True)
NOISY = attrs.evolve(TARGET, noise_models=(MODEL, QUIET))
LOUD = {"model": "loud"}


def _exact(width, operations, model=MODEL, free=()):
    return noisy_distribution(width, operations, model.one_qubit, model.two_qubit, model.measurement, free)


@pytest.mark.parametrize("dense", [False, True])
@pytest.mark.parametrize("seed", range(12))
def test_gates_then_measurements(seed, dense, monkeypatch):
    monkeypatch.setattr(density, "is_faster", lambda *_: dense)
    rng = random.Random(seed)
    width = rng.randint(1, 4)
    gates = [gate for gate in random_gates(rng, width, 12) if gate[0] != "id"]
    counts = bit_counts(qir_text(width, [*gates, *measure_all(width)]), 4000, seed, target=NOISY, noise=LOUD)
    assert_counts_follow(counts, _exact(width, gates))


@pytest.mark.parametrize("seed", range(8))
def test_clifford_circuits(seed):
    rng = random.Random(50 + seed)
    width = rng.randint(2, 4)
    gates = [gate for gate in random_gates(rng, width, 12, CLIFFORD, QUARTER_TURNS) if gate[0] != "id"]
    counts = bit_counts(qir_text(width, [*gates, *measure_all(width)]), 4000, seed, target=NOISY, noise=LOUD)
    assert_counts_follow(counts, _exact(width, gates))


@pytest.mark.parametrize("angle", [0.7, 1.5707963267948966])
def test_resets_and_use_after_a_measurement(angle):
    before = [("ry", (0,), (angle,)), ("cx", (0, 1))]
    after = [("reset", (0,)), ("rx", (0,), (angle,)), ("cx", (0, 1))]
    operations = [*before, ("measure", (0, 0)), *after, *measure_all(2)]
    counts = bit_counts(qir_text(2, operations), 6000, 3, target=NOISY, noise=LOUD)
    assert_counts_follow(counts, _exact(2, [*before, *after]))


@pytest.mark.parametrize("dense", [False, True])
@pytest.mark.parametrize("angle", [0.9, 1.5707963267948966])
def test_a_result_that_is_put_out_twice_is_misread_once(angle, dense, monkeypatch):
    monkeypatch.setattr(density, "is_faster", lambda *_: dense)
    operations = [("ry", (0,), (angle,)), ("measure", (0, 0))]
    records = [("array", 2), ("result", 0), ("result", 0)]
    counts = bit_counts(qir_text(1, operations, records), 3000, 4, target=NOISY, noise=LOUD)
    exact = _exact(1, operations[:1])
    assert_counts_follow(counts, {bits * 2: p for bits, p in exact.items()})


def test_errors_after_a_measurement_do_not_change_what_it_gave():
    # The control is measured, then used: errors behind the gate must not reach the result.
    operations = [("x", (0,)), ("measure", (0, 0)), ("cx", (0, 1)), ("cx", (0, 1)), ("measure", (0, 1))]
    target = attrs.evolve(TARGET, noise_models=(NoiseModel("pairs", 0.0, 0.5),))
    for turn in (("rz", (1,), (0.3,)), ("z", (1,))):
        shots = shots_of(qir_text(2, [turn, *operations]), 2000, target=target, noise={"model": "pairs"})
        assert {shot[0] for shot in shots} == {1}
        assert {shot[1] for shot in shots} == {0, 1}


FEEDBACK = """
  call void @__quantum__qis__ry__body(double 1.1, ptr null)
  call void @__quantum__qis__mz__body(ptr null, ptr null)
  %b = call i1 @__quantum__qis__read_result__body(ptr null)
  br i1 %b, label %one, label %end
one:
  call void @__quantum__qis__x__body(ptr inttoptr (i64 1 to ptr))
  br label %end
end:
  call void @__quantum__qis__mz__body(ptr inttoptr (i64 1 to ptr), ptr inttoptr (i64 1 to ptr))
  call void @__quantum__rt__array_record_output(i64 2, ptr null)
  call void @__quantum__rt__result_record_output(ptr null, ptr null)
  call void @__quantum__rt__result_record_output(ptr inttoptr (i64 1 to ptr), ptr null)
  ret void
"""


def test_programs_act_on_what_they_read_even_if_it_is_wrong():
    counts = bit_counts(entry_point(FEEDBACK), 20000, 6, target=NOISY, noise=LOUD)
    first = _exact(1, [("ry", (0,), (1.1,))])
    then = {"0": _exact(1, []), "1": _exact(1, [("x", (0,))])}
    assert_counts_follow(counts, {a + b: first[a] * then[a][b] for a in "01" for b in "01"})


@pytest.mark.parametrize("dense", [False, True])
def test_virtual_gates_have_no_errors(dense, monkeypatch):
    monkeypatch.setattr(density, "is_faster", lambda *_: dense)
    operations = [("ry", (0,), (0.8,)), *(("rz", (0,), (0.2,)), ("s", (0,)), ("t", (0,))) * 3]
    counts = bit_counts(
        qir_text(1, [*operations, ("ry", (0,), (0.4,)), *measure_all(1)]),
        5000,
        2,
        target=NOISY,
        noise={"model": "quiet"},
    )
    assert_counts_follow(counts, _exact(1, [*operations, ("ry", (0,), (0.4,))], QUIET, ("rz", "s", "t")))


WIDE = qir_text(3, [("h", (0,)), ("cx", (0, 1)), ("ry", (2,), (0.4,)), ("cx", (1, 2)), *measure_all(3)])
CLIFFORDS = qir_text(2, [("h", (0,)), ("cx", (0, 1)), *measure_all(2)])


@pytest.mark.parametrize("program", [WIDE, CLIFFORDS, entry_point(FEEDBACK)])
def test_a_seed_repeats_a_noisy_run(program):
    noisy = {"target": NOISY, "noise": LOUD}
    assert shots_of(program, 300, seed=5, **noisy) == shots_of(program, 300, seed=5, **noisy)
    assert shots_of(program, 300, seed=5, **noisy) != shots_of(program, 300, seed=6, **noisy)
    assert shots_of(program, 300, seed=5, **noisy) != shots_of(program, 300, seed=5)


def test_the_seed_may_stand_in_the_noise():
    of_noise = shots_of(WIDE, 300, seed=None, target=NOISY, noise={"model": "loud", "seed": 5})
    assert of_noise == shots_of(WIDE, 300, seed=5, target=NOISY, noise=LOUD)
    assert "differ" in fault_of(WIDE, target=NOISY, seed=4, noise={"model": "loud", "seed": 5}).message


def test_the_ideal_model_is_no_noise():
    ideal = shots_of(WIDE, 300, seed=5, target=NOISY, noise={"model": "ideal"})
    assert ideal == shots_of(WIDE, 300, seed=5)


@pytest.mark.parametrize(
    ("noise", "word"),
    [
        ({}, "model"),
        ("loud", "object"),
        ({"model": "harmony"}, "harmony"),
        ({"model": 3}, "object"),
        ({"model": "loud", "rate": 1}, "rate"),
        ({"model": "loud", "seed": -1}, "seed"),
    ],
)
def test_unknown_noise_is_refused(noise, word):
    fault = fault_of(WIDE, target=NOISY, noise=noise)
    assert fault.code == "InvalidInputData"
    assert word in fault.message


def test_a_noise_model_has_a_width():
    narrow = attrs.evolve(TARGET, noise_models=(attrs.evolve(MODEL, num_qubits=2),))
    assert "takes 2" in fault_of(WIDE, target=narrow, noise=LOUD).message


def test_noise_widens_no_profile():
    base = attrs.evolve(NOISY, profile=QirProfile.BASE)
    again = qir_text(1, [("h", (0,)), ("measure", (0, 0)), ("h", (0,)), ("measure", (0, 0))])
    assert "profile" in fault_of(again, target=base, noise=LOUD).message
