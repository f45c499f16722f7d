"""IonQ circuits that are wrong: what is said about each."""

import json
from typing import Any

import pytest

from formats.running import fault, run
from quire.formats import HONEYWELL_RESULTS, IONQ_CIRCUIT

H = {"gate": "h", "target": 0}


def _circuit(*gates: Any, **keys: Any) -> dict[str, Any]:
    return {"qubits": 3, "circuit": list(gates), **keys}


@pytest.mark.parametrize(
    ("program", "part"),
    [
        (b"\xff\xfe", "no JSON"),
        (b"", "no JSON"),
        ("[" * 100_000, "no JSON"),
        ("NaN", "no JSON"),
        ("[]", "not a JSON object"),
        ({"circuit": []}, "qubits must be"),
        ({"qubits": True, "circuit": []}, "qubits must be"),
        ({"qubits": 0, "circuit": []}, "qubits must be"),
        ({"qubits": 30, "circuit": []}, "30 qubits"),
        ({"qubits": 1}, "circuit must be"),
        ({"qubits": 1, "circuits": []}, "several circuits"),
        (_circuit(H, shots=3), "unknown keys shots"),
        (_circuit(H, gateset="qasm"), "gateset must be"),
        (_circuit(H, gateset=["qis"]), "gateset must be"),
        (_circuit(3), "circuit[0]: it is not"),
        (_circuit(H, {"target": 0}), "circuit[1]: its gate"),
        (_circuit({"gate": "u", "target": 0}), "circuit[0] (u): unknown gate"),
        (_circuit(H, gateset="native"), "unknown gate"),
        (_circuit({"gate": "h"}), "1 targets, not 0"),
        (_circuit({"gate": "h", "targets": [0, 1]}), "1 targets, not 2"),
        (_circuit({"gate": "h", "target": 0, "targets": [0]}), "both target and targets"),
        (_circuit({"gate": "h", "target": 3}), "no qubit"),
        (_circuit({"gate": "h", "target": -1}), "no qubit"),
        (_circuit({"gate": "h", "target": "0"}), "no qubit"),
        (_circuit({"gate": "x", "target": 0, "control": 0}), "one qubit twice"),
        (_circuit({"gate": "swap", "targets": [1, 1]}), "one qubit twice"),
        (_circuit({"gate": "cnot", "target": 0}), "lacks control"),
        (_circuit({"gate": "rx", "target": 0}), "lacks rotation"),
        (_circuit({"gate": "rx", "target": 0, "rotation": "pi"}), "finite number"),
        (_circuit({"gate": "rx", "target": 0, "rotation": 10**400}), "finite number"),
        (_circuit({"gate": "h", "target": 0, "rotation": 1}), "does not take: rotation"),
        (_circuit({"gate": "ms", "targets": [0, 0], "phases": [0, 0]}, gateset="native"), "one qubit twice"),
        (_circuit({"gate": "ms", "targets": [0, 1], "phases": [0]}, gateset="native"), "2 numbers"),
        (_circuit({"gate": "gpi", "target": 0, "control": 1, "phase": 0}, gateset="native"), "control"),
        (
            _circuit({"gate": "pauliexp", "targets": [0], "terms": ["Q"], "coefficients": [1], "time": 1}),
            "IXYZ",
        ),
        (
            _circuit({"gate": "pauliexp", "targets": [0], "terms": ["XX"], "coefficients": [1], "time": 1}),
            "IXYZ",
        ),
        (
            _circuit(
                {
                    "gate": "pauliexp",
                    "targets": [0],
                    "terms": ["X"] * 3000,
                    "coefficients": [1] * 3000,
                    "time": 1,
                }
            ),
            "2000 Pauli terms",
        ),
    ],
)
def test_what_is_wrong_is_said(program: Any, part: str) -> None:
    refused = fault(program, IONQ_CIRCUIT)
    assert refused.code == "InvalidInputData"
    assert part in refused.message


def test_a_histogram_that_is_too_long_is_refused_before_it_is_written() -> None:
    circuit = {"qubits": 22, "circuit": [{"gate": "h", "target": qubit} for qubit in range(22)]}
    assert fault(circuit, IONQ_CIRCUIT).code == "InsufficientResources"


def test_a_circuit_without_gates_stays_at_zero() -> None:
    outcome = run(json.dumps(_circuit()), IONQ_CIRCUIT, shots=7)
    assert outcome.data == b'{"histogram":{"0":1.0}}'


def test_another_results_format_is_refused() -> None:
    assert fault(_circuit(H), IONQ_CIRCUIT, output=HONEYWELL_RESULTS).code == "CannotTranslateOutputData"
