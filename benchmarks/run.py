"""Runs every benchmark beside its peers, prints the tables, and writes them to docs/benchmarks.md.

Run it with ``uv run --group bench benchmarks/run.py`` (``--quick``: fewer and smaller cases, nothing is
written). Each benchmark is a process of its own; one that fails is named, and ends the run with code 1.
"""

import argparse
import importlib.metadata
import os
import platform
import subprocess
import sys
from collections.abc import Iterator

from measurement import HERE, Section, as_markdown, load, read, show
from rich.console import Console

BENCHMARKS = (
    "iteration",
    "batch",
    "floor",
    "session_loop",
    "long_loop",
    "many_shots",
    "estimates",
    "http_loop",
    "official_loop",
    "circuit_payload",
    "cirq_payload",
    "qsharp_sweep",
    "engines",
    "startup",
    "listing",
    "memory",
)
PEERS = (
    "quire", "qiskit", "qiskit-aer", "qiskit-ibm-runtime", "qiskit-ionq", "cirq-core", "qsimcirq",
    "cirq-ionq", "azure-quantum", "amazon-braket-sdk", "qbraid", "qsharp", "qdk", "qulacs", "stim", "numpy",
)  # fmt: skip
PAGE = HERE.parent / "docs" / "benchmarks.md"
BEGIN = "<!-- figures: written by benchmarks/run.py -->\n"
END = "<!-- end of figures -->\n"


def measure(name: str, *, quick: bool) -> list[Section]:
    """Runs one benchmark.

    Raises:
        CalledProcessError: It fails.
    """
    command = [sys.executable, str(HERE / f"{name}.py"), "--json", *(["--quick"] if quick else [])]
    # Aer's and qsim's threads fight over two cores, which makes small circuits 35 times slower.
    environment = {**os.environ, "OMP_NUM_THREADS": "1"}
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True, env=environment)
    return read(done.stdout.splitlines())


def versions() -> Iterator[str]:
    """What was measured, by version."""
    for name in PEERS:
        try:
            yield f"{name} {importlib.metadata.version(name)}"
        except importlib.metadata.PackageNotFoundError:
            yield f"{name} (not installed)"


def write(chapters: dict[str, list[Section]], load_before: str) -> None:
    """Puts the figures into the page."""
    about = (
        f"Python {platform.python_version()} on {platform.system()} {platform.machine()}, "
        f"{os.cpu_count()} cores; load (1, 5, 15 minutes) {load_before} before and {load()} after. "
        f"{', '.join(versions())}.\n"
    )
    parts = [about, *(f"## {name}\n\n{as_markdown(sections)}" for name, sections in chapters.items())]
    before, _, rest = PAGE.read_text().partition(BEGIN)
    _, _, after = rest.partition(END)
    PAGE.write_text(before + BEGIN + "\n" + "\n".join(parts) + "\n" + END + after)


def main() -> int:
    """Runs them all, or those that are named."""
    parser = argparse.ArgumentParser(description="Measures quire beside its peers.")
    parser.add_argument("--quick", action="store_true", help="fewer and smaller cases, write nothing")
    parser.add_argument("names", nargs="*", choices=[[], *BENCHMARKS], help="only these, write nothing")
    options = parser.parse_args()
    console, failed, load_before = Console(), [], load()
    chapters: dict[str, list[Section]] = {}
    for name in options.names or BENCHMARKS:
        console.rule(f"{name} (load {load()})")
        try:
            sections = measure(name, quick=options.quick)
        except subprocess.CalledProcessError as error:
            console.print(f"{name} failed with code {error.returncode}")
            failed.append(name)
            continue
        if sections:  # else it needs a peer that is not installed
            chapters[name] = sections
            show(console, sections)
    if not (options.quick or options.names or failed):
        write(chapters, load_before)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
