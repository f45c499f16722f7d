"""A plug-in whose jobs answer what surrounds them in their worker."""

import gc
import json
import os
import resource
import sys
from collections.abc import Callable

from quire import Outcome, TargetSpec, Task, hookimpl

FORMAT = "telling.v1"
TARGET = "telling.target"


@hookimpl
def register_targets(register: Callable[[TargetSpec], None]) -> None:
    register(TargetSpec(id=TARGET, provider_id="telling", num_qubits=1, input_formats=(FORMAT,)))


@hookimpl
def execute_payload(task: Task) -> Outcome | None:
    if task.input_format != FORMAT:
        return None
    told = {
        "path": sys.path,
        "environment": dict(os.environ),
        "directory": os.getcwd(),
        "collects": gc.isenabled(),
        "old_objects": len(gc.get_objects()),
        "umask": os.umask(0),
        "descriptors": resource.getrlimit(resource.RLIMIT_NOFILE)[0],
        "nice": os.nice(0),
    }
    return Outcome(json.dumps(told).encode())
