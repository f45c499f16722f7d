"""How benchmarks of translation are laid out, whichever SDK the circuits come from."""

from collections.abc import Callable, Iterable, Iterator, Mapping

from measurement import Section, Way, alternate, scaled

from quire.formats import QIR


def of_circuits(
    sizes: Iterable[tuple[int, int]],
    ways_of: Callable[[int, int], Mapping[str, Way]],
    base: str,
    rounds: int,
) -> Iterator[Section]:
    """A section for each size of (qubits, gates).

    Args:
        sizes: The sizes.
        ways_of: The ways to translate a circuit of so many qubits and gates.
        base: The way that the others are compared with.
        rounds: How often each way has its turn.
    """
    for num_qubits, num_gates in sizes:
        seconds = alternate(dict(ways_of(num_qubits, num_gates)), rounds)
        title = f"A circuit of {num_qubits} qubits and {num_gates} gates as a payload"
        yield Section(title, "µs per gate", base, scaled(seconds, 1e6 / num_gates))


def of_points(count: int, ways: Mapping[str, Way], base: str, rounds: int) -> Section:
    """The section of a sweep.

    Args:
        count: How many points it has.
        ways: The ways to translate all of them.
        base: The one that translates each bound circuit by quire.
        rounds: How often each way has its turn.
    """
    return Section(
        f"{count} points of an ansatz with 20 qubits, 200 gates and 100 parameters",
        "ms for all points",
        base,
        scaled(alternate(dict(ways), rounds), 1e3),
        f"{base}: quire's translation to {QIR}.",
    )
