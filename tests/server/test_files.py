"""Files as Azure's storage client sends and reads them: parts, ranges, lists, conflicts."""

import asyncio
import base64
from urllib.parse import quote

import pytest

from quire.server.backend import Backend
from quire.server.settings import ServerSettings


@pytest.fixture
def container(plain):
    """The path and the signature of a container of no job."""
    sas = plain.good("POST", "storage/sasUri", {"containerName": "mine"})["sasUri"]
    return sas.split("?")


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
    for name in ("inputData", "outputData", "rawOutputData", "notes <&>.txt"):
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


def test_another_payload_may_come_to_the_same_place(plain, container):
    path, signature = container
    for number in (1, 2):
        assert put(plain, container, "payload", b"ok", if_none_match="*")[0] == 201
        body = {"name": "job", "target": "scripted.alpha", "inputDataUri": f"{path}/payload?{signature}"}
        plain.good("PUT", f"jobs/{number}", body)
    assert [job["status"] for job in plain.good("GET", "jobs")["value"]] == ["Succeeded"] * 2


async def _forget(backend, *place):
    backend.forget_soon(*place)


def test_an_uploaded_payload_is_forgotten_once_its_job_has_it(local):
    backend = Backend(local.transport, ServerSettings())
    local.transport.blobs.put("job-a", "inputData", b"ok")
    asyncio.run(_forget(backend, "job-a", "inputData"))
    backend.close()
    assert local.transport.blobs.get("job-a", "inputData") is None


def test_what_cannot_be_forgotten_is_logged(local, caplog):
    backend = Backend(local.transport, ServerSettings())
    asyncio.run(_forget(backend, "job-a", "inputData"))
    local.close()
    backend.close()
    assert "a file that nobody needs could not be forgotten" in caplog.text
