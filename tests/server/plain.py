"""A client of the server that knows nothing of quire: requests and answers as they are on the wire."""

import json

import httpcore

from quire.transport.http import LOCAL_WORKSPACE


class Plain:
    """Asks a server; each answer is (status, headers, body), the body as JSON where it is."""

    def __init__(self, url, key, workspace=LOCAL_WORKSPACE):
        self.url = url
        self.key = key
        self.workspace = workspace
        self._pool = httpcore.ConnectionPool()

    def raw(self, method, url, body=None, headers=None):
        content = json.dumps(body).encode() if isinstance(body, dict | list) else body
        answer = self._pool.request(method, url, headers=headers or {}, content=content)
        found = {name.decode().lower(): value.decode() for name, value in answer.headers}
        is_json = found.get("content-type", "").startswith("application/json")
        reason = answer.extensions["reason_phrase"].decode()
        return (
            answer.status,
            {**found, ":reason": reason},
            (json.loads(answer.content) if is_json else answer.content),
        )

    def ask(self, method, path, body=None, **headers):
        given = {"x-ms-quantum-api-key": self.key} if self.key is not None else {}
        given |= {name.replace("_", "-"): value for name, value in headers.items()}
        return self.raw(method, f"{self.url}{self.workspace}/{path}", body, given)

    def good(self, method, path, body=None, **headers):
        status, _, answer = self.ask(method, path, body, **headers)
        assert status == 200, answer
        return answer

    def submit(self, job_id, program="ok", **members):
        body = {"name": "job", "target": "scripted.alpha", "quire": {"inputText": program}, **members}
        return self.good("PUT", f"jobs/{job_id}", body)

    def close(self):
        self._pool.close()
