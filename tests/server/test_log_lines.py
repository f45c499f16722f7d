"""The log on standard error: each line in the format that was asked for, whoever writes it."""

import json
import re

import pytest

from processes import run_python

PROGRAM = """
import asyncio
import sys
from server.raw_http import request, said
from quire import Workspace
from quire.server.running import configure_log, serving
from quire.server.settings import ServerSettings

async def forgotten():
    raise ValueError("nobody\\nlooked")

async def main():
    asyncio.ensure_future(forgotten())
    await asyncio.sleep(0)

settings = ServerSettings(port=0, log_format={format!r}, max_header_bytes=500)
sys.stderr = sys.stdout
configure_log(settings, {level!r})
with Workspace("memory:", executor="inline") as workspace, serving(workspace.transport, settings) as server:
    said(server.url, b"NO REQUEST\\r\\n\\r\\n")
    said(server.url, request("/health", "Host: localhost"))
    said(server.url, b"GET /" + b"x" * 1000)
    said(server.url, request("/health", "Host: localhost", "Upgrade: websocket", "Connection: upgrade"))
asyncio.run(main())
"""


def lines(log_format, level):
    return run_python(PROGRAM.format(format=log_format, level=level)).splitlines()


@pytest.mark.parametrize("level", ["DEBUG", "WARNING"])
def test_in_json(level):
    found = [json.loads(line) for line in lines("json", level)]
    assert all({"time", "level", "logger", "message"} <= line.keys() for line in found)
    by_logger = {line["logger"]: line for line in reversed(found)}
    assert by_logger["asyncio"]["level"] == "ERROR"
    assert "nobody\nlooked" in by_logger["asyncio"]["exception"]
    assert by_logger["uvicorn.error"]["message"] == "Invalid HTTP request received."
    own = [line["message"] for line in found if line["logger"] == "quire.server"]
    if level == "DEBUG":
        assert own[0] == "GET /health 200"
        assert "may have 500 bytes; the connection is closed" in own[1]
    else:
        assert own == []


def test_in_text():
    found = lines("text", "WARNING")
    begun = [line for line in found if re.match(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d+ [A-Z]+ ", line)]
    assert begun[0].endswith("WARNING Invalid HTTP request received.")
    assert found[0] == begun[0]
