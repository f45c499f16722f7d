"""The instructions of programs do what LLVM's reference says, each against Python's own numbers."""

import math
import random
import struct

import pytest

from simulator.runs import entry_point, fault_of, shots_of

WIDTH = 64
EDGES = [0, 1, -1, 2, -2, 7, -7, 2**63 - 1, -(2**63), 63, 64]


def _run(body, above="", returns="void", num_results=1):
    (value,) = shots_of(entry_point(body, 1, num_results, returns, above), 1)
    return value


def _int(lines, result="%r", above=""):
    return _run(
        f"{lines}\n  call void @__quantum__rt__int_record_output(i64 {result}, ptr null)\n  ret void", above
    )


def _double(lines, result="%r"):
    return _run(
        f"{lines}\n  call void @__quantum__rt__double_record_output(double {result}, ptr null)\n  ret void"
    )


def _bool(lines, result="%r"):
    return _run(
        f"{lines}\n  call void @__quantum__rt__bool_record_output(i1 zeroext {result}, ptr null)\n  ret void"
    )


_RECORD = "call void @__quantum__rt__{}_record_output({} %r, ptr null)\n  ret void"


def _fault(line, recorded="int", kind="i64"):
    """The fault of a line that sets %r, which is then put out."""
    return fault_of(entry_point(f"  {line}\n  {_RECORD.format(recorded, kind)}")).message


def _wrap(value):
    return (value + 2**63) % 2**64 - 2**63


def _truncated(a, b):
    quotient = abs(a) // abs(b)
    return quotient if (a < 0) == (b < 0) else -quotient


INTEGER_OPS = {
    "add": lambda a, b: a + b,
    "sub": lambda a, b: a - b,
    "mul": lambda a, b: a * b,
    "sdiv": _truncated,
    "srem": lambda a, b: a - b * _truncated(a, b),
    "udiv": lambda a, b: (a % 2**64) // (b % 2**64),
    "urem": lambda a, b: (a % 2**64) % (b % 2**64),
    "and": lambda a, b: a & b,
    "or": lambda a, b: a | b,
    "xor": lambda a, b: a ^ b,
    "shl": lambda a, b: a << b,
    "lshr": lambda a, b: (a % 2**64) >> b,
    "ashr": lambda a, b: a >> b,
}


def _meaningless(op, b):
    return b == 0 if "div" in op or "rem" in op else op in ("shl", "lshr", "ashr") and not 0 <= b < WIDTH


@pytest.mark.parametrize("op", INTEGER_OPS)
def test_integer_arithmetic(op):
    for a in EDGES:
        for b in EDGES:
            line = f"  %r = {op} i64 {a}, {b}"
            if _meaningless(op, b):
                assert "QIR line 3" in _fault(line)
            else:
                assert _int(line) == _wrap(INTEGER_OPS[op](a, b)), line


def test_flags_and_comments_change_nothing():
    assert _int("  %x = add nuw nsw i64 3, 4 ; a comment\n  %r = sdiv exact i64 %x, 7, !dbg !5") == 1


@pytest.mark.parametrize("width", [1, 3, 8, 32, 33])
def test_narrow_integers_wrap_at_their_width(width):
    rng = random.Random(width)
    for _ in range(5):
        a, b = (rng.randrange(-(2 ** (width - 1)), 2 ** (width - 1)) for _ in range(2))
        lines = f"  %n = mul i{width} {a}, {b}\n  %r = zext i{width} %n to i64"
        assert _int(lines) == a * b % 2**width
        lines = f"  %n = add i{width} {a}, {b}\n  %r = sext i{width} %n to i64"
        assert _int(lines) == (a + b + 2 ** (width - 1)) % 2**width - 2 ** (width - 1)
    assert _int(f"  %n = trunc i64 -1 to i{width}\n  %r = zext i{width} %n to i64") == 2**width - 1


RELATIONS = {
    "eq": lambda a, b: a == b,
    "ne": lambda a, b: a != b,
    "slt": lambda a, b: a < b,
    "sle": lambda a, b: a <= b,
    "sgt": lambda a, b: a > b,
    "sge": lambda a, b: a >= b,
    "ult": lambda a, b: a % 2**64 < b % 2**64,
    "ule": lambda a, b: a % 2**64 <= b % 2**64,
    "ugt": lambda a, b: a % 2**64 > b % 2**64,
    "uge": lambda a, b: a % 2**64 >= b % 2**64,
}


