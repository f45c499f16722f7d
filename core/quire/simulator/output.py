"""What one shot puts out: recorded values nested in arrays and tuples, in record order."""

from collections.abc import Iterable, Sequence

import attrs

from quire.results import Value
from quire.simulator.faults import PayloadError
from quire.simulator.limits import MAX_NESTING


@attrs.frozen
class Container:
    """The head of an array or a tuple; the records that follow are its items.

    Attributes:
        is_tuple: Whether it is a tuple rather than an array.
        length: How many items it has.
    """

    is_tuple: bool
    length: int


def nest(records: Iterable[object]) -> Value:
    """Builds a value from records in order.

    Args:
        records: Containers, each followed by its items, and plain values.

    Returns:
        Arrays as lists, tuples as tuples; several values side by side make a tuple of them.

    Raises:
        PayloadError: There are no records, a container lacks items, or the nesting is too deep.
    """
    whole: list[Value] = []
    # Open containers with the number of items each still lacks, the innermost last.
    parts: list[tuple[Container, list[Value]]] = []
    for record in records:
        value: Value = record
        if type(record) is Container:
            if record.length:
                parts.append((record, []))
                if len(parts) > MAX_NESTING:
                    raise PayloadError(f"the output nests more than {MAX_NESTING} levels deep")
                continue
            value = () if record.is_tuple else []
        while parts:
            container, items = parts[-1]
            items.append(value)
            if len(items) < container.length:
                break
            parts.pop()
            value = tuple(items) if container.is_tuple else items
        else:
            whole.append(value)
    if parts:
        container, items = parts[0]
        kind = "tuple" if container.is_tuple else "array"
        raise PayloadError(f"an output {kind} of {container.length} items is recorded with {len(items)}")
    if not whole:
        raise PayloadError("the program puts nothing out: it calls no output-recording function")
    return whole[0] if len(whole) == 1 else tuple(whole)


@attrs.frozen
class Output:
    """The output of a circuit.

    Attributes:
        records: Containers and, as plain ints, indices of results, in record order.
        results: The indices alone, in record order; one may come several times.
    """

    records: tuple[Container | int, ...]
    results: tuple[int, ...] = attrs.field(init=False)
    _flat: type[list[int] | tuple[int, ...]] | None = attrs.field(init=False)

    def __attrs_post_init__(self) -> None:
        nest(self.records)
        results = tuple(record for record in self.records if type(record) is int)
        object.__setattr__(self, "results", results)
        # One container with results and nothing else is what most programs put out.
        head, rest = self.records[0], self.records[1:]
        is_flat = isinstance(head, Container) and len(rest) == len(results) == head.length
        flat = (tuple if head.is_tuple else list) if isinstance(head, Container) and is_flat else None
        object.__setattr__(self, "_flat", flat)

    def value(self, bits: Sequence[int]) -> Value:
        """The value of a shot.

        Args:
            bits: What was measured, one per index in ``results``.
        """
        if self._flat is not None:
            return self._flat(bits)
        rest = iter(bits)
        return nest(next(rest) if type(record) is int else record for record in self.records)
