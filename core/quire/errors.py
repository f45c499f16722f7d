"""Every error that quire raises.

Catch by class and read the fields; texts may change::

    QuireError
    |- InputError (ValueError)          an argument is wrong
    |  |- OptionError                   an option that nobody takes, or a value it cannot have
    |  |- TooManyQubitsError            the program needs more qubits than the target has
    |  |- UnsupportedProgramError       no installed adapter knows this kind of program
    |  `- TranslationError              an adapter knows it, but it cannot be expressed for the target
    |     `- UnboundParameterError      it has parameters without values
    |- NotFoundError (LookupError)      no such job, session or target
    |- ConflictError                    the id is taken by something else, or the state forbids it
    |- SessionClosedError               the session takes no more jobs
    |- JobFailedError                   results were asked of a job that has none
    |- WaitTimeoutError (TimeoutError)  waiting took longer than allowed
    |- ResultFormatError                an output is not in the format that it claims
    |- StoreError                       the workspace file cannot be used
    |- AccessDeniedError                the service refuses the key, or the key may not do this
    |- ServiceUnavailableError (ConnectionError)  the service cannot be reached, or does not work
    |- PluginError                      a plug-in failed or does not fit
    |- MissingDependencyError (ImportError)  an optional package is not installed
    `- ConfigurationError               a workspace cannot be made of these settings

Each class carries the service's error ``code`` and the HTTP status that a server answers with.
"""

from typing import ClassVar, Self

import attrs

from quire.formats import QirProfile
from quire.model import Fault
from quire.status import JobStatus, SessionStatus


@attrs.define(auto_exc=True, slots=False)
class QuireError(Exception):
    """The base of all errors of quire.

    Attributes:
        message: What is wrong, where, and what to do.
    """

    code: ClassVar[str] = "InternalError"
    http_status: ClassVar[int] = 500

    message: str

    def __str__(self) -> str:
        return self.message


@attrs.define(auto_exc=True, slots=False)
class InputError(QuireError, ValueError):
    """An argument is wrong.

    Attributes:
        argument: The name of the argument, empty if it is not one alone.
    """

    code: ClassVar[str] = "InvalidInput"
    http_status: ClassVar[int] = 400

    argument: str = ""


@attrs.define(auto_exc=True, slots=False)
class OptionError(InputError):
    """An option that nobody takes, or a value that it cannot have; ``argument`` names it."""


@attrs.define(auto_exc=True, slots=False)
class TooManyQubitsError(InputError):
    """The program needs more qubits than the target has.

    Attributes:
        target: The target's name.
        needed: Qubits of the program.
        available: Qubits of the target.
    """

    target: str = ""
    needed: int = 0
    available: int = 0


@attrs.define(auto_exc=True, slots=False)
class UnsupportedProgramError(InputError):
    """No installed adapter knows this kind of program.

    Attributes:
        program_type: The program's type, with its module.
        adapters: The adapters that were asked.
    """

    program_type: str = ""
    adapters: tuple[str, ...] = ()


@attrs.define(auto_exc=True, slots=False)
class TranslationError(InputError):
    """The program cannot be expressed for the target.

    Attributes:
        target: The target's name.
        element: What stands in the way: a gate, an instruction, a measurement.
        profiles: The QIR profiles that can express it; empty if that is not what stands in the way.
        targets: The workspace's targets of such a profile.
    """

    target: str = ""
    element: str = ""
    profiles: tuple[QirProfile, ...] = ()
    targets: tuple[str, ...] = ()


@attrs.define(auto_exc=True, slots=False)
class UnboundParameterError(TranslationError):
    """The program has parameters without values.

    Attributes:
        parameters: Their names.
    """

    parameters: tuple[str, ...] = ()


@attrs.define(auto_exc=True, slots=False)
class NotFoundError(QuireError, LookupError):
    """There is no such job, session or target.

    Attributes:
        kind: ``job``, ``session``, ``target`` or another noun.
        name: The id or name that was asked for.
        close_names: Existing names that resemble it.
    """

    code: ClassVar[str] = "NotFound"
    http_status: ClassVar[int] = 404

    kind: str = ""
    name: str = ""
    close_names: tuple[str, ...] = ()


