"""Which kind of program a file holds, by its suffix and, where that does not tell, by its content."""

from pathlib import Path

from quire.errors import InputError
from quire.recognition import KINDS, QSHARP, SUFFIXES, likely_kind

_PROJECT = "qsharp.json"


def kind_of(path: Path) -> str:
    """The kind of program that a file or folder holds: a key of ``KINDS``.

    Raises:
        InputError: It cannot be told.
    """
    if path.is_dir() or path.name == _PROJECT:
        if path.name != _PROJECT and not (path / _PROJECT).is_file():
            raise InputError(f"{path} is a folder without a {_PROJECT}", argument="FILE")
        return QSHARP
    kind = SUFFIXES.get(path.suffix.lower()) or likely_kind(path.read_bytes())
    if kind is not None:
        return kind
    raise InputError(
        f"{path} looks like no program that quire knows; say which with --format {'|'.join(KINDS)}",
        argument="FILE",
    )


def program_of(path: Path, kind: str) -> tuple[object, dict[str, object]]:
    """What is to be submitted, and the options that go with it.

    Args:
        path: The file, or the folder of a Q# project.
        kind: A key of ``KINDS``.
    """
    if kind == QSHARP:
        return (path.parent if path.name == _PROJECT else path), {}
    return path.read_bytes(), {"input_data_format": KINDS[kind]}
