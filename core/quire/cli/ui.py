"""``quire ui``: the job management page of a workspace, for whoever sits at this machine."""

import contextlib

import click

from quire.cli.choices import existing_workspace_option
from quire.cli.looking import look

_EPILOG = """\b
Examples:
  quire ui
  quire ui --workspace sqlite:///lab.db --port 8080 --no-browser"""


@click.command(epilog=_EPILOG)
@existing_workspace_option
@click.option("--port", type=click.IntRange(0, 65535), default=0, help="Port to listen on; any if left out.")
@click.option(
    "--browser/--no-browser", default=True, help="Open the page in a browser (the default), or not."
)
def ui(url: str | None, port: int, browser: bool) -> None:
    """Show the sessions and jobs of a workspace in a browser; jobs are looked at, not run."""
    from quire.errors import ConfigurationError
    from quire.server.ui import serve_pages
    from quire.service.service import Service

    def started(link: str) -> None:
        click.echo(f"{link}\nThe link signs in one browser, once. Ctrl+C ends.")
        if browser:
            click.launch(link)

    with look(url) as workspace, contextlib.suppress(KeyboardInterrupt):
        if not isinstance(workspace.transport, Service):
            raise ConfigurationError(
                f"{workspace.location} is served already; its page is at /ui there", setting="workspace"
            )
        serve_pages(workspace.transport, started, port=port)
