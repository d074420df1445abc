"""A browser without a screen: one connection that is kept, cookies, and what stands in forms."""

from __future__ import annotations

import http.client
import re
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode, urlsplit

JSON = {"Accept": "application/json"}


@dataclass(frozen=True)
class Answer:
    status: int
    body: str
    location: str
    seconds: float


class Client:
    """Not to be shared by threads."""

    def __init__(self, port: int, cookies: Mapping[str, str] | None = None) -> None:
        self.port = port
        self.cookies = dict(cookies or {})
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)

    def get(self, address: str, headers: Mapping[str, str] | None = None) -> Answer:
        return self.send("GET", address, None, headers)

    def post(
        self,
        address: str,
        fields: Mapping[str, str] | Sequence[tuple[str, str]],
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        return self.send("POST", address, urlencode(fields), headers)

    def send(self, method: str, address: str, body: str | None, headers: Mapping[str, str] | None) -> Answer:
        sent = dict(headers or {})
        if self.cookies:
            sent["Cookie"] = "; ".join(f"{name}={text}" for name, text in self.cookies.items())
        if body is not None:
            sent["Content-Type"] = "application/x-www-form-urlencoded"
        began = time.perf_counter()
        self.connection.request(method, address, body, sent)
        response = self.connection.getresponse()
        text = response.read().decode(errors="replace")
        seconds = time.perf_counter() - began
        for cookie in response.headers.get_all("Set-Cookie") or ():
            name, _, rest = cookie.partition("=")
            self.cookies[name] = rest.partition(";")[0]
        location = urlsplit(response.headers.get("Location", ""))
        return Answer(response.status, text, location.path + (f"?{location.query}" if location.query else ""), seconds)

    def close(self) -> None:
        self.connection.close()


def hidden(page: str, name: str) -> str:
    """The value of a form's hidden field; raises LookupError when the page has none."""
    found = re.search(rf'<input[^>]*\bname="{name}"[^>]*\bvalue="([^"]*)"', page)
    if found is None:
        raise LookupError(f"no hidden field {name!r} in the page")
    return found[1]