@pytest.mark.parametrize("relation", RELATIONS)
def test_integer_comparisons(relation):
    for a in EDGES[:8]:
        for b in EDGES[:8]:
            assert _bool(f"  %r = icmp {relation} i64 {a}, {b}") is RELATIONS[relation](a, b)


def _hexadecimal(value):
    return "0x" + struct.pack(">d", value).hex().upper()


FLOATS = [0.0, -0.0, 1.5, -2.25, 1e300, math.inf, -math.inf, math.nan]
FLOAT_ORDERS = {
    "eq": lambda a, b: a == b,
    "ne": lambda a, b: a != b,
    "lt": lambda a, b: a < b,
    "le": lambda a, b: a <= b,
    "gt": lambda a, b: a > b,
    "ge": lambda a, b: a >= b,
}


@pytest.mark.parametrize("order", FLOAT_ORDERS)
def test_float_comparisons(order):
    for a in FLOATS:
        for b in FLOATS:
            unordered = math.isnan(a) or math.isnan(b)
            exact = FLOAT_ORDERS[order](a, b)
            operands = f"double {_hexadecimal(a)}, {_hexadecimal(b)}"
            assert _bool(f"  %r = fcmp o{order} {operands}") is (exact and not unordered)
            assert _bool(f"  %r = fcmp fast u{order} {operands}") is (exact or unordered)
            assert _bool(f"  %r = fcmp uno {operands}") is unordered
            assert _bool(f"  %r = fcmp ord {operands}") is not unordered


def test_float_arithmetic():
    for a in (0.1, -3.75, 1e-300, 12345.678):
        for b in (0.3, -2.5, 7.0):
            assert _double(f"  %r = fadd double {_hexadecimal(a)}, {_hexadecimal(b)}") == a + b
            assert _double(f"  %r = fsub double {_hexadecimal(a)}, {_hexadecimal(b)}") == a - b
            assert _double(f"  %r = fmul double {_hexadecimal(a)}, {_hexadecimal(b)}") == a * b
            assert _double(f"  %r = fdiv double {_hexadecimal(a)}, {_hexadecimal(b)}") == a / b
            assert _double(f"  %r = frem double {_hexadecimal(a)}, {_hexadecimal(b)}") == math.fmod(a, b)
    assert _double("  %r = fneg double 1.5") == -1.5


@pytest.mark.parametrize(
    ("a", "b", "quotient"),
    [
        ("1.0", "0.0", math.inf),
        ("-1.0", "0.0", -math.inf),
        ("1.0", "-0.0", -math.inf),
        ("0.0", "0.0", math.nan),
    ],
)
def test_dividing_floats_by_zero_follows_ieee_754(a, b, quotient):
    expected = _hexadecimal(quotient)
    relation = "uno" if math.isnan(quotient) else "oeq"
    assert _bool(f"  %q = fdiv double {a}, {b}\n  %r = fcmp {relation} double %q, {expected}") is True


@pytest.mark.parametrize("value", ["0.0", "nan"])
def test_what_json_cannot_hold_is_not_put_out(value):
    text = "1.0, 0.0" if value == "0.0" else f"{_hexadecimal(math.nan)}, 1.0"
    assert "cannot hold" in _fault(f"%r = fdiv double {text}", "double", "double")


def test_conversions_between_integers_and_floats():
    assert _double("  %r = sitofp i64 -7 to double") == -7.0
    assert _double("  %r = uitofp i64 -1 to double") == float(2**64 - 1)
    assert _double("  %r = uitofp i1 true to double") == 1.0
    assert _int("  %r = fptosi double -2.9 to i64") == -2
    assert _int("  %r = fptoui double 2.9 to i64") == 2
    assert "no meaning" in _fault("%r = fptosi double 1.0e19 to i64")


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1.0", 1.0),
        ("-2.5e-3", -0.0025),
        ("+4.", 4.0),
        ("1.0e+16", 1e16),
        ("3.141592653589793", math.pi),
        (_hexadecimal(0.1), 0.1),
        ("0x3FF0000000000000", 1.0),
    ],
)
def test_spellings_of_doubles(text, value):
    assert _double(f"  %r = fadd double {text}, 0.0") == value


@pytest.mark.parametrize("text", ["1", "1e5", ".5", "0x3FF", "inf", "nan", "1_0.0", "0xH3C00", "true"])
def test_what_llvm_does_not_take_for_a_double(text):
    assert "QIR line 3" in _fault(f"%r = fadd double {text}, 0.0", "double", "double")
    body = f"  call void @__quantum__qis__rx__body(double {text}, ptr null)\n  ret void"
    assert "QIR line 3" in fault_of(entry_point(body)).message


