"""OpenQASM programs as a whole: registers, conditions, resets, control flow, and what is refused."""

# Programs keep their lines, however long.
# ruff: noqa: E501

import numpy as np
import pytest

from distributions import assert_counts_follow
from formats.running import answer, fault
from quire.formats import HONEYWELL_OPENQASM as QASM
from quire.formats import MICROSOFT_RESULTS_V2, RIGETTI_RESULTS

Q2 = 'OPENQASM 2.0;\ninclude "qelib1.inc";\n'
Q3 = 'OPENQASM 3.0;\ninclude "stdgates.inc";\n'


def _only(program: str, **options: object) -> dict[str, str]:
    """What each register holds in every shot of a program without chance."""
    found = answer(program, QASM, shots=5, **options)
    assert all(len(set(rows)) == 1 and len(rows) == 5 for rows in found.values())
    return {name: rows[0] for name, rows in found.items()}


def test_the_first_character_is_the_highest_bit_and_registers_keep_their_order() -> None:
    program = (
        Q2
        + "qreg q[4]; creg z[3]; creg a[2]; x q[0]; x q[1]; measure q[0]->z[0]; measure q[2]->a[0]; measure q[1]->a[1];"
    )
    assert _only(program) == {"z": "001", "a": "10"}
    assert list(_only(program)) == ["z", "a"]


def test_a_job_without_shots_has_one() -> None:
    assert answer(Q2 + "qreg q[1]; creg c[2]; x q[0]; measure q[0]->c[1];", QASM) == {"c": ["10"]}
    assert answer(Q2 + "qreg q[1]; creg c[1];", QASM, count=3) == {"c": ["0", "0", "0"]}


def test_a_program_without_bits_puts_out_no_register() -> None:
    assert answer(Q2 + "qreg q[1]; x q[0];", QASM, shots=2) == {}


@pytest.mark.parametrize("value", range(8))
def test_a_register_compared_with_a_number_has_its_first_bit_as_the_least(value: int) -> None:
    sets = "".join(f"x q[{i}];" for i in range(3) if value >> i & 1)
    tests = "".join(f"if(c=={k}) x r[{k}];" for k in range(8))
    for head, regs in (
        (Q2, "qreg q[3]; qreg r[8]; creg c[3]; creg d[8];"),
        (Q3, "qubit[3] q; qubit[8] r; bit[3] c; bit[8] d;"),
    ):
        found = _only(f"{head}{regs}{sets} measure q->c; {tests} measure r->d;")
        assert found == {"c": format(value, "03b"), "d": format(1 << value, "08b")}


def test_conditions_on_single_bits_and_unmeasured_registers() -> None:
    program = (
        Q2
        + "qreg q[3]; creg c[2]; creg d[1]; x q[0]; measure q[0]->c[1]; if(c[1]==1) x q[1]; if(c[0]==1) x q[2]; if(d==0) x q[2]; measure q[1]->c[0]; measure q[2]->d[0];"
    )
    assert _only(program) == {"c": "11", "d": "1"}


def test_measure_reset_measure_and_a_bit_measured_twice() -> None:
    program = (
        Q2
        + "qreg q[2]; creg c[3]; x q[0]; measure q[0]->c[0]; reset q[0]; measure q[0]->c[1]; x q[0]; measure q[0]->c[2]; measure q[1]->c[2];"
    )
    assert _only(program) == {"c": "001"}


def test_teleportation() -> None:
    program = Q2 + (
        "qreg q[3]; creg a[1]; creg b[1]; creg out[1];"
        "ry(1.2) q[0]; h q[1]; cx q[1],q[2]; cx q[0],q[1]; h q[0]; measure q[0]->a[0]; measure q[1]->b[0];"
        "if(b==1) x q[2]; if(a==1) z q[2]; ry(-1.2) q[2]; measure q[2]->out[0];"
    )
    found = answer(program, QASM, shots=200, seed=4)
    assert set(found["out"]) == {"0"}
    pairs = [x + y for x, y in zip(found["a"], found["b"], strict=True)]
    assert_counts_follow(
        {p: pairs.count(p) for p in set(pairs)}, dict.fromkeys(("00", "01", "10", "11"), 0.25)
    )


