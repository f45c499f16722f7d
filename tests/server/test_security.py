"""Who gets in, how far, and what is refused: keys, signed addresses, hosts, limits, secrets."""

import logging
import logging.handlers
import queue
from urllib.parse import parse_qs, urlencode

import pytest

from quire import Workspace
from quire.errors import ConfigurationError, ConflictError, InputError, NotFoundError
from quire.server.running import RunningServer
from quire.server.settings import ServerSettings, is_loopback
from server.switchboard import API_KEY

# Keys


@pytest.mark.parametrize("key", [None, "", "wrong", API_KEY + "x", API_KEY[:-1], "quire-0-0", "é"])
def test_a_wrong_key_is_told_nothing_but_that(plain, key):
    headers = {} if key is None else {"x-ms-quantum-api-key": key.encode("latin-1")}
    for method, path in (
        ("GET", "jobs"),
        ("PUT", "jobs/j"),
        ("GET", "no/such/route"),
        ("POST", "storage/sasUri"),
    ):
        status, found, body = plain.raw(method, f"{plain.url}{plain.workspace}/{path}", b"", headers)
        assert (status, found[":reason"], body) == (401, "Unauthorized", b"")
        assert found["www-authenticate"] == 'Bearer error="invalid_token"'


def test_the_keys_of_the_workspace(plain, local):
    keys = local.transport.keys
    plain.key = keys.create("laptop")
    assert plain.good("GET", "jobs")
    old, plain.key = plain.key, keys.rotate("laptop")
    assert plain.good("GET", "jobs")
    plain.key, new = old, plain.key
    assert plain.ask("GET", "jobs")[0] == 401
    plain.key = new
    keys.revoke("laptop")
    assert plain.ask("GET", "jobs")[0] == 401


def test_a_key_that_may_only_read(plain, local):
    plain.submit("j")
    plain.key = local.transport.keys.create("reader", read_only=True)
    assert plain.good("GET", "jobs/j")
    for method, path in (
        ("PUT", "jobs/k"),
        ("DELETE", "jobs/j"),
        ("PATCH", "jobs/j"),
        ("POST", "jobs/j:cancel"),
        ("PUT", "sessions/s"),
        ("POST", "sessions/s:close"),
    ):
        status, _, answer = plain.ask(method, path, {})
        assert (status, answer["error"]["code"]) == (403, "Forbidden")
    sas = plain.good("POST", "STORAGE/SASURI", {"containerName": "job-j"})["sasUri"]
    path, _, signature = sas.partition("?")
    assert plain.raw("GET", f"{path}/inputData?{signature}")[0] == 200
    status, headers, _ = plain.raw("PUT", f"{path}/notes?{signature}", b"x")
    assert (status, headers["x-ms-error-code"]) == (403, "AuthorizationPermissionMismatch")


def test_keys_are_kept_as_hashes_only(local):
    keys = local.transport.keys
    key = keys.create("laptop")
    secret = key.rpartition("-")[2]
    found = keys.entries()
    assert [(known.name, known.is_read_only) for known in found] == [("laptop", False)]
    assert secret not in repr(found)
    store = local.transport._store
    with store.reading() as reader:
        rows = reader.select("SELECT * FROM api_keys", ())
    assert secret not in repr(rows)
    assert bytes.fromhex(secret) not in [value for row in rows for value in row if isinstance(value, bytes)]
    assert keys.find(key).name == "laptop"


def test_key_names(local):
    keys = local.transport.keys
    keys.create("laptop")
    with pytest.raises(ConflictError):
        keys.create("laptop")
    with pytest.raises(InputError):
        keys.create("")
    for verb in (keys.rotate, keys.revoke):
        with pytest.raises(NotFoundError):
            verb("nobody")


# Signed addresses


@pytest.fixture
def signed(plain):
    plain.submit("j")
    plain.submit("k")
    return plain.good("GET", "jobs/j")


def test_a_signature_opens_no_other_file(plain, signed):
    path, _, signature = signed["outputDataUri"].partition("?")
    assert plain.raw("GET", f"{path}?{signature}")[0] == 200
    for other in (
        path.replace("outputData", "inputData"),
        path.replace("job-j", "job-k"),
        path.removesuffix("/outputData") + "?restype=container&comp=list",
    ):
        status, headers, _ = plain.raw("GET", f"{other}{'&' if '?' in other else '?'}{signature}")
        assert (status, headers["x-ms-error-code"]) == (403, "AuthenticationFailed")


def test_a_signature_of_one_container_opens_no_other(plain, signed):
    path, _, signature = signed["containerUri"].partition("?")
    assert plain.raw("GET", f"{path}/inputData?{signature}")[0] == 200
    assert plain.raw("GET", f"{path.replace('job-j', 'job-k')}/inputData?{signature}")[0] == 403


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("sp", "rwl"),
        ("se", "2099-01-01T00:00:00Z"),
        ("sr", "c"),
        ("sv", "y"),
        ("rscd", "x"),
        ("sig", ""),
        ("sig", "0" * 64),
        ("sig", "é"),
    ],
)
def test_a_signature_fits_what_it_was_made_for(plain, signed, name, value):
    path, _, query = signed["outputDataUri"].partition("?")
    given = {key: values[0] for key, values in parse_qs(query).items()} | {name: value}
    status, headers, _ = plain.raw("GET", f"{path}?{urlencode(given)}")
    assert (status, headers["x-ms-error-code"]) == (403, "AuthenticationFailed")
    assert plain.raw("GET", path)[0] == 403


