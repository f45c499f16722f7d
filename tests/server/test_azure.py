"""Azure Quantum itself, as far as it can be had without an account: see azure_replay."""

import asyncio
from datetime import UTC, datetime

import pytest

from quire import Payload, Workspace, hookimpl
from quire.errors import (
    AccessDeniedError,
    ConfigurationError,
    ConflictError,
    NotFoundError,
    ServiceUnavailableError,
    SessionClosedError,
)
from quire.transport.authorization import KeyAuthorization, TokenAuthorization
from quire.transport.azure import look_up_endpoint, place_of, read_connection_string, resource_url
from quire.transport.http import DATA_PLANE_SCOPE
from quire.transport.remote import RemoteService
from server.azure_replay import OUTPUT, RESOURCE_ID, AzureReplay

PROGRAM = Payload(b"some QIR")
CONNECTION_STRING = (
    "SubscriptionId=11111111-2222-3333-4444-555555555555;ResourceGroupName=rg;WorkspaceName=mine;"
    "ApiKey=secret;QuantumEndpoint=https://eastus.quantum.azure.com/;"
)


class Token:
    token = "a-token"
    expires_on = 4_000_000_000


class Credential:
    """What a credential of azure.identity is to us."""

    def __init__(self):
        self.scopes = []

    def get_token(self, scope):
        self.scopes.append(scope)
        return Token()


class Broken:
    def get_token(self, scope):
        raise RuntimeError("please run az login")


class Opens:
    """Opens replay: URLs as workspaces of the replay server, where a real one has https."""

    def __init__(self, replay, authorization):
        self._url = replay.url + RESOURCE_ID
        self._authorization = authorization

    @hookimpl
    def open_transport(self, url, options):
        if url == "replay:":
            return RemoteService(self._url, self._url, self._authorization, options.relay.register_targets())
        return None


@pytest.fixture
def replay():
    server = AzureReplay()
    yield server
    server.close()


@pytest.fixture
def credential():
    return Credential()


@pytest.fixture
def workspace(replay, credential):
    opens = Opens(replay, TokenAuthorization(credential, DATA_PLANE_SCOPE))
    with Workspace("replay:", plugins=[opens]) as opened:
        yield opened


@pytest.fixture
def target(workspace):
    return workspace.get_target("ionq.simulator")


def test_targets(workspace):
    assert [target.name for target in workspace.get_targets()] == [
        "echo-output",
        "ionq.qpu.aria-1",
        "ionq.simulator",
    ]
    assert workspace.get_target("echo-output").provider_id == "Microsoft.Test.FirstParty"
    assert workspace.get_target("ionq.simulator").spec.num_qubits == 29


def test_a_job_from_submission_to_results(target, replay):
    job = target.submit(PROGRAM, name="job", shots=2)
    assert (job.status, job.details.creation_time) == (
        "Waiting",
        datetime(2025, 10, 9, 0, 11, 19, 387298, UTC),
    )
    assert job.get_results() == {"[0, 1]": 1.0}
    assert job.output() == OUTPUT
    assert job.input() == PROGRAM.data
    assert replay.blobs == {f"/store/job-{job.id}/inputData": PROGRAM.data}
    submitted = next(document for method, path, _, _, document in replay.requests if path.endswith(job.id))
    assert submitted["inputParams"] == {"shots": 2}
    assert "sig=" not in submitted["inputDataUri"]
    assert "quire" not in submitted


def test_waiting_in_asyncio(target):
    jobs = [target.submit(PROGRAM) for _ in range(3)]

    async def wait():
        return await asyncio.gather(*(job.results_async() for job in jobs))

    assert [results.counts for results in asyncio.run(wait())] == [{"[0, 1]": 2}] * 3


def test_each_request_carries_the_token_but_those_to_storage(target, replay, credential):
    target.submit(PROGRAM).get_results()
    assert credential.scopes == [DATA_PLANE_SCOPE]
    for _, path, query, headers, _ in replay.requests:
        if path.startswith("/store/"):
            assert "authorization" not in headers
        else:
            assert headers["authorization"] == "Bearer a-token"
            assert "api-version" in query


