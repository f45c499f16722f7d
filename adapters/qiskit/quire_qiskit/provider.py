"""A workspace as Qiskit's users hold it: where backends and jobs are found."""

from collections.abc import Callable

from quire import Workspace
from quire.errors import InputError, NotFoundError
from quire_qiskit.backend import QuireBackend
from quire_qiskit.errors import BackendNotFoundError
from quire_qiskit.job import QuireQiskitJob, ids_in


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

    def backends(
        self,
        name: str | None = None,
        provider: str | None = None,
        filters: Callable[[QuireBackend], bool] | None = None,
        *,
        provider_id: str | None = None,
    ) -> list[QuireBackend]:
        """The backends, by name.

        Args:
            name: Only the one of this name.
            provider: Only those of this provider, such as ``ionq``.
            filters: Only those for which it answers True, such as
                ``lambda backend: backend.num_qubits > 20``.
            provider_id: Another name for ``provider``.

        Raises:
            InputError: Two different providers are given, or ``filters`` cannot be called.
        """
        if provider and provider_id and provider != provider_id:
            raise InputError(
                "provider= and provider_id= are the same filter; give one", argument="provider_id"
            )
        if filters is not None and not callable(filters):
            raise InputError(f"filters= takes a function of a backend, not {filters!r}", argument="filters")
        targets = self._workspace.get_targets(provider_id=provider or provider_id)
        found = [QuireBackend(target, self) for target in targets if name in (None, target.name)]
        return found if filters is None else [backend for backend in found if filters(backend)]

    def get_job(self, job_id: str) -> QuireQiskitJob:
        """A job by its id, also of another process; see ``QuireBackend.retrieve_job``.

        Raises:
            NotFoundError: There is none.
            InputError: It was not submitted from Qiskit; or it is no id.
        """
        first = self._workspace.get_job(ids_in(job_id)[0])
        return self.get_backend(first.details.target).retrieve_job(job_id)

    def __repr__(self) -> str:
        return f"<Provider of {self._workspace!r}>"
