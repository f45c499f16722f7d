"""What is on the wire, in the spelling of the real service: every field, address, page and error."""

import json
from urllib.parse import parse_qs, urlsplit

import pytest

JOB_FIELDS = {
    "containerUri", "inputDataUri", "inputDataFormat", "inputParams", "metadata", "sessionId", "jobPriority",
    "priority", "status", "jobType", "outputDataFormat", "outputDataUri", "beginExecutionTime",
    "cancellationTime", "lastModifiedTime", "quantumComputingData", "errorData", "isCancelling",
    "tags", "name", "id", "providerId", "target", "creationTime", "endExecutionTime", "costEstimate",
    "itemType", "quire",
}  # fmt: skip
SESSION_FIELDS = {
    "status", "jobFailurePolicy", "jobPriority", "priority", "name", "id", "providerId", "target",
    "creationTime", "endExecutionTime", "costEstimate", "tags", "itemType", "quire",
}  # fmt: skip


def open_session(plain, session_id="s", **members):
    return plain.good("PUT", f"sessions/{session_id}", {"name": "S", "target": "scripted.alpha", **members})


def test_a_session(plain, clock):
    opened = open_session(plain, providerId="Scripted", unknownMember=[1], jobPriority="Basic")
    assert opened.keys() == SESSION_FIELDS
    assert opened == plain.good("GET", "sessions/s")
    assert (opened["status"], opened["providerId"], opened["jobFailurePolicy"]) == (
        "Waiting",
        "scripted",
        "Abort",
    )
    assert opened["creationTime"] == "2025-01-01T00:00:00Z"
    clock.advance(1.25)
    closed = plain.good("POST", "sessions/s:close")
    assert (closed["status"], closed["endExecutionTime"]) == ("Succeeded", "2025-01-01T00:00:01.25Z")


def test_what_a_session_answers_opens_it_again(plain):
    opened = open_session(plain, priority="High", tags=["a"])
    read_only = {"id", "status", "creationTime", "endExecutionTime", "costEstimate"}
    again = {name: value for name, value in opened.items() if name not in read_only and value is not None}
    assert plain.good("PUT", "sessions/s", again) == opened


def test_a_job(plain):
    submitted = plain.submit("j", metadata={"a": 4, "b": True, "c": "x"}, inputParams={"shots": 2})
    assert submitted.keys() == JOB_FIELDS
    # It ran while it was submitted.
    assert (submitted["status"], submitted["itemType"], submitted["jobType"]) == (
        "Succeeded",
        "Job",
        "QuantumComputing",
    )
    assert submitted["metadata"] == {"a": "4", "b": "true", "c": "x"}
    assert submitted["creationTime"] == "2025-01-01T00:00:00+00:00"
    done = plain.good("GET", "jobs/j")
    assert done.keys() == JOB_FIELDS
    assert (done["status"], done["quantumComputingData"], done["tags"]) == ("Succeeded", {"count": 1}, [])
    listed = plain.good("GET", "jobs")["value"][0]
    assert listed.keys() == JOB_FIELDS
    assert listed["creationTime"] == "2025-01-01T00:00:00Z"


def test_the_three_spellings_of_a_jobs_files(plain):
    submitted = plain.submit("j")
    base = plain.url
    assert submitted["outputDataUri"] == f"{base}/job-j/job-j/outputData"
    done = plain.good("GET", "jobs/j")
    query = parse_qs(urlsplit(done["containerUri"]).query)
    assert (query["sr"], query["sp"]) == (["c"], ["rl"])
    for name, word in (("inputDataUri", "input"), ("outputDataUri", "output")):
        query = parse_qs(urlsplit(done[name]).query)
        assert (query["sr"], query["sp"]) == (["b"], ["r"])
        assert query["rscd"] == [f'attachment; filename="job-j.{word}.json"']
    assert "?" not in plain.good("GET", "jobs")["value"][0]["outputDataUri"]


def test_a_failed_job(plain):
    plain.submit("j", "fail InvalidInputData nonsense")
    failed = plain.good("GET", "jobs/j")
    assert failed["errorData"] == {"code": "InvalidInputData", "message": "nonsense"}
    assert failed["costEstimate"] is None


def test_a_payload_that_is_uploaded_first(plain):
    sas = plain.good("POST", "storage/sasUri", {"containerName": "job-j"})["sasUri"]
    path, _, query = sas.partition("?")
    uri = f"{path}/inputData"
    assert plain.raw("PUT", f"{uri}?{query}", b"ok", {"x-ms-blob-type": "BlockBlob"})[0] == 201
    body = {"name": "job", "target": "scripted.alpha", "containerUri": sas, "inputDataUri": uri}
    first = plain.good("PUT", "jobs/j", body)
    assert plain.good("GET", "jobs/j", prefer="wait=10")["status"] == "Succeeded"
    again = plain.good("PUT", "jobs/j", body)
    assert (again["id"], again["creationTime"]) == (first["id"], first["creationTime"])


