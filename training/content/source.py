"""A file's text as everything else reads it: decoded, in one normal form, with its lines counted from 1."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from pathlib import Path

from training.content.faults import Faults

LARGEST_BYTES = 256 * 1024
_BREAKS = re.compile(r"\r\n?")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\x80-\x9f]")
_LONGEST_LINE = 20_000


@dataclass(frozen=True)
class Source:
    """A text file. `text` is NFC with LF and without a byte order mark; what the item's hash covers."""

    path: str
    file: Path
    text: str

    @property
    def lines(self) -> list[str]:
        """The lines with tabs as spaces, as Markdown sees them."""
        return self.text.expandtabs(4).split("\n")


def read_source(file: Path, path: str, faults: Faults) -> Source | None:
    """Read a file; None, with a problem, when it is not a text that can be worked with."""
    try:
        with file.open("rb") as stream:
            data = stream.read(LARGEST_BYTES + 1)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        faults.add(1, f"the file cannot be read ({reason})", "check its name and permissions")
        return None
    return source_of(data, file, path, faults)


def source_of(data: bytes, file: Path, path: str, faults: Faults) -> Source | None:
    """The same for bytes that are already there, such as the studio's."""
    if len(data) > LARGEST_BYTES:
        faults.add(1, f"the file is larger than {LARGEST_BYTES // 1024} KB", "split it into several")
        return None
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        faults.add(line, "the file is not UTF-8 text", "save it with the encoding UTF-8")
        return None
    text = unicodedata.normalize("NFC", _BREAKS.sub("\n", text))
    if not text.strip():
        faults.add(1, "the file is empty", "write it, or delete it")
        return None
    usable = True
    for number, written in enumerate(text.split("\n"), start=1):
        if found := _CONTROL.search(written):
            faults.add(number, f"a control character (U+{ord(found[0]):04X})", "delete it")
            usable = False
        if len(written) > _LONGEST_LINE:
            faults.add(number, f"a line of more than {_LONGEST_LINE} characters", "break it into several")
            usable = False
    return Source(path, file, text) if usable else None
