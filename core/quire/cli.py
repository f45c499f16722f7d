"""The ``quire`` command: reads the command line and says what happened; what it shows lies beside it."""

import sys
from importlib.metadata import version

import click

from quire.errors import QuireError
from quire.server.commands import keys, run, serve


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(version("quire"), prog_name="quire")
def commands() -> None:
    """Sessions for quantum programs, one way for Q#, Qiskit and Cirq."""


@commands.command()
@click.option("--workspace", "url", metavar="URL", help="Workspace to use; your own by default.")
@click.option(
    "--shots", type=click.IntRange(1, 100_000), default=100, show_default=True, help="Shots per job."
)
def demo(url: str | None, shots: int) -> None:
    """Open a session on each target and run a program of each installed SDK in it.

    The sessions stay in the workspace: run it again, and it finds them.
    """
    from quire.demo import run_demo

    run_demo(url, shots)


for command in (serve, run, keys):
    commands.add_command(command)


def main() -> None:
    """Runs the command; errors of quire are told in one line, with exit code 1."""
    try:
        commands()
    except QuireError as error:
        click.secho(f"quire: {error}", fg="red", err=True)
        sys.exit(1)