def test_a_negative_controlled_rotation_is_exact() -> None:
    program = Q2 + "qreg q[2]; creg c[1]; h q[0]; crz(-0.9) q[0],q[1]; h q[0]; measure q[0]->c[0];"
    found = answer(program, QASM, shots=4000, seed=1)["c"]
    p = float(np.sin(0.225) ** 2)
    assert_counts_follow({b: found.count(b) for b in "01"}, {"0": 1 - p, "1": p})


def test_seeds_repeat_shots() -> None:
    program = Q2 + "qreg q[3]; creg c[3]; h q; measure q->c; if(c==3) x q[0];"
    first = answer(program, QASM, shots=50, seed=9)
    assert first == answer(program, QASM, shots=50, seed=9)
    assert first != answer(program, QASM, shots=50, seed=10)


def test_syntax_checkers_answer_zeros_and_still_refuse_what_is_wrong() -> None:
    program = (
        Q2
        + "qreg q[56]; creg c[3]; creg d[1]; x q[0]; h q[1]; measure q[0]->c[0]; if(c==1) x q[2]; measure q[2]->d[0];"
    )
    for target in ("quantinuum.sim.h2-1sc", "quantinuum.sim.h2-2sc"):
        assert answer(program, QASM, target=target, shots=3) == {"c": ["000"] * 3, "d": ["0"] * 3}
    assert "56" in fault(program, QASM, target="quantinuum.sim.h1-1sc").message
    assert (
        fault(Q2 + "qreg q[1]; nonsense q[0];", QASM, target="quantinuum.sim.h2-1sc").code
        == "InvalidInputData"
    )


def test_a_wide_clifford_program_runs() -> None:
    chain = "".join(f"cx q[{i}],q[{i + 1}];" for i in range(55))
    found = answer(
        f"{Q2}qreg q[56]; creg c[56]; h q[0]; {chain} measure q->c;",
        QASM,
        target="quantinuum.sim.h2-1e",
        shots=60,
        seed=2,
    )
    assert set(found["c"]) == {"0" * 56, "1" * 56}


CONTROL_FLOW = {
    "loops": (
        "qubit[4] q; bit[4] c; for int i in [0:2:3] { x q[i]; } for uint k in {1} x q[k]; c = measure q;",
        {"c": "0111"},
    ),
    "constants": (
        "const int n = 3; qubit[n] q; bit[n] c; int[8] i = n - 1; x q[i]; i -= 2; x q[i]; c = measure q;",
        {"c": "101"},
    ),
    "runtime integers": (
        "qubit[4] q; bit[2] c; bit[4] d; x q[0]; x q[1]; c[0] = measure q[0]; c[1] = measure q[1];"
        "uint[4] n = c; n = n * 2 - 3; x q[n]; if (n > 2 && c[0]) { x q[2]; } else { x q[0]; } d = measure q;",
        {"c": "11", "d": "1111"},
    ),
    "while": (
        "qubit[2] q; bit c; bit[2] d; int i = 0; x q[0]; c = measure q[0];"
        "while (c) { i += 1; if (i == 3) { x q[0]; } c = measure q[0]; } if (i == 3) x q[1]; d = measure q;",
        {"c": "0", "d": "10"},
    ),
    "break and continue": (
        "qubit[4] q; bit[4] c; bit m; m = measure q[3]; for int i in [0:3] { if (i == 1) continue; if (i == 3) break; x q[i]; } c = measure q;",
        {"c": "0101", "m": "0"},
    ),
    "break at run time": (
        "qubit[4] q; bit[4] c; bit m; int n = 0; for int i in [0:3] { n += 1; x q[i]; m = measure q[i]; if (m && i == 1) break; }"
        "if (n == 2) { x q[3]; } c = measure q;",
        {"c": "1011", "m": "1"},
    ),
    "switch": (
        "qubit[3] q; bit[2] c; bit[3] d; x q[1]; c[1] = measure q[1]; int n = c; switch (n) { case 0, 1 { x q[0]; } case 2 { x q[2]; } default { x q[1]; } } d = measure q;",
        {"c": "10", "d": "110"},
    ),
    "subroutines": (
        "def flip(qubit a, int n) -> bit { for int i in [1:n] { x a; } bit r = measure a; return r; }"
        "def twice(int n) -> int { return 2 * n; }"
        "qubit[2] q; bit[2] c; c[0] = flip(q[0], 3); c[1] = flip(q[1], twice(2));",
        {"c": "01"},
    ),
    "early return": (
        "def f(qubit a) -> bit { bit r = measure a; if (r) { return 0; } x a; return 1; }"
        "qubit[2] q; bit[2] c; x q[1]; c[0] = f(q[0]); c[1] = f(q[1]);",
        {"c": "01"},
    ),
    "end": ("qubit q; bit c; bit d; x q; c = measure q; if (c) { end; } d = 1;", {"c": "1", "d": "0"}),
    "aliases": (
        'qubit[4] q; bit[4] c; let a = q[0:2:2] ++ q[3]; x a[1]; x a[-1]; let b = c[1:2]; c = measure q; b = "10";',
        {"c": "1100"},
    ),
    "bits": (
        'qubit[2] q; bit[4] c = "0110"; bit[4] d; d = c; d[0] = 1; bit e = c[2]; c = 9;',
        {"c": "1001", "d": "0111", "e": "1"},
    ),
    "arrays": (
        "qubit[3] q; bit[3] c; array[int[8], 3] a = {2, 0, 1}; x q[a[0]]; a[1] += 1; x q[a[1]]; c = measure q;",
        {"c": "110"},
    ),
    "floats": ("qubit q; bit c; float f = 0.5; f = f * 4 - 1; rx(f * pi) q; c = measure q;", {"c": "1"}),
    "runtime angles": (
        "qubit[2] q; bit c; bit d; float f = 0.0; x q[0]; c = measure q[0]; if (c) { f = pi; } ry(f) q[1]; d = measure q[1];",
        {"c": "1", "d": "1"},
    ),
    "casts": (
        "qubit q; bit c; int i = int(2.9); uint[3] u = uint[3](9); bool b = bool(i - 2); if (u == 1 && !b) x q; c = measure q;",
        {"c": "1"},
    ),
    "nothing": (
        "qubit[2] q; bit c; barrier q; delay[100ns] q[0]; #pragma keep\nbox { x q[0]; } c = measure q[0];",
        {"c": "1"},
    ),
}


