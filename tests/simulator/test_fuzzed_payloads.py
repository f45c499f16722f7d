"""Whatever is done to a valid program, what comes of it is an outcome, with data or with a fault."""

import attrs
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from quire.formats import MICROSOFT_RESULTS_V2, QIR
from quire.model import Task
from quire.simulator.faults import PayloadError
from quire.simulator.parameters import read_parameters
from simulator.runs import TARGET, entry_point, execute, qir_text
from simulator.test_qir_spellings import OPAQUE, TYPED

LOOP = entry_point(
    """
a:
  %m = alloca [2 x i64]
  br label %b
b:
  %i = phi i64 [ 0, %a ], [ %j, %b ]
  call void @__quantum__qis__ry__body(double 0.5, ptr null)
  call void @__quantum__qis__mz__body(ptr null, ptr null)
  %r = call i1 @__quantum__rt__read_result(ptr null)
  %k = select i1 %r, i64 2, i64 1
  %p = getelementptr [2 x i64], ptr %m, i64 0, i64 1
  store i64 %k, ptr %p
  %v = load i64, ptr %p
  %j = add i64 %i, %v
  %c = icmp slt i64 %j, 3
  br i1 %c, label %b, label %d
d:
  %n = call i64 @f(i64 %j)
  switch i64 %n, label %e [ i64 4, label %e ]
e:
  call void @__quantum__rt__tuple_record_output(i64 2, ptr null)
  call void @__quantum__rt__int_record_output(i64 %n, ptr null)
  call void @__quantum__rt__result_record_output(ptr null, ptr null)
  ret void""",
    above="""
@x = internal constant [1 x i64] [i64 3]

define i64 @f(i64 %a) {
  %b = sdiv i64 %a, 2
  ret i64 %b
}""",
)
SEEDS = (
    TYPED,
    OPAQUE,
    LOOP,
    qir_text(2, [("h", (0,)), ("measure", (0, 0)), ("h", (0,)), ("reset", (1,))]).decode(),
)
# Pieces that programs are made of, where they do not belong.
PIECES = (
    *("ptr", "null", "i64", "i1", "double", "void", "%r", "@f", "label", "%b", "0", "-1", "1.0", "9" * 30),
    *(
        "0x7FF0000000000000",
        "(",
        ")",
        "[",
        "]",
        "{",
        "}",
        ",",
        ", ",
        "=",
        "#0",
        "!dbg !1",
        ";",
        '"',
        "%",
        "@",
    ),
    *("call", "br", "ret", "phi", "switch", "store", "inttoptr", "undef", "define void @g() {", "4 x", "*"),
    *("\n", "\r", "\0"),
)


@st.composite
def mutants(draw):
    """A valid program with lines moved, doubled and dropped, and pieces put in, cut out and exchanged."""
    lines = draw(st.sampled_from(SEEDS)).split("\n")
    for _ in range(draw(st.integers(0, 2))):
        place, other = (draw(st.integers(0, len(lines) - 1)) for _ in range(2))
        change = draw(st.sampled_from(["drop", "double", "swap"]))
        if change == "swap":
            lines[place], lines[other] = lines[other], lines[place]
        elif change == "double":
            lines.insert(other, lines[place])
        elif len(lines) > 1:
            del lines[place]
    text = "\n".join(lines)
    for _ in range(draw(st.integers(0, 3))):
        begin = draw(st.integers(0, max(0, len(text) - 1)))
        length = draw(st.integers(0, 12))
        text = text[:begin] + draw(st.sampled_from(PIECES)) + text[begin + length :]
    return text


QUICKLY = settings(deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])


@given(mutants())
@settings(QUICKLY, max_examples=500)
def test_mutants_end_in_an_outcome(text):
    outcome = execute(text.encode(), shots=3, seed=1)
    if outcome.fault is None:
        assert outcome.data
    else:
        assert outcome.data == b""
        assert outcome.fault.code in ("InvalidInputData", "InsufficientResources"), outcome.fault


@given(st.binary(max_size=300))
@settings(QUICKLY, max_examples=100)
def test_noise_ends_in_a_fault(data):
    outcome = execute(data, shots=3)
    assert outcome.fault is not None
    assert outcome.fault.code == "InvalidInputData"


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)
KEYS = st.sampled_from(
    ["shots", "count", "seed", "entryPoint", "arguments", "target_profile", "items"]
) | st.text(max_size=5)


def _shots_or_code(params):
    task = Task("job", attrs.evolve(TARGET, max_shots=10**6), b"", QIR, MICROSOFT_RESULTS_V2, params)
    try:
        return read_parameters(task).shots
    except PayloadError as error:
        return error.fault.code


@given(st.dictionaries(KEYS, JSON, max_size=4))
@settings(QUICKLY, max_examples=300)
def test_parameters_of_any_kind_are_read_or_refused(params):
    answer = _shots_or_code(params)
    assert answer == "InvalidInputData" or 1 <= answer <= 10**6


@given(st.text(max_size=40), st.text(max_size=40))
@settings(QUICKLY, max_examples=200)
def test_names_of_any_kind_are_found_or_refused(name, wanted):
    text = TYPED.replace("ENTRYPOINT__main", f'"{name}"')
    outcome = execute(text.encode("utf-8", "surrogatepass"), entryPoint=wanted or None)
    assert outcome.fault is None or outcome.fault.code == "InvalidInputData"
