"""The source tree as the layout tests see it: its modules, and what each of them imports and when."""

import ast
import functools
import os
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal

import attrs

ROOT = Path(__file__).resolve().parents[2]

_IGNORED_FOLDERS = {"__pycache__", "build", "dist"}
_IGNORED_SUFFIXES = {".pyc", ".db", ".db-wal", ".db-shm"}
_IGNORED_FILES = {"uv.lock"}

When = Literal["load", "call", "typing"]


@attrs.frozen
class Import:
    """One import in the source.

    Attributes:
        importer: The module that it stands in.
        imported: A module of the tree by its full name, else the top-level name of a library.
        when: Whether it is carried out when the module loads, when a function is called, or never (under
            ``TYPE_CHECKING``).
        line: Where it stands.
        names: The names that are taken from the module.
    """

    importer: str
    imported: str
    when: When
    line: int
    names: tuple[str, ...] = ()

    @property
    def package(self) -> str:
        """The top-level package that is imported."""
        return self.imported.partition(".")[0]

    @property
    def is_ours(self) -> bool:
        """Whether a module of the tree is imported."""
        return self.package in package_folders()

    @property
    def is_standard(self) -> bool:
        """Whether a module of Python's own library is imported."""
        return self.imported in sys.stdlib_module_names

    def __str__(self) -> str:
        return f"{self.importer}:{self.line} imports {self.imported} ({self.when})"


@attrs.frozen
class Module:
    """One module of the tree."""

    name: str
    path: Path
    tree: ast.Module = attrs.field(repr=False, eq=False)

    @property
    def package(self) -> str:
        """The top-level package that it belongs to."""
        return self.name.partition(".")[0]


@functools.cache
def project() -> dict[str, Any]:
    """What pyproject.toml says."""
    return tomllib.loads((ROOT / "pyproject.toml").read_text())


@functools.cache
def package_folders() -> dict[str, Path]:
    """The folders of the packages that the wheel holds, by package name."""
    folders = [ROOT / name for name in project()["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"]]
    return {folder.name: folder for folder in folders}


@functools.cache
def modules() -> dict[str, Module]:
    """All modules of the tree by name."""
    found = {}
    for package, folder in package_folders().items():
        for path in sorted(folder.rglob("*.py")):
            parts = path.relative_to(folder).with_suffix("").parts
            name = ".".join((package, *parts)).removesuffix(".__init__")
            found[name] = Module(name, path, ast.parse(path.read_text()))
    return found


@functools.cache
def imports() -> tuple[Import, ...]:
    """All imports of the tree."""
    return tuple(item for module in modules().values() for item in _Collector(module).collect())


def files() -> Iterator[Path]:
    """All files of the tree that belong to a commit, as .gitignore has it."""
    for folder, subfolders, names in os.walk(ROOT):
        subfolders[:] = sorted(
            name
            for name in subfolders
            if name not in _IGNORED_FOLDERS and (name == ".ci" or not name.startswith("."))
        )
        for name in sorted(names):
            path = Path(folder, name)
            if path.suffix not in _IGNORED_SUFFIXES and name not in _IGNORED_FILES:
                yield path


class _Collector(ast.NodeVisitor):
    def __init__(self, module: Module) -> None:
        self._module = module
        self._when: When = "load"
        self._found: list[Import] = []

    def collect(self) -> list[Import]:
        self.visit(self._module.tree)
        return self._found

    def _visit_all(self, nodes: list[ast.stmt], when: When) -> None:
        before, self._when = self._when, when
        for node in nodes:
            self.visit(node)
        self._when = before

    def visit_FunctionDef(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> None:
        self._visit_all(node.body, "typing" if self._when == "typing" else "call")

    def visit_AsyncFunctionDef(self, node: ast.AsyncFunctionDef) -> None:
        self.visit_FunctionDef(node)

    def visit_If(self, node: ast.If) -> None:
        condition = ast.unparse(node.test)
        is_typing = condition in ("TYPE_CHECKING", "typing.TYPE_CHECKING")
        self._visit_all(node.body, "typing" if is_typing else self._when)
        self._visit_all(node.orelse, self._when)

    def visit_Import(self, node: ast.Import) -> None:
        for alias in node.names:
            self._add(alias.name, node.lineno)

    def visit_ImportFrom(self, node: ast.ImportFrom) -> None:
        source = node.module or ""
        names = []
        for alias in node.names:
            if f"{source}.{alias.name}" in modules():
                self._add(f"{source}.{alias.name}", node.lineno)
            else:
                names.append(alias.name)
        if names:
            self._add(source, node.lineno, tuple(names))

    def visit_Call(self, node: ast.Call) -> None:
        called = ast.unparse(node.func)
        if called.endswith("import_module") and node.args and isinstance(node.args[0], ast.Constant):
            self._add(str(node.args[0].value), node.lineno)
        self.generic_visit(node)

    def _add(self, name: str, line: int, names: tuple[str, ...] = ()) -> None:
        top = name.partition(".")[0]
        imported = name if top in package_folders() else top
        self._found.append(Import(self._module.name, imported, self._when, line, names))
