"""Errors that are both quire's and Qiskit's, for what Qiskit's users already catch by its own names."""

import attrs
from qiskit.providers import JobTimeoutError, QiskitBackendNotFoundError

from quire.errors import NotFoundError, WaitTimeoutError


@attrs.define(auto_exc=True, slots=False)
class BackendNotFoundError(NotFoundError, QiskitBackendNotFoundError):
    """There is no backend of this name; ``close_names`` are those that resemble it."""


@attrs.define(auto_exc=True, slots=False)
class JobWaitTimeoutError(WaitTimeoutError, JobTimeoutError):
    """Waiting took longer than the caller allowed; the job goes on."""
