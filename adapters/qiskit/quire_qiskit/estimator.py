"""Qiskit's estimator over our backend: pubs in, expectation values out, from shots or exact probabilities."""

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import attrs
import numpy as np
from qiskit.primitives import BaseEstimatorV2, DataBin, PrimitiveResult, PubResult
from qiskit.primitives.containers.estimator_pub import EstimatorPub

from quire.errors import OptionError
from quire.formats import IONQ_RESULTS
from quire_qiskit.backend import QuireBackend
from quire_qiskit.job import QuireQiskitJob
from quire_qiskit.measurement_bases import grouped, measured_in, measured_places, worth
from quire_qiskit.outcomes import Outcomes
from quire_qiskit.primitive_job import QuirePrimitiveJob, Run, checked, session_of, submit_all
from quire_qiskit.primitive_options import EstimatorOptions, options_of

Index = tuple[int, ...]


@attrs.frozen
class _Plan:
    """What has to be measured for a pub.

    Attributes:
        pub: The pub.
        points: The index into the pub's values for each element of its shape.
        observables: The observable, terms with coefficients, for each element of its shape.
        terms: For each point and basis that is measured, the terms it gives; the order is that of the runs.
    """

    pub: EstimatorPub
    points: Any
    observables: Any
    terms: Mapping[tuple[str, Index], list[str]]


@attrs.frozen
class _Seen:
    """What one basis gave at one point.

    Attributes:
        terms: The terms that are measured in it.
        places: The qubits that it measures.
        outcomes: What they showed; its columns are those qubits.
    """

    terms: list[str]
    places: list[int]
    outcomes: Outcomes


class EstimatorV2(BaseEstimatorV2):
    """Estimates expectation values; each point is measured in as few bases as fit, each basis a job.

    All jobs are submitted before ``run`` returns, to the session that is current there; where none is, as on
    the threads of algorithms, to the one that was current where this was made, until that is closed.

    From shots, ``stds`` are standard errors as the shots show them; terms of one basis come from the same
    shots, and what they have in common is in it. With the option ``exact`` there is no error but
    rounding, and ``stds`` are 0.
    """

    def __init__(
        self, backend: QuireBackend, *, options: Mapping[str, Any] | EstimatorOptions | None = None
    ) -> None:
        """Makes the estimator of a backend.

        Args:
            backend: Where circuits run.
            options: See ``EstimatorOptions``.

        Raises:
            InputError: The backend is not one of quire.
            OptionError: There is no such option, or the target gives no exact probabilities.
        """
        self._backend = checked(backend)
        self._made_in = backend.latest_session
        self._options = options_of(EstimatorOptions, options)
        self._check_exact()

    @property
    def backend(self) -> QuireBackend:
        """Where circuits run."""
        return self._backend

    @property
    def options(self) -> EstimatorOptions:
        """The options, to be read and set."""
        return self._options

    def run(self, pubs: Iterable[Any], *, precision: float | None = None) -> QuirePrimitiveJob:
        """Submits the jobs of pubs.

        Args:
            pubs: Tuples of a circuit, observables, values for its parameters and a precision.
            precision: Standard error of the pubs that name none, of a single term; None for the option. It
                takes 1 / precision squared shots, rounded up.

        Raises:
            ValueError: A pub is not made as it has to be, or a precision is not positive.
            OptionError: ``run_options`` have what pubs decide.
            TranslationError: A circuit cannot be expressed for the target.
            SessionClosedError: The session takes no more jobs.
        """
        attrs.validate(self._options)  # the mapping in it may have been changed
        self._check_exact()
        asked = self._options.default_precision if precision is None else precision
        coerced = [EstimatorPub.coerce(pub, asked) for pub in pubs]
        for place, pub in enumerate(coerced):
            if not (pub.precision > 0 or self._options.exact):
                raise ValueError(
                    f"pub {place} has precision {pub.precision}, and shots give positive ones only"
                )
        exact = self._options.exact
        plans = [self._plan(pub) for pub in coerced]
        session = session_of(self._backend, self._made_in)
        runs = [self._run(plan) for plan in plans]
        jobs = submit_all(self._backend, runs, self._options.seed_simulator, session)

        def collect(timeout: float | None) -> PrimitiveResult:
            found = [_pub_result(plan, job, timeout, exact) for plan, job in zip(plans, jobs, strict=True)]
            return PrimitiveResult(found, metadata={"version": 2})

        return QuirePrimitiveJob([job for job in jobs if job is not None], collect)

    def _check_exact(self) -> None:
        spec = self._backend.quire_target.spec
        if self._options.exact and spec.shot_rule != "exact":
            raise OptionError(
                f"exact=True needs a target that gives exact probabilities; {spec.id} gives shots",
                argument="exact",
            )

    def _plan(self, pub: EstimatorPub) -> _Plan:
        shape = pub.parameter_values.shape
        indices = np.fromiter(np.ndindex(shape), dtype=object, count=math.prod(shape)).reshape(shape)
        # Elements are tuples and mappings, which the types of numpy's arrays do not tell.
        broadcast: list[Any] = list(np.broadcast_arrays(indices, np.asarray(pub.observables)))
        points, observables = broadcast
        wanted: dict[Index, set[str]] = {}
        for index in np.ndindex(*points.shape):
            wanted.setdefault(points[index], set()).update(observables[index])
        terms: dict[tuple[str, Index], list[str]] = {}
        known: dict[frozenset[str], dict[str, list[str]]] = {}
        for point, labels in wanted.items():
            key = frozenset(labels)
            if key not in known:
                known[key] = grouped(key, self._options.abelian_grouping)
            for basis, members in known[key].items():
                terms[basis, point] = members
        # All points of a basis stand together: they are one circuit with several rows of values.
        return _Plan(pub, points, observables, dict(sorted(terms.items())))

    def _run(self, plan: _Plan) -> Run:
        circuit, values = plan.pub.circuit, plan.pub.parameter_values.as_array(plan.pub.circuit.parameters)
        rows: dict[str, list[Any]] = {}
        for basis, point in plan.terms:
            rows.setdefault(basis, []).append(values[point])
        options: dict[str, Any] = dict(self._options.run_options or {})
        if self._options.exact:
            options["output_data_format"] = IONQ_RESULTS
        else:
            options["shots"] = _shots(plan.pub.precision)
        return Run(
            [measured_in(circuit, basis) for basis in rows], list(map(np.asarray, rows.values())), options
        )