def test_a_session(target, replay):
    with target.open_session(name="My Session") as session:
        assert session.status == "Waiting"
        job = target.submit(PROGRAM)
        assert replay.jobs[job.id]["sessionId"] == session.id
    assert session.status == "Executing"
    assert [listed.id for listed in session.list_jobs()] == [job.id]
    assert session.details.creation_time.microsecond == 206887


def test_a_session_is_waited_for_by_its_newest_job(target, replay):
    """Each look is a request, and a session may have a thousand jobs."""
    with target.open_session() as session:
        for index in range(5):
            target.submit(PROGRAM, job_id=f"job-{index}")
    for index in range(3):
        replay.jobs[f"job-{index}"]["status"] = "Succeeded"
    session.wait()
    looked_at = [path.rpartition("/")[2] for path in replay.paths("GET") if "/jobs/" in path]
    assert list(dict.fromkeys(looked_at)) == ["job-4", "job-3"]
    assert [results.counts for results in session.results()] == [{"[0, 1]": 2}] * 5


def test_a_session_that_has_ended(target):
    with pytest.raises(SessionClosedError, match="already in a terminal state"):
        target.submit(PROGRAM, session="ended")


def test_cancelling_a_session(target, replay):
    session = target.open_session()
    job = target.submit(PROGRAM)
    session.cancel()
    assert job.refresh().status == "Cancelled"
    assert f"{RESOURCE_ID}/sessions/{session.id}:close" in replay.paths("POST")


def test_lists_go_on_at_the_same_host(workspace, target):
    ids = sorted(target.submit(PROGRAM, name=f"job {index}").id for index in range(5))
    assert [job.id for job in workspace.list_jobs()] == ids


def test_filters_are_kept_to_the_letter(workspace, target, replay):
    """The service knows days; what it lets through is looked at once more."""
    for index, minute in enumerate((10, 20, 30)):
        job = target.submit(PROGRAM, name=f"{index}")
        replay.jobs[job.id]["creationTime"] = f"2025-10-09T00:{minute}:00"
    found = workspace.list_jobs(created_after=datetime(2025, 10, 9, 0, 15, tzinfo=UTC), name_match="2")
    assert [job.name for job in found] == ["2"]
    asked = [request[2]["filter"][0] for request in replay.requests if "filter" in request[2]]
    assert asked == ["startswith(Name, '2') and CreationTime ge 2025-10-09"]


def test_cancel_update_delete(target, replay):
    job = target.submit(PROGRAM)
    assert job.update(name="new").name == "new"
    assert job.cancel().status == "Cancelled"
    job.delete()
    with pytest.raises(NotFoundError):
        job.refresh()


def test_attachments(target):
    job = target.submit(PROGRAM)
    job.upload_attachment("notes", b"hello")
    assert [(file.name, file.size) for file in job.list_attachments()] == [("notes", 5)]
    assert job.download_attachment("notes") == b"hello"
    with pytest.raises(ConflictError):
        job.upload_attachment("notes", b"again")
    with pytest.raises(NotFoundError):
        job.download_attachment("nothing")


def test_what_passes_is_tried_again(target, replay):
    replay.failures.extend([(503, {}), (429, {"retry-after": "0"}), (500, {})])
    assert target.submit(PROGRAM).status == "Waiting"
    assert not replay.failures


def test_what_does_not_pass_is_told(target, replay):
    replay.failures.extend([(429, {"retry-after": "0"})] * 6)
    with pytest.raises(ServiceUnavailableError, match="429"):
        target.submit(PROGRAM)
    assert not replay.failures


def test_no_access(replay, workspace):
    replay.failures.append((401, {}))
    with pytest.raises(AccessDeniedError, match="401"):
        workspace.get_job("j")


def test_a_credential_that_gives_no_token(replay):
    opens = Opens(replay, TokenAuthorization(Broken(), DATA_PLANE_SCOPE))
    with pytest.raises(AccessDeniedError, match="az login"):
        Workspace("replay:", plugins=[opens])


