"""A workspace as Qiskit's users hold it: where backends and jobs are found."""

from quire import Workspace
from quire.errors import NotFoundError
from quire_qiskit.backend import QuireBackend
from quire_qiskit.errors import BackendNotFoundError
from quire_qiskit.job import ID_SEPARATOR, QuireQiskitJob


class Provider:
    """The backends of a workspace."""

    def __init__(self, workspace: Workspace) -> None:
        """Takes a workspace; it stays the caller's to close.

        Args:
            workspace: Where targets and jobs are.
        """
        self._workspace = workspace

    @property
    def workspace(self) -> Workspace:
        """The workspace."""
        return self._workspace

    def get_backend(self, name: str) -> QuireBackend:
        """The backend of a name.

        Raises:
            BackendNotFoundError: There is none; it lists those that resemble it.
        """
        try:
            return QuireBackend(self._workspace.get_targets(name), self)
        except NotFoundError as error:
            raise BackendNotFoundError(
                error.message, kind="backend", name=error.name, close_names=error.close_names
            ) from None

    def backends(self, name: str | None = None, provider_id: str | None = None) -> list[QuireBackend]:
        """The backends, by name.

        Args:
            name: Only the one of this name.
            provider_id: Only those of this provider, such as ``ionq``.
        """
        targets = self._workspace.get_targets(provider_id=provider_id)
        return [QuireBackend(target, self) for target in targets if name in (None, target.name)]

    def get_job(self, job_id: str) -> QuireQiskitJob:
        """A job by its id, also of another process; see ``QuireBackend.retrieve_job``.

        Raises:
            NotFoundError: There is none.
            InputError: It was not submitted from Qiskit.
        """
        first = self._workspace.get_job(job_id.split(ID_SEPARATOR)[0])
        return self.get_backend(first.details.target).retrieve_job(job_id)

    def __repr__(self) -> str:
        return f"<Provider of {self._workspace!r}>"
