"""Qiskit's own tests of its backend primitives, from the source of the installed version, on our backends."""

import re
import subprocess
import sys
import tarfile
import xml.etree.ElementTree as ElementTree

import pytest
import qiskit

BACKENDS = """
import atexit

from quire import Workspace
from quire_qiskit import Provider

workspace = Workspace("memory:", executor="inline")
atexit.register(workspace.close)
PROVIDER = Provider(workspace)


class Factory:
    def __init__(self, name):
        self.name = name
        self.__name__ = name.replace(".", "_").replace("-", "_")

    def __call__(self):
        return PROVIDER.get_backend(self.name)


BACKENDS = [Factory(name) for name in ("rigetti.sim.qvm", "ionq.simulator")]
"""


@pytest.fixture(scope="module")
def source(tmp_path_factory):
    """The source of the installed Qiskit's tests, with our backends in the place of its own."""
    place = tmp_path_factory.mktemp("qiskit")
    version = qiskit.__version__
    fetch = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--no-binary", "qiskit"]
    subprocess.run([*fetch, "--dest", place, f"qiskit=={version}"], check=True)
    root = f"qiskit-{version}"
    with tarfile.open(place / f"{root}.tar.gz") as archive:
        members = [each for each in archive.getmembers() if each.name.startswith(f"{root}/test/")]
        archive.extractall(place, members, filter="data")
    (place / root / "quire_backends.py").write_text(BACKENDS)
    return place / root


@pytest.mark.parametrize("module", ["test_backend_sampler_v2", "test_backend_estimator_v2"])
def test_qiskits_own_tests_pass_on_our_backends(source, module):
    file = source / "test" / "python" / "primitives" / f"{module}.py"
    own = r"^BACKENDS = \[\n.*?^\]\n"
    text, replaced = re.subn(
        own, "from quire_backends import BACKENDS\n", file.read_text(), flags=re.MULTILINE | re.DOTALL
    )
    assert replaced == 1
    file.write_text(text)
    report = source / f"{module}.xml"
    run = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", f"--junitxml={report}", str(file)]
    ended = subprocess.run(run, cwd=source, capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stdout
    cases = list(ElementTree.parse(report).iter("testcase"))
    assert sum(case.find("skipped") is None for case in cases) >= 40
