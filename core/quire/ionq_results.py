"""The format ionq.quantum-results.v1, both ways: probabilities of basis states, and no shots."""

import json
from collections.abc import Iterable

from quire.errors import ResultFormatError
from quire.formats import IONQ_RESULTS
from quire.model import JobDetails
from quire.plugins import hookimpl
from quire.results import Results


def write_histogram(probabilities: Iterable[tuple[int, float]]) -> bytes:
    """Writes a distribution.

    Args:
        probabilities: Basis states (bit i of the number is qubit i) with their probabilities.

    Returns:
        Compact JSON: ``{"histogram":{"0":0.5,"3":0.5}}``.
    """
    entries = ",".join(f'"{index}":{probability!r}' for index, probability in probabilities)
    return f'{{"histogram":{{{entries}}}}}'.encode()


@hookimpl(trylast=True)
def decode_output(format: str, data: bytes, job: JobDetails) -> Results | None:
    """Reads the format; see ``hookspecs.decode_output``. An outcome's display is its number, as text."""
    if format != IONQ_RESULTS:
        return None
    try:
        histogram = json.loads(data)["histogram"]
        probabilities = {str(int(key)): float(value) for key, value in histogram.items()}
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise ResultFormatError.of_output(IONQ_RESULTS, job.id, error) from error
    return Results(IONQ_RESULTS, data, (), None, probabilities)
