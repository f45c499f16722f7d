"""A stand-in for a service that takes no time: it says that each job has ended, and has one output for all.

Run it with ``python benchmarks/instant_stub.py``; it prints its URL. It does the least with which Microsoft's
SDK submits a job and reads its results, so what remains is the SDK's own cost. Its answers are as long as
real ones, since the SDK reads all of them.
"""

import json
import socket
import uuid

import uvicorn

_IDS = (b"x-ms-request-id", b"x-ms-client-request-id")
_OUTPUT = b'{"histogram":{"0":0.5,"3":0.5}}'
_SIGNATURE = f"sv=2024-05-04&se=2099-01-01T00%3A00%3A00Z&sr=b&sp=r&sig={'0' * 64}"
_PRICES = {"measureUnit": "gate shot", "amountBilled": 0.0, "amountConsumed": 0.0, "unitPrice": 0.0}
_EVENTS = [{"dimensionId": f"gs{n}q", "dimensionName": f"{n}Q Gate Shot", **_PRICES} for n in (1, 2)]
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
    "costEstimate": {"currencyCode": "USD", "events": _EVENTS, "estimatedTotal": 0.0},
    "itemType": "Job",
}


def _answer(method: str, path: str, origin: str, body: bytes) -> tuple[int, bytes, list[tuple[bytes, bytes]]]:
    if "/Microsoft.Quantum/" not in path:
        if method == "PUT":
            return 201, b"", []
        return 206, _OUTPUT, [(b"content-range", b"bytes 0-%d/%d" % (len(_OUTPUT) - 1, len(_OUTPUT)))]
    if path.endswith("/providerStatus"):
        target = {"id": "ionq.simulator", "currentAvailability": "Available", "averageQueueTime": 0}
        provider = {"id": "ionq", "currentAvailability": "Available", "targets": [target]}
        return 200, json.dumps({"value": [provider], "nextLink": None}).encode(), []
    if path.endswith("/sasUri"):
        return 200, json.dumps({"sasUri": _signed(origin, json.loads(body)["containerName"])}).encode(), []
    job_id = path.rpartition("/")[2]
    job = _JOB | {
        "id": job_id,
        "status": "Waiting" if method == "PUT" else "Succeeded",
        "containerUri": _signed(origin, f"job-{job_id}"),
        "inputDataUri": _signed(origin, f"job-{job_id}", "inputData"),
        "outputDataUri": _signed(origin, f"job-{job_id}", "rawOutputData"),
    }
    return 200, json.dumps(job).encode(), []


def _signed(origin: str, container: str, file: str | None = None) -> str:
    if file is None:
        return f"{origin}/{container}/{container}?{_SIGNATURE}"
    saved_as = f"rscd=attachment%3B%20filename%3D%22{container}.{file}.json%22"
    return f"{origin}/{container}/{container}/{file}?{_SIGNATURE}&{saved_as}"


async def app(scope, receive, send) -> None:  # type: ignore[no-untyped-def]
    """Answers."""
    asked = b""
    while message := await receive():
        asked += message.get("body", b"")
        if not message.get("more_body"):
            break
    origin = f"http://127.0.0.1:{scope['server'][1]}"
    status, body, headers = _answer(scope["method"], scope["path"], origin, asked)
    headers += [
        (name, f"{uuid.uuid4()}".encode()) for name in (b"x-ms-request-id", b"x-ms-client-request-id")
    ]
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
