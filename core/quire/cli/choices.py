"""The options that several commands have in common: the workspace, JSON, filters of lists."""

import functools
from collections.abc import Callable
from typing import Any

import click

workspace_option = click.option(
    "--workspace",
    "url",
    metavar="URL",
    help="Workspace to use: a path, sqlite:///FILE, http://HOST:PORT or azure:; see quire config by default.",
)


def _refuse_missing(context: click.Context, _: click.Parameter, url: str | None) -> str | None:
    """Refuses a file that is not there: who only looks would see nothing, in a file that looking made."""
    if context.resilient_parsing:
        return url
    from quire import preferences
    from quire.errors import ConfigurationError
    from quire.transport.local import missing_file

    named = preferences.workspace() if url is None else (url, "--workspace")
    path = None if named is None else missing_file(named[0])
    if named is not None and path is not None:
        raise ConfigurationError(
            f"there is no workspace file {path}, and this command makes none; programs and quire submit do. "
            f"Is {named[1]} right?",
            setting="workspace",
        )
    return url


existing_workspace_option = click.option(
    "--workspace",
    "url",
    metavar="URL",
    callback=_refuse_missing,
    help="Workspace to look at: a file, sqlite:///FILE, http://HOST:PORT or azure:; see quire config "
    "by default.",
)
json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON, for programs.")
timeout_option = click.option(
    "--timeout", type=click.FloatRange(0), metavar="SECONDS", help="The most seconds to wait."
)


def filter_options(command: Callable[..., None]) -> Callable[..., None]:
    """Adds the filters of a list; the command gets ``filters``, newest first, and ``limit``."""

    @functools.wraps(command)
    def collecting(*, status: object, target: object, provider: object, name: object, **rest: Any) -> None:
        filters = {"status": status, "target": target, "provider": provider, "name_match": name}
        command(filters={**filters, "is_asc": False}, **rest)

    decorated: Callable[..., None] = collecting
    for option in (
        click.option(
            "--limit", type=click.IntRange(1), default=50, show_default=True, help="Show the newest ones."
        ),
        click.option("--name", help="Only those whose name begins so."),
        click.option("--provider", multiple=True, help="Only those of this provider."),
        click.option("--target", multiple=True, help="Only those of this target."),
        click.option("--status", multiple=True, help="Only those of this status, such as Failed."),
    ):
        decorated = option(decorated)
    return decorated
