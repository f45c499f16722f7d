"""What a user prefers on this machine, in a file of the platform's configuration folder."""

import json
import os
from collections.abc import Mapping
from pathlib import Path

from quire.errors import ConfigurationError

SETTINGS: Mapping[str, str] = {"workspace": "The workspace of commands and programs that name none."}
"""What can be set, each with what it means."""

FILE_VARIABLE = "QUIRE_CONFIG"
WORKSPACE_VARIABLE = "QUIRE_WORKSPACE"


def path() -> Path:
    """The file: what the variable ``QUIRE_CONFIG`` names, else one in the platform's configuration folder."""
    named = os.environ.get(FILE_VARIABLE)
    if named:
        return Path(named).expanduser()
    import platformdirs

    return platformdirs.user_config_path("quire", appauthor=False) / "config.json"


def read() -> dict[str, str]:
    """The settings that the file has; none if there is no file.

    Raises:
        ConfigurationError: It cannot be read, or has something that is no setting.
    """
    place = path()
    try:
        values = json.loads(place.read_text())
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:
        raise ConfigurationError(f"{place} cannot be read: {error}", setting=FILE_VARIABLE) from error
    if not isinstance(values, dict):
        raise ConfigurationError(f"{place} holds no JSON object", setting=FILE_VARIABLE)
    for name, value in values.items():
        check(name)
        if not isinstance(value, str) or not value:
            raise ConfigurationError(f"{place}: {name} takes a text, not {value!r}", setting=name)
    return values


def workspace() -> tuple[str, str] | None:
    """The workspace that is named for programs that name none, and where it is named; None if nowhere.

    Raises:
        ConfigurationError: The file cannot be read, or has something that is no setting.
    """
    variable = os.environ.get(WORKSPACE_VARIABLE)
    if variable:
        return variable, WORKSPACE_VARIABLE
    preferred = read().get("workspace")
    return (preferred, str(path())) if preferred else None


def write(values: Mapping[str, str]) -> None:
    """Replaces the file as a whole, so that no reader ever sees half of it.

    Raises:
        ConfigurationError: It cannot be written.
    """
    place = path()
    fresh = place.with_name(f"{place.name}.{os.getpid()}")
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        fresh.write_text(json.dumps(dict(values), indent=2) + "\n")
        fresh.replace(place)
    except OSError as error:
        fresh.unlink(missing_ok=True)
        raise ConfigurationError(f"{place} cannot be written: {error}", setting=FILE_VARIABLE) from error


def check(name: str) -> None:
    """Refuses what is no setting.

    Raises:
        ConfigurationError: There is no such setting.
    """
    if name not in SETTINGS:
        raise ConfigurationError(
            f"there is no setting {name!r}; there are {', '.join(SETTINGS)}", setting=name
        )
