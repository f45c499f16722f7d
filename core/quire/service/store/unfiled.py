"""The jobs that no index of a list has yet, and what a list asks of them; they are few at any time.

They are those that run, and those that ``filing`` has not come to.
"""

from quire.service.store.ranges import Terms, where
from quire.service.store.statements import Statements
from quire.service.store.statuses import IS_UNFILED, UNFILED


def unfiled_values(db: Statements, asked: Terms, column: str) -> list[str]:
    """The different values in a column of the jobs that are asked for and not filed.

    Args:
        db: The statements of one snapshot.
        asked: What holds for those that are asked for; see ``groups.asked_for``.
        column: The column.
    """
    condition, values = where([([IS_UNFILED], []), asked])
    found = db.select(f"SELECT DISTINCT {column} FROM {UNFILED} {condition}", values)
    return [value for (value,) in found]
