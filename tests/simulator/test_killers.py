"""Payloads that crash, hang or mislead other engines end in a fault, at once, with a code and a reason."""

import math
import random
import struct
import subprocess
import sys
import time

import attrs
import pytest

from quire.formats import QirProfile
from quire.simulator import limits
from quire.simulator.readers.qir import bitcode
from simulator.runs import TARGET, entry_point, execute, fault_of, qir_text, shots_of

SECONDS = 10.0
RECORD = "  call void @__quantum__rt__result_record_output(ptr null, ptr null)\n  ret void"
GOOD = entry_point("  call void @__quantum__qis__mz__body(ptr null, ptr null)\n" + RECORD)


def _with(line, above=""):
    return entry_point(f"  {line}\n{RECORD}", above=above)


REFUSED = {
    "empty text": "",
    "not LLVM": "hello",
    "no entry point": GOOD.replace('"entry_point" ', ""),
    "no number of qubits": GOOD.replace('"required_num_qubits"="2" ', ""),
    "a word for a number": GOOD.replace('"required_num_qubits"="2"', '"required_num_qubits"="two"'),
    "negative number of qubits": GOOD.replace('"required_num_qubits"="2"', '"required_num_qubits"="-1"'),
    "endless number of qubits": GOOD.replace(
        '"required_num_qubits"="2"', f'"required_num_qubits"="{"9" * 5000}"'
    ),
    "31 qubits declared": GOOD.replace('"required_num_qubits"="2"', '"required_num_qubits"="31"'),
    "60 qubits declared": GOOD.replace('"required_num_qubits"="2"', '"required_num_qubits"="60"'),
    "10 000 qubits declared": GOOD.replace('"required_num_qubits"="2"', '"required_num_qubits"="10000"'),
    "4e9 results declared": GOOD.replace('"required_num_results"="2"', '"required_num_results"="4000000000"'),
    "qubit 1e6": _with("call void @__quantum__qis__h__body(ptr inttoptr (i64 1000000 to ptr))"),
    "qubit 4e9": _with("call void @__quantum__qis__h__body(ptr inttoptr (i64 4000000000 to ptr))"),
    "qubit -1": _with("call void @__quantum__qis__h__body(ptr inttoptr (i64 -1 to ptr))"),
    "result 1e6": _with("call void @__quantum__qis__mz__body(ptr null, ptr inttoptr (i64 1000000 to ptr))"),
    "result 4e9": _with(
        "call void @__quantum__rt__result_record_output(ptr inttoptr (i64 4000000000 to ptr), ptr null)"
    ),
    "a qubit chosen too high at run time": _with(
        "%i = add i64 1000000, 0\n  %q = inttoptr i64 %i to ptr\n  call void @__quantum__qis__x__body(ptr %q)"
    ),
    "a result chosen too high at run time": _with(
        "%i = add i64 4000000000, 0\n  %q = inttoptr i64 %i to ptr\n"
        "  call void @__quantum__qis__mz__body(ptr null, ptr %q)"
    ),
    "one qubit twice": _with("call void @__quantum__qis__cx__body(ptr null, ptr null)"),
    "one qubit twice at run time": _with(
        "%q = inttoptr i64 0 to ptr\n  call void @__quantum__qis__cx__body(ptr null, ptr %q)"
    ),
    "inline assembly": _with('call void asm sideeffect "syscall", ""()'),
    "assembly of the module": 'module asm "nop"\n' + GOOD,
    "a call of the C library": _with("%r = call i32 @system(ptr null)", "declare i32 @system(ptr)"),
    "a call of no declared function": _with("call void @nowhere()"),
    "a gate that nobody knows": _with("call void @__quantum__qis__warp__body(ptr null)"),
    "dynamic qubits": _with("%q = call ptr @__quantum__rt__qubit_allocate()"),
    "a store to any address": _with("store i64 1, ptr inttoptr (i64 3735928559 to ptr)"),
    "a store to a constant": _with("store i64 1, ptr @c", "@c = internal constant i64 5"),
    "a store beyond the end": _with(
        "%p = getelementptr i64, ptr @c, i64 1\n  store i64 1, ptr %p", "@c = internal global i64 5"
    ),
    "a load of any address": _with("%x = load i64, ptr inttoptr (i64 8 to ptr)"),
    "a load of nothing written": _with("%p = alloca i64\n  %x = load i64, ptr %p"),
    "a double read as an integer": _with(
        "%p = alloca double\n  store double 1.0, ptr %p\n  %x = load i64, ptr %p"
    ),
    "memory without end": entry_point("a:\n  br label %b\nb:\n  %p = alloca [1000 x i64]\n  br label %b"),
    "an array without end": _with("%p = alloca [99999999 x [99999999 x i64]]"),
    "an endless loop": entry_point("a:\n  br label %b\nb:\n  br label %b"),
    "an endless loop with gates": entry_point(
        "a:\n  br label %b\nb:\n  call void @__quantum__qis__x__body(ptr null)\n  br label %b"
    ),
    "endless output": entry_point("a:\n  br label %b\nb:\n" + RECORD.replace("ret void", "br label %b")),
    "endless recursion": _with("call void @f()", "define void @f() {\n  call void @f()\n  ret void\n}"),
    "an angle of infinity": _with("call void @__quantum__qis__rx__body(double 0x7FF0000000000000, ptr null)"),
    "an angle of nothing": _with("call void @__quantum__qis__rx__body(double 0x7FF8000000000000, ptr null)"),
    "an angle that becomes infinite": _with(
        "%x = fdiv double 1.0, 0.0\n  call void @__quantum__qis__rx__body(double %x, ptr null)"
    ),
    "division by zero": _with("%x = sdiv i64 1, 0"),
    "a value before it is computed": entry_point(
        "a:\n  br i1 false, label %b, label %c\nb:\n  %x = add i64 1, 1\n  br label %c\nc:\n"
        "  %y = icmp eq i64 %x, 2\n" + RECORD
    ),
    "a value that nothing computes": _with("%x = add i64 %nothing, 1"),
    "a value of two types": _with("%x = add i64 1, 1\n  %y = fadd double %x, 1.0"),
    "a value computed twice": _with("%x = add i64 1, 1\n  %x = add i64 1, 1"),
    "an integer too wide for its type": _with("%x = add i8 300, 1"),
    "integers of 65 bits": _with("%x = add i65 1, 1"),
    "a struct": _with("%p = alloca { i64, i64 }"),
    "undef": _with("%x = add i64 undef, 1"),
    "a block that is not there": entry_point("a:\n  br label %nowhere"),
    "a block without an end": entry_point("a:\n  br label %b\nb:"),
    "two blocks of one name": entry_point("a:\n  br label %a\na:\n" + RECORD),
    "code behind the end of a block": entry_point(RECORD + "\n  ret void"),
    "no return": entry_point("  call void @__quantum__qis__x__body(ptr null)"),
    "a phi without its block": entry_point("a:\n  br label %b\nb:\n  %x = phi i64 [ 1, %c ]\n" + RECORD),
    "an entry point with parameters": GOOD.replace("@ENTRYPOINT__main()", "@ENTRYPOINT__main(i64 %x)"),
    "an open function": GOOD.replace("\n}\n", "\n"),
    "unreachable code that is reached": entry_point("  unreachable"),
    "an array of unknown length": _with(
        "%x = add i64 1, 1\n  call void @__quantum__rt__array_record_output(i64 %x, ptr null)"
    ),
    "an array of negative length": _with("call void @__quantum__rt__array_record_output(i64 -1, ptr null)"),
    "an array of 4e9 items": _with("call void @__quantum__rt__array_record_output(i64 4000000000, ptr null)"),
    "5000 arrays in one another": entry_point(
        "  call void @__quantum__rt__array_record_output(i64 1, ptr null)\n" * 5000 + RECORD
    ),
    "types 5000 deep": _with(f"%p = alloca {'[1 x ' * 5000}i64{']' * 5000}"),
    "brackets 100 000 deep": _with("%p = getelementptr " + "(" * 100_000),
    "a line without end": _with("%x = add i64 1, " + "1" * (limits.MAX_LINE_LENGTH + 1)),
    "metadata without end": _with("%x = add i64 1, 1" + ", !a !1" * 50_000 + "x"),
    "quotes without end": _with('%x = add i64 1, 1 "' + ";" * 50_000),
    "a number of 10 000 digits": _with(f"%x = add i64 {'9' * 10_000}, 1"),
    "zero bytes": "\0" * 1000,
    "half a surrogate pair": GOOD.replace("ENTRYPOINT__main", "\ud800").encode("utf-8", "surrogatepass"),
    "bytes of no text": bytes(range(128, 256)),
    "bitcode of nothing": b"BC\xc0\xde",
    "bitcode of noise": b"BC\xc0\xde" + bytes(range(256)) * 4,
    "wrapped bitcode of noise": b"\xde\xc0\x17\x0b" + bytes(range(256)) * 4,
}


