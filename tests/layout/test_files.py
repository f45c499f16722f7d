"""What holds for every file: its length, its first line, and that no machine is named in it."""

import ast
import re

from layout.source_tree import ROOT, files, modules

MAX_LINES = 400

# Put together here, else this file would be the first to name them.
_MACHINE_PATH = re.compile(r"(?<![\w./~-])/(?:tmp|root|work|home|Users|opt|mnt)(?=[/\s\"'`]|$)")
_REGISTRIES = tuple(
    name.replace(" ", "")
    for name in ("pypi .org", "python hosted.org", "npmjs .org", "crates .io", "index- url", "find- links")
)


def test_a_file_is_short_enough_to_be_read_at_once() -> None:
    lengths = {path: len(path.read_text().splitlines()) for path in files() if path.suffix == ".py"}
    long = {str(path.relative_to(ROOT)): lines for path, lines in lengths.items() if lines > MAX_LINES}
    assert not long


def test_a_module_says_first_what_it_knows() -> None:
    first_lines = {
        name: (ast.get_docstring(module.tree) or "").partition("\n")[0] for name, module in modules().items()
    }
    silent = [name for name, line in first_lines.items() if not line.strip()]
    assert not silent


def test_a_file_names_no_machine() -> None:
    found = []
    for path in files():
        for number, line in enumerate(path.read_text(errors="replace").splitlines(), 1):
            if _MACHINE_PATH.search(line) or any(name in line for name in _REGISTRIES):
                found.append(f"{path.relative_to(ROOT)}:{number}: {line.strip()}")
    assert not found, "\n".join(found)
