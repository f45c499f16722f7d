"""A target as a Cirq sampler, for all that Cirq builds on samplers: experiments, observables, sweeps."""

import itertools
from collections.abc import Iterator, Sequence
from contextlib import suppress
from typing import Any

import cirq
import numpy as np

from quire import Payload
from quire.errors import QuireError
from quire_cirq.batch import Batch
from quire_cirq.job import Job
from quire_cirq.target import Target, seed_number


class Sampler(cirq.Sampler):
    """Runs circuits on a target: one job per circuit and parameter set, all submitted before it waits."""

    def __init__(
        self,
        target: Target,
        seed: cirq.RANDOM_STATE_OR_SEED_LIKE = None,
        timeout_seconds: float | None = None,
        **options: Any,
    ) -> None:
        """Makes a sampler.

        Args:
            target: Where to run.
            seed: Makes the sequence of samples repeatable: each job gets a seed of its own drawn from it. A
                number, or a source of random numbers.
            timeout_seconds: The most seconds to wait for each job; None for as long as it takes.
            **options: Those of :meth:`quire_cirq.Target.submit_points`, for every job.
        """
        self._target = target
        self._seeds = None if seed is None else np.random.default_rng(seed_number(seed))
        self._timeout_seconds = timeout_seconds
        self._options = options

    def run_sweep(
        self, program: cirq.AbstractCircuit, params: cirq.Sweepable, repetitions: int = 1
    ) -> Sequence[cirq.Result]:
        """Samples a circuit for each set of parameters; see ``cirq.Sampler.run_sweep``.

        Raises:
            TranslationError: The circuit cannot be expressed for the target.
            JobFailedError: A job failed or was cancelled.
            WaitTimeoutError: A job did not end in time.
        """
        (jobs,) = self._submit_all([(program, params, repetitions)])
        return self._collect(jobs)

    def run_batch(
        self,
        programs: Sequence[cirq.AbstractCircuit],
        params_list: Sequence[cirq.Sweepable] | None = None,
        repetitions: int | Sequence[int] = 1,
    ) -> Sequence[Sequence[cirq.Result]]:
        """Samples several circuits, each for its sets of parameters; see ``cirq.Sampler.run_batch``."""
        params_list, repetitions = self._normalize_batch_args(programs, params_list, repetitions)
        batch = self._submit_all(list(zip(programs, params_list, repetitions, strict=True)))
        return [self._collect(jobs) for jobs in batch]

    async def run_batch_async(
        self,
        programs: Sequence[cirq.AbstractCircuit],
        params_list: Sequence[cirq.Sweepable] | None = None,
        repetitions: int | Sequence[int] = 1,
    ) -> Sequence[Sequence[cirq.Result]]:
        """As :meth:`run_batch`; Cirq's own would wait for each circuit before it submits the next."""
        return self.run_batch(programs, params_list, repetitions)

    def _submit_all(self, items: Sequence[tuple[Any, cirq.Sweepable, int]]) -> list[list[Job]]:
        """The jobs of each circuit at its points; all are translated before the first is submitted."""
        batch = Batch(self._target.target, self._options)
        payloads = [batch.payloads(program, cirq.to_resolvers(params)) for program, params, _ in items]
        names = iter(batch.names(sum(map(len, payloads))))
        submitted: list[list[Job]] = []
        try:
            # Circuits with as many repetitions as those before them go along with those.
            for repetitions, group in itertools.groupby(range(len(items)), key=lambda place: items[place][2]):
                submitted += self._submit(batch, [payloads[place] for place in group], repetitions, names)
        except BaseException:
            for job in itertools.chain.from_iterable(submitted):
                with suppress(QuireError):  # the others, and what went wrong first, are still to be told
                    job.cancel()
            raise
        return submitted

    def _submit(
        self, batch: Batch, payloads: list[list[Payload]], repetitions: int, names: Iterator[str | None]
    ) -> list[list[Job]]:
        together = list(itertools.chain.from_iterable(payloads))
        seeds = None if self._seeds is None else [int(self._seeds.integers(2**31)) for _ in together]
        jobs = iter(batch.submit(together, repetitions, seeds, list(itertools.islice(names, len(together)))))
        return [list(itertools.islice(jobs, len(each))) for each in payloads]

    def _collect(self, jobs: list[Job]) -> list[cirq.Result]:
        return [job.results(self._timeout_seconds) for job in jobs]
