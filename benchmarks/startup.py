"""What it costs to begin: imports, a workspace, the first job of a fresh process; beside the peers."""

import importlib.util
import itertools
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from measurement import Section, Way, alternate, main, scaled

NUMPY = "import numpy"
IMPORTS = {
    "an empty program": "",
    NUMPY: "import numpy",
    "import quire": "import quire",
    "from quire import Workspace": "from quire import Workspace",
    "import numpy and qulacs, our engine": "import numpy\nimport qulacs",
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


def program(text: str) -> Way:
    return lambda: subprocess.run(
        [sys.executable, "-W", "ignore", "-c", text], check=True, stdout=subprocess.DEVNULL
    )


def is_there(text: str) -> bool:
    package = text.split()[1].partition(".")[0] if text else ""
    return not package or importlib.util.find_spec(package) is not None


def sections(quick: bool) -> Iterator[Section]:
    rounds = 1 if quick else 7
    ways = {name: program(text) for name, text in IMPORTS.items() if is_there(text)}
    yield Section("A fresh process", "ms", NUMPY, scaled(alternate(ways, rounds), 1e3))
    with tempfile.TemporaryDirectory() as folder:
        path, numbers = str(Path(folder, "startup.db")), itertools.count()
        ways = {
            NUMPY: program("import numpy"),
            "open a workspace": program(OPEN.format(path=path)),
            "open a new workspace": lambda: program(OPEN.format(path=f"{path}.{next(numbers)}"))(),
            "open a workspace in memory": program(OPEN.format(path="memory:")),
            "open a workspace, run a first job": program(JOB.format(path=path)),
            COMMAND: lambda: subprocess.run(
                [Path(sys.executable).with_name("quire"), "sessions", "list", "--workspace", path],
                check=True,
                stdout=subprocess.DEVNULL,
            ),
        }
        yield Section(
            "A fresh process on a workspace file", "ms", NUMPY, scaled(alternate(ways, rounds), 1e3)
        )


if __name__ == "__main__":
    main(sections)
