"""``quire completion``: what a shell needs to complete our commands."""

import click
from click.shell_completion import get_completion_class

_EPILOG = """\b
Examples:
  echo 'eval "$(quire completion bash)"' >> ~/.bashrc
  echo 'eval "$(quire completion zsh)"' >> ~/.zshrc
  quire completion fish > ~/.config/fish/completions/quire.fish"""


@click.command(epilog=_EPILOG)
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
@click.pass_context
def completion(context: click.Context, shell: str) -> None:
    """Print the script that completes quire's commands in a shell."""
    kind = get_completion_class(shell)
    if kind is None:
        raise click.UsageError(f"click completes nothing in {shell}")
    click.echo(kind(context.find_root().command, {}, "quire", "_QUIRE_COMPLETE").source())
