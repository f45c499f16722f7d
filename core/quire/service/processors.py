"""How many processors this process may use: those it is bound to, and no more than its control groups allow.

Batch systems bind their jobs to some of a machine's processors, and containers are kept to a share of their
time. Who runs more at once than that is made to stop for a while, as a whole. Nothing here knows what runs.
"""

import os
from collections.abc import Iterator
from contextlib import suppress

_GROUPS = "proc/self/cgroup"
_MOUNTS = "sys/fs/cgroup"


def processors(root: str = "/") -> int:
    """How many processors this process may use; a part of one counts as one.

    Args:
        root: Where the system's files begin, with a slash at the end.
    """
    bound = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return min([bound, *_shares(root)])


def _shares(root: str) -> Iterator[int]:
    """The processors that each control group with a limit leaves to this process; none outside of Linux.

    The files are those of https://docs.kernel.org/admin-guide/cgroup-v2.html and, for the version before,
    https://docs.kernel.org/scheduler/sched-bwc.html.
    """
    try:
        with open(f"{root}{_GROUPS}", encoding="utf-8", errors="replace") as file:
            lines = file.read().splitlines()
    except OSError:
        return
    for line in lines:
        _, _, group = line.partition(":")
        controllers, _, path = group.partition(":")
        if line.startswith("0::"):
            yield from _limits(f"{root}{_MOUNTS}", path, "cpu.max")
        elif "cpu" in controllers.split(","):
            for name in {controllers, "cpu"}:
                yield from _limits(f"{root}{_MOUNTS}/{name}", path, "cpu.cfs_quota_us", "cpu.cfs_period_us")


def _limits(mount: str, path: str, *names: str) -> Iterator[int]:
    """The limits of a group and of those around it, as far as they can be seen from within a container."""
    while True:
        with suppress(OSError, ValueError):  # without a limit, the word max stands in the quota's place
            quota, period = (int(text) for name in names for text in _read(f"{mount}{path}/{name}").split())
            if quota > 0 and period > 0:
                yield -(-quota // period)  # half a processor more is worth while, though not all of the time
        if path in ("", "/"):
            return
        path = path.rpartition("/")[0]


def _read(path: str) -> str:
    with open(path, encoding="ascii") as file:
        return file.read()
