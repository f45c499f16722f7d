"""What it costs to begin: imports, a workspace, the first job of a fresh process; beside the peers."""

import importlib.util
import itertools
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from measurement import Section, Way, alternate, main, scaled

NUMPY = "import numpy"
ENGINE = "import numpy and qulacs, our engine"
IMPORTS = {
    "an empty program": "",
    NUMPY: "import numpy",
    "import quire": "import quire",
    "from quire import Workspace": "from quire import Workspace",
    ENGINE: "import numpy\nimport qulacs",
    "import quire_qiskit": "import quire_qiskit",
    "import quire_cirq": "import quire_cirq",
    "import quire_qsharp": "import quire_qsharp",
    "import qiskit": "import qiskit",
    "import qiskit_aer": "import qiskit_aer",
    "import qiskit_ibm_runtime": "import qiskit_ibm_runtime",
    "import cirq": "import cirq",
    "import qsharp": "import qsharp",
    "import braket.circuits": "import braket.circuits",
    "import qbraid": "import qbraid",
}
OPEN = "from quire import Workspace; Workspace({path!r})"
COMMAND = "quire sessions list"
JOB = """
from quire import Workspace
with Workspace({path!r}) as workspace:
    target = workspace.get_target("rigetti.sim.qvm")
    print(target.submit("DECLARE ro BIT[1]\\nH 0\\nMEASURE 0 ro[0]", shots=10).results())
"""


NOTE = "All modules are compiled already, as after a first run; the turn that warms up has done it."
ELSEWHERE = "With a second processor, what runs jobs begins to start there while a workspace is opened."


def surroundings(folder: str) -> dict[str, str]:
    """An environment in which Python keeps compiled modules, which some machines tell it not to do."""
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return {**kept, "PYTHONPYCACHEPREFIX": folder}


def command(environment: dict[str, str], *line: str) -> None:
    subprocess.run(line, check=True, stdout=subprocess.DEVNULL, env=environment)


def program(environment: dict[str, str], text: str) -> Way:
    return partial(command, environment, sys.executable, "-W", "ignore", "-c", text)


def is_there(text: str) -> bool:
    package = text.split()[1].partition(".")[0] if text else ""
    return not package or importlib.util.find_spec(package) is not None


def sections(quick: bool) -> Iterator[Section]:
    rounds = 1 if quick else 7
    with tempfile.TemporaryDirectory() as folder:
        environment = surroundings(str(Path(folder, "compiled")))
        begin = partial(program, environment)
        imports = {name: begin(text) for name, text in IMPORTS.items() if is_there(text)}
        yield Section("A fresh process", "ms", NUMPY, scaled(alternate(imports, rounds), 1e3), NOTE)
        path, numbers = str(Path(folder, "startup.db")), itertools.count()
        quire = str(Path(sys.executable).with_name("quire"))
        ways: dict[str, Way] = {
            NUMPY: begin(IMPORTS[NUMPY]),
            ENGINE: begin(IMPORTS[ENGINE]),
            "open a workspace": begin(OPEN.format(path=path)),
            "open a new workspace": lambda: begin(OPEN.format(path=f"{path}.{next(numbers)}"))(),
            "open a workspace in memory": begin(OPEN.format(path="memory:")),
            "open a workspace, run a first job": begin(JOB.format(path=path)),
            COMMAND: partial(command, environment, quire, "sessions", "list", "--workspace", path),
        }
        times = scaled(alternate(ways, rounds), 1e3)
        yield Section("A fresh process on a workspace file", "ms", NUMPY, times, f"{NOTE} {ELSEWHERE}")


if __name__ == "__main__":
    main(sections)
