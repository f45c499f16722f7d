"""Outcomes as arrays of bits are those of Qiskit's counts; sums of terms are worth what their parts are."""

import json
import random
from collections import Counter

import numpy as np
import pytest

from quire import JobDetails, Results
from quire.errors import ResultFormatError
from quire.formats import HONEYWELL_RESULTS, IONQ_RESULTS, MICROSOFT_RESULTS_V2
from quire_qiskit import measurement_bases
from quire_qiskit.measurement_bases import worth
from quire_qiskit.outcomes import Outcomes

WIDTHS = [1, 2, 8, 9, 63, 64, 65, 130]


def shares_of(outcomes):
    """The share of each number whose bit i is column i; the same one may stand in several rows."""
    shares = Counter()
    for row, share in zip(outcomes.bits, outcomes.shares, strict=True):
        shares[sum(int(bit) << place for place, bit in enumerate(row))] += share
    return pytest.approx(dict(shares))


def job(**metadata):
    return JobDetails(id="j", name="j", provider_id="p", target="t", metadata=metadata)


def states(shares, **metadata):
    results = Results(IONQ_RESULTS, b"", (), None, {str(state): share for state, share in shares.items()})
    return Outcomes.of_states(job(**metadata), results)


@pytest.mark.parametrize("format", [MICROSOFT_RESULTS_V2, HONEYWELL_RESULTS])
@pytest.mark.parametrize("width", WIDTHS)
def test_outcomes_of_shots_are_those_of_counts(width, format):
    source = random.Random(width)
    few = [source.getrandbits(width) for _ in range(5)]
    numbers = [source.choice(few) for _ in range(200)]
    rows = [[number >> place & 1 for place in range(width)] for number in numbers]
    shots = rows if format == HONEYWELL_RESULTS else [row[::-1] for row in rows]
    found = Outcomes.of_shots(Results(format, b"", (), shots, {}), width)
    assert shares_of(found) == {number: count / 200 for number, count in Counter(numbers).items()}
    counts = Counter(map(hex, numbers))
    assert shares_of(Outcomes.of_counts(counts, width)) == dict(shares_of(found).expected)
    assert len(found.shares) == (len(set(numbers)) if width <= 64 else 200)


@pytest.mark.parametrize(
    "shots", [None, [], [[0, 1], [1]], [[0, 2], [1, 1]], [["-", 0], [0, 1]], [[0, 1, 1], [1, 0, 0]]]
)
def test_what_are_no_two_bits_for_each_shot_is_left_to_counts(shots):
    assert Outcomes.of_shots(Results(MICROSOFT_RESULTS_V2, b"", (), shots, {}), 2) is None


@pytest.mark.parametrize("high", [2, 62, 63, 64, 100])
def test_outcomes_of_states_are_the_bits_that_show_them(high):
    """Bit 0 shows the highest qubit, bit 1 none, bit 2 the lowest; numbers of many qubits are large."""
    found = states({0: 0.125, 1: 0.25, 1 << high: 0.5, 2: 0.125}, meas_map=json.dumps([high, None, 0]))
    assert shares_of(found) == {0b000: 0.25, 0b100: 0.25, 0b001: 0.5}
    assert found.bits.dtype == np.uint8


def test_what_are_no_probabilities_of_states_is_refused():
    with pytest.raises(ResultFormatError, match="has no probabilities of its qubits"):
        Outcomes.of_states(job(), Results(MICROSOFT_RESULTS_V2, b"", (), [[0]], {"[0]": 1.0}))
    with pytest.raises(ResultFormatError, match="are no probabilities"):
        states({0: -0.5, 1: 1.5}, meas_map="[0]")
    with pytest.raises(ResultFormatError, match="which qubit each bit shows"):
        states({0: 1.0})


@pytest.mark.parametrize("most_values", [1, 30, 1 << 20])
def test_a_sum_of_terms_is_worth_what_they_are(most_values, monkeypatch):
    monkeypatch.setattr(measurement_bases, "_MOST_VALUES", most_values)
    source = random.Random(most_values)
    places = [0, 2, 3]
    bits = np.array([[source.randrange(2) for _ in places] for _ in range(20)], dtype=np.uint8)
    single = {"I": (1, 1), "X": (1, -1), "Y": (1, -1), "Z": (1, -1)}
    single |= {"0": (1, 0), "+": (1, 0), "r": (1, 0), "1": (0, 1), "-": (0, 1), "l": (0, 1)}
    names = ["ZXIY", "ZIII", "IIIZ", "IIII", "1II0", "-+Il", "YYIY"]
    terms = {term: source.uniform(-2, 2) for term in names}
    for row, found in zip(bits, worth(terms, places, bits), strict=True):
        of_qubit = dict(zip(places, map(int, row), strict=True))
        expected = sum(
            value * np.prod([single[mark][of_qubit.get(3 - place, 0)] for place, mark in enumerate(term)])
            for term, value in terms.items()
        )
        assert found == pytest.approx(expected)
