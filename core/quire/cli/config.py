"""``quire config``: what is used where nothing is named."""

import os

import click

from quire import preferences
from quire.cli.choices import json_option
from quire.cli.printing import print_json, print_table

_name_argument = click.argument("name", type=click.Choice(list(preferences.SETTINGS)))


@click.group()
def config() -> None:
    """Say which workspace is used where none is named.

    An option of the command line counts first, then the variable QUIRE_WORKSPACE, then this file.
    """


@config.command(epilog="Example: quire config show --json")
@json_option
def show(as_json: bool) -> None:
    """Show what is used, and where that is said."""
    from quire.transport.local import default_url

    _, source = preferences.workspace() or ("", "the default")
    has_key = bool(os.environ.get("QUIRE_API_KEY"))
    if as_json:
        print_json({"workspace": default_url(), "source": source, "api_key": has_key})
        return
    print_table(
        ("setting", "value", "from"),
        [
            ("workspace", default_url(), source),
            ("api key", "set" if has_key else "not set", "QUIRE_API_KEY"),
        ],
    )


@config.command("set", epilog="Example: quire config set workspace sqlite:///lab.db")
@_name_argument
@click.argument("value")
def set_value(name: str, value: str) -> None:
    """Set what is used where nothing is named; a file is kept by its full path."""
    if not value:
        raise click.UsageError(f"{name} takes a text; quire config unset {name} forgets it")
    from quire.transport.local import settled

    preferences.write({**preferences.read(), name: settled(value)})


@config.command(epilog="Example: quire config unset workspace")
@_name_argument
def unset(name: str) -> None:
    """Forget what was set."""
    preferences.write({key: value for key, value in preferences.read().items() if key != name})


@config.command(epilog="Example: quire config path")
def path() -> None:
    """Print where the file lies."""
    click.echo(str(preferences.path()))
