"""Files as Azure's storage client sends and reads them: parts, ranges, lists, conflicts."""

import asyncio
import base64
import json
import re
from datetime import UTC, datetime
from urllib.parse import quote

import pytest

from quire.server.backend import MAX_SMALL_BYTES, Backend
from quire.server.files import Files
from quire.server.settings import ServerSettings
from quire.service.definition import MAX_PAYLOAD_BYTES


@pytest.fixture
def container(plain):
    """The path and the signature of a container of no job."""
    return signed(plain, "mine")


def signed(plain, name):
    """The path and the signature of a container."""
    return plain.good("POST", "storage/sasUri", {"containerName": name})["sasUri"].split("?")


def uploaded(container, name):
    """The definition of a job whose payload is a file."""
    return {"name": "job", "target": "scripted.alpha", "inputDataUri": f"{container[0]}/{name}"}


def _in_path(name):
    return quote(name, safe="/%")


def put(plain, container, name, data, more="", **headers):
    path, signature = container
    given = {name.replace("_", "-"): value for name, value in headers.items()}
    return plain.raw("PUT", f"{path}/{_in_path(name)}?{more}{signature}", data, given)


def get(plain, container, name, **headers):
    path, signature = container
    given = {name.replace("_", "-"): value for name, value in headers.items()}
    return plain.raw("GET", f"{path}/{_in_path(name)}?{signature}", headers=given)


def test_ranges(plain, container):
    assert put(plain, container, "a", b"0123456789", x_ms_blob_content_type="text/x")[0] == 201
    status, headers, body = get(plain, container, "a", x_ms_range="bytes=0-33554431")
    assert (status, headers["content-range"], body) == (206, "bytes 0-9/10", b"0123456789")
    assert headers["content-type"].startswith("text/x")
    status, headers, body = get(plain, container, "a", range="bytes=3-5")
    assert (status, headers["content-range"], body) == (206, "bytes 3-5/10", b"345")
    status, headers, body = get(plain, container, "a", x_ms_range="bytes=8-")
    assert (status, headers["content-range"], body) == (206, "bytes 8-9/10", b"89")
    assert get(plain, container, "a")[0] == 200
    for beyond in ("bytes=10-", "bytes=5-4"):
        status, headers, _ = get(plain, container, "a", x_ms_range=beyond)
        assert (status, headers["x-ms-error-code"]) == (416, "InvalidRange")


def test_an_empty_file(plain, container):
    assert put(plain, container, "empty", b"")[0] == 201
    status, headers, _ = get(plain, container, "empty", x_ms_range="bytes=0-33554431")
    assert (status, headers["x-ms-error-code"]) == (416, "InvalidRange")
    assert get(plain, container, "empty")[2] == b""


def test_properties(plain, container):
    put(plain, container, "a", b"0123456789")
    path, signature = container
    status, headers, body = plain.raw("HEAD", f"{path}/a?{signature}")
    assert (status, headers["content-length"], body) == (200, "10", b"")


def test_a_file_that_is_not_there(plain, container):
    status, headers, body = get(plain, container, "nothing")
    assert (status, headers["x-ms-error-code"]) == (404, "BlobNotFound")
    assert b"<Error><Code>BlobNotFound</Code>" in body


def test_parts_in_any_order(plain, container):
    ids = [base64.b64encode(f"{index:04}".encode()).decode() for index in range(3)]
    for index in (2, 0, 1):
        assert (
            put(plain, container, "big", f"part {index};".encode(), f"comp=block&blockid={ids[index]}&")[0]
            == 201
        )
    assert get(plain, container, "big")[0] == 404
    blocks = "".join(f"<Latest>{block}</Latest>" for block in ids)
    xml = f"<?xml version='1.0'?><BlockList>{blocks}</BlockList>".encode()
    assert put(plain, container, "big", xml, "comp=blocklist&", if_none_match="*")[0] == 201
    assert get(plain, container, "big")[2] == b"part 0;part 1;part 2;"
    assert put(plain, container, "big", xml, "comp=blocklist&")[0] == 400  # the parts are used up


@pytest.mark.parametrize("body", [b"", b"nonsense", b"<BlockList><Latest>bm9uZQ==</Latest></BlockList>"])
def test_a_list_of_parts_that_makes_no_sense(plain, container, body):
    assert put(plain, container, "big", body, "comp=blocklist&")[0] == 400


def test_parts_together_have_a_limit(plain, container):
    assert put(plain, container, "big", b"x" * (MAX_PAYLOAD_BYTES - 1), "comp=block&blockid=MQ==&")[0] == 201
    status, _, body = put(plain, container, "big", b"xx", "comp=block&blockid=Mg==&")
    assert (status, b"67,108,864 bytes" in body) == (400, True)
    assert put(plain, container, "big", b"x", "comp=block&blockid=Mg==&")[0] == 201


