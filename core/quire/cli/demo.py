"""``quire demo``: the example of each SDK in a session on each target."""

import click

from quire.cli.choices import workspace_option

_EPILOG = """\b
Examples:
  quire demo
  quire demo --workspace sqlite:///lab.db --shots 1000"""


@click.command(epilog=_EPILOG)
@workspace_option
@click.option(
    "--shots", type=click.IntRange(1, 100_000), default=100, show_default=True, help="Shots per job."
)
def demo(url: str | None, shots: int) -> None:
    """Open a session on each target and run a program of each installed SDK in it.

    The sessions stay in the workspace: run it again, and it finds them.
    """
    from quire.demo import run_demo

    run_demo(url, shots)
