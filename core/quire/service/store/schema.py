"""The store's tables and their migrations, through SQLAlchemy Core; loaded only to make or migrate a store.

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
    insert,
    inspect,
    select,
    update,
)

from quire.errors import StoreError

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
    # The latest of: opened, a job's end. The idle time-out counts from it while no job is pending.
    Column("active_at", Integer, nullable=False),
    Column("ended_at", Integer),
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
    Column("input_format", Text, nullable=False),
    Column("output_format", Text, nullable=False),
    Column("input_params", Text, nullable=False),
    Column("metadata", Text, nullable=False),
    Column("tags", Text, nullable=False),
    Column("priority", Text),
    Column("created_at", Integer, nullable=False),
    Column("began_at", Integer),
    Column("ended_at", Integer),
    Column("cancelled_at", Integer),
    Column("modified_at", Integer, nullable=False),
    Column("fault_code", Text),
    Column("fault_message", Text),
    Column("attempts", Integer, nullable=False),
    # The process that runs the job, or is to run it; see ``processes``.
    Column("owner", Text),
    # A deleted job's number is never used again: a dispatcher may still have it in its queue.
    sqlite_autoincrement=True,
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

# What a list is filtered or ordered by leads an index that goes on with the time of creation, the order of
# equal ones; see ``listing``.
for table in (jobs, sessions):
    for column in ("name", "provider_id", "target", "status"):
        Index(f"{table.name}_by_{column}", table.c[column], table.c.created_at, table.c.seq)
    Index(f"{table.name}_by_time", table.c.created_at, table.c.seq)
Index(
    "jobs_by_session",
    jobs.c.session_id,
    jobs.c.created_at,
    jobs.c.seq,
    sqlite_where=jobs.c.session_id.is_not(None),
)
Index("jobs_alone", jobs.c.created_at, jobs.c.seq, sqlite_where=jobs.c.session_id.is_(None))
Index("jobs_pending", jobs.c.session_id, jobs.c.seq, sqlite_where=jobs.c.ended_at.is_(None))
Index("sessions_open", sessions.c.seq, sqlite_where=sessions.c.ended_at.is_(None))


def _create_version_1(connection: Connection) -> None:
    metadata.create_all(connection)


# MIGRATIONS[n] leads from version n to n + 1.
MIGRATIONS: tuple[Callable[[Connection], None], ...] = (_create_version_1,)


def migrate(connection: Connection, location: str) -> None:
    """Brings a store to the newest version, within the caller's transaction.

    Args:
        connection: A connection to the store.
        location: Where the store lies, for the message.

    Raises:
        StoreError: The store was written by a newer quire.
    """
    version = 0
    if inspect(connection).has_table("schema_version"):
        version = connection.execute(select(schema_version.c.version)).scalar_one()
    if version > len(MIGRATIONS):
        raise newer_schema(location, version, len(MIGRATIONS))
    if version == len(MIGRATIONS):
        return
    for step in MIGRATIONS[version:]:
        step(connection)
    if version == 0:
        connection.execute(insert(schema_version).values(version=len(MIGRATIONS)))
    else:
        connection.execute(update(schema_version).values(version=len(MIGRATIONS)))


def newer_schema(location: str, version: int, known: int) -> StoreError:
    """The error for a store that a newer quire wrote."""
    return StoreError(
        f"{location} has schema version {version}; this quire knows versions up to {known}. "
        "Use the newer quire that wrote it, or another workspace file.",
        location=location,
    )