@pytest.mark.parametrize("uri", [None, "", "inputData", "http://[", "https://elsewhere/c/inputData"])
def test_a_payload_that_is_nowhere(plain, uri):
    status, _, answer = plain.ask("PUT", "jobs/j", {"target": "scripted.alpha", "inputDataUri": uri})
    assert (status, answer["error"]["code"]) == (400, "InvalidInput")


def test_the_refusal_of_a_closed_session_is_the_services_own(plain):
    open_session(plain)
    plain.good("POST", "sessions/s:close")
    body = {"target": "scripted.alpha", "sessionId": "s", "quire": {"inputText": "ok"}}
    status, headers, answer = plain.ask("PUT", "jobs/j", body)
    assert (status, headers["x-ms-error-code"]) == (400, "InvalidJobDefinition")
    assert answer["error"]["code"] == "InvalidJobDefinition"
    assert answer["error"]["message"].startswith(
        "Session is already in a terminal state. This may have been due to failures in prior jobs"
    )


def test_errors(plain):
    for method, path, expected in (
        ("GET", "jobs/nobody", 404),
        ("GET", "sessions/nobody", 404),
        ("POST", "sessions/nobody:close", 404),
        ("GET", "sessions/nobody/jobs", 404),
        ("GET", "nothing", 404),
        ("DELETE", "jobs", 405),
        ("PATCH", "sessions/s", 405),
    ):
        status, headers, answer = plain.ask(method, path)
        assert (status, headers["x-ms-error-code"]) == (expected, answer["error"]["code"])
        assert answer["error"]["message"]


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"nonsense",
        b"\xff",
        b"[]",
        b"5",
        b"[" * 100_000,
        b"{}",
        b'{"target": 5}',
        b'{"target": NaN}',
        b'{"target": "no.such"}',
        b'{"target": "scripted.alpha", "name": "\\ud800"}',
        b'{"target": "scripted.alpha", "tags": "a"}',
        b'{"target": "scripted.alpha", "providerId": "x"}',
        b'{"target": "scripted.alpha", "inputParams": {"a": 1e999}}',
        b'{"target": "scripted.alpha", "metadata": [1]}',
        b'{"target": "scripted.alpha", "quire": {"inputBase64": "?"}}',
    ],
)
@pytest.mark.parametrize("path", ["jobs/j", "sessions/s"])
def test_bodies_that_make_no_sense(plain, path, body):
    status, _, answer = plain.ask("PUT", path, body)
    is_known_of_jobs_only = any(word in body for word in (b"inputParams", b"metadata", b"quire"))
    if path == "sessions/s" and is_known_of_jobs_only and b"1e999" not in body:
        assert status == 200
    else:
        assert status in (400, 404)
        assert answer["error"]["message"]


@pytest.mark.parametrize("case", ["workspaces", "Workspaces", "WORKSPACES"])
def test_the_path_in_any_case_and_of_any_name(plain, case):
    plain.workspace = f"/Subscriptions/x/resourcegroups/y/providers/microsoft.quantum/{case}/z"
    assert plain.good("GET", "topLevelItems")["value"] == []
    assert plain.good("GET", "TOPLEVELITEMS")["value"] == []


def test_any_api_version(plain):
    for version in ("2024-03-01-preview", "2026-01-15-preview", "nonsense"):
        assert plain.good("GET", f"jobs?api-version={version}")["value"] == []


def test_pages(plain, local):
    target = local.get_target("scripted.alpha")
    for index in range(25):
        target.submit("ok", name=f"a job {index:02}")
    seen, path = [], "jobs?filter=startswith(Name,%20%27a%20job%27)&orderby=Name%20desc&top=10&api-version=v"
    skips = []
    while path is not None:
        page = plain.good("GET", path)
        seen += [item["name"] for item in page["value"]]
        link = page["nextLink"]
        path = None
        if link is not None:
            assert link.startswith(f"{plain.url}{plain.workspace}/jobs?filter=startswith")
            query = parse_qs(urlsplit(link).query)
            assert query["orderby"] == ["Name desc"]
            assert (query["top"], query["api-version"]) == (["10"], ["v"])
            skips.append(query["skip"][0])
            path = link.partition(plain.workspace)[2].lstrip("/")
    assert seen == [f"a job {index:02}" for index in reversed(range(25))]
    assert skips == ["10", "20"]
    # From anywhere else, and beyond the end.
    assert [item["name"] for item in plain.good("GET", "jobs?skip=23")["value"]] == ["a job 23", "a job 24"]
    assert plain.good("GET", "jobs?skip=25") == {"value": [], "nextLink": None}
    assert plain.good("GET", "jobs?top=25")["nextLink"] is None


def followed(plain, path, meanwhile):
    """The names on the pages of a list, each of which is followed by something else."""
    names = []
    while path is not None:
        page = plain.good("GET", path)
        names += [item["name"] for item in page["value"]]
        meanwhile()
        link = page["nextLink"]
        path = None if link is None else link.partition(plain.workspace)[2].lstrip("/")
    return names


