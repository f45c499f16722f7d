"""Programs that the Q# compiler makes for each profile give the distributions that Q# means."""

import math
import os
from collections import Counter

import pytest

from distributions import assert_counts_follow
from quire.formats import QirProfile
from simulator.runs import counts_of, shots_of

os.environ.setdefault("QDK_PYTHON_TELEMETRY", "none")
import qdk
from qdk.simulation import run_qir

BASE, RI, RIF, ADAPTIVE = QirProfile
ALL = (BASE, RI, RIF, ADAPTIVE)
FEEDBACK = (RI, RIF, ADAPTIVE)

SIN2 = {angle: math.sin(angle / 2) ** 2 for angle in (0.6, 1.1, 1.2)}


def _teleported():
    p = SIN2[1.1]
    return {f"({a}, {b}, {c})": (p if c else 1 - p) / 4 for a in (0, 1) for b in (0, 1) for c in (0, 1)}


def _counted():
    rows = [(a, b, c) for a in (0, 1) for b in (0, 1) for c in (0, 1)]
    numbers = {row: row[0] + 2 * row[1] + 4 * row[2] for row in rows}
    return {f"({3 * n - 7}, {n > 3}, {list(row)})": 1 / 8 for row, n in numbers.items()}


def _joint():
    """The parity of XX on a Bell pair whose second half steers the third qubit's rotation by 1.2."""
    # Behind |00> the third qubit is |0>; behind |11> it is cos(0.6)|0> + sin(0.6)|1>.
    cosine, sine = math.cos(0.6), math.sin(0.6)
    exact = {}
    for parity, sign in ((0, 1), (1, -1)):
        # XX exchanges |00> and |11>, so a parity takes the part of the pair that is even or odd under that.
        exact[f"[{parity}, 0]"] = (1 + sign * cosine) ** 2 / 4
        exact[f"[{parity}, 1]"] = sine**2 / 4
    return exact