def test_select_and_wide_selects_of_pointers():
    assert _int("  %c = icmp slt i64 3, 4\n  %r = select i1 %c, i64 10, i64 20") == 10
    body = """
  %q = select i1 false, ptr null, ptr inttoptr (i64 1 to ptr)
  call void @__quantum__qis__x__body(ptr %q)
  call void @__quantum__qis__mz__body(ptr inttoptr (i64 1 to ptr), ptr null)
  call void @__quantum__rt__result_record_output(ptr null, ptr null)
  ret void"""
    assert shots_of(entry_point(body), 1) == [1]


def test_phis_of_a_block_are_taken_all_at_once():
    # An odd number of swaps; taken one after the other, both phis would become the same.
    lines = """
entry:
  br label %loop
loop:
  %i = phi i64 [ 0, %entry ], [ %next, %loop ]
  %a = phi i64 [ 3, %entry ], [ %b, %loop ]
  %b = phi i64 [ 40, %entry ], [ %a, %loop ]
  %next = add i64 %i, 1
  %again = icmp slt i64 %next, 4
  br i1 %again, label %loop, label %done
done:
  %ten = mul i64 %a, 10
  %r = add i64 %ten, %b"""
    assert _int(lines) == 403


def test_a_loop_computes():
    lines = """
entry:
  br label %loop
loop:
  %i = phi i64 [ 0, %entry ], [ %next, %loop ]
  %a = phi i64 [ 0, %entry ], [ %b, %loop ]
  %b = phi i64 [ 1, %entry ], [ %c, %loop ]
  %c = add i64 %a, %b
  %next = add i64 %i, 1
  %again = icmp slt i64 %next, 20
  br i1 %again, label %loop, label %done
done:"""
    assert _int(lines, "%c") == 10946


def test_switch_over_several_lines():
    def chosen(number):
        return _int(
            f"""
entry:
  switch i64 {number}, label %other [
    i64 1, label %one
    i64 -2, label %two
  ]
one:
  br label %done
two:
  br label %done
other:
  br label %done
done:
  %r = phi i64 [ 10, %one ], [ 20, %two ], [ 30, %other ]"""
        )

    assert [chosen(number) for number in (1, -2, 0, 5)] == [10, 20, 30, 30]


def test_functions_with_arguments_and_values():
    above = """
define internal i64 @gcd(i64 %a, i64 %0) {
start:
  %zero = icmp eq i64 %0, 0
  br i1 %zero, label %end, label %more
more:
  %rest = srem i64 %a, %0
  %value = call i64 @gcd(i64 %0, i64 %rest)
  ret i64 %value
end:
  ret i64 %a
}
define void @flip(%Qubit* %q) {
  call void @__quantum__qis__x__body(%Qubit* %q)
  ret void
}"""
    body = """
  call void @flip(%Qubit* null)
  call void @flip(%Qubit* inttoptr (i64 1 to %Qubit*))
  call void @flip(%Qubit* inttoptr (i64 1 to %Qubit*))
  call void @__quantum__qis__mz__body(%Qubit* null, %Result* null)
  call void @__quantum__qis__mz__body(%Qubit* inttoptr (i64 1 to %Qubit*), ptr inttoptr (i64 1 to ptr))
  %g = call i64 @gcd(i64 1071, i64 462)
  call void @__quantum__rt__tuple_record_output(i64 3, i8* null)
  call void @__quantum__rt__result_record_output(%Result* null, i8* null)
  call void @__quantum__rt__result_record_output(%Result* inttoptr (i64 1 to %Result*), i8* null)
  call void @__quantum__rt__int_record_output(i64 %g, i8* null)
  ret void"""
    assert shots_of(entry_point(body, above=above), 1) == [(1, 0, 21)]


