"""Copies of records that lie on each job's way; not what is copied or why."""

from typing import TYPE_CHECKING

__all__ = ["changed"]

if TYPE_CHECKING:
    # So names and types of the changes are checked.
    from attrs import evolve as changed
else:

    def changed(record, /, **changes):
        """A copy of a record without slots, with other values in some fields; they are taken as they are.

        What ``attrs.evolve`` does, which takes longer as it sets field by field.

        Args:
            record: An instance of an attrs class with ``slots=False`` and no converters or validators.
            changes: The other values, by field.

        Raises:
            TypeError: The record has no such field.
        """
        copy = object.__new__(type(record))
        fields = vars(copy)
        fields.update(vars(record))
        known = len(fields)
        fields.update(changes)
        if len(fields) != known:
            unknown = ", ".join(sorted(changes.keys() - vars(record).keys()))
            raise TypeError(f"{type(record).__name__} has no field {unknown}")
        return copy
