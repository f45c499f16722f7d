"""Where the embedded service keeps its sessions and jobs: the only package that speaks SQL."""

from quire.service.store import listing
from quire.service.store.connection import Store
from quire.service.store.rows import StoredJob, StoredSession
from quire.service.store.statements import Statements

__all__ = ["Statements", "Store", "StoredJob", "StoredSession", "listing"]
