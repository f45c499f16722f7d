"""The commands ``quire serve``, ``quire run`` and ``quire keys``: what the command line says, and no more."""

import contextlib
import signal
from pathlib import Path
from typing import TYPE_CHECKING

import click

from quire.cli.choices import existing_workspace_option, json_option
from quire.cli.looking import look
from quire.cli.printing import one_line, print_json, print_table
from quire.server.settings import DEFAULT_PORT, ServerSettings

if TYPE_CHECKING:
    from quire.service.service import Service
    from quire.workspace import Workspace

_workspace_option = click.option(
    "--workspace", "url", metavar="URL", help="Workspace to use; your own by default."
)


@click.command(epilog="Example: quire serve --workspace sqlite:///lab.db --port 8000")
@_workspace_option
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=DEFAULT_PORT,
    show_default=True,
    help="Port to listen on; 0 for any that is free.",
)
@click.option("--api-key", envvar="QUIRE_API_KEY", help="A key for this run; one is made if there is none.")
@click.option("--certificate", type=click.Path(exists=True, dir_okay=False), help="TLS certificate (PEM).")
@click.option("--private-key", type=click.Path(exists=True, dir_okay=False), help="Its private key (PEM).")
@click.option("--allow-plain-http", is_flag=True, help="Listen beyond this machine without TLS.")
@click.option("--allow-host", "hosts", multiple=True, metavar="NAME", help="A name it may be called by.")
@click.option("--public-url", metavar="URL", help="Where clients reach it, if a proxy stands between.")
@click.option(
    "--hold",
    type=click.FloatRange(0, 30),
    default=0.5,
    show_default=True,
    help="Seconds to hold back looks at unfinished jobs, for SDKs that poll.",
)
@click.option("--workers", type=click.IntRange(1), help="Jobs that run at once; default: one per processor.")
@click.option("--log-format", type=click.Choice(["text", "json"]), default="text", show_default=True)
@click.option(
    "--log-level",
    type=click.Choice(["DEBUG", "INFO", "WARNING", "ERROR"]),
    default="WARNING",
    show_default=True,
    help="INFO has a line for each request.",
)
def serve(
    url: str | None, host: str, port: int, api_key: str | None, certificate: str | None,
    private_key: str | None, allow_plain_http: bool, hosts: tuple[str, ...], public_url: str | None,
    hold: float, workers: int | None, log_format: str, log_level: str,
) -> None:  # fmt: skip
    """Serve a workspace over HTTP, to quire and to Microsoft's own SDK."""
    from quire.server.greeting import greeting
    from quire.server.running import RunningServer, configure_log
    from quire.service.keys import new_key
    from quire.workspace import Workspace

    with Workspace(url, workers=workers) as workspace:
        service = _service_of(workspace)
        names = [key.name for key in service.keys.entries()]
        start_key = api_key or (None if names else new_key())
        settings = ServerSettings(
            host=host,
            port=port,
            api_key=start_key,
            public_url=public_url,
            allowed_hosts=hosts,
            certificate=certificate,
            private_key=private_key,
            allow_plain_http=allow_plain_http,
            hold_seconds=hold,
            log_format=log_format,
            runs_elsewhere=True,
        )
        configure_log(settings, log_level)
        server = RunningServer(service, settings)
        shown = [one_line(name) for name in names]
        text = greeting(server.url, workspace.location, start_key, shown, server.sign_in_link())
        # uvicorn hands a signal on once it has stopped; the workspace is to be closed all the same.
        signal.signal(signal.SIGTERM, signal.default_int_handler)
        with contextlib.suppress(KeyboardInterrupt):
            server.run(lambda: click.echo(text))


@click.command(
    context_settings={"ignore_unknown_options": True, "allow_interspersed_args": False},
    epilog="Example: quire run --workspace sqlite:///lab.db program.py --its-own-option",
)
@_workspace_option
@click.argument("script", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def run(url: str | None, script: Path, arguments: tuple[str, ...]) -> None:
    """Run a program written for Azure Quantum on this machine, unchanged and without an account."""
    from quire.server.redirection import redirected, run_script
    from quire.server.running import serving
    from quire.service.keys import new_key
    from quire.workspace import Workspace

    with Workspace(url) as workspace:
        settings = ServerSettings(port=0, api_key=new_key(), runs_elsewhere=True)
        with serving(_service_of(workspace), settings) as server:
            click.secho(
                f"quire: {script} runs on this machine, in {workspace.location}; nothing goes to Azure.",
                fg="yellow",
                err=True,
            )
            with redirected(server.url, settings.api_key or ""):
                run_script(script, arguments)


@click.group()
def keys() -> None:
    """Manage the API keys of a workspace that is served."""


@keys.command("list", epilog="Example: quire keys list --workspace sqlite:///lab.db")
@existing_workspace_option
@json_option
def list_keys(url: str | None, as_json: bool) -> None:
    """List the keys; none of them can be shown again."""
    with look(url) as workspace:
        entries = list(_service_of(workspace).keys.entries())
    if as_json:
        records = [
            {"name": key.name, "read_only": key.is_read_only, "creation_time": key.creation_time}
            for key in entries
        ]
        print_json(records)
        return
    print_table(
        ("key", "access", "created (UTC)"),
        [(key.name, "read-only" if key.is_read_only else "full", key.creation_time) for key in entries],
    )


@keys.command("create", epilog="Example: quire keys create laptop --read-only")
@_workspace_option
@click.argument("name")
@click.option("--read-only", is_flag=True, help="It may look, but change nothing.")
def create_key(url: str | None, name: str, read_only: bool) -> None:
    """Make a key and show it, once."""
    with look(url) as workspace:
        click.echo(_service_of(workspace).keys.create(name, read_only=read_only))


@keys.command("rotate", epilog="Example: quire keys rotate laptop")
@existing_workspace_option
@click.argument("name")
def rotate_key(url: str | None, name: str) -> None:
    """Replace a key and show the new one, once; the old one opens nothing any more."""
    with look(url) as workspace:
        click.echo(_service_of(workspace).keys.rotate(name))


@keys.command("revoke", epilog="Example: quire keys revoke laptop")
@existing_workspace_option
@click.argument("name")
def revoke_key(url: str | None, name: str) -> None:
    """Forget a key; it opens nothing any more."""
    with look(url) as workspace:
        _service_of(workspace).keys.revoke(name)


def _service_of(workspace: "Workspace") -> "Service":
    """The service of a workspace, which must be on this machine."""
    from quire.errors import ConfigurationError
    from quire.service.service import Service

    if not isinstance(workspace.transport, Service):
        raise ConfigurationError(
            f"{workspace.location} is served already; name a workspace of this machine", setting="workspace"
        )
    return workspace.transport
