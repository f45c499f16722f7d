"""Which session is current for a target, in this thread or task; it holds no state of a session."""

from contextvars import ContextVar
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from quire.session import Session

# Per context, so threads and asyncio tasks do not see each other's; immutable, so a copied context is safe.
_attached: ContextVar[tuple["Session", ...]] = ContextVar("quire_sessions", default=())


def attach(session: "Session") -> None:
    """Makes a session the current one of its workspace and target, over the one before."""
    _attached.set((*_without(session), session))


def detach(session: "Session") -> None:
    """Ends that a session is current; the one before it becomes current again."""
    if _attached.get():
        _attached.set(_without(session))


def _without(session: "Session") -> tuple["Session", ...]:
    """What is attached besides a session, whichever handle of it is."""
    return tuple(
        other
        for other in _attached.get()
        if not (other.id == session.id and other.workspace is session.workspace)
    )


def current_session(workspace: object, target: str) -> "Session | None":
    """The innermost attached session of a workspace's target; None if there is none."""
    attached = _attached.get()
    for session in reversed(attached):
        if session.workspace is workspace and session.target == target:
            return session
    return None