# Profiles, source of one operation, exact distribution.
PROGRAMS = {
    "Tilted": (
        ALL,
        "operation Tilted() : Result[] { use q = Qubit[2]; Ry(0.6, q[0]); Ry(1.2, q[1]); MResetEachZ(q) }",
        {
            f"[{a}, {b}]": (SIN2[0.6] if a else 1 - SIN2[0.6]) * (SIN2[1.2] if b else 1 - SIN2[1.2])
            for a in (0, 1)
            for b in (0, 1)
        },
    ),
    "Kept": (
        ALL,
        """operation Kept() : (Result, Result[]) {
            use q = Qubit[3];
            H(q[0]); CNOT(q[0], q[1]); X(q[2]);
            let r = MeasureEachZ(q);
            ResetAll(q);
            (r[2], r)
        }""",
        {"(1, [0, 0, 1])": 0.5, "(1, [1, 1, 1])": 0.5},
    ),
    "Shapes": (
        ALL,
        """operation Shapes() : (Result[], (Result, Result[][]), Unit) {
            use q = Qubit[2];
            X(q[1]);
            let (a, b) = (MResetZ(q[0]), MResetZ(q[1]));
            ([], (b, [[a, b], [], [b]]), ())
        }""",
        {"([], (1, [[0, 1], [], [1]]), ())": 1.0},
    ),
    "Joint": (
        ALL,
        """operation Joint() : Result[] {
            use q = Qubit[3];
            H(q[0]); CNOT(q[0], q[1]); Controlled Ry([q[0]], (1.2, q[2]));
            let r = [Measure([PauliX, PauliX], q[0..1]), MResetZ(q[2])];
            ResetAll(q);
            r
        }""",
        _joint(),
    ),
    "Teleported": (
        FEEDBACK,
        """operation Teleported() : (Result, Result, Result) {
            use q = Qubit[3];
            Ry(1.1, q[0]); H(q[1]); CNOT(q[1], q[2]); CNOT(q[0], q[1]); H(q[0]);
            let (a, b) = (M(q[0]), M(q[1]));
            if b == One { X(q[2]); }
            if a == One { Z(q[2]); }
            let r = (a, b, M(q[2]));
            ResetAll(q);
            r
        }""",
        _teleported(),
    ),
    "Counted": (
        FEEDBACK,
        """operation Counted() : (Int, Bool, Result[]) {
            use q = Qubit[3];
            mutable n = 0;
            mutable rs = [Zero, Zero, Zero];
            for i in 0..2 {
                H(q[i]);
                let r = MResetZ(q[i]);
                if r == One { n += 1 <<< i; }
                rs w/= i <- r;
            }
            (n * 3 - 7, n > 3, rs)
        }""",
        _counted(),
    ),
    "Divided": (
        FEEDBACK,
        """operation Divided() : (Int, Int, Int, Int, Int) {
            use q = Qubit();
            H(q);
            let n = MResetZ(q) == One ? 7 | -7;
            (n / 2, n % 3, n >>> 1, n ^^^ 5, ~~~n &&& 0xFF ||| 3)
        }""",
        {"(3, 1, 3, 2, 251)": 0.5, "(-3, -1, -4, -4, 7)": 0.5},
    ),
    "Reused": (
        FEEDBACK,
        """operation Reused() : Int {
            use q = Qubit();
            mutable n = 0;
            for i in 0..3 { H(q); n = 2 * n + (MResetZ(q) == One ? 1 | 0); }
            n
        }""",
        {str(n): 1 / 16 for n in range(16)},
    ),
    "Turned": (
        (RIF, ADAPTIVE),
        """operation Turned() : (Double, Result) {
            use q = Qubit();
            H(q);
            let angle = MResetZ(q) == One ? 0.6 | 1.2;
            Ry(angle, q);
            (angle * 2.0 - 0.25, MResetZ(q))
        }""",
        {
            f"({2 * angle - 0.25!r}, {bit})": (SIN2[angle] if bit else 1 - SIN2[angle]) / 2
            for angle in (0.6, 1.2)
            for bit in (0, 1)
        },
    ),
    "Repeated": (
        (ADAPTIVE,),
        """operation Repeated() : Int {
            use q = Qubit();
            mutable n = 0;
            mutable done = false;
            while not done { H(q); n += 1; done = MResetZ(q) == One or n >= 10; }
            n
        }""",
        {str(n): 2.0**-n for n in range(1, 10)} | {"10": 2.0**-9},
    ),
    "Weighed": (
        (ADAPTIVE,),
        """operation Weighed() : (Int, Result[]) {
            use q = Qubit[4];
            let weights = [1, 2, 4, 8];
            mutable sum = 0;
            ApplyToEach(H, q);
            let rs = MResetEachZ(q);
            for i in 0..3 { if rs[i] == One { sum += weights[i]; } }
            mutable total = 0;
            mutable i = 0;
            while i < sum { total += weights[i % 4]; i += 1; }
            (total, rs)
        }""",
        {
            f"({sum([1, 2, 4, 8][i % 4] for i in range(n))}, {[n >> k & 1 for k in range(4)]})": 1 / 16
            for n in range(16)
        },
    ),
}
CASES = [(name, profile) for name, (profiles, _, _) in PROGRAMS.items() for profile in profiles]


@pytest.fixture(scope="module")
def contexts():
    return {profile: qdk.Context(target_profile=getattr(qdk.TargetProfile, profile.value)) for profile in ALL}


@pytest.fixture(scope="module")
def compiled(contexts):
    found = {}
    for name, profile in CASES:
        contexts[profile].eval(PROGRAMS[name][1])
        found[name, profile] = str(contexts[profile].compile(getattr(contexts[profile].code, name)))
    return found


@pytest.mark.parametrize(("name", "profile"), CASES)
def test_the_distribution_of_a_compiled_program(name, profile, compiled):
    assert_counts_follow(counts_of(compiled[name, profile], 4000), PROGRAMS[name][2])


def _plain(value):
    if isinstance(value, qdk.Result):
        return int(value == qdk.Result.One)
    return type(value)(map(_plain, value)) if isinstance(value, list | tuple) else value


@pytest.mark.parametrize(("name", "profile"), [case for case in CASES if case[0] != "Shapes"])
def test_the_simulator_of_microsoft_agrees(name, profile, compiled):
    # All but "Shapes", whose empty arrays it nests wrongly.
    theirs = Counter(repr(_plain(shot)) for shot in run_qir(compiled[name, profile], 300, seed=3, type="cpu"))
    assert_counts_follow(theirs, PROGRAMS[name][2])


def test_the_random_bits_of_the_documentation(contexts):
    source = """
        operation GenerateRandomBits(n : Int, angles : Double[]) : Result[] {
            use qubits = Qubit[n];
            for i in 0..n - 1 { Rx(angles[i], qubits[i]); }
            MResetEachZ(qubits)
        }"""
    contexts[BASE].eval(source)
    program = str(contexts[BASE].compile("GenerateRandomBits(2, [0.0, 3.141592653589793])"))
    assert shots_of(program, 100) == [[0, 1]] * 100
