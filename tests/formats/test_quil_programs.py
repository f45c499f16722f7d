"""Quil programs as a whole: memory, classical instructions, jumps, substitutions, and what is refused."""

# Programs keep their lines, however long.
# ruff: noqa: E501

import numpy as np
import pytest

from distributions import assert_counts_follow
from formats.running import answer, fault
from quire.formats import HONEYWELL_RESULTS, MICROSOFT_RESULTS_V2
from quire.formats import RIGETTI_QUIL as QUIL


def _only(program: str, **options: object) -> dict[str, list[float]]:
    """What each region holds in every shot of a program without chance."""
    found = answer(program, QUIL, shots=4, **options)
    assert all(rows == [rows[0]] * 4 for rows in found.values())
    return {name: rows[0] for name, rows in found.items()}


def test_rows_ascend_by_offset() -> None:
    assert _only("DECLARE ro BIT[4]\nX 0\nX 2\nMEASURE 0 ro[1]\nMEASURE 1 ro[0]\nMEASURE 2 ro[3]") == {
        "ro": [0, 1, 0, 1]
    }


def test_the_order_of_regions_is_that_of_the_text() -> None:
    program = (
        "DECLARE z BIT\nDECLARE ro BIT\nDECLARE a BIT[2]\nX 0\nMEASURE 0 z\nMEASURE 1 a[0]\nMEASURE 0 a[1]"
    )
    assert list(_only(program).items()) == [("z", [1]), ("ro", [0]), ("a", [0, 1])]


def test_a_job_without_shots_has_one() -> None:
    assert answer("DECLARE ro BIT\nX 0\nMEASURE 0 ro", QUIL) == {"ro": [[1]]}
    assert answer("DECLARE ro BIT\n", QUIL, count=2) == {"ro": [[0], [0]]}
    assert answer("X 0\n", QUIL, shots=2) == {}


def test_the_points_of_substitutions_come_one_after_another() -> None:
    program = "DECLARE ro BIT[1]\nDECLARE theta REAL[2]\nRX(theta[0]) 0\nRX(theta[1]/2) 0\nMEASURE 0 ro[0]"
    points = [[0.0], [np.pi], [0.0, 2 * np.pi], [np.pi, 2 * np.pi]]
    found = answer(program, QUIL, count=5, skipQuilc=True, substitutions={"theta": points})
    assert found == {"ro": [[0]] * 5 + [[1]] * 10 + [[0]] * 5}


def test_shots_follow_the_distribution_and_seeds_repeat_them() -> None:
    program = "DECLARE ro BIT[2]\nRY(0.8) 0\nMEASURE 0 ro[0]\nJUMP-UNLESS @end ro[0]\nRY(1.9) 1\nLABEL @end\nMEASURE 1 ro[1]"
    rows = answer(program, QUIL, shots=4000, seed=3)["ro"]
    p, q = float(np.sin(0.4) ** 2), float(np.sin(0.95) ** 2)
    counts = {text: rows.count([int(c) for c in text]) for text in ("00", "10", "11", "01")}
    assert_counts_follow(counts, {"00": 1 - p, "10": p * (1 - q), "11": p * q, "01": 0.0})
    assert rows == answer(program, QUIL, shots=4000, seed=3)["ro"]


