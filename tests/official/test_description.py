"""The description of the API, and requests made up from it: the server refuses much, and fails at nothing."""

import json
import subprocess
import sys
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import pytest
from azure.storage.blob import ContainerClient

from official.conftest import API_KEY

_PATIENCE = 300
_CONTAINER = "made-up"


@pytest.fixture
def settings(workspace, tmp_path):
    """A file with what is not made up: a container and its signature, which open the routes of files."""
    signed = urlsplit(workspace.get_container_uri(container_name=_CONTAINER)).query
    given = {"path.account": _CONTAINER, "path.container": _CONTAINER}
    given |= {f"query.{name}": value for name, value in parse_qsl(signed)}
    lines = [f"{json.dumps(name)} = {json.dumps(value)}" for name, value in given.items()]
    file = tmp_path / "schemathesis.toml"
    file.write_text("\n".join(["[parameters]", *lines, ""]))
    return file


def test_made_up_requests_find_no_fault_of_the_server(url, settings, workspace):
    command = [
        Path(sys.executable).with_name("schemathesis"),
        "--config-file",
        settings,
        "run",
        f"{url}/openapi.json",
        "--header",
        f"x-ms-quantum-api-key: {API_KEY}",
        "--checks",
        "not_a_server_error",
        "--max-examples",
        "10",
        "--seed",
        "1",
        "--generation-database",
        "none",
    ]
    done = subprocess.run(command, capture_output=True, text=True, timeout=_PATIENCE)
    assert done.returncode == 0, done.stdout
    assert "Tested: 29" in done.stdout
    # Past the signature: of what was made up, some was a file.
    container = workspace.get_container_uri(container_name=_CONTAINER)
    assert list(ContainerClient.from_container_url(container).list_blobs())
