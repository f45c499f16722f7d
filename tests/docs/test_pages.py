"""The programs on the pages run as they stand there, one after another, and print what the pages say."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

DOCS = Path(__file__).parents[2] / "docs"
_BLOCK = re.compile(r"```(\w+)\n(.*?)```", re.DOTALL)
_MODULE = re.compile(r"# (\w+\.py)\n")
PAGES = ("index", "concepts", "plugins", "faq", "notebooks")


def _blocks(page: str) -> list[tuple[str, str]]:
    return _BLOCK.findall((DOCS / f"{page}.md").read_text())


def _programs(page: str, folder: Path) -> tuple[str, str]:
    """A page's programs as one, and what it says that they print; its modules are written to the folder."""
    program, printed = [], []
    for language, text in _blocks(page):
        if language == "text":
            printed.append(text)
        elif language == "python" and (module := _MODULE.match(text)):
            (folder / module[1]).write_text(text)
        elif language == "python":
            program.append(text)
    return "\n".join(program), "".join(printed)


@pytest.mark.parametrize("page", PAGES)
def test_the_programs_of_a_page(page: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program, printed = _programs(page, tmp_path)
    assert program
    monkeypatch.setenv("QUIRE_WORKSPACE", str(tmp_path / "page.db"))
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    command = [sys.executable, "-W", "error", "-c", program]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert done.stdout == printed


def test_every_page_is_in_the_index() -> None:
    index = (DOCS / "index.md").read_text()
    listed = set(re.findall(r"^(\w+)$", index, re.MULTILINE))
    assert {path.stem for path in DOCS.glob("*.md")} - {"index"} == listed


@pytest.mark.parametrize("path", sorted(DOCS.glob("*.md")), ids=lambda path: path.name)
def test_links_lead_somewhere(path: Path) -> None:
    for link in re.findall(r"\]\((?!https?:)([^)#\s]+)", path.read_text()):
        assert (path.parent / link).exists(), f"{path.name} links to {link}"