CLASSICAL = {
    "arithmetic": (
        "DECLARE i INTEGER[2]\nDECLARE x REAL\nMOVE i 7\nADD i 3\nMUL i -3\nSUB i 1\nDIV i 4\nMOVE i[1] i\nNEG i[1]\nCONVERT x i\nDIV x 2\nMUL x 0.5",
        {"i": [-7, 7], "x": [-1.75]},
    ),
    "bits": (
        "DECLARE b BIT[5]\nMOVE b[0] 1\nMOVE b[1] 1\nAND b[0] b[1]\nXOR b[1] 1\nIOR b[2] b[0]\nNOT b[3]\nEXCHANGE b[3] b[4]",
        {"b": [1, 0, 1, 0, 1]},
    ),
    "octets": (
        "DECLARE o OCTET[3]\nMOVE o[0] 200\nADD o[0] 100\nMOVE o[1] 15\nNOT o[1]\nMOVE o[2] 12\nXOR o[2] 10",
        {"o": [44, 240, 6]},
    ),
    "comparisons": (
        "DECLARE i INTEGER\nDECLARE x REAL\nDECLARE b BIT[6]\nMOVE i -2\nMOVE x 1.5\nLT b[0] i 0\nGT b[1] i 0\nEQ b[2] i -2\nGE b[3] x 1.5\nLE b[4] x 1.4\nLT b[5] x 2",
        {"i": [-2], "x": [1.5], "b": [1, 0, 1, 1, 0, 1]},
    ),
    "indirection": (
        "DECLARE a INTEGER[3]\nDECLARE b BIT[3]\nDECLARE i INTEGER\nMOVE a[2] 5\nMOVE i 2\nLOAD a[0] a i\nSTORE b i 1\nMOVE i 1\nSTORE a i a[0]\nLOAD b[0] b i",
        {"a": [5, 5, 5], "b": [0, 0, 1], "i": [1]},
    ),
    "sharing": (
        "DECLARE a BIT[4]\nDECLARE b BIT[2] SHARING a OFFSET 1 BIT\nMOVE b[1] 1",
        {"a": [0, 0, 1, 0], "b": [0, 1]},
    ),
    "sharing at an offset in other types": (
        "DECLARE a OCTET[12]\nDECLARE b OCTET[2] SHARING a OFFSET 1 REAL 1 OCTET 8 BIT\nMOVE b[0] 7",
        {"a": [0] * 10 + [7, 0], "b": [7, 0]},
    ),
    "labels of a circuit used twice, one of them in another circuit": (
        "DECLARE ro BIT[2]\nDECLARE n INTEGER\n"
        "DEFCIRCUIT TWICE q:\n    MOVE n 0\n    LABEL @a\n    RX(pi/2) q\n    ADD n 1\n    EQ ro[0] n 2\n    JUMP-UNLESS @a ro[0]\n"
        "DEFCIRCUIT BOTH p q:\n    JUMP @a\n    X p\n    LABEL @a\n    TWICE p\n    TWICE q\n"
        "BOTH 0 1\nTWICE 0\nMEASURE 0 ro[0]\nMEASURE 1 ro[1]",
        {"ro": [0, 1], "n": [2]},
    ),
    "a jump out of a circuit": (
        "DECLARE ro BIT\nDEFCIRCUIT OUT:\n    JUMP @end\nOUT\nX 0\nLABEL @end\nMEASURE 0 ro",
        {"ro": [0]},
    ),
    "a loop": (
        "DECLARE ro BIT[2]\nDECLARE n INTEGER\nLABEL @again\nX 0\nADD n 1\nMEASURE 0 ro[0]\nLT ro[1] n 5\nJUMP-WHEN @again ro[1]\n",
        {"ro": [1, 0], "n": [5]},
    ),
    "halt": (
        "DECLARE ro BIT\nX 0\nMEASURE 0 ro\nJUMP-UNLESS @more ro\nHALT\nLABEL @more\nX 0\nMEASURE 0 ro\n",
        {"ro": [1]},
    ),
    "a jump over code": ("DECLARE ro BIT\nJUMP @end\nX 0\nLABEL @end\nMEASURE 0 ro", {"ro": [0]}),
    "reset": (
        "DECLARE ro BIT[3]\nX 0\nX 1\nRESET 0\nMEASURE 0 ro[0]\nMEASURE 1 ro[1]\nRESET\nMEASURE 1 ro[2]",
        {"ro": [0, 1, 0]},
    ),
    "reset in a loop": (
        "DECLARE ro BIT[2]\nDECLARE n INTEGER\nLABEL @again\nRESET\nMEASURE 3 ro[0]\nX 3\nADD n 1\nEQ ro[1] n 2\nJUMP-UNLESS @again ro[1]",
        {"ro": [0, 1], "n": [2]},
    ),
    "angles at run time": (
        "DECLARE ro BIT\nDECLARE x REAL\nX 0\nMEASURE 0 ro\nMOVE x 0.0\nJUMP-UNLESS @go ro\nMOVE x 3.141592653589793\nLABEL @go\nRX(x/2) 0\nRX(x/2+0) 0\nMEASURE 0 ro",
        {"ro": [0], "x": [np.pi]},
    ),
    "nothing": (
        "PRAGMA PRESERVE_BLOCK\nNOP\nWAIT\nFENCE 0\nDELAY 0 1.0\nDECLARE ro BIT\nMEASURE 0\nMEASURE 0 ro # comment",
        {"ro": [0]},
    ),
}


@pytest.mark.parametrize("name", CLASSICAL)
def test_classical_instructions(name: str) -> None:
    program, wanted = CLASSICAL[name]
    assert _only(program) == wanted


def test_an_unknown_gate_is_refused_in_the_words_of_the_service() -> None:
    refused = fault("DECLARE ro BIT\na 0\nMEASURE 0 ro", QUIL)
    assert refused.code == "InvalidInputData"
    assert refused.message == (
        "QVM reported a problem running your program: error when calling QVM: failed to perform multishot: "
        "Encountered the invalid instruction\n\n    a 0\n\nwhich could not be executed because the operator a is not known"
    )


