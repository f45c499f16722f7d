"""The plug-ins that hear of changes, and what becomes of their errors; not what changed or when."""

import logging
from collections.abc import Callable

from quire.errors import QuireError
from quire.interrupts import raise_later
from quire.plugins import Relay
from quire.service.changes import Changes

_log = logging.getLogger("quire")


class Listeners:
    """The plug-ins of a workspace that hear of jobs and sessions."""

    def __init__(self, relay: Relay) -> None:
        """Looks who is to hear of what.

        Args:
            relay: The workspace's plug-ins.
        """
        self._relay = relay
        self._hears_of_jobs = bool(relay.names("job_changed"))
        self._hears_of_sessions = bool(relay.names("session_changed"))

    @property
    def are_there(self) -> bool:
        """Whether anybody hears of anything."""
        return self._hears_of_jobs or self._hears_of_sessions

    def tell(self, changes: Changes) -> None:
        """Tells them what one transaction changed."""
        for job, job_was in changes.jobs if self._hears_of_jobs else ():
            _tell(self._relay.job_changed, job, job_was)
        for session, session_was in changes.sessions if self._hears_of_sessions else ():
            _tell(self._relay.session_changed, session, session_was)


def _tell(hook: Callable[..., None], *news: object) -> None:
    try:
        hook(*news)
    except QuireError:
        # The change is durable and right; a listener that fails must not undo it for its maker.
        _log.exception("a plug-in failed when it heard of a change")
    except BaseException as error:  # noqa: BLE001 - raised later, or shown
        # Ctrl-C, or a program that ends: what is under way here is completed first.
        if not raise_later(error):
            _log.exception("a plug-in wanted to end a thread of quire's when it heard of a change")
