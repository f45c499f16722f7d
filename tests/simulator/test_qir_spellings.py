"""The spellings of one program that compilers of the field write are read as one program."""

import pytest

from quire.simulator.circuit import Circuit
from quire.simulator.program import Program
from quire.simulator.readers.qir import read_qir
from simulator.runs import TARGET, entry_point, fault_of, shots_of

TYPED = """
%Result = type opaque
%Qubit = type opaque

define void @ENTRYPOINT__main() #0 {
block_0:
  call void @__quantum__qis__x__body(%Qubit* inttoptr (i64 1 to %Qubit*))
  call void @__quantum__qis__rx__body(double 3.141592653589793, %Qubit* null)
  call void @__quantum__qis__cnot__body(%Qubit* null, %Qubit* inttoptr (i64 2 to %Qubit*))
  call void @__quantum__qis__m__body(%Qubit* null, %Result* null)
  call void @__quantum__qis__m__body(%Qubit* inttoptr (i64 1 to %Qubit*), %Result* ONE)
  call void @__quantum__qis__m__body(%Qubit* inttoptr (i64 2 to %Qubit*), %Result* TWO)
  call void @__quantum__rt__array_record_output(i64 3, i8* null)
  call void @__quantum__rt__result_record_output(%Result* null, i8* null)
  call void @__quantum__rt__result_record_output(%Result* inttoptr (i64 1 to %Result*), i8* null)
  call void @__quantum__rt__result_record_output(%Result* inttoptr (i64 2 to %Result*), i8* null)
  ret void
}

declare void @__quantum__qis__x__body(%Qubit*)

declare void @__quantum__qis__m__body(%Qubit*, %Result*) #1

attributes #0 = { "entry_point" "output_labeling_schema" "qir_profiles"="base_profile" \
"required_num_qubits"="3" "required_num_results"="3" }
attributes #1 = { "irreversible" }

; module flags

!llvm.module.flags = !{!0, !1}

!0 = !{i32 1, !"qir_major_version", i32 1}
!1 = !{i32 7, !"qir_minor_version", i32 0}
"""
TYPED = TYPED.replace("ONE", "inttoptr (i64 1 to %Result*)").replace("TWO", "inttoptr (i64 2 to %Result*)")
OPAQUE = TYPED.replace("%Qubit*", "ptr").replace("%Result*", "ptr").replace("i8*", "ptr")

FAST = {
    "typed pointers": TYPED,
    "opaque pointers": OPAQUE,
    "line ends of Windows": TYPED.replace("\n", "\r\n"),
    "no label of the block": TYPED.replace("block_0:\n", ""),
    "a label with a comment": TYPED.replace("block_0:", "entry:   ; preds = %nothing"),
    "an exit code": TYPED.replace("ret void", "ret i64 0").replace("define void", "define i64"),
    "a name of its own": TYPED.replace("ENTRYPOINT__main", "Bell.state_1"),
    "a name in quotes": TYPED.replace("ENTRYPOINT__main", '"Bell state"'),
    "the usual function attributes": TYPED.replace(
        "define void @ENTRYPOINT__main() #0",
        "define dso_local void @ENTRYPOINT__main() local_unnamed_addr #0",
    ),
    "attributes at the function": TYPED.replace(
        "@ENTRYPOINT__main() #0",
        '@ENTRYPOINT__main() "entry_point" "required_num_qubits"="3" "required_num_results"="3"',
    ),
    "an older spelling of the numbers": TYPED.replace("required_num_", "num_required_"),
    "an older spelling of the entry point": TYPED.replace('"entry_point"', '"EntryPoint"'),
    "a number in hexadecimal": TYPED.replace("3.141592653589793", "0x400921FB54442D18"),
    "a number with an exponent": TYPED.replace("3.141592653589793", "3.141592653589793e+00"),
    "tail calls and attributes of calls": OPAQUE.replace("  call", "  tail call").replace(
        "(ptr null, ptr null)\n", "(ptr null, ptr null) #1\n"
    ),
    "attributes of operands": OPAQUE.replace("(ptr inttoptr", "(ptr nonnull inttoptr"),
    "comments and empty lines": TYPED.replace("  ret void", "\n  ; the end (nearly)\n\n  ret void ; now\n"),
    "an initialization": TYPED.replace(
        "block_0:\n", "block_0:\n  call void @__quantum__rt__initialize(i8* null)\n"
    ),
    "a barrier": TYPED.replace("block_0:\n", "block_0:\n  call void @__quantum__qis__barrier__body()\n"),
    "another measurement": TYPED.replace("__m__", "__mz__"),
    "another controlled not": TYPED.replace("__cnot__", "__cx__"),
    "a file name and a target": 'source_filename = "bell"\ntarget datalayout = "e"\ntarget triple = "x"\n'
    + TYPED,
    "a blank line at the start": "\n\n" + TYPED,
}
FULL = {
    "debugging metadata": TYPED.replace("to %Qubit*))\n", "to %Qubit*)), !dbg !7\n"),
    "a value that nobody needs": TYPED.replace("block_0:\n", "block_0:\n  %x = add i64 1, 2\n"),
    "a jump": TYPED.replace("block_0:\n", "block_0:\n  br label %next\nnext:\n"),
    "a gate that the module defines": TYPED
    + "\ndefine void @__quantum__qis__x__body(%Qubit* %q) alwaysinline {\n"
    + "  call void @__quantum__qis__y__body(%Qubit* %q)\n  ret void\n}\n",
    "a check that reads what was measured": TYPED.replace(
        "  ret void", "  %r = call zeroext i1 @__quantum__rt__read_result(%Result* null)\n  ret void"
    ),
}


