"""quire's adapter for Cirq."""
