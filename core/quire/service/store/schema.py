"""The store's tables and their migrations, through SQLAlchemy Core; loaded only to migrate a store.

Times are integers, microseconds since 1970 in UTC. JSON is text. ``ended_at`` is null exactly while an
item is not in a terminal status, which the partial indexes rely on. Migrations only ever go forward.
"""

from collections.abc import Callable

from sqlalchemy import (
    Column,
    Connection,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    select,
    text,
    update,
)
from sqlalchemy.schema import CreateIndex, CreateTable

from quire.service.store.fence import fences, newer_schema, no_fences
from quire.service.store.statuses import ERA, IS_FILED, IS_UNFILED
from quire.status import SUCCESSFUL_JOB_STATUSES

metadata = MetaData()

schema_version = Table("schema_version", metadata, Column("version", Integer, nullable=False))

sessions = Table(
    "sessions",
    metadata,
    Column("seq", Integer, primary_key=True),
    Column("id", Text, nullable=False, unique=True),
    Column("name", Text, nullable=False),
    Column("provider_id", Text, nullable=False),
    Column("target", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("policy", Text, nullable=False),
    Column("is_closed", Integer, nullable=False),
    Column("tags", Text, nullable=False),
    Column("priority", Text),
    Column("timeout_us", Integer, nullable=False),
    Column("created_at", Integer, nullable=False),
    # The latest of: opened, the end of a job that is filed; see ``Statements.last_active``.
    Column("active_at", Integer, nullable=False),
    Column("ended_at", Integer),
    # Whether a job of it has succeeded, even if that was deleted since. Without it each list looks at jobs.
    Column("has_costs", Integer, nullable=False, server_default=text("0")),
)

jobs = Table(
    "jobs",
    metadata,
    Column("seq", Integer, primary_key=True),
    Column("id", Text, nullable=False, unique=True),
    Column("name", Text, nullable=False),
    Column("provider_id", Text, nullable=False),
    Column("target", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("session_id", Text),
    Column("created_at", Integer, nullable=False),
    Column("began_at", Integer),
    Column("ended_at", Integer),
    Column("cancelled_at", Integer),
    Column("modified_at", Integer, nullable=False),
    Column("attempts", Integer, nullable=False),
    # The process that runs the job, or is to run it; see ``processes``.
    Column("owner", Text),
    # Whether the indexes of lists have it; see ``filing``.
    Column("is_filed", Integer, nullable=False, server_default=text("1")),
    Column("priority", Text),
    Column("input_format", Text, nullable=False),
    Column("output_format", Text, nullable=False),
    # What may be long comes last: who asks for what is behind it waits until SQLite has gone through it.
    Column("tags", Text, nullable=False),
    Column("fault_code", Text),
    Column("fault_message", Text),
    Column("metadata", Text, nullable=False),
    Column("input_params", Text, nullable=False),
)

# The greatest number of a deleted job. None is ever used again: a dispatcher may still have it in its queue.
# AUTOINCREMENT would do the same, and write a page more with each job.
deleted_jobs = Table(
    "deleted_jobs",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("last_seq", Integer, nullable=False),
)

# Between which moments the filed jobs of an era were created, or before they were deleted; see ``eras``.
eras = Table(
    "eras",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("first_at", Integer, nullable=False),
    Column("last_at", Integer, nullable=False),
)

inputs = Table(
    "inputs",
    metadata,
    Column("job_seq", Integer, primary_key=True, autoincrement=False),
    Column("data", LargeBinary, nullable=False),
)

outputs = Table(
    "outputs",
    metadata,
    Column("job_seq", Integer, primary_key=True, autoincrement=False),
    Column("data", LargeBinary, nullable=False),
)

attachments = Table(
    "attachments",
    metadata,
    Column("job_seq", Integer, primary_key=True, autoincrement=False),
    Column("name", Text, primary_key=True),
    Column("created_at", Integer, nullable=False),
    Column("data", LargeBinary, nullable=False),
)

# Files that belong to no job (yet): payloads on their way to a submission.
blobs = Table(
    "blobs",
    metadata,
    Column("container", Text, primary_key=True),
    Column("name", Text, primary_key=True),
    Column("created_at", Integer, nullable=False),
    Column("content_type", Text, nullable=False),
    Column("data", LargeBinary, nullable=False),
)

# The parts of a large file, until they are put together.
blob_blocks = Table(
    "blob_blocks",
    metadata,
    Column("container", Text, primary_key=True),
    Column("name", Text, primary_key=True),
    Column("block_id", Text, primary_key=True),
    Column("created_at", Integer, nullable=False),
    Column("data", LargeBinary, nullable=False),
)

api_keys = Table(
    "api_keys",
    metadata,
    Column("name", Text, primary_key=True),
    # The public part of the key, by which it is found.
    Column("id", Text, nullable=False, unique=True),
    # SHA-256 of the whole key, which itself is kept nowhere.
    Column("digest", LargeBinary, nullable=False),
    Column("is_read_only", Integer, nullable=False),
    Column("created_at", Integer, nullable=False),
)

secrets = Table(
    "secrets",
    metadata,
    Column("name", Text, primary_key=True),
    Column("value", LargeBinary, nullable=False),
)

processes = Table(
    "processes",
    metadata,
    Column("id", Text, primary_key=True),
    Column("host", Text, nullable=False),
    Column("pid", Integer, nullable=False),
    Column("seen_at", Integer, nullable=False),
)

# The items of each group (see ``groups``) by creation and by name; a job is also among those of its session,
# or of none. They are few, as each job changes all of them, once it is filed. All have both columns, so a
# filter across the order looks at no item itself. Those of jobs have whether it is filed as well, for which
# older versions of SQLite would else look at each job.
_GROUP = ("status", "target", "provider_id")
_ORDERS = {"": ("created_at", "seq", "name"), "_and_name": ("name", "created_at", "seq")}
for _table, _scope, _lead, _last in (
    (jobs, "", (), ("is_filed",)),
    (jobs, "session_and_", ("session_id",), ("is_filed",)),
    (sessions, "", (), ()),
):
    for _ending, _order in _ORDERS.items():
        Index(
            f"{_table.name}_by_{_scope}group{_ending}",
            *(_table.c[column] for column in (*_lead, *_GROUP, *_order, *_last)),
            sqlite_where=text(IS_FILED) if _table is jobs else None,
        )
Index(
    "jobs_by_era_and_name",
    text(ERA),
    *(jobs.c[column] for column in ("name", "created_at", "seq", *_GROUP, "session_id", "is_filed")),
    sqlite_where=text(IS_FILED),
)
Index("eras_by_first_at", eras.c.first_at, eras.c.last_at)
Index("eras_by_last_at", eras.c.last_at, eras.c.first_at)
Index("jobs_by_time", jobs.c.created_at, jobs.c.seq, jobs.c.is_filed, sqlite_where=text(IS_FILED))
Index("sessions_by_time", sessions.c.created_at, sessions.c.seq)
Index("jobs_pending", jobs.c.status, jobs.c.session_id, jobs.c.seq, sqlite_where=jobs.c.ended_at.is_(None))
Index("jobs_unfiled", jobs.c.created_at, sqlite_where=text(IS_UNFILED))
Index("sessions_open", sessions.c.seq, sqlite_where=sessions.c.ended_at.is_(None))


def _to_version_2(connection: Connection) -> None:
    connection.execute(text("ALTER TABLE sessions ADD COLUMN has_costs INTEGER DEFAULT 0 NOT NULL"))
    succeeded = [status.value for status in SUCCESSFUL_JOB_STATUSES]
    with_costs = select(jobs.c.session_id).where(jobs.c.session_id.is_not(None), jobs.c.status.in_(succeeded))
    connection.execute(update(sessions).where(sessions.c.id.in_(with_costs)).values(has_costs=1))


def _in_indexes_alone(connection: Connection) -> None:
    """A version that has other indexes than the one before; ``_to_version_7`` makes those of today."""


def _to_version_5(connection: Connection) -> None:
    """Jobs come into the indexes of lists when they are filed, as all are that were there before."""
    connection.execute(text("ALTER TABLE jobs ADD COLUMN is_filed INTEGER DEFAULT 1 NOT NULL"))


def _to_version_7(connection: Connection) -> None:
    """Fewer pages are written of each job: the table of jobs is made anew, and so are all indexes."""
    connection.execute(text("ALTER TABLE jobs RENAME TO jobs_before"))
    connection.execute(CreateTable(jobs))
    columns = ", ".join(column.name for column in jobs.c)
    connection.execute(text(f"INSERT INTO jobs ({columns}) SELECT {columns} FROM jobs_before ORDER BY seq"))
    deleted_jobs.create(connection)
    connection.execute(
        text("INSERT INTO deleted_jobs SELECT 1, seq FROM sqlite_sequence WHERE name = 'jobs_before'")
    )
    connection.execute(text("DROP TABLE jobs_before"))
    of_sessions = text(
        "SELECT name FROM sqlite_master WHERE type = 'index' AND tbl_name = 'sessions' AND sql IS NOT NULL"
    )
    for name in connection.scalars(of_sessions).all():
        connection.execute(text(f"DROP INDEX {name}"))
    for index in sorted(jobs.indexes | sessions.indexes, key=lambda index: str(index.name)):
        index.create(connection)


def _to_version_8(connection: Connection) -> None:
    """Names are found by the eras of their jobs, too."""
    eras.create(connection)
    connection.execute(
        text(
            f"INSERT INTO eras SELECT {ERA}, min(created_at), max(created_at) FROM jobs "
            f"WHERE {IS_FILED} GROUP BY 1"
        )
    )
    by_era = next(index for index in jobs.indexes if index.name == "jobs_by_era_and_name")
    connection.execute(CreateIndex(by_era, if_not_exists=True))


# MIGRATIONS[n] leads from version n + 1 to n + 2; ``new_store`` makes stores of the newest one.
MIGRATIONS: tuple[Callable[[Connection], None], ...] = (
    _to_version_2,
    _in_indexes_alone,
    _in_indexes_alone,
    _to_version_5,
    _in_indexes_alone,
    _to_version_7,
    _to_version_8,
)
NEWEST = len(MIGRATIONS) + 1


def migrate(connection: Connection, location: str) -> None:
    """Brings a store to the newest version, within the caller's transaction.

    Args:
        connection: A connection to the store.
        location: Where the store lies, for the message.

    Raises:
        StoreError: The store was written by a newer quire.
    """
    version = connection.execute(select(schema_version.c.version)).scalar_one()
    if version > NEWEST:
        raise newer_schema(location, version, NEWEST)
    for statement in no_fences():
        connection.execute(text(statement))
    for step in MIGRATIONS[version - 1 :]:
        step(connection)
    connection.execute(update(schema_version).values(version=NEWEST))
    for statement in fences(NEWEST):
        connection.execute(text(statement))
