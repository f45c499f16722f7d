"""Circuits read off payloads: what is drawn is right, and what is not clear is not drawn."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quire.formats import HONEYWELL_OPENQASM, IONQ_CIRCUIT, QIR, RIGETTI_QUIL
from quire.server.pages.drawing import ROW, draw
from quire.server.pages.payloads import shown_payload
from quire.server.pages.sketches import MAX_GATES, MAX_QUBITS, MEASURE, Gate, sketch

BELL = [
    Gate("H", (0,)),
    Gate("X", (1,), (0,)),
    Gate("RZ", (2,), (), "0.5"),
    Gate(MEASURE, (0,)),
    Gate(MEASURE, (2,)),
]
QIR_BELL = """
define void @main() #0 {
  call void @__quantum__qis__h__body(%Qubit* null)
  call void @__quantum__qis__cnot__body(%Qubit* null, %Qubit* inttoptr (i64 1 to %Qubit*))
  call void @__quantum__qis__rz__body(double 5.0e-1, ptr inttoptr (i64 2 to ptr))
  call void @__quantum__qis__mz__body(ptr null, ptr null)
  call void @__quantum__qis__mz__body(ptr inttoptr (i64 2 to ptr), ptr inttoptr (i64 1 to ptr))
  call void @__quantum__rt__result_record_output(ptr null, ptr null)
  ret void
}
"""
QASM_2 = """OPENQASM 2.0; include "qelib1.inc"; // a comment; with semicolons
qreg q[2]; qreg r[1]; creg c[2];
h q[0]; cx q[0],q[1]; rz(0.5) r; measure q[0] -> c[0]; measure r[0] -> c[1];"""
QASM_3 = """OPENQASM 3; include "stdgates.inc"; qubit[2] q; qubit r; bit[2] c;
h q[0]; cx q[0], q[1]; rz(0.5) r; c[0] = measure q[0]; c[1] = measure r;"""
QUIL = """DECLARE ro BIT[2]
H 0
CNOT 0 1 # a comment
RZ(0.5) 2
MEASURE 0 ro[0]
MEASURE 2 ro[1]"""


@pytest.mark.parametrize(
    ("text", "format"),
    [
        (QIR_BELL, QIR),
        (QASM_2, HONEYWELL_OPENQASM),
        (QASM_3, HONEYWELL_OPENQASM),
        (QUIL, RIGETTI_QUIL),
    ],
)
def test_one_circuit_in_each_language(text, format):
    assert sketch(text, format) == BELL


def test_ionq():
    circuit = [
        {"gate": "h", "target": 0},
        {"gate": "cnot", "control": 0, "target": 1},
        {"gate": "x", "controls": [0, 1], "target": 2},
        {"gate": "rx", "target": 3, "rotation": 0.25},
        {"gate": "swap", "targets": [1, 2]},
    ]
    assert sketch(json.dumps({"qubits": 4, "circuit": circuit}), IONQ_CIRCUIT) == [
        Gate("H", (0,)),
        Gate("X", (1,), (0,)),
        Gate("X", (2,), (0, 1)),
        Gate("RX", (3,), (), "0.25"),
        Gate("SWAP", (1, 2)),
    ]


def test_gates_on_whole_registers():
    text = "qreg a[2]; qreg b[2]; creg c[2]; h a; cx a,b; measure b -> c;"
    assert sketch(text, HONEYWELL_OPENQASM) == [
        Gate("H", (0,)),
        Gate("H", (1,)),
        Gate("X", (2,), (0,)),
        Gate("X", (3,), (1,)),
        Gate(MEASURE, (2,)),
        Gate(MEASURE, (3,)),
    ]


@pytest.mark.parametrize(
    ("text", "format"),
    [
        (QIR_BELL.replace("ret void", "br i1 %0, label %a, label %b"), QIR),
        (QIR_BELL + "\ndefine void @other() {\n}\ndefine void @third() {\n}", QIR),
        ("", QIR),
        ("qreg q[1]; if (c == 1) x q[0];", HONEYWELL_OPENQASM),
        ("qreg q[1]; gate g a { h a; } g q[0];", HONEYWELL_OPENQASM),
        ("qreg q[1]; h q[1];", HONEYWELL_OPENQASM),
        ("qreg q[2]; /* h q[0]; */ x q[1];", HONEYWELL_OPENQASM),
        ("qreg q[1]; cx q[0],q[0];", HONEYWELL_OPENQASM),
        ("H 0\nJUMP @END", RIGETTI_QUIL),
        ("DEFGATE G:\n  1, 0", RIGETTI_QUIL),
        ("CNOT 0", RIGETTI_QUIL),
        ("{}", IONQ_CIRCUIT),
        ("[" * 100_000, IONQ_CIRCUIT),
        (json.dumps({"circuit": [{"gate": "h", "target": -1}]}), IONQ_CIRCUIT),
        (json.dumps({"circuit": [{"gate": "h", "target": True}]}), IONQ_CIRCUIT),
        (json.dumps({"circuit": [{"gate": "x", "control": 1, "target": 1}]}), IONQ_CIRCUIT),
        (json.dumps({"circuit": [7]}), IONQ_CIRCUIT),
        ("H 0", "lab.format"),
        ("H 0\n" * (MAX_GATES + 1), RIGETTI_QUIL),
        (f"H {MAX_QUBITS}", RIGETTI_QUIL),
    ],
)
def test_what_is_not_clear_is_not_drawn(text, format):
    assert sketch(text, format) is None


@given(st.text(alphabet="cal @_quantmisbodyhxz()0123456789[]{}:,;=->\n\"'/*q", max_size=300))
def test_any_text_is_a_circuit_or_none(text):
    for format in (QIR, IONQ_CIRCUIT, HONEYWELL_OPENQASM, RIGETTI_QUIL):
        gates = sketch(text, format)
        assert gates is None or draw(gates).marks


@pytest.mark.parametrize("piece", ["/*", "call ", "(", "\n ", "q[", "h q", "measure ", "-> "])
@pytest.mark.parametrize("format", [QIR, IONQ_CIRCUIT, HONEYWELL_OPENQASM, RIGETTI_QUIL])
def test_large_nonsense_is_no_circuit(piece, format):
    assert sketch(piece * (256 * 1024 // len(piece)), format) is None


# Drawings


def test_gates_stand_as_far_left_as_their_lines_are_free():
    drawing = draw(
        [Gate("H", (0,)), Gate("H", (2,)), Gate("X", (2,), (0,)), Gate("Z", (5,)), Gate("Y", (1,))]
    )
    assert [qubit for qubit, _ in drawing.qubits] == [0, 1, 2, 5]
    h_0, h_2, x, z, y = sorted(drawing.marks, key=lambda mark: "H X Z Y".index(mark.gate.name[0]))
    assert h_0.x == h_2.x == z.x < x.x < y.x  # the line of X crosses that of Y
    assert (x.top, x.bottom) == (ROW // 2, ROW // 2 + 2 * ROW)
    assert drawing.height == 4 * ROW
    assert drawing.words == "5 gates on 4 qubits"


# Payloads


def test_payloads_that_are_not_text():
    for data in (b"BC\xc0\xde\x35\x14", b"\xff", b"a\0b"):
        shown = shown_payload(data, QIR)
        assert (shown.text, shown.drawing, shown.size) == (None, None, len(data))


def test_long_payloads_are_cut():
    shown = shown_payload(("é" * 300_000).encode(), RIGETTI_QUIL)
    assert shown.is_cut
    assert set(shown.text) == {"é"}
    assert shown.size == 600_000
    assert shown_payload(b"x" * 5_000_000, QIR).is_cut


def test_json_is_written_over_several_lines():
    data = json.dumps({"qubits": 1, "circuit": [{"gate": "h", "target": 0}]}).encode()
    shown = shown_payload(data, IONQ_CIRCUIT)
    assert shown.text.splitlines() == [
        "{",
        '  "qubits": 1,',
        '  "circuit": [',
        '    {"gate": "h", "target": 0}',
        "  ]",
        "}",
    ]
    assert shown.drawing is not None
