"""How the simulator refuses a payload: an exception that becomes the fault of the job's outcome."""

from quire.model import Fault

INVALID_INPUT_DATA = "InvalidInputData"
"""The service's own code for a program or a parameter that cannot be run."""

CANNOT_TRANSLATE_OUTPUT_DATA = "CannotTranslateOutputData"
"""The service's own code for an output format that the results cannot be given in."""

INSUFFICIENT_RESOURCES = "InsufficientResources"
"""A valid program that this machine has not the memory for."""


class PayloadError(Exception):
    """A task cannot be run; caught where the outcome is made, so it never leaves the simulator.

    Attributes:
        fault: What the job reports.
    """

    def __init__(self, message: str, code: str = INVALID_INPUT_DATA) -> None:
        super().__init__(message)
        self.fault = Fault(code, message)
