"""The source of a Q# program, wherever it is kept: texts, files, projects; nothing is compiled here."""

import functools
import json
import os
from collections.abc import Hashable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import attrs

from quire.errors import InputError
from quire_qsharp.declarations import Declarations

if TYPE_CHECKING:
    from quire_qsharp.entry_point import EntryPoint

MANIFEST = "qsharp.json"


def _texts(given: str | Iterable[str]) -> tuple[str, ...]:
    return _checked(given)


def _checked(given: object) -> tuple[str, ...]:
    found: tuple[Any, ...] = (given,)
    if isinstance(given, Iterable) and not isinstance(given, str):
        found = tuple(given)
    for text in found:
        if not isinstance(text, str):
            hint = "; Source.from_path reads a file" * isinstance(text, os.PathLike)
            raise InputError(
                f"a source is a text or several, not {type(text).__name__}{hint}", argument="texts"
            )
    return found


def _pairs(given: Mapping[str, Any] | Iterable[tuple[str, Any]]) -> tuple[tuple[str, Any], ...]:
    return tuple(sorted(given.items() if isinstance(given, Mapping) else given))


@attrs.frozen
class Source:
    """The source of a Q# program: all that an interpreter needs to know it.

    Attributes:
        texts: Source texts, as one would give them to ``qsharp.eval``, in order.
        project_root: The folder of a Q# project, which holds ``qsharp.json``; None for none.
        language_features: As ``qsharp.init`` takes them.
        qdk_config: As ``qsharp.init`` takes it: values that ``Std.Core.ConfigValue`` reads.
    """

    texts: tuple[str, ...] = attrs.field(default=(), converter=_texts)
    project_root: str | None = attrs.field(default=None, kw_only=True)
    language_features: tuple[str, ...] = attrs.field(default=(), converter=tuple, kw_only=True)
    qdk_config: tuple[tuple[str, Any], ...] = attrs.field(default=(), converter=_pairs, kw_only=True)

    @classmethod
    def from_path(cls, path: "str | os.PathLike[str]") -> Self:
        """The source in a ``.qs`` file, or in the folder of a project.

        Raises:
            InputError: It is neither.
        """
        found = Path(path)
        if not found.exists():
            raise InputError(
                f"{found} does not exist; give a .qs file or the folder of a Q# project", argument="program"
            )
        if found.is_dir():
            if not (found / MANIFEST).is_file():
                raise InputError(f"{found} holds no {MANIFEST}, so it is no Q# project", argument="program")
            return cls(project_root=str(found.absolute()))
        if found.suffix != ".qs" or not found.is_file():
            raise InputError(
                f"{found} is neither a .qs file nor the folder of a Q# project", argument="program"
            )
        return cls(_text(found))

    def entry_point(self, name: str, /, *args: Any, **named: Any) -> "EntryPoint":
        """A call of one of its operations as a program.

        Args:
            name: The operation's name, or an expression.
            *args: Its arguments, in order.
            **named: Its arguments by the names of its parameters.
        """
        from quire_qsharp.entry_point import EntryPoint

        return EntryPoint._of(name, args, named, self)

    @property
    def key(self) -> Hashable:
        """What tells this source from others; a project's changes with its files."""
        files = tuple(
            (str(path), stat.st_mtime_ns, stat.st_size)
            for path in self._project_files()
            for stat in (path.stat(),)
        )
        return (self.texts, self.project_root, files, self.language_features, self.qdk_config)

    @property
    def declarations(self) -> Declarations:
        """What it declares itself; not what a project depends on.

        Raises:
            InputError: It is not Q#, as far as its heads go.
        """
        return _declarations(self.key, self)

    def _project_files(self) -> Iterator[Path]:
        return iter(()) if self.project_root is None else _files_of(Path(self.project_root), [])

    def namespaced_texts(self) -> list[tuple[str, str]]:
        """Each text with the namespace of what stands in no block: that of a project's file, or none."""
        found: list[tuple[str, str]] = []
        for path in self._project_files():
            home = Path(str(self.project_root), "src")
            if path.suffix == ".qs" and path.is_relative_to(home):
                parts = path.relative_to(home).with_suffix("").parts
                found.append((_text(path), ".".join(parts)))
        return found + [(text, "") for text in self.texts]


def dependencies(root: Path) -> dict[str, Any]:
    """What a project depends on, by its manifest; nothing if that is not one, as the compiler will say."""
    try:
        found = json.loads(_text(root / MANIFEST)).get("dependencies") or {}
    except (ValueError, AttributeError):
        return {}
    return found if isinstance(found, dict) else {}


def _files_of(root: Path, seen: list[Path]) -> Iterator[Path]:
    """The files of a project, and of those on this machine that it depends on."""
    seen.append(root.resolve())
    if not (root / MANIFEST).is_file():
        raise InputError(f"{root} holds no {MANIFEST}, so it is no Q# project", argument="program")
    yield root / MANIFEST
    yield from sorted((root / "src").rglob("*.qs"))
    for dependency in dependencies(root).values():
        path = dependency.get("path") if isinstance(dependency, dict) else None
        if isinstance(path, str) and (root / path).resolve() not in seen:
            yield from _files_of(root / path, seen)


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError(f"{path} is not UTF-8 text: {error}", argument="program") from error


@functools.lru_cache(maxsize=32)
def _declarations(key: Hashable, source: Source) -> Declarations:  # noqa: ARG001 - files change, keys with them
    return Declarations(source.namespaced_texts())
