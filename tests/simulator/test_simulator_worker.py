"""What happens in a worker process: what is loaded when, with how many threads, and what is missing."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from simulator.runs import fault_of, qir_text

TESTS = str(Path(__file__).parents[1])
BELL = qir_text(2, [("h", (0,)), ("cx", (0, 1)), ("measure", (0, 0)), ("measure", (1, 1))])


def _python(code):
    environment = {
        name: value for name, value in os.environ.items() if "THREADS" not in name and "TELEMETRY" not in name
    }
    answer = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, env=environment, timeout=60
    )
    assert answer.returncode == 0, answer.stderr
    return answer.stdout


def test_the_plug_in_loads_no_engine():
    code = """
import sys, quire.simulator
print(sorted(set(sys.modules) & {"numpy", "qulacs", "stim", "pyqir", "qdk"}))
"""
    assert _python(code) == "[]\n"


def test_a_prepared_worker_has_the_engines_one_thread_and_no_telemetry():
    code = """
import os, sys
from quire.simulator import complete_worker, prepare_worker
prepare_worker()
complete_worker()
assert {"numpy", "qulacs", "stim"} <= set(sys.modules)
assert os.environ["QDK_PYTHON_TELEMETRY"] == os.environ["QSHARP_PYTHON_TELEMETRY"] == "none"
print(len(os.listdir("/proc/self/task")))
"""
    assert _python(code) == "1\n"


def test_the_first_worker_has_what_most_jobs_need_and_loads_the_rest_as_quietly():
    code = f"""
import sys
sys.path.insert(0, {TESTS!r})
from quire.simulator import prepare_worker
prepare_worker()
assert "qulacs" in sys.modules and not {{"stim", "quil", "qdk"}} & set(sys.modules)
from simulator.test_payload_leftovers import HONEYWELL_OPENQASM, QASM, TARGET, Task, execute_payload
task = Task("job", TARGET, QASM.encode(), HONEYWELL_OPENQASM, "microsoft.quantum-results.v2", {{}})
assert execute_payload(task).fault is None
print("qdk" in sys.modules, "IPython" in sys.modules)
"""
    assert _python(code) == "True False\n"


def test_a_prepared_worker_runs_wide_circuits_on_one_thread():
    code = """
import os
from quire.simulator import complete_worker, prepare_worker
prepare_worker()
complete_worker()
import qulacs
state = qulacs.QuantumState(20)
qulacs.gate.RotX(3, 0.4).update_quantum_state(state)
print(len(os.listdir("/proc/self/task")))
"""
    assert _python(code) == "1\n"


def test_a_prepared_worker_has_no_notebook_loaded_and_can_load_one():
    code = """
import sys
from quire.simulator import complete_worker, prepare_worker
prepare_worker()
complete_worker()
assert "qdk" in sys.modules and "IPython" not in sys.modules
import IPython.display
prepare_worker()
complete_worker()
print(IPython.display.__name__)
"""
    assert _python(code) == "IPython.display\n"


def test_what_the_user_has_set_stays():
    code = """
import os
os.environ["OMP_NUM_THREADS"] = "2"
from quire.simulator import complete_worker, prepare_worker
prepare_worker()
complete_worker()
print(os.environ["OMP_NUM_THREADS"])
"""
    assert _python(code) == "2\n"


@pytest.mark.parametrize("package", ["numpy", "qulacs"])
def test_a_missing_package_is_named_with_the_extra_that_brings_it(package):
    code = f"""
import sys
sys.path.insert(0, {TESTS!r})
sys.modules[{package!r}] = None
from quire.simulator import complete_worker, prepare_worker
from simulator.runs import fault_of
from simulator.test_simulator_worker import BELL
prepare_worker()
complete_worker()
fault = fault_of(BELL)
print(fault.code, fault.message)
"""
    answer = _python(code)
    assert answer.startswith("MissingDependency ")
    assert package in answer
    assert "quire[local]" in answer


@pytest.mark.parametrize(("package", "program"), [("quil", "QUIL"), ("qdk", "QASM")])
def test_so_is_a_missing_parser(package, program):
    code = f"""
import sys
sys.path.insert(0, {TESTS!r})
sys.modules[{package!r}] = None
from simulator import test_payload_leftovers as programs
format = programs.RIGETTI_QUIL if {program!r} == "QUIL" else programs.HONEYWELL_OPENQASM
data = programs.{program}.encode()
task = programs.Task("job", programs.TARGET, data, format, programs.MICROSOFT_RESULTS_V2, {{}})
fault = programs.execute_payload(task).fault
print(fault.code, fault.message)
"""
    answer = _python(code)
    assert answer.startswith("MissingDependency ")
    assert package in answer


def test_an_error_of_the_simulator_itself_is_a_fault_too(monkeypatch):
    from quire.simulator.engines import choice

    def broken(*_):
        raise RuntimeError("no luck")

    monkeypatch.setattr(choice, "run", broken)
    fault = fault_of(BELL)
    assert fault.code == "InternalError"
    assert "no luck" in fault.message


@pytest.mark.parametrize("error", [KeyboardInterrupt, SystemExit])
def test_the_end_of_the_process_is_not_a_fault(error, monkeypatch):
    from quire.simulator.engines import choice

    def interrupted(*_):
        raise error

    monkeypatch.setattr(choice, "run", interrupted)
    with pytest.raises(error):
        fault_of(BELL)


def test_running_out_of_memory_is_a_fault(monkeypatch):
    from quire.simulator.engines import choice

    def greedy(*_):
        raise MemoryError

    monkeypatch.setattr(choice, "run", greedy)
    assert fault_of(BELL).code == "InsufficientResources"
