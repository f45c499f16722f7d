"""What a store is made of, to compare stores that were made in different ways."""

import sqlite3


def shape(store: sqlite3.Connection) -> tuple[dict[str, set[object]], set[object]]:
    """The columns of each table, the indexes and the triggers."""
    tables = [
        row[0]
        for row in store.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY 1")
        if not row[0].startswith("sqlite_")  # SQLite's own
    ]
    columns = {table: set(store.execute(f"SELECT * FROM pragma_table_info('{table}')")) for table in tables}
    indexes = set(store.execute("SELECT name, sql FROM sqlite_master WHERE type IN ('index', 'trigger')"))
    return columns, indexes