@pytest.mark.parametrize("name", FAST)
def test_straight_lines_are_read_as_circuits(name):
    program = read_qir(FAST[name].encode(), None, TARGET)
    assert isinstance(program, Circuit)
    assert shots_of(FAST[name], 3) == [[1, 1, 1]] * 3


@pytest.mark.parametrize("name", FULL)
def test_the_rest_is_read_as_programs(name):
    program = read_qir(FULL[name].encode(), None, TARGET)
    assert isinstance(program, Program)
    assert shots_of(FULL[name], 3) == [[1, 1, 1]] * 3


@pytest.mark.parametrize("name", FAST)
def test_both_readers_read_the_same(name):
    # An empty switch of a constant keeps the fast reader out and changes nothing.
    text = FAST[name].replace("\r\n", "\n")
    first = text.index("{\n", text.index("define")) + 2
    label = text[first : text.index("\n", first) + 1]
    body = first + len(label) * label.lstrip().startswith(("block_0", "entry"))
    text = text[:body] + "  %unused = add i1 false, false\n" + text[body:]
    program = read_qir(text.encode(), None, TARGET)
    assert isinstance(program, Program)
    assert shots_of(text, 3) == [[1, 1, 1]] * 3


def test_a_reset_measurement():
    body = """
  call void @__quantum__qis__x__body(ptr null)
  call void @__quantum__qis__mresetz__body(ptr null, ptr null)
  call void @__quantum__qis__mz__body(ptr null, ptr inttoptr (i64 1 to ptr))
  call void @__quantum__rt__tuple_record_output(i64 2, ptr null)
  call void @__quantum__rt__result_record_output(ptr null, ptr null)
  call void @__quantum__rt__result_record_output(ptr inttoptr (i64 1 to ptr), ptr null)
  ret void"""
    assert shots_of(entry_point(body), 5) == [(1, 0)] * 5


@pytest.mark.parametrize(
    "wrong",
    [
        "call void @__quantum__qis__x__body()",
        "call void @__quantum__qis__x__body(ptr null, ptr null)",
        "call void @__quantum__qis__x__body(i64 0)",
        "call void @__quantum__qis__x__body(double 0.0)",
        "call void @__quantum__qis__x__body(%Qubit null)",
        "call void @__quantum__qis__x__body(ptr null) and more",
        "call void @__quantum__qis__x__body(ptr null",
        "call i1 @__quantum__qis__x__body(ptr null)",
        "%a = call void @__quantum__qis__x__body(ptr null)",
        "call void @__quantum__qis__rx__body(ptr null, double 1.0)",
        "call void @__quantum__qis__rx__body(float 1.0, ptr null)",
        "call void @__quantum__qis__mz__body(ptr null)",
        "call i1 @__quantum__rt__read_result(ptr null)",
        "%a = call i64 @__quantum__rt__read_result(ptr null)",
        "call void @__quantum__qis__X__body(ptr null)",
        "call void @__quantum__rt__array_record_output(i32 1, ptr null)",
        "call void @__quantum__rt__int_record_output(i32 1, ptr null)",
        "invoke void @__quantum__qis__x__body(ptr null)",
        "Call void @__quantum__qis__x__body(ptr null)",
        "h q[0]",
    ],
)
def test_what_only_looks_like_a_call_is_refused_with_its_line(wrong):
    fault = fault_of(entry_point(f"  {wrong}\n  ret void"))
    assert fault.message.startswith("QIR line 3: ")
    assert fault.message.endswith(wrong)