def test_memory_arrays_and_addresses():
    above = """
@numbers = constant [2 x [3 x i64]] [[3 x i64] [i64 1, i64 2, i64 3], [3 x i64] [i64 4, i64 5, i64 6]]
@zeros = internal constant [4 x i64] zeroinitializer
@qubits = internal constant [2 x ptr] [ptr inttoptr (i64 1 to ptr), ptr null]
@cell = internal global i64 7, align 8
@rows = internal constant [1 x ptr] [ptr @numbers]
@label = internal constant [2 x i8] c"x\\00"
"""
    lines = """
  %p = getelementptr inbounds [2 x [3 x i64]], ptr @numbers, i64 0, i64 1, i64 2
  %six = load i64, ptr %p, align 8
  %q = getelementptr [3 x i64], ptr @numbers, i64 1, i64 -2
  %two = load i64, ptr %q
  %row = getelementptr [1 x ptr], ptr @rows, i64 0, i64 0
  %first = load ptr, ptr %row
  %one = load i64, ptr %first
  %seven = load i64, ptr @cell
  store i64 100, ptr @cell
  %hundred = load i64, ptr @cell
  %own = alloca [2 x i64], align 8
  %second = getelementptr i64, ptr %own, i64 1
  store i64 1000, ptr %second
  %thousand = load i64, ptr %second
  %z = getelementptr [4 x i64], ptr @zeros, i64 0, i64 3
  %nothing = load i64, ptr %z
  %a = add i64 %six, %two
  %b = add i64 %a, %one
  %c = add i64 %b, %seven
  %d = add i64 %c, %hundred
  %e = add i64 %d, %thousand
  %r = add i64 %e, %nothing"""
    assert _int(lines, above=above) == 6 + 2 + 1 + 7 + 100 + 1000


def test_memory_of_one_branch_is_not_that_of_another():
    body = """
  %m = alloca i64
  store i64 5, ptr %m
  call void @__quantum__qis__h__body(ptr null)
  call void @__quantum__qis__mz__body(ptr null, ptr null)
  %r = call i1 @__quantum__rt__read_result(ptr null)
  br i1 %r, label %set, label %done
set:
  store i64 6, ptr %m
  br label %done
done:
  %v = load i64, ptr %m
  call void @__quantum__rt__tuple_record_output(i64 2, ptr null)
  call void @__quantum__rt__bool_record_output(i1 %r, ptr null)
  call void @__quantum__rt__int_record_output(i64 %v, ptr null)
  ret void"""
    assert set(shots_of(entry_point(body), 100)) == {(False, 5), (True, 6)}


def test_qubits_chosen_at_run_time():
    above = (
        "@qubits = constant [3 x ptr] [ptr inttoptr (i64 2 to ptr), ptr null, ptr inttoptr (i64 1 to ptr)]"
    )
    body = """
entry:
  br label %loop
loop:
  %i = phi i64 [ 0, %entry ], [ %next, %loop ]
  %p = getelementptr [3 x ptr], ptr @qubits, i64 0, i64 %i
  %q = load ptr, ptr %p
  %r = inttoptr i64 %i to ptr
  %angle = sitofp i64 %i to double
  %turn = fmul double %angle, 3.141592653589793
  call void @__quantum__qis__rx__body(double %turn, ptr %q)
  call void @__quantum__qis__mresetz__body(ptr %q, ptr %r)
  %next = add i64 %i, 1
  %again = icmp ne i64 %next, 3
  br i1 %again, label %loop, label %done
done:
  call void @__quantum__rt__array_record_output(i64 3, ptr null)
  call void @__quantum__rt__result_record_output(ptr null, ptr null)
  call void @__quantum__rt__result_record_output(ptr inttoptr (i64 1 to ptr), ptr null)
  call void @__quantum__rt__result_record_output(ptr inttoptr (i64 2 to ptr), ptr null)
  ret void"""
    assert shots_of(entry_point(body, 3, 3, above=above), 20) == [[0, 1, 0]] * 20


def test_the_exit_code_of_a_program_is_heeded():
    record = "call void @__quantum__rt__int_record_output(i64 1, ptr null)"
    assert shots_of(entry_point(f"  {record}\n  ret i64 0", returns="i64"), 1) == [1]
    assert "exit code 3" in fault_of(entry_point(f"  {record}\n  ret i64 3", returns="i64")).message


def test_one_true_and_a_float_are_different_outcomes():
    body = """
  call void @__quantum__qis__h__body(ptr null)
  call void @__quantum__qis__mz__body(ptr null, ptr null)
  %r = call i1 @__quantum__rt__read_result(ptr null)
  br i1 %r, label %a, label %b
a:
  call void @__quantum__rt__int_record_output(i64 1, ptr null)
  ret void
b:
  call void @__quantum__rt__bool_record_output(i1 true, ptr null)
  ret void"""
    assert set(map(repr, shots_of(entry_point(body), 50))) == {"1", "True"}
