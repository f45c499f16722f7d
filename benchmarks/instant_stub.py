"""A stand-in for a service that takes no time: it says that each job has ended, and has one output for all.

Run it with ``python benchmarks/instant_stub.py``; it prints its URL. It does the least with which Microsoft's
SDK submits a job and reads its results, so what remains is the SDK's own cost.
"""

import json
import socket

import uvicorn

_OUTPUT = b'{"histogram":{"0":0.5,"3":0.5}}'
_SIGNATURE = "se=2099-01-01T00%3A00%3A00Z&sig=none"

_METADATA = {"num_qubits": "2", "meas_map": "[0, 1]"}
"""What the SDK's Qiskit job looks for in its own metadata."""
_TIME = "2026-01-01T00:00:00.123456+00:00"
# With all the members of a real answer, which the SDK reads one by one.
_JOB = {
    "inputDataFormat": "ionq.circuit.v1",
    "inputParams": {"shots": 100},
    "metadata": _METADATA,
    "sessionId": None,
    "jobPriority": "Basic",
    "jobType": "QuantumComputing",
    "outputDataFormat": "ionq.quantum-results.v1",
    "beginExecutionTime": _TIME,
    "cancellationTime": None,
    "lastModifiedTime": _TIME,
    "quantumComputingData": {"count": 1},
    "errorData": None,
    "isCancelling": False,
    "tags": [],
    "name": "job",
    "providerId": "ionq",
    "target": "ionq.simulator",
    "creationTime": _TIME,
    "endExecutionTime": _TIME,
    "costEstimate": {"currencyCode": "USD", "events": [], "estimatedTotal": 0.0},
    "itemType": "Job",
}


def _answer(method: str, path: str, origin: str) -> tuple[int, bytes, list[tuple[bytes, bytes]]]:
    if "/Microsoft.Quantum/" not in path:
        if method == "PUT":
            return 201, b"", []
        return 206, _OUTPUT, [(b"content-range", b"bytes 0-%d/%d" % (len(_OUTPUT) - 1, len(_OUTPUT)))]
    if path.endswith("/providerStatus"):
        target = {"id": "ionq.simulator", "currentAvailability": "Available", "averageQueueTime": 0}
        provider = {"id": "ionq", "currentAvailability": "Available", "targets": [target]}
        return 200, json.dumps({"value": [provider], "nextLink": None}).encode(), []
    if path.endswith("/sasUri"):
        return 200, json.dumps({"sasUri": f"{origin}/job/job?{_SIGNATURE}"}).encode(), []
    job = _JOB | {
        "id": path.rpartition("/")[2],
        "status": "Waiting" if method == "PUT" else "Succeeded",
        "containerUri": f"{origin}/job/job?{_SIGNATURE}",
        "inputDataUri": f"{origin}/job/job/inputData?{_SIGNATURE}",
        "outputDataUri": f"{origin}/job/job/rawOutputData?{_SIGNATURE}",
    }
    return 200, json.dumps(job).encode(), []


async def app(scope, receive, send) -> None:  # type: ignore[no-untyped-def]
    """Answers."""
    while (await receive()).get("more_body"):
        pass
    origin = f"http://127.0.0.1:{scope['server'][1]}"
    status, body, headers = _answer(scope["method"], scope["path"], origin)
    headers += [(b"content-type", b"application/json"), (b"content-length", b"%d" % len(body))]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


def main() -> None:
    """Answers until it is ended."""
    listening = socket.create_server(("127.0.0.1", 0))
    print(f"http://127.0.0.1:{listening.getsockname()[1]}", flush=True)
    uvicorn.Server(uvicorn.Config(app, lifespan="off", log_config=None)).run(sockets=[listening])


if __name__ == "__main__":
    main()
