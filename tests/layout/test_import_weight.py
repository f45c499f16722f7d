"""What ``import quire`` and the search for plug-ins load: no SDK, no simulator, no database toolkit."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from layout.source_tree import package_folders, project

LIGHT = {"attr", "attrs", "pluggy"}
"""The only libraries that every program pays for."""

_REPORT = """
import json, sys
before = set(sys.modules)
{code}
loaded = {{name.partition(".")[0] for name in sys.modules.keys() - before}}
print(json.dumps({{"loaded": sorted(loaded - set(sys.stdlib_module_names)), "answer": answer}}))
"""


def _run(code: str, folder: Path) -> tuple[set[str], object]:
    """The top-level names that code loads in a fresh interpreter, and the ``answer`` that it sets."""
    command = [sys.executable, "-W", "error", "-c", _REPORT.format(code=code)]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    report = json.loads(done.stdout)
    return set(report["loaded"]), report["answer"]


def test_import_quire_loads_no_library(tmp_path: Path) -> None:
    loaded, _ = _run("import quire\nanswer = None", tmp_path)
    assert loaded == {"quire"}


def test_the_names_of_quire_load_only_light_libraries(tmp_path: Path) -> None:
    loaded, _ = _run("from quire import *\nanswer = None", tmp_path)
    assert loaded == LIGHT | {"quire"}


def test_the_search_for_plug_ins_loads_every_adapter_and_no_sdk(tmp_path: Path) -> None:
    code = "from quire.plugins import Relay\nanswer = [str(fault) for fault in Relay().broken]"
    loaded, broken = _run(code, tmp_path)
    assert broken == []
    assert loaded == LIGHT | package_folders().keys()


@pytest.mark.parametrize("name", sorted(project()["project"]["entry-points"]["quire"].values()))
def test_a_plug_in_module_loads_alone(name: str, tmp_path: Path) -> None:
    loaded, _ = _run(f"import {name}\nanswer = None", tmp_path)
    assert loaded == LIGHT | {"quire", name}
