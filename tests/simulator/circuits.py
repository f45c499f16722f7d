"""Random circuits for the simulator's tests."""

import math

from simulator.reference import NUM_PARAMS, NUM_QUBITS

SPECIAL = [k * math.pi / 4 for k in range(-8, 9)]
QUARTER_TURNS = [k * math.pi / 2 for k in range(-4, 5)]
# What quire.qir writes; the others have their own tests.
WRITABLE = tuple(name for name in NUM_QUBITS if name not in ("id", "r1", "sxdg"))
CLIFFORD = tuple(name for name in WRITABLE if name not in ("t", "tdg", "ccx"))


def random_gates(rng, num_qubits, count, names=WRITABLE, angles=None):
    """Random gates; angles from a list, or any in four turns."""
    for _ in range(count):
        name = rng.choice([name for name in names if NUM_QUBITS[name] <= num_qubits])
        qubits = tuple(rng.sample(range(num_qubits), NUM_QUBITS[name]))
        params = tuple(
            rng.choice(angles) if angles else rng.uniform(-4 * math.pi, 4 * math.pi)
            for _ in range(NUM_PARAMS[name])
        )
        yield name, qubits, params


def random_dynamic_circuit(rng, num_qubits, num_results, count, names=WRITABLE, angles=None):
    """Random gates with measurements and resets among them."""
    for gate in random_gates(rng, num_qubits, count, names, angles):
        yield gate
        kind = rng.random()
        if kind < 0.25:
            yield "measure", (rng.randrange(num_qubits), rng.randrange(num_results))
        elif kind < 0.33:
            yield "reset", (rng.randrange(num_qubits),)