@pytest.mark.parametrize("name", CONTROL_FLOW)
def test_openqasm_3(name: str) -> None:
    program, wanted = CONTROL_FLOW[name]
    assert _only(Q3 + program) == wanted


def test_an_index_that_runs_out_of_its_register_at_run_time_fails_the_job() -> None:
    program = Q3 + "qubit[2] q; qubit[2] r; bit[2] c; x q; c = measure q; int n = c; x q[n];"
    assert fault(program, QASM).message.startswith("line ")


def test_the_other_formats_of_results() -> None:
    program = Q2 + "qreg q[2]; creg c[2]; x q[0]; measure q->c;"
    found = answer(program, QASM, output=MICROSOFT_RESULTS_V2)
    assert found["Results"][0]["Shots"] == [[1, 0]]
    refused = fault(program, QASM, output=RIGETTI_RESULTS)
    assert refused.code == "CannotTranslateOutputData"
    assert "'quantinuum' cannot be translated" in refused.message


@pytest.mark.parametrize(
    ("program", "part"),
    [
        ("qreg q[2", "line 3: expected"),
        ("x q[0];", "line 3: q is not declared"),
        ("qreg q[1];\nfoo q[0];", "line 4: gate foo is not defined"),
        ("qreg q[1]; rx q[0];", "takes 1 angles"),
        ("qreg q[2]; cx q[0],q[0];", "one qubit twice"),
        ("qreg q[2]; x q[2];", "index 2 of 2"),
        ("qreg q[1]; rx(1/0) q[0];", "has no value"),
        ("qreg q[1]; rx(exp(1000)) q[0];", "has no value"),
        ("qreg q[21];", "21 qubits"),
        ("qreg q[1000000000];", "a size of 1000000000"),
        ("creg c[1000000000];", "a size of 1000000000"),
        ("qreg q[1]; qreg q[1];", "declared twice"),
        ('include "secret.inc";', "secret.inc"),
        ("qreg a[2]; qreg b[3]; cx a, b;", "different sizes"),
        ("qreg q[2]; creg c[1]; measure q -> c;", "2 qubits are measured into 1 bits"),
        ("gate a x { b x; } gate b x { a x; } qreg q[1]; a q[0];", "100 deep"),
        ("qreg q[1]; rx(" + "(" * 20000 + "1" + ")" * 20000 + ") q[0];", "more than 200 deep"),
        ("qreg q[1]; rx(" + "-" * 50000 + "1) q[0];", "operators"),
        ("qreg q[1]; rx(" + "+".join(["1"] * 50000) + ") q[0];", "operators"),
        ("qreg q[1]; creg c[1]; " + "if(c==1) " * 50000 + "x q[0];", "operators"),
        (
            "qreg q[1]; gate g0 a { x a; } "
            + "".join(f"gate g{i + 1} a {{ g{i} a; g{i} a; }}" for i in range(40))
            + "g40 q[0];",
            "operations",
        ),
    ],
)
def test_what_is_wrong_is_said(program: str, part: str) -> None:
    refused = fault(Q2 + program, QASM)
    assert refused.code == "InvalidInputData"
    assert part in refused.message