@pytest.mark.parametrize("path", ["jobs", "toplevelitems", "jobs?filter=State%20eq%20%27Succeeded%27"])
def test_pages_go_on_where_they_ended_whatever_others_do(plain, local, path):
    """Others read the same list, delete what was listed already, and add what comes before it."""
    target = local.get_target("scripted.alpha")
    jobs = [target.submit("ok", name=f"{index:02}" + 1000 * "\N{CAT FACE}") for index in range(30)]
    left = list(jobs)
    way = f"{path}{'&' if '?' in path else '?'}top=4&orderby=Name%20asc"

    def meanwhile():
        left.pop(0).delete()
        target.submit("ok", name="!")
        plain.good("GET", way)

    assert followed(plain, way, meanwhile) == [job.name for job in jobs]


def test_jobs_of_a_session_are_cancelled_while_they_are_listed(open_workspace, held):
    workspace = open_workspace(executor=held, workers=1)
    session = workspace.get_target("scripted.alpha").open_session()
    for _ in range(250):
        session.submit("ok")
    for job in session.list_jobs(status="Waiting"):
        job.cancel()
    assert len(list(session.list_jobs(status="Cancelled"))) == 249


@pytest.mark.parametrize(
    "query",
    [
        "place=x",
        "place=WzEsMl0",
        "skip=-1",
        "top=0",
        "top=x",
        "skip=1e3",
        "orderby=Nonsense",
        "orderby=Name%20up",
        "filter=Name",
        "filter=Name%20eq%20%27a",
        "filter=CreationTime%20ge%20soon",
        "filter=(Target%20eq%20%27a%27%20or%20State%20eq%20%27b%27)",
    ],
)
def test_questions_that_cannot_be_understood(plain, query):
    status, _, answer = plain.ask("GET", f"jobs?{query}")
    assert (status, answer["error"]["code"]) == (400, "InvalidInput")


def test_updates_by_both_routes(plain):
    plain.submit("j")
    for path, name in (("jobs/j", "first"), ("jobUpdateOptions/j", "second")):
        headers = {"content_type": "application/merge-patch+json"}
        answer = plain.good("PATCH", path, {"name": name, "priority": "High", "tags": ["t"]}, **headers)
        assert answer == {"id": "j", "name": name, "priority": "High", "tags": ["t"]}
        assert plain.good("GET", "jobs/j")["name"] == name


def test_delete(plain):
    plain.submit("j")
    assert plain.ask("DELETE", "jobs/j")[0] == 204
    assert plain.ask("DELETE", "jobs/j")[0] == 404


def test_cancel_of_a_job_that_has_ended(plain):
    plain.submit("j")
    assert plain.good("POST", "jobs/j:cancel")["status"] == "Succeeded"


def test_providers(plain):
    providers = {provider["id"]: provider for provider in plain.good("GET", "providerStatus")["value"]}
    (target,) = providers["rigetti"]["targets"]
    assert (target["id"], target["currentAvailability"], target["averageQueueTime"], target["numQubits"]) == (
        "rigetti.sim.qvm",
        "Available",
        0,
        20,
    )
    assert target["targetProfile"] == "Base"
    suite = "/subscriptions/x/providers/Microsoft.Quantum/suiteOffers/Rigetti"
    key = {"x-ms-quantum-api-key": plain.key}
    assert plain.raw("GET", f"{plain.url}{suite}/providerStatus", headers=key)[2] == providers["rigetti"]
    assert plain.raw("GET", f"{plain.url}{suite}/quotaUsages", headers=key)[0] == 200


def test_quotas(plain):
    quota = plain.good("GET", "quotas")["value"][0]
    assert quota.keys() == {
        "dimension", "scope", "providerId", "utilization", "holds", "limit", "period",
    }  # fmt: skip
    assert plain.good("GET", "quotaUsages?providerId=IonQ")["value"][0]["providerId"] == "ionq"
    assert plain.ask("GET", "quotaUsages")[0] == 400
    assert plain.ask("GET", "quotaUsages?providerId=nobody")[0] == 404


def test_the_output_in_the_formats_own_name(plain):
    """A provider's own format is the raw output; what the service translates is not."""
    plain.submit("j", outputDataFormat="microsoft.quantum-results.v1")
    assert "/outputData?" in plain.good("GET", "jobs/j")["outputDataUri"]
    plain.submit("k", "fail X y", outputDataFormat="ionq.quantum-results.v1")
    assert "/rawOutputData?" in plain.good("GET", "jobs/k")["outputDataUri"]


def test_health_and_description(plain):
    assert plain.raw("GET", f"{plain.url}/health")[2] == {"status": "ok"}
    description = plain.raw("GET", f"{plain.url}/openapi.json")[2]
    assert description["openapi"] == "3.1.0"
    assert json.dumps(description).count("$ref") > 10


def test_request_ids(plain):
    _, headers, _ = plain.ask("GET", "jobs", x_ms_client_request_id="mine")
    assert headers["x-ms-client-request-id"] == "mine"
    first, second = (plain.ask("GET", "jobs")[1]["x-ms-request-id"] for _ in range(2))
    assert first != second
