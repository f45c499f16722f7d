"""Cells of a notebook, run by IPython itself: what it shows, tables of pandas, plots, progress."""

import io
import subprocess
import sys
from datetime import datetime

import pytest
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output
from qiskit import QuantumCircuit
from qiskit.circuit import Parameter

from notebooks.conftest import X


@pytest.fixture(scope="module")
def shell(tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("IPYTHONDIR", str(tmp_path_factory.mktemp("ipython")))
        made = InteractiveShell.instance()
    made.history_manager.enabled = False
    made.display_formatter.active_types = ["text/plain", "text/html", "image/svg+xml"]
    yield made
    made.history_manager.end_session()
    InteractiveShell.clear_instance()


def shown(shell, cell: str) -> dict:
    done = shell.run_cell(cell, store_history=False)
    done.raise_error()
    return shell.display_formatter.format(done.result)[0]


def test_a_notebook_shows_the_cards(shell):
    shell.run_cell(
        "from quire import Workspace\n"
        "workspace = Workspace('memory:', executor='inline')\n"
        "target = workspace.get_target('ionq.simulator')\n"
        "with target.open_session(name='In a notebook') as session:\n"
        f"    job = target.submit({X!r}, name='Cell 1', shots=10)\n"
    ).raise_error()
    for cell, word in (
        ("workspace", "memory:"),
        ("target", "ionq.simulator"),
        ("session", "In a notebook"),
        ("job", "Cell 1"),
        ("job.results()", "<code>1</code>"),
    ):
        assert word in shown(shell, cell)["text/html"]
    picture = shown(shell, "from quire.plots import drawing\ndrawing(job.results())")
    assert picture["image/svg+xml"].startswith("<svg")
    with capture_output() as captured:
        shell.run_cell("_ = session.wait(progress=True)").raise_error()
    assert "In a notebook: 100%" in captured.stderr
    shell.run_cell("workspace.close()").raise_error()


def test_tables(session, workspace):
    frame = session.to_pandas()
    assert list(frame["status"]) == ["Succeeded", "Failed"]
    assert frame["shots"][0] == 10
    assert isinstance(frame["creation_time"][0].to_pydatetime(), datetime)
    assert frame["error"][1].startswith(session.list_jobs()[1].details.error_data.code)
    sessions = workspace.list_sessions().to_pandas()
    assert list(sessions["id"]) == [session.id]
    assert workspace.list_jobs(name_match="nothing").to_pandas().empty


def test_a_plot(session, monkeypatch):
    monkeypatch.setenv("MPLBACKEND", "agg")
    from matplotlib import pyplot

    axes = session.list_jobs()[0].results().plot()
    assert [label.get_text() for label in axes.get_xticklabels()] == ["1"]
    assert [bar.get_height() for bar in axes.patches] == [1.0]
    assert session.list_jobs()[0].results().plot(ax=axes) is axes
    pyplot.close(axes.figure)


def test_progress_of_many(session, workspace, monkeypatch):
    monkeypatch.setattr(sys, "stderr", io.StringIO())
    target = workspace.get_target("ionq.simulator")
    angle = Parameter("angle")
    circuit = QuantumCircuit(1)
    circuit.rx(angle, 0)
    circuit.measure_all()
    found = list(target.submit_many(circuit, [[0.1], [0.2], [0.3]], progress=True))
    assert [job.status for job in found] == ["Succeeded"] * 3
    assert "3/3" in sys.stderr.getvalue()
    with target.open_session() as another:
        assert len(list(another.map(circuit, iter([[0.1], [0.2]]), progress=True))) == 2
    assert "2job" in sys.stderr.getvalue()


@pytest.mark.parametrize(
    ("package", "call"),
    [
        ("pandas", "session.to_pandas()"),
        ("tqdm", "session.wait(progress=True)"),
        ("matplotlib", "Results('f', b'', (), None, {'1': 1.0}).plot(ax=object())"),
    ],
)
def test_what_is_not_installed_is_named(package, call):
    program = f"""
import sys
class Absent:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] == {package!r}:
            raise ModuleNotFoundError(name)
sys.meta_path.insert(0, Absent())
from quire import Workspace
from quire.errors import MissingDependencyError
from quire.results import Results
with Workspace("memory:", executor="inline") as workspace:
    with workspace.get_target("ionq.simulator").open_session() as session:
        pass
    try:
        {call}
    except MissingDependencyError as error:
        print(error.package, error.extra)
    picture = Results("f", b"", (), None, {{"1": 1.0}}).plot() if {package!r} == "matplotlib" else None
    print(type(picture).__name__)
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60)
    assert done.stderr == ""
    drawn = "Drawing" if package == "matplotlib" else "NoneType"
    assert done.stdout.splitlines() == [f"{package} notebook", drawn]
