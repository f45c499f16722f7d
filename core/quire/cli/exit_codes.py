"""Which exit code the command ends with for which kind of error; docs/cli.md shows the table."""

from quire import errors

OTHER = 1
JOB_FAILED = 5

# Told in the order of the table: the first class that an error is of counts.
_CODES: tuple[tuple[type[errors.QuireError], int], ...] = (
    (errors.InputError, 2),
    (errors.ConfigurationError, 2),
    (errors.NotFoundError, 3),
    (errors.ConflictError, 4),
    (errors.SessionClosedError, 4),
    (errors.JobFailedError, JOB_FAILED),
    (errors.WaitTimeoutError, 6),
    (errors.AccessDeniedError, 7),
    (errors.ServiceUnavailableError, 8),
    (errors.MissingDependencyError, 9),
    (errors.StoreError, 10),
)


def exit_code(error: errors.QuireError) -> int:
    """The exit code for an error."""
    return next((code for kind, code in _CODES if isinstance(error, kind)), OTHER)
