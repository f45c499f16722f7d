"""What makes a new store, without SQLAlchemy, whose import each start of a program would wait for.

The statements are what it writes from ``schema``; ``layout.new_store`` among the tests prints them here.
"""

STATEMENTS = (
    """CREATE TABLE api_keys (
    name TEXT NOT NULL,
    id TEXT NOT NULL,
    digest BLOB NOT NULL,
    is_read_only INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    PRIMARY KEY (name),
    UNIQUE (id)
)""",
    """CREATE TABLE attachments (
    job_seq INTEGER NOT NULL,
    name TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    data BLOB NOT NULL,
    PRIMARY KEY (job_seq, name)
)""",
    """CREATE TABLE blob_blocks (
    container TEXT NOT NULL,
    name TEXT NOT NULL,
    block_id TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    data BLOB NOT NULL,
    PRIMARY KEY (container, name, block_id)
)""",
    """CREATE TABLE blobs (
    container TEXT NOT NULL,
    name TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    content_type TEXT NOT NULL,
    data BLOB NOT NULL,
    PRIMARY KEY (container, name)
)""",
    """CREATE TABLE deleted_jobs (
    id INTEGER NOT NULL,
    last_seq INTEGER NOT NULL,
    PRIMARY KEY (id)
)""",
    """CREATE TABLE eras (
    id INTEGER NOT NULL,
    first_at INTEGER NOT NULL,
    last_at INTEGER NOT NULL,
    PRIMARY KEY (id)
)""",
    "CREATE INDEX eras_by_first_at ON eras (first_at, last_at)",
    "CREATE INDEX eras_by_last_at ON eras (last_at, first_at)",
    """CREATE TABLE inputs (
    job_seq INTEGER NOT NULL,
    data BLOB NOT NULL,
    PRIMARY KEY (job_seq)
)""",
    """CREATE TABLE jobs (
    seq INTEGER NOT NULL,
    id TEXT NOT NULL,
    name TEXT NOT NULL,
    provider_id TEXT NOT NULL,
    target TEXT NOT NULL,
    status TEXT NOT NULL,
    session_id TEXT,
    created_at INTEGER NOT NULL,
    began_at INTEGER,
    ended_at INTEGER,
    cancelled_at INTEGER,
    modified_at INTEGER NOT NULL,
    attempts INTEGER NOT NULL,
    owner TEXT,
    is_filed INTEGER DEFAULT 1 NOT NULL,
    priority TEXT,
    input_format TEXT NOT NULL,
    output_format TEXT NOT NULL,
    tags TEXT NOT NULL,
    fault_code TEXT,
    fault_message TEXT,
    metadata TEXT NOT NULL,
    input_params TEXT NOT NULL,
    PRIMARY KEY (seq),
    UNIQUE (id)
)""",
    "CREATE INDEX jobs_by_era_and_name "
    "ON jobs (seq >> 11, name, created_at, seq, status, target, provider_id, session_id, is_filed) "
    "WHERE is_filed = 1",
    "CREATE INDEX jobs_by_group "
    "ON jobs (status, target, provider_id, created_at, seq, name, is_filed) "
    "WHERE is_filed = 1",
    "CREATE INDEX jobs_by_group_and_name "
    "ON jobs (status, target, provider_id, name, created_at, seq, is_filed) "
    "WHERE is_filed = 1",
    "CREATE INDEX jobs_by_session_and_group "
    "ON jobs (session_id, status, target, provider_id, created_at, seq, name, is_filed) "
    "WHERE is_filed = 1",
    "CREATE INDEX jobs_by_session_and_group_and_name "
    "ON jobs (session_id, status, target, provider_id, name, created_at, seq, is_filed) "
    "WHERE is_filed = 1",
    "CREATE INDEX jobs_by_time ON jobs (created_at, seq, is_filed) WHERE is_filed = 1",
    "CREATE INDEX jobs_pending ON jobs (status, session_id, seq) WHERE ended_at IS NULL",
    "CREATE INDEX jobs_unfiled ON jobs (created_at) WHERE is_filed = 0",
    """CREATE TABLE outputs (
    job_seq INTEGER NOT NULL,
    data BLOB NOT NULL,
    PRIMARY KEY (job_seq)
)""",
    """CREATE TABLE processes (
    id TEXT NOT NULL,
    host TEXT NOT NULL,
    pid INTEGER NOT NULL,
    seen_at INTEGER NOT NULL,
    PRIMARY KEY (id)
)""",
    """CREATE TABLE schema_version (
    version INTEGER NOT NULL
)""",
    """CREATE TABLE secrets (
    name TEXT NOT NULL,
    value BLOB NOT NULL,
    PRIMARY KEY (name)
)""",
    """CREATE TABLE sessions (
    seq INTEGER NOT NULL,
    id TEXT NOT NULL,
    name TEXT NOT NULL,
    provider_id TEXT NOT NULL,
    target TEXT NOT NULL,
    status TEXT NOT NULL,
    policy TEXT NOT NULL,
    is_closed INTEGER NOT NULL,
    tags TEXT NOT NULL,
    priority TEXT,
    timeout_us INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    active_at INTEGER NOT NULL,
    ended_at INTEGER,
    has_costs INTEGER DEFAULT 0 NOT NULL,
    PRIMARY KEY (seq),
    UNIQUE (id)
)""",
    "CREATE INDEX sessions_by_group ON sessions (status, target, provider_id, created_at, seq, name)",
    "CREATE INDEX sessions_by_group_and_name "
    "ON sessions (status, target, provider_id, name, created_at, seq)",
    "CREATE INDEX sessions_by_time ON sessions (created_at, seq)",
    "CREATE INDEX sessions_open ON sessions (seq) WHERE ended_at IS NULL",
)
