"""Where requests may be addressed to, and that the addresses in answers lead there and nowhere else."""

import json
import socket

import pytest

import scripted_target
from quire import Workspace
from quire.errors import ConfigurationError
from quire.server.running import serving
from quire.server.settings import ServerSettings
from quire.transport.http import LOCAL_WORKSPACE
from server.plain import Plain
from server.raw_http import request, said
from server.switchboard import API_KEY

JOBS = f"{LOCAL_WORKSPACE}/jobs"
KEY = f"x-ms-quantum-api-key: {API_KEY}"


@pytest.fixture(scope="module")
def workspace():
    with Workspace("memory:", executor="inline", plugins=[scripted_target]) as opened:
        for job_id in ("j", "k"):
            opened.get_target(scripted_target.ALPHA).submit("ok", job_id=job_id)
        yield opened


@pytest.fixture(scope="module")
def server(workspace):
    settings = ServerSettings(port=0, api_key=API_KEY, allowed_hosts=("Lab.example",))
    with serving(workspace.transport, settings) as server:
        yield server


def asked(server, path, *hosts):
    named = [f"Host: {host}" for host in hosts]
    head, _, body = said(server.url, request(path, *named, KEY)).partition(b"\r\n\r\n")
    return int(head.split()[1]), json.loads(body)


NO_HOSTS = [
    ["evil.example"],
    ["127.0.0.1:x@evil.example"],
    ["127.0.0.1:1@evil.example"],
    ["127.0.0.1@evil.example"],
    ["127.0.0.1:1/evil"],
    ["127.0.0.1/evil"],
    ["127.0.0.1:"],
    ["127.0.0.1:123456"],
    ["127.0.0.1:\u00b2"],
    ["127.0.0.1:1:2"],
    ["127.0.0.1 evil.example"],
    ["127.0.0.1?evil"],
    ["127.0.0.1#evil"],
    ["localhost."],
    ["::1"],
    ["[::1]evil.example"],
    ["[::1]@evil.example:80"],
    ["[::1"],
    ["[evil]"],
    [""],
    [],
    ["127.0.0.1", "evil.example"],
    ["evil.example", "127.0.0.1"],
    ["127.0.0.1", "127.0.0.1"],
]


@pytest.mark.parametrize("hosts", NO_HOSTS)
@pytest.mark.parametrize("path", ["/health", "/openapi.json", "/ui/", f"{JOBS}?top=1"])
def test_what_is_not_the_name_of_this_server(server, hosts, path):
    status, answer = asked(server, path, *hosts)
    assert (status, answer["error"]["code"]) == (400, "InvalidInput")
    assert answer["error"]["innererror"]["argument"] == "Host"


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "127.0.0.1:80", "LOCALHOST:65535", "[::1]", "[::1]:8042", "lab.EXAMPLE:1"]
)
def test_addresses_lead_to_the_name_that_was_checked(server, host):
    status, page = asked(server, f"{JOBS}?top=1", host)
    assert status == 200
    assert page["nextLink"].startswith(f"http://{host}/subscriptions/")
    _, job = asked(server, f"{JOBS}/j", host)
    assert job["outputDataUri"].startswith(f"http://{host}/job-j/job-j/outputData?")
    assert asked(server, "/openapi.json", host)[1]["servers"] == [{"url": f"http://{host}"}]


def test_a_host_that_comes_after_the_body_is_none(server):
    """uvicorn takes what follows the last chunk of a body for headers of the request."""
    body = "Transfer-Encoding: chunked\r\nconnection: close\r\n\r\n0\r\nHost: 127.0.0.1\r\n\r\n"
    answer = said(server.url, f"GET /health HTTP/1.1\r\n{body}".encode())
    assert answer.startswith(b"HTTP/1.1 400 ")


# Public URLs


