"""The jobs that no index of a list has yet, and what a list asks of them; they are few at any time.

They are those that run, and those that ``filing`` has not come to.
"""

from quire.query import ItemQuery
from quire.service.store.groups import Scope
from quire.service.store.ranges import Terms, joined
from quire.service.store.rows import json_text
from quire.service.store.statements import Statements
from quire.service.store.statuses import IS_UNFILED, UNFILED


def members_of(scope: Scope, query: ItemQuery) -> Terms:
    """What holds for the items that are not filed and whose groups a query asks for."""
    asked = {"status": query.statuses, "target": query.targets, "provider_id": query.providers}
    groups = [
        ([f"{column} IN (SELECT value FROM json_each(?))"], [json_text(values)])
        for column, values in asked.items()
        if values
    ]
    return joined([([IS_UNFILED], []), scope.terms(), *groups])


def values_of(db: Statements, members: Terms, column: str) -> list[str]:
    """The different values in a column of the items for which something holds; see :func:`members_of`."""
    terms, values = members
    found = db.select(f"SELECT DISTINCT {column} FROM {UNFILED} WHERE {' AND '.join(terms)}", values)
    return [value for (value,) in found]
