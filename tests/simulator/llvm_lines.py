"""Running a few lines of LLVM text and reading the value that they compute."""

from simulator.runs import entry_point, fault_of, shots_of


def value_of(body, above="", returns="void", num_results=1):
    """What a body puts out, in its one shot."""
    (value,) = shots_of(entry_point(body, 1, num_results, returns, above), 1)
    return value


def int_of(lines, result="%r", above=""):
    """The value of type i64 that lines leave in a register."""
    return value_of(
        f"{lines}\n  call void @__quantum__rt__int_record_output(i64 {result}, ptr null)\n  ret void", above
    )


def double_of(lines, result="%r"):
    """The value of type double that lines leave in a register."""
    return value_of(
        f"{lines}\n  call void @__quantum__rt__double_record_output(double {result}, ptr null)\n  ret void"
    )


def bool_of(lines, result="%r"):
    """The value of type i1 that lines leave in a register."""
    return value_of(
        f"{lines}\n  call void @__quantum__rt__bool_record_output(i1 zeroext {result}, ptr null)\n  ret void"
    )


RECORD = "call void @__quantum__rt__{}_record_output({} %r, ptr null)\n  ret void"


def fault_of_line(line, recorded="int", kind="i64"):
    """The fault of a line that sets %r, which is then put out."""
    return fault_of(entry_point(f"  {line}\n  {RECORD.format(recorded, kind)}")).message
