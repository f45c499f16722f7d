"""OpenTelemetry: a program that sets it up sees the requests of its server, and no secret of theirs."""

import json
import subprocess
import sys

_PROGRAM = """
import json, sys, urllib.error, urllib.request
from opentelemetry import metrics, trace
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import InMemoryMetricReader
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

spans, reader = InMemorySpanExporter(), InMemoryMetricReader()
if "set-up" in sys.argv:
    provider = TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(spans))
    trace.set_tracer_provider(provider)
    metrics.set_meter_provider(MeterProvider([reader]))

if "without-the-extra" in sys.argv:
    sys.modules["opentelemetry.instrumentation.asgi"] = None

import quire
from quire.server.running import serving
from quire.server.settings import ServerSettings
from quire.transport.http import LOCAL_WORKSPACE

PARENT = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"

def get(path, key="", parent=""):
    headers = {"x-ms-quantum-api-key": key, "traceparent": parent}
    request = urllib.request.Request(server.url + path, headers=headers)
    try:
        with urllib.request.urlopen(request) as answer:
            return dict(answer.headers)["x-ms-request-id"]
    except urllib.error.HTTPError as error:
        with error:
            return error.headers["x-ms-request-id"]

with (
    quire.Workspace("memory:", executor="inline") as local,
    serving(local.transport, ServerSettings(port=0, api_key="the-secret-key")) as server,
):
    ids = [
        get(LOCAL_WORKSPACE + "/jobs?top=3&sig=secret-in-the-query", "the-secret-key", PARENT),
        get(LOCAL_WORKSPACE + "/jobs/no-such-job", "the-secret-key"),
        get(LOCAL_WORKSPACE + "/sessions/s/jobs", "a-wrong-secret"),
        get("/health"),
    ]
found = reader.get_metrics_data() if "set-up" in sys.argv else None
print(json.dumps({
    "ids": ids,
    "spans": [json.loads(span.to_json()) for span in spans.get_finished_spans()],
    "metrics": None if found is None else json.loads(found.to_json()),
}))
"""
_ID = "http.response.header.x_ms_request_id"


def run(*arguments):
    command = [sys.executable, "-c", _PROGRAM, *arguments]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout), done.stdout + done.stderr


def test_requests_become_spans_and_metrics():
    found, printed = run("set-up")
    spans = found["spans"]
    assert [(span["name"], span["attributes"]["http.status_code"]) for span in spans] == [
        ("GET /jobs", 200),
        ("GET /jobs/{id}", 404),
        ("GET /sessions/{id}/jobs", 401),
        ("GET /health", 200),
    ]
    assert [span["attributes"][_ID] for span in spans] == [[request_id] for request_id in found["ids"]]
    assert spans[0]["context"]["trace_id"] == "0x0af7651916cd43dd8448eb211c80319c"
    assert spans[0]["parent_id"] == "0xb7ad6b7169203331"
    measured = {
        metric["name"]: metric["data"]["data_points"]
        for resource in found["metrics"]["resource_metrics"]
        for scope in resource["scope_metrics"]
        for metric in scope["metrics"]
    }
    assert sum(point["count"] for point in measured["http.server.duration"]) == 4
    assert sum(point["value"] for point in measured["http.server.active_requests"]) == 0
    assert "secret" not in printed


def test_nothing_is_watched_where_it_is_not_set_up():
    found, _ = run()
    assert found["spans"] == []
    assert len(set(found["ids"])) == 4


def test_a_program_that_set_it_up_for_other_parts():
    found, printed = run("set-up", "without-the-extra")
    assert found["spans"] == []
    assert "without the extra quire[telemetry]" in printed
