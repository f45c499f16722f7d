"""The simulators behind the built-in targets."""
