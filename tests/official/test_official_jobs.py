"""Jobs through Microsoft's SDK: lists, filters, cancel, update, delete, attachments, errors, large files."""

from concurrent.futures import Executor, Future
from datetime import datetime, timedelta
from functools import partial

import pytest
from azure.core.credentials import AzureKeyCredential
from azure.core.exceptions import ClientAuthenticationError, ResourceExistsError, ResourceNotFoundError
from azure.quantum import Job, Workspace
from azure.storage.blob import ContainerClient

import scripted_target
from official.conftest import API_KEY
from quire.azure import workspace as official_workspace
from quire.transport.http import LOCAL_WORKSPACE


class Stalled(Executor):
    """An executor that begins nothing, so that jobs stay as they are."""

    def submit(self, fn, /, *args, **kwargs):
        return Future()


def submit(target, program="ok", name="job", **options):
    return target.submit(program, name, input_data_format=scripted_target.FORMAT,
                         output_data_format="microsoft.quantum-results.v2", **options)  # fmt: skip


def names(items):
    return [item.details.name for item in items]


def test_a_job_that_fails(scripted):
    job = submit(scripted, "fail InvalidInputData the program is nonsense")
    job.wait_until_completed()
    assert job.details.status == "Failed"
    assert (job.details.error_data.code, job.details.error_data.message) == (
        "InvalidInputData",
        "the program is nonsense",
    )
    with pytest.raises(RuntimeError, match="job execution failed"):
        job.get_results()


def test_an_output_format_that_nobody_knows(scripted):
    job = scripted.submit("ok", "job", input_data_format=scripted_target.FORMAT, output_data_format="no.such")
    job.wait_until_completed()
    assert (job.details.status, job.details.error_data.code) == ("Failed", "CannotTranslateOutputData")


def test_what_was_said_of_a_job_comes_back(scripted):
    job = submit(scripted, shots=7, input_params={"extra": [1, {"a": None}]})
    found = scripted.workspace.get_job(job.id)
    assert found.details.input_params == {"extra": [1, {"a": None}], "shots": 7}
    assert found.details.provider_id == "scripted"
    assert found.details.job_type == "QuantumComputing"
    assert len(found.get_results_shots()) == 7


def test_cancel(serve_scripted):
    workspace, _ = serve_scripted(executor=Stalled(), workers=1)
    target = workspace.get_targets(scripted_target.ALPHA)
    running, waiting = submit(target), submit(target)
    assert workspace.cancel_job(waiting).details.status == "Cancelled"
    assert workspace.cancel_job(running).details.status == "Cancelled"
    with pytest.raises(RuntimeError, match="CANCELLED"):
        waiting.get_results()


def test_update(scripted):
    job = submit(scripted, name="before")
    job.update(name="after", tags=["a", "b"])
    assert (job.details.name, job.details.tags) == ("after", ["a", "b"])
    assert scripted.workspace.get_job(job.id).details.name == "after"


def test_delete(scripted):
    job = submit(scripted)
    job.delete()
    with pytest.raises(ResourceNotFoundError):
        scripted.workspace.get_job(job.id)


def test_delete_of_a_job_that_has_not_ended(serve_scripted):
    workspace, _ = serve_scripted(executor=Stalled(), workers=1)
    job = submit(workspace.get_targets(scripted_target.ALPHA))
    with pytest.raises(ResourceExistsError):
        job.delete()


def test_attachments(scripted):
    job = submit(scripted)
    job.upload_attachment("notes é.json", b'{"a": 1}')
    assert job.download_attachment("notes é.json") == b'{"a": 1}'
    assert {blob.name for blob in job.list_attachments()} == {"inputData", "outputData", "notes é.json"}
    with pytest.raises(ResourceExistsError):
        job.upload_attachment("notes é.json", b"again")


def test_lists_and_filters(serve_scripted):
    workspace, _ = serve_scripted()
    alpha, beta = (workspace.get_targets(name) for name in (scripted_target.ALPHA, scripted_target.BETA))
    submit(alpha, name="one")
    submit(beta, name="two")
    submit(alpha, "fail X y", name="three")
    with beta.open_session(name="session"):
        submit(beta, name="inside")
    now = datetime.now()
    assert names(workspace.list_jobs()) == ["one", "two", "three", "inside"]
    assert names(workspace.list_jobs(name_match="t")) == ["two", "three"]
    assert names(workspace.list_jobs(status=["Failed"])) == ["three"]
    assert names(workspace.list_jobs(target=[scripted_target.BETA])) == ["two", "inside"]
    assert names(workspace.list_jobs(provider=["nobody"])) == []
    assert names(workspace.list_jobs(job_type=["QuantumComputing"])) == names(workspace.list_jobs())
    assert names(workspace.list_jobs(created_after=now + timedelta(days=2))) == []
    assert names(workspace.list_jobs(created_before=now + timedelta(days=2), name_match="o")) == ["one"]
    assert names(workspace.list_jobs(orderby_property="Name", is_asc=False)) == [
        "two",
        "three",
        "one",
        "inside",
    ]
    assert names(workspace.list_top_level_items()) == ["one", "two", "three", "session"]
    assert names(workspace.list_top_level_items(item_type=["Session"])) == ["session"]