@pytest.mark.parametrize("name", REFUSED)
def test_it_is_refused_in_good_time(name):
    began = time.process_time()
    fault = fault_of(REFUSED[name], shots=100)
    assert fault.code == "InvalidInputData"
    assert len(fault.message) < 1000
    assert time.process_time() - began < SECONDS


def test_the_good_program_that_they_are_made_of_runs():
    assert shots_of(GOOD, 3) == [0] * 3
    assert shots_of(_with(""), 3) == [0] * 3


@pytest.mark.parametrize("size", [31, 60, 10_000])
def test_a_fault_of_size_names_both_numbers(size):
    message = fault_of(REFUSED["31 qubits declared"].replace('"31"', f'"{size}"')).message
    assert f"declares {size} qubits" in message
    assert f"has {TARGET.num_qubits}" in message


def test_a_fault_of_a_line_names_and_shows_it():
    message = fault_of(REFUSED["a gate that nobody knows"]).message
    assert message.startswith("QIR line 3: ")
    assert "call void @__quantum__qis__warp__body(ptr null)" in message


def test_a_payload_beyond_the_limit_is_not_looked_at(monkeypatch):
    import quire.simulator.readers.qir as reader

    monkeypatch.setattr(reader, "MAX_PAYLOAD_BYTES", 100)
    assert "100" in fault_of(GOOD).message


