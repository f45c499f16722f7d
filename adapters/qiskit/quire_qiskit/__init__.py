"""quire's adapter for Qiskit."""
