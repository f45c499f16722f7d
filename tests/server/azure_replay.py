"""Azure Quantum as far as our client asks it: answers of the shapes that the real service gave.

Recorded shapes, with their quirks: jobs without ``priority``, seven digits of a second, ``Z`` in lists and
``+00:00`` elsewhere, an output that is called otherwise in the answer to its submission, addresses without
signatures in lists, pages whose links name another host, a cancellation without a body, no ``Prefer``, and no
payload that comes along with its job.
"""

import json
import re
import threading
from collections import deque
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, unquote, urlsplit

RESOURCE_ID = (
    "/subscriptions/11111111-2222-3333-4444-555555555555/resourceGroups/rg"
    "/providers/Microsoft.Quantum/Workspaces/mine"
)
TERMINAL = (
    "Session is already in a terminal state. This may have been due to failures in prior jobs in the session."
)
OUTPUT = (
    b'{"DataFormat":"microsoft.quantum-results.v2","Results":[{"Histogram":[{"Outcome":[0,1],'
    b'"Display":"[0, 1]","Count":2}],"Shots":[[0,1],[0,1]]}]}'
)
_SAS = "sv=2025-01-05&st=2025-10-09T00%3A00%3A00Z&se=2099-10-09T04%3A00%3A00Z&sr=b&sp=r&sig=c2ln"
_LIFE = ("Waiting", "Executing", "Finishing", "Succeeded")


