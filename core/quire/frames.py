"""Jobs and sessions as a table of pandas: a row for each, a column for each field."""

from collections.abc import Iterable
from typing import Any

import attrs

from quire.errors import MissingDependencyError
from quire.model import JobDetails, SessionDetails

# What is a record of its own, and no value of a cell.
_LEFT_OUT = ("cost_estimate", "error_data")


def frame(items: Iterable[JobDetails | SessionDetails]) -> Any:
    """A ``pandas.DataFrame`` of items, in their order.

    Columns have the names of the records' fields; statuses are texts, ``error`` is the code and message of
    what made a job fail, ``shots`` what a job asked for, ``cost`` the estimated total.

    Args:
        items: The items.

    Raises:
        MissingDependencyError: pandas is not installed.
    """
    try:
        import pandas
    except ImportError as error:
        raise MissingDependencyError(
            "to_pandas() needs pandas; pip install 'quire[notebook]'", package="pandas", extra="notebook"
        ) from error
    return pandas.DataFrame([_row(item) for item in items])


def _row(item: JobDetails | SessionDetails) -> dict[str, object]:
    row = attrs.asdict(
        item, recurse=False, filter=lambda field, _: field.name not in _LEFT_OUT, value_serializer=_cell
    )
    row["cost"] = None if item.cost_estimate is None else item.cost_estimate.estimated_total
    if isinstance(item, JobDetails):
        fault = item.error_data
        row["error"] = None if fault is None else f"{fault.code}: {fault.message}"
        row["shots"] = item.input_params.get("shots")
    return row


def _cell(_item: object, _field: object, value: object) -> object:
    return str(value) if isinstance(value, str) else value