def test_filters_of_sessions_and_of_all_items(serve_scripted, clock):
    workspace, _ = serve_scripted()
    alpha, beta = (workspace.get_targets(name) for name in (scripted_target.ALPHA, scripted_target.BETA))
    with alpha.open_session(name="closed") as closed:
        submit(alpha, name="one")
        submit(alpha, name="two")
    with beta.open_session(name="failed"):
        submit(beta, "fail X y", name="three")
    clock.advance(1)
    submit(workspace.get_targets(scripted_target.ALPHA), name="alone")
    day = timedelta(days=2)
    now = datetime.now()
    sessions, items = workspace.list_sessions, workspace.list_top_level_items
    assert names(sessions()) == ["closed", "failed"]
    assert names(sessions(status=["Failed"])) == ["failed"]
    assert names(sessions(status=["Failed", "Succeeded"])) == ["closed", "failed"]
    assert names(sessions(target=[scripted_target.ALPHA])) == ["closed"]
    assert names(sessions(provider=["scripted"])) == ["closed", "failed"]
    assert names(sessions(provider=["nobody"])) == []
    assert names(sessions(created_after=now - day, created_before=now + day)) == ["closed", "failed"]
    assert names(sessions(created_after=now + day)) == names(sessions(created_before=now - day)) == []
    assert names(sessions(orderby_property="Name", is_asc=False)) == ["failed", "closed"]
    assert names(items()) == ["closed", "failed", "alone"]
    assert names(items(name_match="a")) == ["alone"]
    assert names(items(item_type=["Job"])) == ["alone"]
    assert names(items(job_type=["QuantumComputing"])) == ["alone"]
    assert names(items(provider=["scripted"], target=[scripted_target.BETA])) == ["failed"]
    assert names(items(status=["Succeeded"])) == ["closed", "alone"]
    assert names(items(created_after=now - day, created_before=now + day)) == names(items())
    assert names(items(orderby_property="Name", is_asc=True)) == ["alone", "closed", "failed"]
    assert names(closed.list_jobs()) == ["one", "two"]
    jobs = partial(workspace.list_session_jobs, closed.id)
    assert names(jobs(name_match="t", status=["Succeeded"])) == ["two"]
    assert names(jobs(status=["Failed"])) == []
    assert names(jobs(orderby_property="Name", is_asc=False)) == ["two", "one"]


def test_pages(serve_scripted):
    workspace, local = serve_scripted()
    target = local.get_target(scripted_target.ALPHA)
    for index in range(250):
        target.submit("ok", name=f"{index:03}")
    assert names(workspace.list_jobs()) == [f"{index:03}" for index in range(250)]
    assert names(workspace.list_jobs(name_match="1")) == [f"{index:03}" for index in range(100, 200)]


def test_targets(workspace):
    target = workspace.get_targets("ionq.simulator")
    assert (target.name, target.provider_id, target.current_availability) == (
        "ionq.simulator",
        "ionq",
        "Available",
    )
    assert {item.name for item in workspace.get_targets(provider_id="rigetti")} == {"rigetti.sim.qvm"}


def test_quotas(workspace):
    assert {quota["providerId"] for quota in workspace.get_quotas()} >= {"ionq", "quantinuum", "rigetti"}


def test_a_wrong_key(url):
    with pytest.raises(ClientAuthenticationError, match="Unauthorized"):
        list(official_workspace(url, "wrong").list_jobs())


def test_a_payload_that_comes_in_parts(scripted):
    """More than 64 MiB in one request are cut up by the storage client; here its threshold is lowered."""
    from azure.storage.blob import BlobClient

    job = submit(scripted)
    sas = scripted.workspace.get_container_uri(job_id=job.id)
    path, _, query = sas.partition("?")
    data = bytes(range(256)) * 1024
    with BlobClient.from_blob_url(
        f"{path}/large?{query}", max_single_put_size=1024, max_block_size=60_000, max_chunk_get_size=50_000,
        max_single_get_size=50_000,
    ) as blob:  # fmt: skip
        blob.upload_blob(data)
        assert blob.download_blob().readall() == data
    assert job.download_attachment("large") == data


def test_a_payload_of_several_jobs(scripted):
    """A file that lies in no job's container is there for each job that names it."""
    workspace = scripted.workspace
    container = workspace.get_container_uri(container_name="shared")
    ContainerClient.from_container_url(container).upload_blob("program", "ok")
    path, _, _ = container.partition("?")
    for name in ("first", "second"):
        job = Job.from_storage_uri(
            workspace, name, scripted.name, f"{path}/program", "scripted",
            input_data_format=scripted_target.FORMAT, output_data_format="microsoft.quantum-results.v2",
            input_params={"shots": 2},
        )  # fmt: skip
        assert job.get_results(timeout_secs=60) == {"[0, 1]": 1.0}


@pytest.mark.parametrize(
    "names",
    [
        {"resource_id": LOCAL_WORKSPACE},
        {
            "subscription_id": "11111111-2222-3333-4444-555555555555",
            "resource_group": "any",
            "name": "any-name",
        },
    ],
)
def test_a_workspace_of_any_name(url, names):
    workspace = Workspace(
        **names, location="West US", credential=AzureKeyCredential(API_KEY), _quantum_endpoint=url + "/"
    )
    assert workspace.get_targets("ionq.simulator").name == "ionq.simulator"