def test_a_signature_expires(plain, signed, clock):
    uri = signed["outputDataUri"]
    clock.advance(4 * 3600 - 1)
    assert plain.raw("GET", uri)[0] == 200
    clock.advance(1)
    status, _, body = plain.raw("GET", uri)
    assert status == 403
    assert b"expired" in body


def test_a_signature_allows_no_more_than_it_says(plain, signed):
    status, headers, _ = plain.raw("PUT", signed["inputDataUri"], b"other")
    assert (status, headers["x-ms-error-code"]) == (403, "AuthorizationPermissionMismatch")


def test_signatures_outlive_the_server(switchboard, local, serve):
    first, second = serve(local), serve(local)
    first.submit("j")
    path, _, query = first.good("GET", "jobs/j")["outputDataUri"].partition("?")
    assert first.raw("GET", f"{path.replace(first.url, second.url)}?{query}")[0] == 200


# Hosts, origins, limits


@pytest.mark.parametrize("host", ["evil.example", "evil.example:80", "localhost.evil.example", "", "[::2]"])
def test_a_name_that_is_not_the_servers(plain, host):
    """A page of another site may have its name lead to this machine, but not change the Host header."""
    for path in ("/health", "/openapi.json", f"{plain.workspace}/jobs"):
        headers = {"host": host, "x-ms-quantum-api-key": plain.key}
        assert plain.raw("GET", plain.url + path, headers=headers)[0] == 400


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST:1234", "127.0.0.1", "[::1]:80", "lab.example:8042"])
def test_names_that_are_the_servers(serve, local, host):
    client = serve(local, allowed_hosts=("lab.example",))
    assert client.raw("GET", f"{client.url}/health", headers={"host": host})[0] == 200


def test_other_sites_may_not_ask(plain):
    headers = {"origin": "https://evil.example", "access-control-request-method": "GET"}
    status, found, _ = plain.raw("OPTIONS", f"{plain.url}/health", headers=headers)
    assert status == 405
    assert not [name for name in found if name.startswith("access-control")]


def test_headers_that_are_too_large(plain):
    assert plain.ask("GET", "jobs", x_large="x" * 40_000)[0] == 431


def test_bodies_that_are_too_large(serve, local):
    client = serve(local, max_document_bytes=1000, max_inline_bytes=100)
    status, _, answer = client.ask("PUT", "jobs/j", b"x" * 1001)
    assert (status, answer["error"]["code"]) == (413, "RequestBodyTooLarge")
    body = {"target": "scripted.alpha", "quire": {"inputText": "x" * 101}}
    assert client.ask("PUT", "jobs/j", body)[0] == 400


def test_payloads_above_the_inline_limit_are_uploaded(switchboard, local):
    import scripted_target

    with (
        switchboard.serving(local.transport, max_inline_bytes=3) as (url, _),
        Workspace(url, api_key=API_KEY, plugins=[scripted_target]) as remote,
    ):
        job = remote.get_target("scripted.alpha").submit("ok and more")
        assert job.input() == b"ok and more"
        assert job.get_results() == {"[0, 1]": 1.0}
        again = remote.transport.submit_job(job.details, b"ok and more")
        assert again.creation_time == job.details.creation_time


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.1", "lab.example"])
def test_it_listens_beyond_this_machine_only_if_told(local, host):
    with pytest.raises(ConfigurationError, match="unencrypted"):
        RunningServer(local.transport, ServerSettings(host=host, port=0))
    ServerSettings(host=host, allow_plain_http=True).check()
    ServerSettings(host=host, certificate="certificate.pem").check()


def test_a_private_key_alone(local):
    with pytest.raises(ConfigurationError):
        ServerSettings(private_key="key.pem").check()


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("127.0.0.1", True),
        ("127.1.2.3", True),
        ("::1", True),
        ("localhost", True),
        ("10.0.0.1", False),
        ("example", False),
    ],
)
def test_loopback(host, expected):
    assert is_loopback(host) is expected


# Logs


def test_no_secret_is_logged(plain, signed, caplog):
    caplog.set_level(logging.DEBUG, "quire")
    lines = queue.SimpleQueue()
    written = logging.handlers.QueueHandler(lines)
    logging.getLogger("quire").addHandler(written)
    plain.raw("GET", signed["outputDataUri"])
    plain.raw("GET", signed["outputDataUri"] + "x")
    plain.ask("GET", "jobs/nobody")
    signature = parse_qs(signed["outputDataUri"].partition("?")[2])["sig"][0]
    # A line is written once its answer has been sent.
    records = [lines.get(timeout=30) for _ in range(3)]
    logging.getLogger("quire").removeHandler(written)
    text = repr([record.__dict__ for record in records])
    assert [record.status for record in records] == [200, 403, 404]
    assert signature not in text
    assert API_KEY not in text
    assert {record.key for record in records} == {None, "start"}


def test_settings_do_not_show_keys():
    assert "hidden" not in repr(ServerSettings(api_key="hidden"))
