"""Payloads run by the simulator's hook, as a worker runs them, and exact distributions of what it reads."""

import json
from typing import Any

import numpy as np

from quire.formats import HONEYWELL_OPENQASM, IONQ_CIRCUIT, OWN_RESULTS, RIGETTI_QUIL
from quire.model import Fault, Outcome, Task
from quire.service.catalog import BUILT_IN_TARGETS
from quire.simulator import execute_payload
from quire.simulator.engines.exact import distribution
from quire.simulator.parameters import read_parameters
from quire.simulator.payloads import read_payload

TARGETS = {spec.id: spec for spec in BUILT_IN_TARGETS}
TARGET_OF = {
    IONQ_CIRCUIT: "ionq.simulator",
    HONEYWELL_OPENQASM: "quantinuum.sim.h1-1e",
    RIGETTI_QUIL: "rigetti.sim.qvm",
}


def task(
    program: Any,
    format: str,
    target: str | None = None,
    output: str | None = None,
    **params: Any,
) -> Task:
    if isinstance(program, dict | list):
        program = json.dumps(program)
    data = program.encode() if isinstance(program, str) else program
    spec = TARGETS[target or TARGET_OF[format]]
    return Task("job", spec, data, format, output or OWN_RESULTS[format], params)


def run(program: Any, format: str, **options: Any) -> Outcome:
    outcome = execute_payload(task(program, format, **options))
    assert outcome is not None
    return outcome


def answer(program: Any, format: str, **options: Any) -> Any:
    outcome = run(program, format, **options)
    assert outcome.fault is None, outcome.fault
    return json.loads(outcome.data)


def fault(program: Any, format: str, **options: Any) -> Fault:
    outcome = run(program, format, **options)
    assert outcome.fault is not None, outcome.data
    assert outcome.data == b""
    return outcome.fault


def exact(program: Any, format: str, **params: Any) -> np.ndarray:
    """The probability of each basis state of all qubits at the end of a straight-line program."""
    given = task(program, format, **params)
    (circuit,) = read_payload(given, read_parameters(given)).programs
    found = distribution(circuit)
    vector = np.zeros(1 << circuit.num_qubits)
    vector[list(found.indices)] = found.probabilities
    return vector
