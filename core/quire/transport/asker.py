"""How the verbs of a service behind a URL are asked: the paths and queries within its workspace."""

from typing import Any
from urllib.parse import quote, urlencode

from quire.status import JobStatus
from quire.transport.connection import Connection
from quire.transport.exchange import Answer, Request
from quire.transport.spelling import encoded, item_path, prefer

API_VERSION = "2026-01-15-preview"


class Asker:
    """Makes the requests of one workspace, and asks them.

    Attributes:
        connection: What they go through.
    """

    def __init__(self, connection: Connection, workspace: str) -> None:
        """Nothing is asked yet.

        Args:
            connection: What the requests go through.
            workspace: The URL of the workspace.
        """
        self.connection = connection
        self._workspace = workspace

    def request(
        self,
        method: str,
        path: str,
        document: Any = None,
        *,
        body: bytes | None = None,
        media_type: str = "application/json",
        headers: dict[str, str] | None = None,
        seconds: float = 0.0,
        **query: str | list[str] | None,
    ) -> Request:
        """A request.

        Args:
            method: Its method.
            path: Its path within the workspace.
            document: What its body says; None for no body.
            body: Its body, where that is written already.
            media_type: What its body is.
            headers: Further headers.
            seconds: How much longer than others the answer may take.
            **query: The parts of its query; those that are None are left out.

        Raises:
            InputError: JSON cannot hold the document.
        """
        given = {name: text for name, text in query.items() if text is not None}
        given["api-version"] = API_VERSION
        sent = {"accept": "application/json"} | (headers or {})
        if document is not None:
            body = encoded(document)
        if body is not None:
            sent["content-type"] = media_type
        url = f"{self._workspace}/{path}?{urlencode(given, doseq=True, quote_via=quote)}"
        return Request(method, url, sent, body, seconds)

    def ask(self, method: str, path: str, document: Any = None, **options: Any) -> Answer:
        """The answer to a :meth:`request`.

        Raises:
            QuireError: The service refuses, or cannot be reached.
        """
        return self.connection.ask(self.request(method, path, document, **options))

    def look(self, job_id: str, hold: float, seen: JobStatus | None, **more: Any) -> Request:
        """The request that looks at a job.

        Args:
            job_id: The job's id.
            hold: Seconds to have the answer held back until there is news.
            seen: The status that is no news; None if only the end is news.
            **more: Further parts of the query.
        """
        headers = prefer(hold)
        return self.request(
            "GET", item_path("jobs", job_id), headers=headers, seconds=hold, seen=seen, **more
        )