@pytest.mark.parametrize(
    ("program", "part"),
    [
        ("qubit q; for int i in [0:1000000000] { x q; }", "expands to more than"),
        ("qubit q; while (true) { x q; }", "never ends"),
        ("qubit q; bit c; while (!c) { c = measure q; }", "more than"),
        ("input float a; qubit q; rx(a) q;", "the input a has no value"),
        ("input array[int, 2] a;", "the type array is not supported"),
        ("x $20;", "no qubit $20"),
        ("gate g a { x $0; } qubit q; g q;", "none of its own"),
        ("qubit q; bit c; c = measure q; int n = c; rx(sin(n)) q;", "known at run time only"),
        ("def f(int n) -> int { return f(n); } int i = f(1);", "call one another"),
        ("extern f(int) -> int;", "not supported"),
        ("const int n = 1; n = 2;", "cannot be assigned"),
        ("break;", "outside of a loop"),
        ("qubit q; ctrl(2) @ x q;", "controls"),
        ("qubit q; float f = 1.0; gate g a { rx(f) a; } g q;", "f is not declared"),
        ("int n = 1; def f() -> int { return n; } int m = f();", "n is not declared"),
        ("qubit q; pow(1e300) @ x q;", None),
    ],
)
def test_what_openqasm_3_has_and_we_have_not_is_said(program: str, part: str | None) -> None:
    if part is None:
        assert answer(Q3 + program, QASM) == {}
    else:
        assert part in fault(Q3 + program, QASM).message


INPUTS = """
input float theta; input int n; input uint[8] u; input bool flip; input bit[3] b; input angle turn;
qubit[3] q; bit[3] c;
if (flip) { ry(theta) q[0]; }
for int i in [1:n] { rx(turn) q[1]; }
if (b == 6) { x q[2]; }
c = measure q;
"""
VALUES = {"theta": np.pi, "n": 2, "u": 255, "flip": True, "b": "110", "turn": np.pi / 2}


def test_inputs_take_their_values_from_the_job() -> None:
    assert answer(Q3 + INPUTS, QASM, shots=3, inputs=VALUES) == {"c": ["111"] * 3}
    changed = {**VALUES, "flip": False, "n": -1, "b": "011"}
    assert answer(Q3 + INPUTS, QASM, shots=1, inputs=changed) == {"c": ["000"]}


@pytest.mark.parametrize(
    ("inputs", "part"),
    [
        ({**VALUES, "more": 1}, "does not declare as input: more"),
        ({**VALUES, "theta": "1"}, "type float"),
        ({**VALUES, "theta": True}, "type float"),
        ({**VALUES, "n": 1.5}, "type int"),
        ({**VALUES, "u": -1}, "type uint"),
        ({**VALUES, "flip": 1}, "type bool"),
        ({**VALUES, "b": "11"}, "3 characters"),
        ({**VALUES, "b": 6}, "3 characters"),
        ({}, "theta has no value"),
        ([], "an object"),
    ],
)
def test_inputs_that_do_not_fit_are_refused(inputs: object, part: str) -> None:
    refused = fault(Q3 + INPUTS, QASM, inputs=inputs)
    assert refused.code == "InvalidInputData"
    assert part in refused.message


def test_physical_qubits_are_qubits_beside_those_declared() -> None:
    program = "qubit q; bit[3] c; x $7; cx $7, $3; c[0] = measure $7; c[1] = measure q; c[2] = measure $3;"
    assert answer(Q3 + program, QASM, shots=2) == {"c": ["101", "101"]}
