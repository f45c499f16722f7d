"""The statements that make a new store, as SQLAlchemy writes them from the schema.

To print them into the code anew: ``PYTHONPATH=tests uv run python -m layout.new_store``
"""

import re

from sqlalchemy.dialects import sqlite
from sqlalchemy.schema import CreateIndex, CreateTable

from layout.source_tree import ROOT
from quire.service.store.schema import metadata

PATH = ROOT / "core" / "quire" / "service" / "store" / "new_store.py"
COMMAND = "PYTHONPATH=tests uv run python -m layout.new_store"
_BEGIN = "STATEMENTS = (\n"
_LONG = 100


def statements() -> list[str]:
    """Each statement, a definition to a line."""
    found = []
    for table in metadata.sorted_tables:
        indexes = sorted(table.indexes, key=lambda index: str(index.name))
        made = [CreateTable(table), *map(CreateIndex, indexes)]
        found += [str(each.compile(dialect=sqlite.dialect())) for each in made]
    return ["\n".join(filter(None, map(str.strip, text.splitlines()))) for text in found]


def written(page: str) -> str:
    """The module with the statements of today."""
    return page.partition(_BEGIN)[0] + _BEGIN + "".join(map(_literal, statements())) + ")\n"


def _literal(statement: str) -> str:
    if "\n" in statement:
        indented = re.sub(r"\n(?!\))", "\n    ", statement)
        return f'    """{indented}""",\n'
    if len(statement) > _LONG:
        lines = re.split(" (?=ON |WHERE )", statement)
        return "".join(f'    "{line} "\n' for line in lines[:-1]) + f'    "{lines[-1]}",\n'
    return f'    "{statement}",\n'


if __name__ == "__main__":
    PATH.write_text(written(PATH.read_text()))
