"""The ``quire`` command: which sub-commands there are; each is imported only when it is called."""

import atexit
import gc
import sys

import click

from quire.cli import streams
from quire.cli.lazy import LazyGroup
from quire.errors import QuireError

_COMMANDS = {
    "completion": "quire.cli.completion:completion",
    "config": "quire.cli.config:config",
    "demo": "quire.cli.demo:demo",
    "doctor": "quire.cli.doctor:doctor",
    "jobs": "quire.cli.jobs:jobs",
    "keys": "quire.server.commands:keys",
    "run": "quire.server.commands:run",
    "serve": "quire.server.commands:serve",
    "sessions": "quire.cli.sessions:sessions",
    "submit": "quire.cli.submit:submit",
    "targets": "quire.cli.targets:targets",
    "ui": "quire.cli.ui:ui",
}

_EPILOG = """\b
Examples:
  quire demo
  quire targets
  quire submit bell.qasm --target quantinuum.sim.h1-1e --shots 100
  quire sessions list --workspace sqlite:///lab.db
  quire jobs list --status Failed --json
\b
Exit codes: 0 done, 1 another error, 2 wrong argument or setting, 3 not found,
4 refused by the item's state, 5 the job has no results, 6 time-out, 7 access
denied, 8 service unavailable, 9 package missing, 10 store unusable."""


@click.group(
    cls=LazyGroup,
    places=_COMMANDS,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog=_EPILOG,
)
@click.version_option(package_name="quire", prog_name="quire")
def commands() -> None:
    """Sessions for quantum programs, one way for Q#, Qiskit and Cirq."""


def main() -> None:
    """Runs the command; errors of quire are told without a traceback, with the exit code of their kind."""
    # Python would look for garbage before it ends, which takes much of the time of a short command.
    atexit.register(gc.freeze)
    try:
        with streams.written():
            commands(prog_name="quire")
    except QuireError as error:
        from quire.cli.exit_codes import exit_code

        streams.tell(f"quire: {error}")
        sys.exit(exit_code(error))
