"""Pictures that content shows: found below the item's folder, checked, measured, hashed."""

from __future__ import annotations

import os
import re
import struct
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from urllib.parse import unquote
from xml.etree import ElementTree

from training.content.documents import Asset

MEDIA_TYPES = {".svg": "image/svg+xml", ".png": "image/png"}
LARGEST_BYTES = 2 * 1024 * 1024
_ACTIVE = frozenset({"script", "foreignobject", "iframe", "object", "embed", "handler", "animate", "set"})


@dataclass(frozen=True)
class Figure:
    """A picture that may be shown; width and height in CSS pixels, None when the file does not say."""

    asset: Asset
    width: int | None
    height: int | None

    @property
    def address(self) -> str:
        suffix = next(ending for ending, kind in MEDIA_TYPES.items() if kind == self.asset.media_type)
        return f"/media/{self.asset.hash}{suffix}"


@dataclass(frozen=True)
class Refusal:
    """Why a picture cannot be shown, and what to do."""

    what: str
    todo: str


def find_figure(folder: Path, target: str) -> Figure | Refusal:
    """The picture that a Markdown file in folder names. It must lie below that folder, symbolic links followed."""
    relative = unquote(target).split("#")[0].split("?")[0]
    suffix = os.path.splitext(relative)[1].lower()
    if suffix not in MEDIA_TYPES:
        return Refusal("is not an SVG or PNG file", "use one of the two")
    if "\x00" in relative or "\\" in relative or os.path.isabs(relative) or ".." in relative.split("/"):
        return Refusal("lies outside the item's folder", "put it into the folder figures beside the file")
    file = folder / relative
    try:
        real = file.resolve()
        if not real.is_relative_to(folder.resolve()):
            return Refusal("leads out of the item's folder", "replace the symbolic link by the file")
        facts = real.stat()
        if not real.is_file():
            raise FileNotFoundError
        if facts.st_size > LARGEST_BYTES:
            return Refusal(f"is larger than {LARGEST_BYTES // 1024 // 1024} MB", "make it smaller")
        return _read(real, suffix, facts.st_mtime_ns, facts.st_size)
    except (OSError, ValueError, RuntimeError):
        return Refusal("is not there", f"add {relative[:80]} to the folder, or correct the name")


@lru_cache(maxsize=256)
def _read(file: Path, suffix: str, _changed: int, _size: int) -> Figure | Refusal:
    data = file.read_bytes()
    size = _svg_size(data) if suffix == ".svg" else _png_size(data)
    if isinstance(size, Refusal):
        return size
    return Figure(Asset(sha256(data).hexdigest(), MEDIA_TYPES[suffix], data), *size)


def _png_size(data: bytes) -> tuple[int | None, int | None] | Refusal:
    if data[:8] != b"\x89PNG\r\n\x1a\n" or len(data) < 24:
        return Refusal("is not a PNG file inside", "export it again")
    width, height = struct.unpack(">II", data[16:24])
    return (width, height)


def _svg_size(data: bytes) -> tuple[int | None, int | None] | Refusal:
    """The size of an SVG that is well formed and carries nothing that runs or loads."""
    if b"<!ENTITY" in data:
        return Refusal("declares XML entities", "export it without them")
    try:
        root = ElementTree.fromstring(data)
    except (ElementTree.ParseError, ValueError, LookupError, RecursionError):
        return Refusal("is not well-formed SVG", "export it again")
    if _local(root.tag) != "svg":
        return Refusal("is not an SVG file inside", "export it again")
    for element in root.iter():
        tag = _local(element.tag)
        if tag in _ACTIVE:
            return Refusal(f"holds a <{tag}> element", "a figure may only draw: remove it")
        for name, value in element.attrib.items():
            if _local(name).startswith("on"):
                return Refusal(f"holds the event handler {_local(name)}", "a figure may only draw: remove it")
            if _local(name) in ("href", "src") and not value.strip().startswith("#"):
                return Refusal("refers to another file", "a figure must hold all it shows: remove the reference")
        if re.search(r"@import|url\(\s*['\"]?\s*(?!['\"]?\s*#)", _css(element, tag), re.IGNORECASE):
            return Refusal("loads something by its style", "a figure must hold all it shows: remove it")
    return _view_box(root)


def _css(element: ElementTree.Element, tag: str) -> str:
    inside = element.text or "" if tag == "style" else ""
    return " ".join((inside, *element.attrib.values()))


def _view_box(root: ElementTree.Element) -> tuple[int | None, int | None]:
    numbers = re.split(r"[\s,]+", root.get("viewBox", "").strip())
    try:
        width, height = (round(float(number)) for number in numbers[2:4])
    except (ValueError, OverflowError):
        return None, None
    return (width, height) if 0 < width < 100_000 and 0 < height < 100_000 else (None, None)


def _local(name: object) -> str:
    return str(name).rpartition("}")[2].lower()
