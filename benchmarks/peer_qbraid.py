"""A qBraid device around Aer, as short as qBraid allows: it ships none of its own that runs locally."""

from typing import Any

from qbraid.programs import ProgramSpec
from qbraid.runtime import (
    DeviceStatus,
    GateModelResultData,
    JobStatus,
    QuantumDevice,
    QuantumJob,
    Result,
    TargetProfile,
)
from qiskit import QuantumCircuit
from qiskit_aer import AerSimulator


class AerJob(QuantumJob):
    """A run of Aer that has been started."""

    def __init__(self, job_id: str, run: Any) -> None:
        super().__init__(job_id)
        self._run = run

    def status(self) -> JobStatus:
        return JobStatus.COMPLETED

    def cancel(self) -> None:
        self._run.cancel()

    def result(self) -> Result:
        counts = self._run.result().get_counts()
        return Result("aer", self.id, True, GateModelResultData(measurement_counts=counts))


class AerDevice(QuantumDevice):
    """Aer behind qBraid's interface."""

    def __init__(self) -> None:
        profile = TargetProfile(
            device_id="aer", simulator=True, num_qubits=29, program_spec=ProgramSpec(QuantumCircuit)
        )
        super().__init__(profile)
        self._aer = AerSimulator()

    def status(self) -> DeviceStatus:
        return DeviceStatus.ONLINE

    def submit(self, run_input: Any, *_args: Any, shots: int, **_kwargs: Any) -> AerJob:
        run = self._aer.run(run_input, shots=shots)
        return AerJob(run.job_id(), run)