def test_output_beyond_the_limit_is_refused_before_it_is_made():
    records = [("array", 60), *(("result", 0) for _ in range(60))]
    fault = fault_of(qir_text(1, [("h", (0,)), ("measure", (0, 0))], records), shots=1_000_000)
    assert str(limits.MAX_RECORDS) in fault.message


def test_output_without_end_is_refused_before_it_fills_the_memory():
    fault = fault_of(REFUSED["endless output"], shots=1_000_000)
    assert fault.message == f"a shot puts out more than {limits.MAX_RECORDS // 1_000_000} values"


def _wide(num_qubits):
    operations = [("ry", (qubit,), (0.3,)) for qubit in range(num_qubits)]
    operations += [("rxx", (qubit, qubit + 1), (0.3,)) for qubit in range(num_qubits - 1)]
    operations += [("measure", (0, 0)), ("h", (0,))]
    operations += [("measure", (qubit, qubit)) for qubit in range(num_qubits)]
    return qir_text(num_qubits, operations)


@pytest.mark.parametrize("size", [31, 64, 100])
def test_state_vectors_beyond_qulacs_are_refused(size):
    target = attrs.evolve(TARGET, num_qubits=200)
    fault = fault_of(_wide(size), target=target)
    assert fault.code == "InsufficientResources"
    assert str(size) in fault.message


def test_state_vectors_beyond_the_memory_are_refused_before_they_are_made(monkeypatch):
    monkeypatch.setattr(limits, "memory_budget", lambda: 2**26)
    fault = fault_of(_wide(24))
    assert fault.code == "InsufficientResources"
    assert "64 MiB" in fault.message


def test_the_memory_limit_of_the_process_counts():
    code = """
import resource
from quire.simulator.limits import memory_budget
before = memory_budget()
resource.setrlimit(resource.RLIMIT_AS, (2**30, 2**30))
assert 0 < memory_budget() < 2**30, memory_budget()
assert before > memory_budget()
"""
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)


def test_wide_clifford_circuits_need_no_state_vector():
    target = attrs.evolve(TARGET, num_qubits=300)
    operations = [("h", (0,)), *(("cx", (qubit, qubit + 1)) for qubit in range(199))]
    operations += [("measure", (qubit, qubit)) for qubit in range(200)]
    assert set(map(tuple, shots_of(qir_text(200, operations), 100, target=target))) == {
        (0,) * 200,
        (1,) * 200,
    }


def test_many_branches_are_read_and_run_in_linear_time():
    # A visitor that follows every path would take 2**24 steps to read this.
    blocks = ["entry:\n  call void @__quantum__qis__mz__body(ptr null, ptr null)\n  br label %b0"]
    blocks += [
        f"b{k}:\n  %r{k} = call i1 @__quantum__rt__read_result(ptr null)\n"
        f"  br i1 %r{k}, label %t{k}, label %e{k}\n"
        f"t{k}:\n  br label %b{k + 1}\ne{k}:\n  br label %b{k + 1}"
        for k in range(24)
    ]
    blocks.append("b24:\n" + RECORD)
    began = time.process_time()
    assert shots_of(entry_point("\n".join(blocks)), 10) == [0] * 10
    assert time.process_time() - began < 1.0


