"""Where the embedded service keeps its sessions and jobs: the only package that speaks SQL."""

from quire.service.store import listing
from quire.service.store.connection import Store
from quire.service.store.refusals import is_read_only
from quire.service.store.rows import StoredJob, StoredSession
from quire.service.store.statements import Statements

__all__ = ["Statements", "Store", "StoredJob", "StoredSession", "is_read_only", "listing"]