def test_an_api_key(replay):
    opens = Opens(replay, KeyAuthorization("secret"))
    with Workspace("replay:", plugins=[opens]) as workspace:
        workspace.get_target("ionq.simulator").submit(PROGRAM)
    assert replay.requests[0][3]["x-ms-quantum-api-key"] == "secret"


def test_the_endpoint_is_looked_up(replay, credential):
    assert look_up_endpoint(RESOURCE_ID, credential, replay.url) == replay.url
    assert credential.scopes == ["https://management.azure.com/.default"]
    replay.failures.append((404, {}))
    with pytest.raises(NotFoundError, match="there is no workspace"):
        look_up_endpoint(RESOURCE_ID, credential, replay.url)


# Which workspace is meant


def test_connection_strings():
    place = read_connection_string(CONNECTION_STRING)
    assert (place.url, place.api_key) == (f"https://eastus.quantum.azure.com{RESOURCE_ID}", "secret")
    assert "secret" not in repr(place)


@pytest.mark.parametrize("text", ["", "nonsense", CONNECTION_STRING.replace("ApiKey=secret;", "")])
def test_connection_strings_that_are_none(text):
    with pytest.raises(ConfigurationError) as error:
        Workspace.from_connection_string(text)
    assert "secret" not in str(error.value)


def test_a_connection_string_of_a_server(serve, local, switchboard):
    client = serve(local)
    text = CONNECTION_STRING.replace("https://eastus.quantum.azure.com/", client.url).replace(
        "secret", client.key
    )
    with Workspace.from_connection_string(text) as workspace:
        assert "ionq.simulator" in [target.name for target in workspace.get_targets()]


def test_resource_ids():
    assert resource_url(RESOURCE_ID, "East US") == f"azure:{RESOURCE_ID}?location=East%20US"
    place = place_of(f"azure:{RESOURCE_ID}?location=East%20US", {})
    assert (place.resource_id, place.location) == (RESOURCE_ID, "eastus")
    with pytest.raises(ConfigurationError, match="no resource id"):
        Workspace(resource_id="/subscriptions/mine", location="eastus")
    with pytest.raises(ConfigurationError, match="not both"):
        Workspace("memory:", resource_id=RESOURCE_ID)
    with pytest.raises(ConfigurationError, match="goes with"):
        Workspace("memory:", location="eastus")


def test_the_environment():
    environment = {
        "AZURE_QUANTUM_SUBSCRIPTION_ID": "11111111-2222-3333-4444-555555555555",
        "AZURE_QUANTUM_WORKSPACE_RG": "rg",
        "AZURE_QUANTUM_WORKSPACE_NAME": "mine",
        "AZURE_QUANTUM_WORKSPACE_LOCATION": "West US",
    }
    place = place_of("azure:", environment)
    assert (place.resource_id, place.location) == (RESOURCE_ID, "westus")
    assert place_of("azure:", {"AZURE_QUANTUM_CONNECTION_STRING": CONNECTION_STRING}).api_key == "secret"
    for name in list(environment)[:3]:
        with pytest.raises(ConfigurationError, match=name):
            place_of("azure:", {key: value for key, value in environment.items() if key != name})


@pytest.mark.parametrize("url", ["http://127.0.0.1:1", f"azure:{RESOURCE_ID}"])
@pytest.mark.parametrize(
    "setting", [{"workers": 2}, {"executor": "inline"}, {"session_timeout": 5}, {"job_timeout": 5}]
)
def test_settings_of_the_service_are_refused(url, setting):
    with pytest.raises(ConfigurationError, match=next(iter(setting))):
        Workspace(url, **setting)


def test_settings_that_do_not_fit():
    with pytest.raises(ConfigurationError, match="unencrypted"):
        Workspace("http://127.0.0.1:1", credential=Credential())
    with pytest.raises(ConfigurationError, match="location="):
        Workspace(resource_id=RESOURCE_ID, api_key="secret")
    with pytest.raises(ConfigurationError, match="api_key="):
        Workspace("memory:", api_key="secret")
    with pytest.raises(ConfigurationError, match="credential="):
        Workspace("memory:", credential=Credential())
