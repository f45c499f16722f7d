"""Tasks of the scripted target, for pools that no workspace has."""

from functools import partial

import scripted_target
from quire import Task
from quire.service.worker import foresee, run_task

PLUGINS = (("scripted_target", "scripted_target"),)
RUN = partial(run_task, PLUGINS)
FORESEE = partial(foresee, PLUGINS)
PATIENCE = 60.0

_SPECS = []
scripted_target.register_targets(_SPECS.append)


def task(program, job_id="job"):
    """What a worker is sent to run a program."""
    spec = _SPECS[0]
    return Task(job_id, spec, program.encode(), scripted_target.FORMAT, spec.output_format, {})
