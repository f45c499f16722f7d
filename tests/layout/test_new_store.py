"""A new store has what the schema says, and is made without SQLAlchemy."""

import sqlite3
import subprocess
from pathlib import Path

from sqlalchemy import create_engine

from layout import new_store
from processes import python
from quire.service.store.new_store import STATEMENTS
from quire.service.store.schema import metadata
from store_shape import shape


def test_the_statements_are_those_of_the_schema() -> None:
    page = new_store.PATH.read_text()
    assert page == new_store.written(page), f"run {new_store.COMMAND}"


def test_they_make_what_sqlalchemy_makes(tmp_path: Path) -> None:
    made = tmp_path / "made.db"
    metadata.create_all(create_engine(f"sqlite:///{made}"))
    with sqlite3.connect(made) as theirs, sqlite3.connect(":memory:") as ours:
        for statement in STATEMENTS:
            ours.execute(statement)
        assert shape(ours) == shape(theirs)
    theirs.close()
    ours.close()


def test_opening_a_new_store_loads_no_sqlalchemy(tmp_path: Path) -> None:
    code = """
from quire import Workspace
for url in ("memory:", sys.argv[1], sys.argv[1]):
    with Workspace(url, executor="inline") as workspace:
        workspace.get_target("ionq.simulator").open_session()
print("sqlalchemy" in sys.modules)
"""
    answer = subprocess.run(python(code, tmp_path / "new.db"), capture_output=True, text=True, check=True)
    assert answer.stdout == "False\n"
