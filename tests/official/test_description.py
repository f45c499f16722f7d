"""The description of the API, and requests made up from it: the server refuses much, and fails at nothing."""

import subprocess
import sys
from pathlib import Path

from official.conftest import API_KEY

_PATIENCE = 300


def test_made_up_requests_find_no_fault_of_the_server(url):
    command = [
        Path(sys.executable).with_name("schemathesis"),
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
    assert "Tested: 24" in done.stdout
