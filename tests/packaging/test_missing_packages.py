"""Without an SDK its adapter's names say what to install, and all else works."""

import pytest

from processes import run_python

ABSENT = """
import sys

class Absent:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] == {sdk!r}:
            raise ModuleNotFoundError(f"No module named {{name!r}}", name=name)

sys.meta_path.insert(0, Absent())
from quire import Workspace
from quire.errors import MissingDependencyError
try:
    from {module} import {name}
except MissingDependencyError as error:
    print(error.package, error.extra, "pip install" in error.message, isinstance(error, ImportError))
with Workspace("memory:", executor="inline") as workspace:
    print(workspace.submit({{"qubits": 1, "circuit": []}}, target="ionq.simulator").results().probabilities)
"""


@pytest.mark.parametrize(
    ("sdk", "module", "name", "package", "extra"),
    [
        ("qiskit", "quire_qiskit", "Provider", "qiskit", "qiskit"),
        ("cirq", "quire_cirq", "Sampler", "cirq-core", "cirq"),
    ],
)
def test_an_sdk_that_is_not_installed(sdk, module, name, package, extra):
    printed = run_python(ABSENT.format(sdk=sdk, module=module, name=name))
    assert printed.splitlines() == [f"{package} {extra} True True", "{'0': 1.0}"]


QSHARP = """
import sys

class Absent:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] == "qdk":
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)

sys.meta_path.insert(0, Absent())
from quire import Workspace
from quire.errors import MissingDependencyError
from quire_qsharp import Source, to_literal
print(to_literal([1, 2]))
with Workspace("memory:", executor="inline") as workspace:
    target = workspace.get_target("ionq.simulator")
    try:
        target.submit(Source("operation Main() : Result { use q = Qubit(); MResetZ(q) }"))
    except MissingDependencyError as error:
        print(error.package, error.extra)
"""


def test_qsharp_without_its_compiler():
    assert run_python(QSHARP).splitlines() == ["[1, 2]", "qsharp qsharp"]