def _shots(precision: float) -> int:
    return math.ceil(1 / precision**2)


def _pub_result(plan: _Plan, job: QuireQiskitJob | None, timeout: float | None, exact: bool) -> PubResult:
    shots = None if exact else _shots(plan.pub.precision)
    seen = {} if job is None else _seen(plan, job, timeout, exact)
    evs = np.zeros(plan.points.shape)
    stds = np.zeros(plan.points.shape)
    for index in np.ndindex(*plan.points.shape):
        mean, variance = _estimate(plan.observables[index], seen.get(plan.points[index], ()))
        evs[index] = mean
        stds[index] = 0.0 if shots is None else math.sqrt(variance / shots)
    metadata = {"target_precision": plan.pub.precision, "circuit_metadata": plan.pub.circuit.metadata}
    if shots is not None:
        metadata["shots"] = shots
    return PubResult(DataBin(evs=evs, stds=stds, shape=evs.shape), metadata=metadata)


def _seen(plan: _Plan, job: QuireQiskitJob, timeout: float | None, exact: bool) -> dict[Index, list[_Seen]]:
    """What each point gave in each of its bases."""
    before = plan.pub.circuit.num_clbits
    bases = [measured_places(basis) for basis, _ in plan.terms]
    widths = [before + len(places) for places in bases]
    found: dict[Index, list[_Seen]] = {}
    measured = _outcomes(job, widths, timeout, exact)
    for ((_, point), terms), places, outcomes in zip(plan.terms.items(), bases, measured, strict=True):
        own = Outcomes(outcomes.bits[:, before:], outcomes.shares)
        found.setdefault(point, []).append(_Seen(terms, places, own))
    return found


def _outcomes(
    job: QuireQiskitJob, widths: Sequence[int], timeout: float | None, exact: bool
) -> list[Outcomes]:
    """What each circuit gave, by how many classical bits it has."""
    parts = job.quire_jobs
    if exact:
        return [Outcomes.of_states(part.details, part.results(timeout)) for part in parts]
    leaves_out_shots = job.backend().quire_target.spec.shot_rule == "exact"
    found = []
    for place, (part, width) in enumerate(zip(parts, widths, strict=True)):
        outcomes = None if leaves_out_shots else Outcomes.of_shots(part.results(timeout), width)
        if outcomes is None:
            outcomes = Outcomes.of_counts(job.result(timeout).results[place].data.counts, width)
        found.append(outcomes)
    return found


def _estimate(observable: Mapping[str, float], seen: Sequence[_Seen]) -> tuple[float, float]:
    """The mean of an observable, and the variance of one shot of each basis that it needs, added up."""
    mean = sum(value for term, value in observable.items() if set(term) == {"I"})
    variance = 0.0
    for each in seen:
        terms = {term: observable[term] for term in each.terms if term in observable}
        values, shares = worth(terms, each.places, each.outcomes.bits), each.outcomes.shares
        expected = float(shares @ values)
        mean += expected
        variance += max(0.0, float(shares @ values**2) - expected**2)
    return float(mean), variance
