"""Qiskit's sampler over our backend: pubs in, the bits of each register out."""

import warnings
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import attrs
import numpy as np
from qiskit import QuantumCircuit
from qiskit.primitives import BaseSamplerV2, BitArray, DataBin, PrimitiveResult, SamplerPubResult
from qiskit.primitives.containers.sampler_pub import SamplerPub

from quire.errors import ResultFormatError
from quire_qiskit.backend import QuireBackend
from quire_qiskit.bits import bit_columns
from quire_qiskit.job import QuireQiskitJob
from quire_qiskit.primitive_job import QuirePrimitiveJob, Run, checked, session_of, submit_all
from quire_qiskit.primitive_options import SamplerOptions, options_of


class SamplerV2(BaseSamplerV2):
    """Runs circuits at many points, each point as a job of its own.

    All jobs are submitted before ``run`` returns, to the session that is current there; where none is, as on
    the threads of algorithms, to the one that was current where this was made, until that is closed.
    """

    def __init__(
        self, backend: QuireBackend, *, options: Mapping[str, Any] | SamplerOptions | None = None
    ) -> None:
        """Makes the sampler of a backend.

        Args:
            backend: Where circuits run.
            options: See ``SamplerOptions``.

        Raises:
            InputError: The backend is not one of quire.
            OptionError: There is no such option.
        """
        self._backend = checked(backend)
        self._made_in = backend.latest_session
        self._options = options_of(SamplerOptions, options)

    @property
    def backend(self) -> QuireBackend:
        """Where circuits run."""
        return self._backend

    @property
    def options(self) -> SamplerOptions:
        """The options, to be read and set."""
        return self._options

    def run(self, pubs: Iterable[Any], *, shots: int | None = None) -> QuirePrimitiveJob:
        """Submits the jobs of pubs.

        Args:
            pubs: Circuits, or tuples of a circuit, values for its parameters and shots.
            shots: Shots of the pubs that name none; None for the option.

        Raises:
            ValueError: A pub is not made as it has to be.
            OptionError: ``run_options`` have what pubs decide.
            TranslationError: A circuit cannot be expressed for the target.
            SessionClosedError: The session takes no more jobs.
        """
        attrs.validate(self._options)  # the mapping in it may have been changed
        asked = self._options.default_shots if shots is None else shots
        coerced = [SamplerPub.coerce(pub, asked) for pub in pubs]
        for place, pub in enumerate(coerced):
            if not pub.circuit.cregs:
                warnings.warn(
                    f"pub {place} has no classical register, so its result is empty; does it measure?",
                    UserWarning,
                    stacklevel=2,
                )
        session = session_of(self._backend, self._made_in)
        runs = [self._run(pub) for pub in coerced]
        jobs = submit_all(self._backend, runs, self._options.seed_simulator, session)

        def collect(timeout: float | None) -> PrimitiveResult:
            found = [_pub_result(pub, job, timeout) for pub, job in zip(coerced, jobs, strict=True)]
            return PrimitiveResult(found, metadata={"version": 2})

        return QuirePrimitiveJob([job for job in jobs if job is not None], collect)

    def _run(self, pub: SamplerPub) -> Run:
        if not (pub.size and _measures(pub.circuit)):
            return Run([], [], {})
        values = pub.parameter_values.ravel().as_array(pub.circuit.parameters)
        options = {**(self._options.run_options or {}), "shots": pub.shots, "memory": True}
        return Run([pub.circuit], [np.reshape(values, (pub.size, pub.circuit.num_parameters))], options)


def _measures(circuit: QuantumCircuit) -> bool:
    return any(instruction.clbits for instruction in circuit.data if instruction.name != "barrier")


def _pub_result(pub: SamplerPub, job: QuireQiskitJob | None, timeout: float | None) -> SamplerPubResult:
    circuit = pub.circuit
    if job is None:
        memories: Sequence[Sequence[str]] = [["0x0"] * pub.shots] * pub.size
    else:
        memories = [each.data.memory for each in job.result(timeout).results]
        _check_lengths(job, memories, pub.shots)
    flat = [number for memory in memories for number in memory]
    bits = bit_columns(flat, circuit.num_clbits).reshape((*pub.shape, pub.shots, circuit.num_clbits))
    registers = {}
    for register in circuit.cregs:
        places = [circuit.find_bit(bit).index for bit in register]
        # The last axis of a BitArray's bools begins with the highest bit unless told otherwise.
        registers[register.name] = BitArray.from_bool_array(bits[..., places].astype(bool), order="little")
    return SamplerPubResult(
        DataBin(**registers, shape=pub.shape),
        metadata={"shots": pub.shots, "circuit_metadata": circuit.metadata},
    )


def _check_lengths(job: QuireQiskitJob, memories: Sequence[Sequence[str]], shots: int) -> None:
    """Refuses results with lost shots: a sampler's arrays have no place for what was not measured."""
    for part, memory in zip(job.quire_jobs, memories, strict=True):
        if len(memory) != shots:
            raise ResultFormatError(
                f"job {part.id} has {len(memory)} of {shots} shots, as others lost a qubit or failed; "
                "backend.run(...).result() has those that it has",
                format=part.details.output_data_format,
            )
