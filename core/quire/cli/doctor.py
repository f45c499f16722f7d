"""``quire doctor``: what is installed, and whether the workspace and the workers do."""

import click

from quire.cli.choices import existing_workspace_option, json_option
from quire.cli.printing import print_json, print_table

_EPILOG = """\b
Examples:
  quire doctor
  quire doctor --workspace sqlite:///lab.db --json
\b
It ends with exit code 1 if something that is installed does not work."""


@click.command(epilog=_EPILOG)
@existing_workspace_option
@json_option
def doctor(url: str | None, as_json: bool) -> None:
    """Check what is installed, whether the workspace can be used, and whether workers run a job."""
    from quire.cli.health import State, checks

    found = list(checks(url))
    if as_json:
        print_json(found)
    else:
        print_table(
            ("check", "state", "detail"), [(check.name, check.state, check.detail) for check in found]
        )
    if any(check.state is State.BROKEN for check in found):
        raise SystemExit(1)
