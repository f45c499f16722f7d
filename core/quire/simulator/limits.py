"""How much a payload may ask for; every limit is checked before what it bounds is built or allocated."""

import contextlib
import functools
import os
from pathlib import Path
from typing import Final

from quire.simulator.faults import INSUFFICIENT_RESOURCES, PayloadError

MAX_PAYLOAD_BYTES: Final = 64 * 2**20
"""The payload's size: some 700 000 gates of QIR text."""

MAX_LINE_LENGTH: Final = 2**20
"""A line of an instruction or a global variable."""

MAX_RESULTS: Final = 1_000_000
"""Results that a program may declare."""

MAX_NESTING: Final = 100
"""Levels of arrays and tuples in one another, in outputs and in types."""

MAX_RECORDS: Final = 50_000_000
"""Output records of all shots together; each becomes some bytes of the job's output."""

MAX_STEPS: Final = 5_000_000
"""Instructions that one shot with control flow may carry out, a gate for five: seconds of an endless loop."""

MAX_CALL_DEPTH: Final = 200
"""Functions of a program that may be under way at once."""

MAX_MEMORY_WORDS: Final = 100_000
"""Values that a program's arrays and variables may hold at once."""

MAX_STATE_QUBITS: Final = 30
"""Qubits of a state vector; qulacs ends the process at 31 and gives wrong states from 64 on."""

MAX_STABILIZER_QUBITS: Final = 10_000
"""Qubits of a stabilizer state, which takes some bits for each pair of them."""

BYTES_PER_AMPLITUDE: Final = 16

_UNTOLD_BYTES: Final = 2**32
"""The memory of a machine that does not tell."""

_FREE_BYTES: Final = 2**26
"""A simulation below this needs no look at the machine."""


# Where Linux says what a container may use, in its second and its first way of limiting groups of processes.
_CONTAINER_LIMITS = (
    Path("/sys/fs/cgroup/memory.max"),
    Path("/sys/fs/cgroup/memory/memory.limit_in_bytes"),
)


@functools.cache
def _machine_bytes() -> int:
    """The memory of this machine, or of the container it is."""
    if not hasattr(os, "sysconf"):
        return _UNTOLD_BYTES
    least = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    for limit in _CONTAINER_LIMITS:
        with contextlib.suppress(OSError):
            text = limit.read_text().strip()
            least = min(least, int(text)) if text.isdigit() else least
    return least


def memory_budget() -> int:
    """The bytes that one simulation may take: half of the machine's, or what the process's limit leaves."""
    budget = _machine_bytes() // 2
    try:
        import resource
    except ImportError:
        return budget  # such a system has no limits of processes
    limit, _ = resource.getrlimit(resource.RLIMIT_AS)
    if limit == resource.RLIM_INFINITY:
        return budget
    try:
        in_use = int(Path("/proc/self/statm").read_text().split()[0]) * os.sysconf("SC_PAGE_SIZE")
    except OSError:
        in_use = 0
    return max(0, min(budget, limit - in_use))


def _bytes_of(num_qubits: int, count: float) -> int:
    return int(count * BYTES_PER_AMPLITUDE * 2**num_qubits)


def fits_state_vectors(num_qubits: int, count: float) -> bool:
    """Whether ``require_state_vectors`` takes the same arguments."""
    if num_qubits > MAX_STATE_QUBITS:
        return False
    needed = _bytes_of(num_qubits, count)
    return needed <= _FREE_BYTES or needed <= memory_budget()


def require_state_vectors(num_qubits: int, count: float) -> None:
    """Refuses state vectors that do not fit.

    Args:
        num_qubits: The width of each.
        count: How many there may be at once; working space counts as fractions.

    Raises:
        PayloadError: They do not fit into this machine.
    """
    if num_qubits > MAX_STATE_QUBITS:
        raise PayloadError(
            f"the program needs a state vector of {num_qubits} qubits; the simulator goes to "
            f"{MAX_STATE_QUBITS} (more for Clifford circuits, and for those of little entanglement that "
            "measure at the end and have no noise)",
            INSUFFICIENT_RESOURCES,
        )
    needed = _bytes_of(num_qubits, count)
    if needed <= _FREE_BYTES:
        return
    budget = memory_budget()
    if needed > budget:
        raise PayloadError(
            f"simulating {num_qubits} qubits takes {needed / 2**20:,.0f} MiB, and this machine allows a job "
            f"{budget / 2**20:,.0f} MiB",
            INSUFFICIENT_RESOURCES,
        )
