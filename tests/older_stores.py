"""Stores as each older version of quire wrote them, made of those of today."""

from quire.service.store.fence import admit, fences

_COLUMNS = ("name", "provider_id", "target", "status")
_IN_1 = {
    f"{table}_by_{column}": f"{table} ({column}, created_at, seq)"
    for table in ("jobs", "sessions")
    for column in _COLUMNS
} | {
    "jobs_by_session": "jobs (session_id, created_at, seq) WHERE session_id IS NOT NULL",
    "jobs_alone": "jobs (created_at, seq) WHERE session_id IS NULL",
}
_ALL_IN_2 = (
    _IN_1
    | {
        f"jobs_by_session_and_{column}": "jobs "
        f"(session_id, {column}, created_at, seq) WHERE session_id IS NOT NULL"
        for column in ("name", "status")
    }
    | {
        f"jobs_alone_by_{column}": f"jobs ({column}, created_at, seq) WHERE session_id IS NULL"
        for column in _COLUMNS
    }
)
_NEW_IN_3 = {
    f"{scope}_group{order}": f"{scope.partition('_')[0]} ({lead}status, target, provider_id, {keys})"
    for scope, lead in (("jobs_by", ""), ("jobs_by_session_and", "session_id, "), ("sessions_by", ""))
    for order, keys in (("", "created_at, seq"), ("_and_name", "name, created_at, seq"))
}
_PENDING_UP_TO_3 = {"jobs_pending": "jobs (session_id, seq) WHERE ended_at IS NULL"}
_IN_4 = {
    name: f"{definition} WHERE status <> 'Executing'" if definition.startswith("jobs") else definition
    for name, definition in _NEW_IN_3.items()
} | {"jobs_pending": "jobs (status, session_id, seq) WHERE ended_at IS NULL"}
_IN_5 = {
    name: f"{definition[:-1]}, is_filed) WHERE is_filed = 1" if definition.startswith("jobs") else definition
    for name, definition in _NEW_IN_3.items()
} | {
    "jobs_pending": _IN_4["jobs_pending"],
    "jobs_unfiled": "jobs (created_at) WHERE is_filed = 0",
}
_IN_6 = _IN_5 | {
    name: _IN_5[name].replace("created_at, seq", "created_at, seq, name")
    for name in _NEW_IN_3
    if name.endswith("group")
}
_BY_TIME = {f"{table}_by_time": f"{table} (created_at, seq)" for table in ("jobs", "sessions")}
_JOBS_UP_TO_6 = (
    "seq INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL, name TEXT NOT NULL, "
    "provider_id TEXT NOT NULL, target TEXT NOT NULL, status TEXT NOT NULL, session_id TEXT, "
    "input_format TEXT NOT NULL, output_format TEXT NOT NULL, input_params TEXT NOT NULL, "
    "metadata TEXT NOT NULL, tags TEXT NOT NULL, priority TEXT, created_at INTEGER NOT NULL, "
    "began_at INTEGER, ended_at INTEGER, cancelled_at INTEGER, modified_at INTEGER NOT NULL, "
    "fault_code TEXT, fault_message TEXT, attempts INTEGER NOT NULL, owner TEXT"
)
_FENCED_FROM = 3
_FILED_FROM = 5
_JOBS_OF_TODAY_FROM = 7
INDEXES = {
    1: _IN_1 | _PENDING_UP_TO_3,
    2: _ALL_IN_2 | _PENDING_UP_TO_3,
    3: _NEW_IN_3 | _PENDING_UP_TO_3,
    4: _IN_4,
    5: _IN_5,
    6: _IN_6,
    7: _IN_6 | {"jobs_by_time": "jobs (created_at, seq, is_filed) WHERE is_filed = 1"},
}


def back_to(version, store):
    """Makes a store one that an older quire wrote."""
    ours = "SELECT type, name FROM sqlite_master WHERE type IN ('index', 'trigger') AND sql IS NOT NULL"
    for kind, name in store.execute(ours).fetchall():
        store.execute(f"DROP {kind} {name}")
    store.execute("DROP TABLE eras")
    if version < _JOBS_OF_TODAY_FROM:
        _give_older_jobs(version, store)
    store.execute("CREATE INDEX sessions_open ON sessions (seq) WHERE ended_at IS NULL")
    for name, definition in (_BY_TIME | INDEXES[version]).items():
        store.execute(f"CREATE INDEX {name} ON {definition}")
    if version == 1:
        store.execute("ALTER TABLE sessions DROP COLUMN has_costs")
    if version >= _FENCED_FROM:
        admit(store, version)
        for fence in fences(version):
            store.execute(fence)
    store.execute("UPDATE schema_version SET version = ?", (version,))


def _give_older_jobs(version, store):
    columns = _JOBS_UP_TO_6
    if version >= _FILED_FROM:
        columns += ", is_filed INTEGER DEFAULT 1 NOT NULL"
    kept = ", ".join(column.split()[0] for column in columns.split(", "))
    store.execute("ALTER TABLE jobs RENAME TO jobs_of_today")
    store.execute(f"CREATE TABLE jobs ({columns}, UNIQUE (id))")
    store.execute(f"INSERT INTO jobs ({kept}) SELECT {kept} FROM jobs_of_today")
    store.execute("DROP TABLE jobs_of_today")
    store.execute("DROP TABLE deleted_jobs")
