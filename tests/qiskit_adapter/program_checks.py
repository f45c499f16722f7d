"""A circuit's translation held against the circuit itself."""

import pytest

from qiskit_adapter.circuit_reader import exact_counts
from qiskit_adapter.qir_reader import Program
from quire.formats import QirProfile
from quire.model import TargetSpec
from quire_qiskit.angles import Angles
from quire_qiskit.programs import Form, written

BASE = TargetSpec(id="base.target", provider_id="test", num_qubits=30)
ADAPTIVE = TargetSpec(id="adaptive.target", provider_id="test", num_qubits=30, profile=QirProfile.ADAPTIVE_RI)


def translate(circuit, target):
    """The circuit as QIR."""
    return written(circuit, target, Form(), Angles()).data


def read(circuit, target=BASE):
    return Program(translate(circuit, target))


def assert_same_counts(circuit, target=BASE):
    """The program's output has the circuit's distribution, key for key; returns the program."""
    program = read(circuit, target)
    actual, expected = program.distribution(), exact_counts(circuit)
    assert set(actual) == set(expected)
    assert actual == pytest.approx(expected, abs=1e-9)
    return program