def test_an_endless_loop_ends_even_if_only_some_shots_enter_it():
    body = """
entry:
  call void @__quantum__qis__h__body(ptr null)
  call void @__quantum__qis__mz__body(ptr null, ptr null)
  %r = call i1 @__quantum__rt__read_result(ptr null)
  br i1 %r, label %loop, label %done
loop:
  br label %loop
done:
"""
    assert "instructions" in fault_of(entry_point(body + RECORD), shots=50, seed=1).message


BASE = attrs.evolve(TARGET, profile=QirProfile.BASE)
RI = attrs.evolve(TARGET, profile=QirProfile.ADAPTIVE_RI)
RIF = attrs.evolve(TARGET, profile=QirProfile.ADAPTIVE_RIF)
READ = _with("%r = call i1 @__quantum__rt__read_result(ptr null)")
FLOAT = _with("%r = fadd double 1.0, 2.0")
LOOP = entry_point(
    "a:\n  br label %b\nb:\n  %i = phi i64 [ 0, %a ], [ %j, %b ]\n  %j = add i64 %i, 1\n"
    f"  %c = icmp slt i64 %j, 3\n  br i1 %c, label %b, label %d\nd:\n{RECORD}"
)
MEMORY = _with("%p = alloca i64")


@pytest.mark.parametrize(
    ("program", "needed"),
    [
        (qir_text(1, [("reset", (0,))]), QirProfile.ADAPTIVE_RI),
        (qir_text(1, [("measure", (0, 0)), ("h", (0,))]), QirProfile.ADAPTIVE_RI),
        (READ, QirProfile.ADAPTIVE_RI),
        (FLOAT, QirProfile.ADAPTIVE_RIF),
        (LOOP, QirProfile.ADAPTIVE),
        (MEMORY, QirProfile.ADAPTIVE),
        (GOOD, QirProfile.BASE),
    ],
)
def test_a_target_refuses_what_its_profile_does_not_allow(program, needed):
    order = list(QirProfile)
    for profile in order:
        target = attrs.evolve(TARGET, profile=profile)
        if order.index(profile) >= order.index(needed):
            assert execute(program, target=target).fault is None
        else:
            message = fault_of(program, target=target).message
            assert f"the {profile} profile" in message
            assert f"needs {needed}" in message


_DECLARED = """
declare void @__quantum__qis__mz__body(ptr, ptr)
declare void @__quantum__rt__result_record_output(ptr, ptr)
"""


def _bitcode(text):
    import pyqir

    missing = _DECLARED if "declare" not in text else ""
    return pyqir.Module.from_ir(pyqir.Context(), text + missing).bitcode


def test_bitcode_takes_the_same_way_as_text():
    text = qir_text(
        2, [("x", (1,)), ("rx", (0,), (math.pi,)), ("measure", (1, 0)), ("measure", (0, 1))]
    ).decode()
    assert shots_of(_bitcode(text), 5) == shots_of(text, 5) == [[1, 1]] * 5
    assert shots_of(_bitcode(LOOP), 2) == [0, 0]
    wrapper = struct.pack("<5I", 0x0B17C0DE, 0, 20, len(_bitcode(LOOP)), 7)
    assert shots_of(wrapper + _bitcode(LOOP), 2) == [0, 0]


@pytest.mark.parametrize("seed", range(8))
def test_flipped_bits_of_bitcode_end_in_an_outcome(seed):
    # Some of these make LLVM's reader crash, or allocate until it is stopped.
    rng = random.Random(seed)
    mutant = bytearray(_bitcode(LOOP))
    for _ in range(rng.randint(1, 4)):
        mutant[rng.randrange(4, len(mutant))] ^= 1 << rng.randrange(8)
    outcome = execute(bytes(mutant), shots=2)
    assert (outcome.fault is None) != (outcome.data == b"")


def test_a_process_that_ends_in_llvm_is_a_fault_of_the_payload(monkeypatch, tmp_path):
    script = tmp_path / "crash.py"
    script.write_text("import os\nos.abort()\n")
    monkeypatch.setattr(bitcode, "_SCRIPT", script)
    assert fault_of(_bitcode(LOOP)).message == "the bitcode cannot be read: LLVM gives up"


def test_a_process_that_hangs_in_llvm_is_a_fault_of_the_payload(monkeypatch, tmp_path):
    script = tmp_path / "hang.py"
    script.write_text("while True:\n    pass\n")
    monkeypatch.setattr(bitcode, "_SCRIPT", script)
    monkeypatch.setattr(bitcode, "_MAX_SECONDS", 0.2)
    assert "takes more than 0.2 s" in fault_of(_bitcode(LOOP)).message
