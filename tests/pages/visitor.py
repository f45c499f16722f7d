"""A browser without a screen: keeps its cookie, sends forms, and reads pages as text."""

import re
from html import unescape
from urllib.parse import urlencode

import httpcore


class Visitor:
    """Asks a server for its pages; each answer is (status, headers, text)."""

    def __init__(self, url):
        self.url = url
        self.cookie = None
        self._pool = httpcore.ConnectionPool()

    def ask(self, method, path, body=b"", **headers):
        given = {name.replace("_", "-"): value for name, value in headers.items()}
        if self.cookie is not None:
            given["cookie"] = self.cookie
        answer = self._pool.request(method, f"{self.url}{path}", headers=given, content=body)
        found = {name.decode().lower(): value.decode() for name, value in answer.headers}
        if "set-cookie" in found:
            self.cookie = found["set-cookie"].partition(";")[0]
        return answer.status, found, answer.content.decode(errors="replace")

    def get(self, path, **headers):
        return self.ask("GET", f"/ui/{path}", **headers)

    def page(self, path):
        status, headers, text = self.get(path)
        assert status == 200, text
        assert headers["content-type"] == "text/html; charset=utf-8"
        return text

    def send(self, path, fields, **headers):
        kind = {"content_type": "application/x-www-form-urlencoded", **headers}
        return self.ask("POST", f"/ui/{path}", urlencode(fields).encode(), **kind)

    def sign_in(self, key):
        status, headers, _ = self.send("sign-in", {"key": key})
        assert status == 200
        return headers

    def form_token(self):
        return re.search(r'name="token" value="([0-9a-f]{64})"', self.page(""))[1]

    def close(self):
        self._pool.close()


def names(text):
    """The names in a page's list, in order."""
    return [unescape(name) for name in re.findall(r'<a class="row"[^>]*>(.*?)</a>', text)]


def link(text, rel):
    """The query of the link to another page; None if there is none."""
    found = re.search(rf'<a rel="{rel}" href="([^"]+)"', text)
    return None if found is None else unescape(found[1])