def test_what_is_there_is_replaced_only_if_allowed(plain, container):
    assert put(plain, container, "a", b"one")[0] == 201
    status, headers, _ = put(plain, container, "a", b"two", if_none_match="*")
    assert (status, headers["x-ms-error-code"]) == (409, "BlobAlreadyExists")
    assert put(plain, container, "a", b"three")[0] == 201
    assert get(plain, container, "a")[2] == b"three"


def test_old_clients_ask_for_the_container_and_make_it(plain, container):
    path, signature = container
    assert plain.raw("GET", f"{path}?restype=container&{signature}")[0] == 200
    assert plain.raw("PUT", f"{path}?restype=container&{signature}")[0] == 201


def test_the_files_of_a_job(plain):
    plain.submit("j")
    sas = plain.good("POST", "storage/sasUri", {"containerName": "job-j"})["sasUri"].split("?")
    assert put(plain, sas, "notes <&>.txt", b"hello")[0] == 201
    path, signature = sas
    status, headers, body = plain.raw("GET", f"{path}?restype=container&comp=list&{signature}")
    assert (status, headers["content-type"]) == (200, "application/xml")
    for name in ("inputData", "outputData", "notes &lt;&amp;&gt;.txt"):
        assert f"<Name>{name}</Name>".encode() in body
    for name in ("inputData", "outputData", "rawOutputData"):
        assert put(plain, sas, name, b"other")[0] == 409
    assert get(plain, sas, "inputData")[2] == b"ok"


def test_files_of_a_job_go_with_it(plain, local):
    plain.submit("j")
    sas = plain.good("POST", "storage/sasUri", {"containerName": "job-j"})["sasUri"].split("?")
    put(plain, sas, "notes", b"hello")
    plain.ask("DELETE", "jobs/j")
    assert get(plain, sas, "notes")[0] == 404


def test_uploads_that_no_job_takes_over_are_forgotten(plain, container, local, clock):
    put(plain, container, "a", b"one")
    put(plain, container, "b", b"part", "comp=block&blockid=AAAA&")
    clock.advance(23 * 3600)
    assert local.transport.blobs.expire() == 0
    clock.advance(2 * 3600)
    assert local.transport.blobs.expire() == 2
    assert local.transport.blobs.get("mine", "a") is None


@pytest.mark.parametrize("name", ["../../etc/passwd", "..%2F..%2Fetc%2Fpasswd", "%2e%2e/%2e%2e/x", "a/../b"])
def test_names_that_look_like_paths_are_names(plain, container, name):
    assert put(plain, container, name, b"harmless")[0] == 201
    assert get(plain, container, name)[2] == b"harmless"


@pytest.mark.parametrize("name", ["a%00b", "a%0Ab", "x" * 1025])
def test_names_that_no_file_may_have(plain, container, name):
    assert put(plain, container, name, b"")[0] in (400, 404)


@pytest.mark.parametrize("data", [b"ok", b"ok" + b" " * MAX_SMALL_BYTES])
def test_jobs_may_share_a_payload_that_is_in_no_container_of_theirs(plain, container, data):
    assert put(plain, container, "payload", data)[0] == 201
    for job_id in ("one", "two", "one"):
        plain.good("PUT", f"jobs/{job_id}", uploaded(container, "payload"))
    assert [job["status"] for job in plain.good("GET", "jobs")["value"]] == ["Succeeded"] * 2
    assert get(plain, container, "payload")[2] == data


def test_a_payload_that_is_not_there_is_named(plain, container):
    status, _, answer = plain.ask("PUT", "jobs/a", uploaded(container, "missing.qir"))
    assert (status, answer["error"]["message"]) == (404, "there is no file 'missing.qir' in 'mine'")


async def _forget(backend, *file):
    backend.forget_soon(*file)


def forgotten(local, meanwhile=lambda blobs: None):
    """What is left of a payload after it was seen, something else happened, and it was forgotten."""
    backend, blobs = Backend(local.transport, ServerSettings()), local.transport.blobs
    blobs.put("job-a", "inputData", b"ok")
    seen = blobs.get("job-a", "inputData")
    meanwhile(blobs)
    asyncio.run(_forget(backend, "job-a", "inputData", seen.creation_time))
    backend.close()
    return blobs.get("job-a", "inputData")


def test_an_uploaded_payload_is_forgotten_once_its_job_has_it(local):
    assert forgotten(local) is None


