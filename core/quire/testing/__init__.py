"""The shipped test kit: parts to test plug-ins, and quire itself, with; it knows no test framework."""

from quire.testing.manual_clock import ManualClock
from quire.testing.transport_contract import TransportContract

__all__ = ["ManualClock", "TransportContract"]