def test_the_other_formats_of_results() -> None:
    program = "DECLARE ro BIT[2]\nX 0\nMEASURE 0 ro[0]"
    assert answer(program, QUIL, output=MICROSOFT_RESULTS_V2)["Results"][0]["Shots"] == [[1, 0]]
    assert fault(program, QUIL, output=HONEYWELL_RESULTS).code == "CannotTranslateOutputData"


@pytest.mark.parametrize(
    ("program", "part"),
    [
        ("X 20", "no qubit 20"),
        ("CNOT 0 0", "one qubit twice"),
        ("RX 0", "wrong number"),
        ("RX(1/0) 0", "no value"),
        ("RX(i) 0", "no real number"),
        ("RX(%a) 0", "%a"),
        ("X q", "no qubit q"),
        ("JUMP @nowhere", "no label @nowhere"),
        ("LABEL @a\nLABEL @a", "stands twice"),
        ("DEFCIRCUIT A q:\n    LABEL @a\n    X q\nA 0\nJUMP @a", "no label @a"),
        ("DECLARE a REAL[2]\nDECLARE b REAL SHARING a OFFSET 1 OCTET", "within a word"),
        ("LABEL @a\nJUMP @a", "never ends"),
        ("MEASURE 0 ro", "ro is not declared"),
        ("DECLARE ro BIT\nMOVE ro[1] 1", "beyond"),
        ("DECLARE ro BIT\nDECLARE ro BIT", "declared twice"),
        ("DECLARE x REAL\nMEASURE 0 x", "no bit"),
        ("DECLARE ro BIT[1000000000]", "words of memory"),
        ("DECLARE o OCTET\nDECLARE b BIT[8] SHARING o", "of one type"),
        ("DEFGATE A:\n    1, 1\n    0, 1\nA 0", "not unitary"),
        ("DEFGATE A AS PERMUTATION:\n    0, 0\nA 0", "not unitary"),
        ("DEFGATE A p AS SEQUENCE:\n    B p\nDEFGATE B p AS SEQUENCE:\n    A p\nA 0", "100 deep"),
        ("DEFCIRCUIT A p:\n    A p\nA 0", "100 deep"),
        ('INCLUDE "secret"', "not supported"),
        ('PULSE 0 "xy" flat(duration: 1, iq: 1)', "not supported"),
        ('PRAGMA ADD-KRAUS X 0 "(0)"', "noise"),
        ("DECLARE i INTEGER\nDIV i i", "division"),
        ("DECLARE ro BIT\nDECLARE i INTEGER\nMOVE i 5\nLOAD ro ro i", "no meaning"),
        ("RX(" + "(" * 20000 + "1" + ")" * 20000 + ") 0", "200 deep"),
        ("RX(" + "+".join(["1"] * 30000) + ") 0", "operators"),
        (
            "DEFGATE G0 p AS SEQUENCE:\n    X p\n"
            + "".join(f"DEFGATE G{n + 1} p AS SEQUENCE:\n    G{n} p\n    G{n} p\n" for n in range(40))
            + "G40 0",
            "operations",
        ),
        (
            "DEFCIRCUIT G0 p:\n    X p\n"
            + "".join(f"DEFCIRCUIT G{n + 1} p:\n    G{n} p\n    G{n} p\n" for n in range(40))
            + "G40 0",
            "operations",
        ),
        ("H 0\nJUNK JUNK (", "valid Quil"),
    ],
)
def test_what_is_wrong_is_said(program: str, part: str) -> None:
    refused = fault(program, QUIL)
    assert refused.code == "InvalidInputData"
    assert part in refused.message


@pytest.mark.parametrize(
    ("params", "part"),
    [
        ({"substitutions": {"theta": [0.5]}}, "list of lists"),
        ({"substitutions": {"theta": [[0.5], [1]], "ro": [[0]]}}, "equally many"),
        ({"substitutions": {"theta": []}}, "from 1 to"),
        ({"substitutions": {"phi": [[0.5]]}}, "does not declare"),
        ({"substitutions": {"theta": [[1, 2]]}}, "2 values"),
        ({"substitutions": {"ro": [[2]]}}, "no value of ro"),
        ({"substitutions": [1]}, "an object"),
        ({"skipQuilc": "yes"}, "skipQuilc"),
        ({"entryPoint": "main"}, "unknown input parameters"),
    ],
)
def test_what_is_wrong_with_parameters_is_said(params: dict[str, object], part: str) -> None:
    assert (
        part in fault("DECLARE theta REAL\nDECLARE ro BIT\nRX(theta) 0\nMEASURE 0 ro", QUIL, **params).message
    )
