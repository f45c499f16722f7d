"""What a process would inherit if it were started now; how that comes to be is not its business."""

import os
import sys
from pathlib import Path
from typing import Any

_SELF = Path("/proc/self")
_STATUS = (
    "Umask", "Uid", "Gid", "Groups", "SigIgn", "CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb", "NoNewPrivs",
    "Seccomp", "Seccomp_filters", "Cpus_allowed", "Mems_allowed",
)  # fmt: skip


def can_be_told() -> bool:
    """Whether this system tells a process all that others inherit of it; Linux does."""
    return (_SELF / "status").exists() and (_SELF / "limits").exists()


def surroundings() -> tuple[Any, ...]:
    """What another Python would inherit, to be compared with what it is at another time.

    Raises:
        OSError: The working directory or the standard error output is no more.
    """
    status = (_SELF / "status").read_text(errors="replace").splitlines()
    directory, errors = os.stat("."), os.fstat(2)
    return (
        sys.executable,
        tuple(sys.path),
        dict(os.environ),
        (directory.st_dev, directory.st_ino),
        (errors.st_dev, errors.st_ino),
        os.getpriority(os.PRIO_PROCESS, 0),
        [line for line in status if line.partition(":")[0] in _STATUS],
        (_SELF / "limits").read_bytes(),
    )
