"""Control flow, functions and memory of programs are what LLVM's reference says."""

from simulator.llvm_lines import int_of
from simulator.runs import entry_point, fault_of, shots_of


def test_select_and_wide_selects_of_pointers():
    assert int_of("  %c = icmp slt i64 3, 4\n  %r = select i1 %c, i64 10, i64 20") == 10
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
    assert int_of(lines) == 403


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
    assert int_of(lines, "%c") == 10946


def test_switch_over_several_lines():
    def chosen(number):
        return int_of(
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


def test_parameters_without_names_are_counted():
    above = "define i64 @f(i64 %a, i64, i64 %b, i64) {\n  %r = sub i64 %0, %1\n  ret i64 %r\n}"
    assert int_of("  %r = call i64 @f(i64 1, i64 20, i64 300, i64 4)", above=above) == 16
    above = "define i64 @f(i64 %a, i64 %0, i64) {\n  %r = sub i64 %0, %1\n  ret i64 %r\n}"
    assert int_of("  %r = call i64 @f(i64 1, i64 20, i64 3)", above=above) == 17


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
    assert int_of(lines, above=above) == 6 + 2 + 1 + 7 + 100 + 1000


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
