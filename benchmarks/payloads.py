"""How benchmarks of translation are laid out, whichever SDK the circuits come from."""

from collections.abc import Callable, Iterable, Iterator, Mapping

from measurement import Section, Way, alternate, scaled

from quire.formats import QIR

_LEAST_GATES = 2000
"""How many a turn takes at least, as a single small circuit shows what the way before left in the caches."""


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
        times = max(1, _LEAST_GATES // num_gates)
        ways = {name: _repeated(way, times) for name, way in ways_of(num_qubits, num_gates).items()}
        seconds = alternate(ways, rounds)
        title = f"A circuit of {num_qubits} qubits and {num_gates} gates as a payload"
        note = f"Each way translates it {times} times in a turn." if times > 1 else ""
        yield Section(title, "µs per gate", base, scaled(seconds, 1e6 / (num_gates * times)), note)


def _repeated(way: Way, times: int) -> Way:
    def run() -> None:
        for _ in range(times):
            way()

    return run


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
