"""A Q# program that fails when it is evaluated, as QIR that fails when it is run.

The compiler evaluates what does not depend on a measurement, so that ``fail`` leaves no program behind.
Such a submission is still a job, and one that fails: its program calls ``__quantum__rt__fail``, the QIR
runtime's own function for it (https://github.com/qir-alliance/qir-spec).
"""

import re

from quire import Fault, Outcome, Task
from quire.formats import QIR
from quire.qir import ENTRY_POINT

_FAIL = b"@__quantum__rt__fail("
_MESSAGE = re.compile(
    rb'^@0 = internal constant \[\d+ x i8\] c"((?:[^"\\]|\\[0-9A-F]{2})*)\\00"', re.MULTILINE
)
_ESCAPE = re.compile(rb"\\([0-9A-F]{2})")
_PLAIN = frozenset(range(0x20, 0x7F)) - set(b'"\\')

_PROGRAM = """\
%String = type opaque

@0 = internal constant {type} c"{text}\\00"

define i64 @{entry}() #0 {{
block_0:
  %0 = getelementptr inbounds {type}, {type}* @0, i64 0, i64 0
  %1 = call %String* @__quantum__rt__string_create(i8* %0)
  call void @__quantum__rt__fail(%String* %1)
  unreachable
}}

declare %String* @__quantum__rt__string_create(i8*)
declare void @__quantum__rt__fail(%String*)

attributes #0 = {{ "entry_point" "output_labeling_schema" "qir_profiles"="base_profile" \
"required_num_qubits"="0" "required_num_results"="0" }}
"""


def failing_program(message: str) -> bytes:
    """QIR that does nothing but fail with a message."""
    data = message.encode(errors="replace")
    text = "".join(chr(byte) if byte in _PLAIN else f"\\{byte:02X}" for byte in data)
    return _PROGRAM.format(type=f"[{len(data) + 1} x i8]", text=text, entry=ENTRY_POINT).encode()


def failure_of(task: Task) -> Outcome | None:
    """How a task ends that is such a program; None for every other task."""
    if task.input_format != QIR or _FAIL not in task.data or not task.data.startswith(b"%String = "):
        return None
    match = _MESSAGE.search(task.data)
    if match is None:
        return None
    data = _ESCAPE.sub(lambda escape: bytes([int(escape[1], 16)]), match[1])
    return Outcome(fault=Fault("ProgramFailed", data.decode(errors="replace")))
