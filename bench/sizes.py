"""How much a page sends: its HTML, and all the script and style that it loads."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import urljoin

from bench.client import Client

_IMPORT = re.compile(r"""(?:import|from)\s*\(?\s*["'](\.{1,2}/[^"']+)["']""")


@dataclass(frozen=True)
class Size:
    address: str
    html: int
    script: int
    style: int


def size_of(client: Client, address: str) -> Size:
    """In bytes, before any compression. Raises LookupError when the page is not there."""
    answer = client.get(address)
    if answer.status != 200:
        raise LookupError(f"{address}: {answer.status}")
    styles = re.findall(r'<link rel="stylesheet" href="([^"]+)"', answer.body)
    scripts = re.findall(r'<script[^>]*\bsrc="([^"]+)"', answer.body)
    loaded: dict[str, int] = {}
    for script in scripts:
        load(client, script, loaded)
    style = sum(len(client.get(each).body.encode()) for each in styles)
    return Size(address, len(answer.body.encode()), sum(loaded.values()), style)


def load(client: Client, address: str, loaded: dict[str, int]) -> None:
    """A module and those that it imports."""
    if address in loaded:
        return
    text = client.get(address).body
    loaded[address] = len(text.encode())
    for name in _IMPORT.findall(text):
        load(client, urljoin(address.split("?")[0], name), loaded)
