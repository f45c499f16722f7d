"""A server with a certificate: our client goes in if it trusts it, and otherwise says why not."""

from pathlib import Path

import pytest
import trustme
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    PrivateFormat,
    load_pem_private_key,
)

import quire
import scripted_target
from quire.errors import ConfigurationError, ServiceUnavailableError
from quire.server.running import RunningServer, serving
from quire.server.settings import ServerSettings
from server.switchboard import API_KEY


@pytest.fixture(scope="module")
def authority():
    return trustme.CA()


@pytest.fixture
def certificate(authority, tmp_path):
    """The files of a certificate for this machine, and of its private key."""
    made = authority.issue_cert("localhost", "127.0.0.1")
    certificate, key = tmp_path / "certificate.pem", tmp_path / "key.pem"
    made.cert_chain_pems[0].write_to_path(certificate)
    made.private_key_pem.write_to_path(key)
    return {"certificate": str(certificate), "private_key": str(key)}


@pytest.fixture
def url(local, certificate):
    settings = ServerSettings(port=0, api_key=API_KEY, **certificate)
    with serving(local.transport, settings) as server:
        yield server.url


def opened(url):
    return quire.Workspace(url, api_key=API_KEY, plugins=[scripted_target])


def test_a_client_that_trusts_the_certificate(url, authority, tmp_path, monkeypatch):
    trusted = tmp_path / "trusted.pem"
    authority.cert_pem.write_to_path(trusted)
    monkeypatch.setenv("SSL_CERT_FILE", str(trusted))
    assert url.startswith("https://127.0.0.1:")
    with opened(url) as workspace:
        job = workspace.get_target(scripted_target.ALPHA).submit("ok", shots=7)
        assert sum(job.results().counts.values()) == 7
    with opened(url.replace("127.0.0.1", "localhost")) as workspace:
        assert workspace.get_job(job.id).status == "Succeeded"


def test_a_client_that_does_not(url, monkeypatch):
    monkeypatch.delenv("SSL_CERT_FILE", raising=False)
    with pytest.raises(ServiceUnavailableError, match="does not trust") as error, opened(url) as workspace:
        workspace.get_target(scripted_target.ALPHA)
    assert (error.value.url, error.value.attempts) == (url, 1)


def test_addresses_of_files_are_encrypted_too(url, authority, tmp_path, monkeypatch):
    trusted = tmp_path / "trusted.pem"
    authority.cert_pem.write_to_path(trusted)
    monkeypatch.setenv("SSL_CERT_FILE", str(trusted))
    with opened(url) as workspace:
        job = workspace.get_target(scripted_target.ALPHA).submit("ok")
        job.upload_attachment("notes", b"of the test")
        assert job.download_attachment("notes") == b"of the test"


def test_beyond_this_machine_with_a_certificate(local, certificate):
    settings = ServerSettings(host="0.0.0.0", port=0, api_key=API_KEY, **certificate)
    server = RunningServer(local.transport, settings)
    server.stop()
    server.run()
    assert server.url.startswith("https://")


@pytest.mark.parametrize("case", ["nonsense", "no such file", "encrypted"])
def test_a_certificate_that_cannot_be_used(local, tmp_path, certificate, case):
    settings = dict(certificate)
    if case == "encrypted":
        key = load_pem_private_key(Path(certificate["private_key"]).read_bytes(), None)
        secret = BestAvailableEncryption(b"of the test")
        Path(certificate["private_key"]).write_bytes(
            key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, secret)
        )
    else:
        settings = {"certificate": str(tmp_path / "other.pem")}
        if case == "nonsense":
            (tmp_path / "other.pem").write_text("no certificate")
    with pytest.raises(ConfigurationError, match="cannot use the certificate") as error:
        RunningServer(local.transport, ServerSettings(port=0, api_key=API_KEY, **settings))
    assert error.value.setting == "certificate"