@pytest.fixture(scope="module", params=["/lab", "/lab/", "/a%20b/c", "/job-a"])
def prefixed(workspace, request):
    """A server whose public URL has a path; gives the address without it, and with it."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    url = f"http://127.0.0.1:{port}"
    settings = ServerSettings(port=port, api_key=API_KEY, public_url=url + request.param)
    with serving(workspace.transport, settings) as server:
        assert server.url == url + request.param
        yield url, url + request.param.rstrip("/")


@pytest.mark.parametrize("is_cut", [False, True], ids=["as it is", "cut off by a proxy"])
def test_the_path_of_the_public_url(prefixed, is_cut):
    url, public = prefixed
    reached = url if is_cut else public
    client = Plain(reached, API_KEY)
    assert client.raw("GET", f"{reached}/health")[0] == 200
    described = client.raw("GET", f"{reached}/openapi.json")[2]
    assert described["servers"] == [{"url": public}]
    page = client.good("GET", "jobs?top=1")
    assert page["nextLink"].startswith(f"{public}/subscriptions/")
    assert (
        len(
            client.raw(
                "GET", page["nextLink"].replace(public, reached), headers={"x-ms-quantum-api-key": API_KEY}
            )[2]["value"]
        )
        == 1
    )
    for container in ("job-a", "lab", "other"):
        signed = client.good("POST", "storage/sasUri", {"containerName": container})["sasUri"]
        assert signed.startswith(f"{public}/{container}/{container}?")
        path, _, query = signed.replace(public, reached, 1).partition("?")
        assert client.raw("PUT", f"{path}/notes?{query}", container.encode())[0] == 201
        assert client.raw("GET", f"{path}/notes?{query}")[2] == container.encode()
        assert client.raw("GET", f"{path}?restype=container&comp=list&{query}")[0] == 200
    client.close()


def test_a_program_below_the_path_of_the_public_url(prefixed):
    _, public = prefixed
    with Workspace(public, api_key=API_KEY, plugins=[scripted_target]) as remote:
        job = remote.get_target(scripted_target.ALPHA).submit("ok", shots=5)
        assert sum(job.results().counts.values()) == 5
        job.upload_attachment("notes", b"of the test")
        assert job.download_attachment("notes") == b"of the test"


@pytest.mark.parametrize(
    "url",
    [
        "lab.example:8042",
        "ftp://lab.example",
        "https://",
        "https://a@b",
        "http://h:x",
        "http://h/?a",
        "http://[",
        "/lab",
    ],
)
def test_public_urls_that_make_no_sense(url):
    with pytest.raises(ConfigurationError, match="public URL") as error:
        ServerSettings(public_url=url).check()
    assert error.value.setting == "public_url"


@pytest.mark.parametrize("name", ["", "lab.example:8042", "http://lab.example", "[lab]"])
def test_names_that_requests_cannot_have(name):
    with pytest.raises(ConfigurationError) as error:
        ServerSettings(allowed_hosts=("lab.example", "fe80::2", "[::2]", name)).check()
    assert error.value.setting == "allowed_hosts"
    ServerSettings(allowed_hosts=("lab.example", "fe80::2", "[::2]")).check()


# Where it says that it is


@pytest.mark.parametrize(
    ("host", "name"),
    [
        ("0.0.0.0", socket.gethostname()),
        ("::", socket.gethostname()),
        ("[::0]", socket.gethostname()),
        ("lab.example", "lab.example"),
        ("fe80::1", "[fe80::1]"),
    ],
)
def test_the_name_that_others_know(host, name):
    settings = ServerSettings(host=host)
    assert settings.name == name
    assert {name.lower(), "localhost", "127.0.0.1", "[::1]"} <= settings.names()


def test_a_server_that_listens_everywhere_names_the_machine(workspace):
    settings = ServerSettings(host="0.0.0.0", port=0, api_key=API_KEY, allow_plain_http=True)
    with serving(workspace.transport, settings) as server:
        address, _, port = server.url.rpartition(":")
        assert address == f"http://{socket.gethostname()}"
        for host in (f"{socket.gethostname()}:{port}", f"127.0.0.1:{port}", f"0.0.0.0:{port}"):
            answer = said(f"http://127.0.0.1:{port}", request("/health", f"Host: {host}"))
            assert answer.startswith(b"HTTP/1.1 200 ")
        answer = said(f"http://127.0.0.1:{port}", request("/health", "Host: evil.example"))
        assert answer.startswith(b"HTTP/1.1 400 ")


def test_no_name_is_no_name():
    """An empty name of any setting must not open the door to requests without one."""
    settings = ServerSettings(host="", allowed_hosts=("",), public_url="nonsense")
    assert "" not in settings.names()
    assert None not in settings.names()