def test_one_that_came_into_its_place_is_not_forgotten(local, clock):
    def upload_again(blobs):
        clock.advance(0.001)
        blobs.put("job-a", "inputData", b"ok")

    assert forgotten(local, upload_again).data == b"ok"


@pytest.mark.parametrize(
    ("program", "files"), [("ok", ["inputData", "notes", "outputData"]), ("fail A b", ["inputData", "notes"])]
)
def test_what_was_uploaded_before_the_job_is_not_listed_as_its_own(plain, program, files):
    own = signed(plain, "job-a")
    for name in ("outputData", "rawOutputData", "inputData", "notes"):
        put(plain, own, name, b"from before")
    plain.submit("a", program)
    path, signature = own
    listed = plain.raw("GET", f"{path}?restype=container&comp=list&{signature}")[2]
    assert re.findall("<Name>(.*?)</Name>", listed.decode()) == files
    assert get(plain, own, "inputData")[2] == program.encode()
    assert get(plain, own, "notes")[2] == b"from before"


@pytest.mark.parametrize(
    ("program", "output_format", "name"),
    [
        ("ok", "microsoft.quantum-results.v2", "outputData"),
        ("params", "ionq.quantum-results.v1", "rawOutputData"),
        ("ok", "bogus", "outputData"),
        ("fail InvalidInputData no program", "microsoft.quantum-results.v2", "rawOutputData"),
        ("fail InvalidInputData no program", "ionq.quantum-results.v1", "rawOutputData"),
    ],
)
def test_what_an_output_is_called(plain, program, output_format, name):
    """As recorded: raw is what the provider gave or reported, and not what came of the translation."""
    plain.submit("a", program, outputDataFormat=output_format)
    assert plain.good("GET", "jobs/a")["outputDataUri"].partition("?")[0].endswith(f"/{name}")


@pytest.mark.parametrize("more", [0, 1])
def test_outputs_of_any_size(plain, local, more):
    """Few shots may have a large output."""
    text = "x" * (MAX_SMALL_BYTES - len('{"shots": 1, "text": ""}') + more)
    plain.submit("a", "params", inputParams={"shots": 1, "text": text})
    output = local.transport.get_output("a")
    assert len(output) == MAX_SMALL_BYTES + more
    assert ("outputText" in plain.good("GET", "jobs/a?output=inline")["quire"]) == (more == 0)
    status, _, found = plain.raw("GET", plain.good("GET", "jobs/a")["outputDataUri"])
    assert (status, found) == (200, json.loads(output))


def test_what_is_read_without_a_thread_is_judged_by_its_size(plain, local):
    plain.submit("a", "params", inputParams={"shots": 1})
    files, size = Files(local.transport), len('{"shots": 1}')
    for name in ("outputData", "rawOutputData"):
        assert files.read_small("job-a", name, size).data == b'{"shots": 1}'
        assert files.read_small("job-a", name, size - 1) is None
    for container, name in (("job-a", "inputData"), ("job-b", "outputData"), ("mine", "outputData")):
        assert files.read_small(container, name, size) is None
    blobs = local.transport.blobs
    blobs.put("mine", "payload", b"ok")
    assert blobs.get("mine", "payload", 2) == blobs.get("mine", "payload")
    assert blobs.get("mine", "payload", 1) is None


def test_outputs_that_come_along_are_small_together(plain):
    text = "x" * (MAX_SMALL_BYTES // 2 - 100)
    for job_id in "abcd":
        plain.submit(job_id, "params", inputParams={"text": text})
    answer = plain.good("GET", "jobs/a?output=inline&also=b&also=c&also=d")["quire"]
    assert "outputText" in answer
    assert [(job["id"], "outputText" in job["quire"]) for job in answer["also"]] == [
        ("b", True),
        ("c", True),
        ("d", False),
    ]


def test_attachments_are_replaced_unless_that_is_refused(plain):
    plain.submit("a")
    own = signed(plain, "job-a")
    assert put(plain, own, "notes", b"first", if_none_match="*")[0] == 201
    assert put(plain, own, "notes", b"second", if_none_match="*")[0] == 409
    assert get(plain, own, "notes")[2] == b"first"
    assert put(plain, own, "notes", b"third")[0] == 201
    assert get(plain, own, "notes")[2] == b"third"


def test_what_cannot_be_forgotten_is_logged(local, caplog):
    backend = Backend(local.transport, ServerSettings())
    asyncio.run(_forget(backend, "job-a", "inputData", datetime(2026, 1, 1, tzinfo=UTC)))
    local.close()
    backend.close()
    assert "a file that nobody needs could not be forgotten" in caplog.text
