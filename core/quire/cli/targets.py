"""``quire targets``: what programs can be run on."""

import click

from quire.cli.choices import existing_workspace_option, json_option
from quire.cli.looking import look
from quire.cli.printing import print_json, print_table

_EPILOG = """\b
Examples:
  quire targets
  quire targets --provider ionq --json"""


@click.command(epilog=_EPILOG)
@existing_workspace_option
@click.option("--provider", help="Only those of this provider.")
@json_option
def targets(url: str | None, provider: str | None, as_json: bool) -> None:
    """List the targets of a workspace."""
    with look(url) as workspace:
        specs = [target.spec for target in workspace.get_targets(provider_id=provider)]
    if as_json:
        print_json(specs)
        return
    print_table(
        ("target", "provider", "qubits", "QIR profile", "formats"),
        [
            (spec.id, spec.provider_id, spec.num_qubits, spec.profile, ", ".join(spec.input_formats))
            for spec in specs
        ],
    )
