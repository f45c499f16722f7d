"""Circuits with one outcome each, none of which survives a reversal, a swap or a sort of its bits or keys."""

import cirq

Q = cirq.LineQubit.range(6)
_GRID, _NAMED = cirq.GridQubit(0, 3), cirq.NamedQubit("b")


def _with_ones(*ones: cirq.Qid) -> cirq.Circuit:
    everything = cirq.Circuit(cirq.Z.on_each(*Q))  # so that every qubit is there, and its index is its place
    return everything + cirq.Circuit(cirq.X.on_each(*ones))


def _measured(ones: tuple[cirq.Qid, ...], *measurements: cirq.Operation) -> cirq.Circuit:
    return _with_ones(*ones) + cirq.Circuit(measurements, strategy=cirq.InsertStrategy.NEW)


CASES = {
    "first two of four": (
        _measured((Q[0], Q[1]), cirq.measure(*Q[:4], key="m")),
        {"m": [[1, 1, 0, 0]]},
    ),
    "cyclic order": (_measured((Q[0],), cirq.measure(Q[1], Q[2], Q[0], key="m")), {"m": [[0, 0, 1]]}),
    "unsorted order": (_measured((Q[2],), cirq.measure(Q[2], Q[0], Q[3], key="m")), {"m": [[1, 0, 0]]}),
    "three keys of one width": (
        _measured(
            (Q[0], Q[5]),
            cirq.measure(Q[0], Q[1], key="k2"),
            cirq.measure(Q[2], Q[3], key="k1"),
            cirq.measure(Q[4], Q[5], key="k3"),
        ),
        {"k2": [[1, 0]], "k1": [[0, 0]], "k3": [[0, 1]]},
    ),
    "unequal widths against the alphabet": (
        _measured((Q[1],), cirq.measure(Q[0], Q[1], Q[2], key="z"), cirq.measure(Q[3], key="a")),
        {"z": [[0, 1, 0]], "a": [[0]]},
    ),
    "equal widths against the alphabet": (
        _measured((Q[4],), cirq.measure(Q[4], key="q10"), cirq.measure(Q[0], key="q9")),
        {"q10": [[1]], "q9": [[0]]},
    ),
    "some of the qubits": (_measured((Q[3],), cirq.measure(Q[4], Q[3], key="m")), {"m": [[0, 1]]}),
    "inverted, mask shorter than the key": (
        _measured((Q[2],), cirq.measure(*Q[:3], key="m", invert_mask=(True, False))),
        {"m": [[1, 0, 1]]},
    ),
    "one of two keys inverted": (
        _measured(
            (Q[1],),
            cirq.measure(Q[0], Q[1], key="b", invert_mask=(True,)),
            cirq.measure(Q[2], Q[3], key="a"),
        ),
        {"b": [[1, 1]], "a": [[0, 0]]},
    ),
    "grid, named and line qubits": (
        cirq.Circuit(
            cirq.X(_NAMED),
            cirq.X(Q[1]),
            cirq.I(_GRID),
            cirq.measure(_NAMED, _GRID, Q[1], Q[0], key="m"),
        ),
        {"m": [[1, 0, 1, 0]]},
    ),
    "repeated key": (
        _measured(
            (Q[1], Q[2]),
            cirq.measure(Q[0], Q[1], key="m"),
            cirq.measure(Q[4], key="a"),
            cirq.measure(Q[2], Q[3], key="m", invert_mask=(False, True)),
        ),
        {"m": [[0, 1], [1, 1]], "a": [[0]]},
    ),
    "repeated key alone": (
        _measured((Q[1],), cirq.measure(Q[0], key="m"), cirq.measure(Q[1], key="m")),
        {"m": [[0], [1]]},
    ),
    "keys of strange names": (
        _measured(
            (Q[0],),
            cirq.measure(Q[0], key='"quoted" \\ \n'),
            cirq.measure(Q[1], key="ключ, 鍵"),
            cirq.measure(Q[2], Q[3], key="Item1"),
        ),
        {'"quoted" \\ \n': [[1]], "ключ, 鍵": [[0]], "Item1": [[0, 0]]},
    ),
}
"""By name: a circuit, and for each key in circuit order the bits of each time it is measured."""


def assert_as_expected(result: cirq.Result, expected: dict[str, list[list[int]]], shots: int) -> None:
    """Fails unless every shot has the expected records, the keys in circuit order."""
    assert list(result.records) == list(expected)
    for key, times in expected.items():
        array = result.records[key]
        assert array.dtype == "uint8"
        assert array.shape == (shots, len(times), len(times[0]))
        assert (array == times).all(), (key, array[0].tolist(), times)
    single = {key: times[0] for key, times in expected.items() if len(times) == 1}
    if len(single) == len(expected):
        assert {key: bits[0].tolist() for key, bits in result.measurements.items()} == single
