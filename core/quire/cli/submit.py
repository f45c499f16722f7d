"""``quire submit``: run the program of a file on a target."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from quire.cli.choices import json_option, timeout_option, workspace_option
from quire.recognition import KINDS, QSHARP

if TYPE_CHECKING:
    from quire.job import Job

_EPILOG = """\b
Examples:
  quire submit bell.qasm --target quantinuum.sim.h1-1e --shots 100
  quire submit bell.ll --target ionq.simulator --json
  quire submit Bits.qs --target ionq.simulator --args '[2, [0.5, 1.0]]'
  quire submit project/ --target ionq.simulator --entry Main
  quire submit program.txt --format quil --target rigetti.sim.qvm
  quire submit bell.qasm --target quantinuum.sim.h1-1e --noise h1-1
  quire submit turn.qasm --target quantinuum.sim.h1-1e --param inputs='{"theta": 0.5}'
\b
Without --no-wait it ends with the job, with exit code 5 if the job has no results.
With --no-wait the job is durable at once; on a workspace of this machine it runs when
a program next waits for it, submits to it, or serves it."""


class _Json(click.ParamType[Any]):
    name = "json"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        try:
            return json.loads(value)
        except ValueError as error:
            self.fail(f"{value!r} is no JSON ({error}); write for example '[2, [0.5, 1.0]]'", param, ctx)


class _Parameter(click.ParamType[Any]):
    """An input parameter: its name, and its value as JSON, or as text if it is none."""

    name = "name=value"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        name, equals, text = value.partition("=")
        if not (name and equals):
            self.fail(f"{value!r} is no NAME=VALUE, such as error-model=true", param, ctx)
        try:
            return name, json.loads(text)
        except ValueError:
            if text[:1] in ("{", "[", '"'):  # somebody meant JSON
                self.fail(f"{text!r} is no JSON; write for example inputs='{{\"theta\": 0.5}}'", param, ctx)
            return name, text


@click.command(epilog=_EPILOG)
@workspace_option
@click.argument("file", type=click.Path(exists=True, path_type=Path))
@click.option("--target", required=True, help="The target, such as ionq.simulator; see quire targets.")
@click.option(
    "--shots", type=click.IntRange(1), help="How often to run it; the target's default if left out."
)
@click.option("--seed", type=int, help="Makes the shots repeatable.")
@click.option("--name", help="The job's name; the file's if left out.")
@click.option("--session", "session_id", metavar="ID", help="An open session to join.")
@click.option(
    "--format", "kind", type=click.Choice(list(KINDS)), help="What the file holds, if it is not plain."
)
@click.option(
    "--args", "arguments", type=_Json(), help="Q# arguments as JSON: a list in order, an object by name."
)
@click.option("--entry", help="The Q# operation, or an expression, if the file has several.")
@click.option(
    "--param",
    "parameters",
    type=_Parameter(),
    multiple=True,
    metavar="NAME=VALUE",
    help="An input parameter of the run, its value as JSON or text; may be repeated.",
)
@click.option("--noise", metavar="MODEL", help="The target's noise model to run with, such as aria-1.")
@click.option("--wait/--no-wait", default=True, help="Wait for the results (the default), or only submit.")
@timeout_option
@json_option
def submit(
    url: str | None,
    file: Path,
    target: str,
    shots: int | None,
    seed: int | None,
    name: str | None,
    session_id: str | None,
    kind: str | None,
    arguments: Any,
    entry: str | None,
    parameters: tuple[tuple[str, Any], ...],
    noise: str | None,
    wait: bool,
    timeout: float | None,
    as_json: bool,
) -> None:
    """Run the program of FILE: OpenQASM, QIR (text or bitcode), Quil, IonQ's JSON, Q#, or a Q# project."""
    from quire.cli.programs import kind_of, program_of
    from quire.workspace import Workspace

    kind = kind or kind_of(file)
    if kind != QSHARP and (arguments is not None or entry is not None):
        raise click.UsageError(f"--args and --entry are for Q#; {file} holds {kind}")
    program, options = program_of(file, kind)
    if arguments is not None:
        options["args"] = tuple(arguments) if isinstance(arguments, list) else arguments
    if entry is not None:
        options["entry_point"] = entry
    params = _input_params(parameters, noise)
    with Workspace(url) as workspace:
        job = workspace.submit(
            program,
            target=target,
            shots=shots,
            seed=seed,
            name=name or file.resolve().stem,
            session=session_id,
            input_params=params or None,
            **options,
        )
        _tell(job, wait, timeout, as_json)


def _input_params(parameters: tuple[tuple[str, Any], ...], noise: str | None) -> dict[str, Any]:
    given = [*parameters, *([] if noise is None else [("noise", {"model": noise})])]
    names = [name for name, _ in given]
    for name in names:
        if names.count(name) > 1:
            raise click.UsageError(f"the input parameter {name} is given twice")
        if name in ("shots", "seed"):
            raise click.UsageError(f"{name} is given with --{name}")
    return dict(given)


def _tell(job: "Job", wait: bool, timeout: float | None, as_json: bool) -> None:
    from quire.cli.outcomes import as_record, print_results
    from quire.cli.printing import print_json

    if not as_json:
        # The id is on standard error when results follow: standard output can be piped.
        click.echo(job.id if not wait else f"Job {job.id} on {job.details.target}", err=wait)
    if not wait:
        if as_json:
            print_json({"job": job.details, "results": None})
        return
    results = job.results(timeout)
    if as_json:
        print_json({"job": job.details, "results": as_record(results)})
    else:
        print_results(results, as_json=False)