@attrs.define(auto_exc=True, slots=False)
class ConflictError(QuireError):
    """The id is taken by something else, or the state of the item forbids the request.

    Attributes:
        kind: ``job`` or ``session``.
        name: The item's id.
    """

    code: ClassVar[str] = "Conflict"
    http_status: ClassVar[int] = 409

    kind: str = ""
    name: str = ""


@attrs.define(auto_exc=True, slots=False)
class SessionClosedError(QuireError):
    """The session takes no more jobs: it has ended, or it was closed.

    Attributes:
        session_id: The session's id.
        status: Its status when the job was refused.
    """

    code: ClassVar[str] = "InvalidJobDefinition"
    http_status: ClassVar[int] = 400

    session_id: str = ""
    status: SessionStatus | None = None


@attrs.define(auto_exc=True, slots=False)
class JobFailedError(QuireError, RuntimeError):
    """Results were asked of a job that failed or was cancelled.

    Attributes:
        job_id: The job's id.
        status: ``Failed`` or ``Cancelled``.
        fault: Why it failed; None if it was cancelled.
    """

    code: ClassVar[str] = "JobFailed"
    http_status: ClassVar[int] = 409

    job_id: str = ""
    status: JobStatus | None = None
    fault: Fault | None = None


@attrs.define(auto_exc=True, slots=False)
class WaitTimeoutError(QuireError, TimeoutError):
    """Waiting took longer than the caller allowed; the job goes on.

    Attributes:
        job_id: The job's id.
        seconds: The time allowed.
    """

    code: ClassVar[str] = "Timeout"
    http_status: ClassVar[int] = 408

    job_id: str = ""
    seconds: float = 0.0


@attrs.define(auto_exc=True, slots=False)
class ResultFormatError(QuireError, ValueError):
    """An output is not in the format that it claims.

    Attributes:
        format: The result format's id.
    """

    code: ClassVar[str] = "CannotTranslateOutputData"

    format: str = ""

    @classmethod
    def of_output(cls, format: str, job_id: str, reason: Exception) -> Self:
        """The error for an output in which a reader did not find what the format asks for.

        Args:
            format: The result format's id.
            job_id: Whose output it is.
            reason: What went wrong, which is to be the cause of the error.
        """
        return cls(f"the output of job {job_id} is not {format}: {reason!r}", format=format)


@attrs.define(auto_exc=True, slots=False)
class StoreError(QuireError):
    """The workspace file cannot be used.

    Attributes:
        location: Where the store lies.
    """

    code: ClassVar[str] = "StoreUnavailable"

    location: str = ""


@attrs.define(auto_exc=True, slots=False)
class AccessDeniedError(QuireError):
    """The service refuses the key or token, or it may not do what was asked.

    Attributes:
        url: Where it was shown; empty in the service itself.
    """

    code: ClassVar[str] = "Forbidden"
    http_status: ClassVar[int] = 403

    url: str = ""


@attrs.define(auto_exc=True, slots=False)
class ServiceUnavailableError(QuireError, ConnectionError):
    """The service cannot be reached, or answers that it does not work.

    Attributes:
        url: What was asked for.
        attempts: How often it was tried.
    """

    code: ClassVar[str] = "ServiceUnavailable"
    http_status: ClassVar[int] = 503

    url: str = ""
    attempts: int = 0


@attrs.define(auto_exc=True, slots=False)
class PluginError(QuireError):
    """A plug-in failed or does not fit.

    Attributes:
        plugin: The plug-in's name.
        hook: The hook that was called; empty if it failed to load.
    """

    code: ClassVar[str] = "PluginFailed"

    plugin: str = ""
    hook: str = ""


@attrs.define(auto_exc=True, slots=False)
class MissingDependencyError(QuireError, ImportError):
    """An optional package is not installed.

    Attributes:
        package: The package's name.
        extra: The extra of quire that brings it.
    """

    code: ClassVar[str] = "MissingDependency"

    package: str = ""
    extra: str = ""


@attrs.define(auto_exc=True, slots=False)
class ConfigurationError(QuireError, ValueError):
    """A workspace cannot be made of these settings.

    Attributes:
        setting: The setting's name.
    """

    code: ClassVar[str] = "InvalidConfiguration"
    http_status: ClassVar[int] = 400

    setting: str = ""