class AzureReplay:
    """A server of recorded answers.

    Attributes:
        requests: What was asked: method, path, query, headers, document.
        failures: Answers to be given first, each (status, headers).
        blobs: What was uploaded, by path.
        jobs: The jobs, by id.
    """

    def __init__(self):
        self.requests = []
        self.failures = deque()
        self.blobs = {}
        self.jobs = {}
        self.looks = {}
        replay = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def answer(self):
                replay._answer(self)

            def log_message(self, *_):
                pass

        for method in ("GET", "PUT", "POST", "DELETE", "PATCH"):
            setattr(Handler, f"do_{method}", Handler.answer)
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01})
        self._thread.start()

    def close(self):
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def paths(self, method):
        return [path for asked, path, *_ in self.requests if asked == method]

    def _answer(self, handler):
        body = handler.rfile.read(int(handler.headers.get("content-length", 0)))
        parts = urlsplit(handler.path)
        path, query = unquote(parts.path), parse_qs(parts.query)
        headers = {name.lower(): value for name, value in handler.headers.items()}
        is_json = "json" in headers.get("content-type", "")
        self.requests.append((handler.command, path, query, headers, json.loads(body) if is_json else body))
        if self.failures:
            status, extra = self.failures.popleft()
            return self._send(handler, status, None, extra)
        inner = path.partition(RESOURCE_ID)[2]
        if path.startswith("/store/"):
            return self._storage(handler, path, query, body)
        if "2025-12-15-preview" in query.get("api-version", []):
            return self._send(handler, 200, {"location": "eastus", "properties": {"endpointUri": self.url}})
        words = inner.strip("/").split("/")
        name = "_".join([handler.command, *words[:1]])
        return getattr(self, name.replace("-", "_"))(
            handler, words, query, json.loads(body) if body else None
        )

    def _send(self, handler, status, document, extra=()):
        body = b"" if document is None else json.dumps(document).encode()
        handler.send_response(status)
        for name, value in dict(extra).items():
            handler.send_header(name, value)
        handler.send_header("content-length", str(len(body)))
        if body:
            handler.send_header("content-type", "application/json; charset=utf-8")
        handler.end_headers()
        handler.wfile.write(body)

    # Files

    def _storage(self, handler, path, query, body):
        if "sig" not in query:
            return self._send(handler, 403, None, {"x-ms-error-code": "AuthenticationFailed"})
        if handler.command == "PUT":
            if path in self.blobs and handler.headers.get("If-None-Match") == "*":
                return self._send(handler, 409, None, {"x-ms-error-code": "BlobAlreadyExists"})
            self.blobs[path] = body
            return self._send(handler, 201, None)
        if query.get("comp") == ["list"]:
            return self._listing(handler, path)
        data = OUTPUT if path.endswith("/rawOutputData") else self.blobs.get(path)
        if data is None:
            return self._send(handler, 404, None, {"x-ms-error-code": "BlobNotFound"})
        handler.send_response(200)
        handler.send_header("content-length", str(len(data)))
        handler.end_headers()
        return handler.wfile.write(data)

    def _listing(self, handler, path):
        names = [name.rpartition("/")[2] for name in self.blobs if name.startswith(path)]
        blobs = "".join(
            f"<Blob><Name>{name}</Name><Properties>"
            "<Creation-Time>Wed, 08 Oct 2025 23:59:24 GMT</Creation-Time>"
            f"<Content-Length>{len(self.blobs[f'{path}/{name}'])}</Content-Length></Properties></Blob>"
            for name in names
        )
        body = f"<EnumerationResults><Blobs>{blobs}</Blobs><NextMarker/></EnumerationResults>"
        handler.send_response(200)
        handler.send_header("content-length", str(len(body)))
        handler.end_headers()
        return handler.wfile.write(body.encode())

    def POST_storage(self, handler, words, query, document):
        blob = document.get("blobName")
        path = f"/store/{document['containerName']}" + (f"/{blob}" if blob else "")
        self._send(handler, 200, {"sasUri": f"{self.url}{path}?{_SAS}"})

    # Jobs

    def _job(self, job_id, suffix="+00:00", signed=False):
        asked = self.jobs[job_id]
        status = asked["status"]
        base = f"{self.url}/store/job-{job_id}"
        query = f"?{_SAS}" if signed else ""
        output = f"{base}/rawOutputData{query}" if signed else f"{base}/outputData"
        time = "2025-10-09T00:11:19.3872984"
        return {
            "containerUri": base + query, "inputDataUri": f"{base}/inputData{query}",
            "inputDataFormat": asked["inputDataFormat"], "inputParams": asked["inputParams"],
            "metadata": asked.get("metadata"), "sessionId": asked.get("sessionId"), "jobPriority": "Basic",
            "status": status, "jobType": "QuantumComputing", "outputDataFormat": asked["outputDataFormat"],
            "outputDataUri": output, "beginExecutionTime": None if status == "Waiting" else f"{time[:-4]}Z",
            "cancellationTime": None, "lastModifiedTime": time + suffix, "quantumComputingData": None,
            "errorData": asked.get("errorData"), "isCancelling": False, "tags": [], "name": asked["name"],
            "id": job_id, "providerId": asked["providerId"].lower(), "target": asked["target"],
            "creationTime": asked.get("creationTime", time) + suffix,
            "endExecutionTime": None, "costEstimate": None, "itemType": "Job",
        }  # fmt: skip

    def PUT_jobs(self, handler, words, query, document):
        if document.get("sessionId") == "ended":
            error = {"code": "InvalidJobDefinition", "message": TERMINAL}
            return self._send(handler, 400, {"error": error})
        self.jobs[words[1]] = {**document, "status": "Waiting"}
        self.looks[words[1]] = deque(_LIFE)
        return self._send(handler, 200, self._job(words[1]))

    def GET_jobs(self, handler, words, query, _):
        if len(words) == 1:
            return self._page(handler, query, "jobs", sorted(self.jobs))
        if words[1] not in self.jobs:
            return self._send(handler, 404, {"error": {"code": "NotFound", "message": "no such job"}})
        life = self.looks[words[1]]
        self.jobs[words[1]]["status"] = life.popleft() if len(life) > 1 else life[0]
        return self._send(handler, 200, self._job(words[1], signed=True))

    def POST_jobs(self, handler, words, query, _):
        self.looks[words[1].removesuffix(":cancel")] = deque(["Cancelled"])
        self._send(handler, 204, None)

    def DELETE_jobs(self, handler, words, query, _):
        del self.jobs[words[1]]
        self._send(handler, 204, None)

    def PATCH_jobs(self, handler, words, query, document):
        self.jobs[words[1]] |= document
        self._send(handler, 200, {"id": words[1], **document})

    def _page(self, handler, query, path, ids):
        states = re.findall(r"State eq '(\w+)'", query.get("filter", [""])[0])
        ids = [job_id for job_id in ids if not states or self.jobs[job_id]["status"] in states]
        if query.get("orderby") == ["CreationTime desc"]:
            ids = ids[::-1]
        skip, top = int(query["skip"][0]), 2
        items = [self._job(job_id, "Z") for job_id in ids[skip : skip + top]]
        following = None
        if skip + top < len(ids):
            # As the real service writes it: its own name, whatever name it was asked by.
            following = f"https://eastus.quantum.azure.com{RESOURCE_ID}/{path}?top=2&skip={skip + top}"
        return self._send(handler, 200, {"value": items, "nextLink": following})

    # Sessions and targets

    def _session(self, session_id, status="Waiting", end=None):
        return {
            "status": status, "jobFailurePolicy": "Abort", "jobPriority": "Basic", "name": "My Session",
            "id": session_id, "providerId": "ionq", "target": "ionq.simulator",
            "creationTime": "2025-10-09T00:23:11.2068878Z", "endExecutionTime": end, "costEstimate": None,
            "itemType": "Session",
        }  # fmt: skip

    def PUT_sessions(self, handler, words, query, _):
        self._send(handler, 200, self._session(words[1]))

    def GET_sessions(self, handler, words, query, _):
        if words[-1] == "jobs":
            ids = [job_id for job_id in sorted(self.jobs) if self.jobs[job_id].get("sessionId") == words[1]]
            return self._page(handler, query, "/".join(words), ids)
        return self._send(handler, 200, self._session(words[1], "Executing"))

    def POST_sessions(self, handler, words, query, _):
        # Jobs are pending: the answer is the session as it is, and it ends later.
        self._send(handler, 200, self._session(words[1].removesuffix(":close"), "Executing"))

    def GET_providerStatus(self, handler, words, query, _):
        def target(name, wait):
            return {
                "id": name,
                "currentAvailability": "Available",
                "averageQueueTime": wait,
                "statusPage": "https://status.ionq.co",
            }

        providers = [
            ("ionq", [target("ionq.qpu.aria-1", 8_800_000), target("ionq.simulator", 3)]),
            ("Microsoft.Test.FirstParty", [target("echo-output", 1)]),
        ]
        value = [
            {"id": name, "currentAvailability": "Degraded", "targets": found} for name, found in providers
        ]
        self._send(handler, 200, {"value": value, "nextLink": None})
