from __future__ import annotations

from dataclasses import dataclass

from werkzeug.datastructures import MultiDict

from training.anatomy.segments import REGIONS
from training.assessment.notes.item_reports import STATES
from training.assessment.notes.service import Wanted
from training.assessment.notes.subjects import KINDS, LONGEST
from training.web.access import local_address


def subject(fields: MultiDict[str, str]) -> str:
    return fields.get("subject", "")[: LONGEST + 1]


def place(fields: MultiDict[str, str]) -> str | None:
    """The page to go back to, when it is one of this site."""
    return local_address(fields.get("place", "")[:400])


def words(fields: MultiDict[str, str]) -> str:
    """With line ends as they are counted: a browser sends two characters for each."""
    return fields.get("words", "").replace("\r\n", "\n")


@dataclass(frozen=True)
class Sent:
    """A report as it was sent; the service decides whether it is one."""

    subject: str
    version: str
    problem: str
    words: str
    nonce: str


def sent(fields: MultiDict[str, str]) -> Sent:
    def first(name: str) -> str:
        return fields.get(name, "").strip()[:64]

    return Sent(subject(fields), first("version"), first("problem"), words(fields), first("nonce"))


def wanted(args: MultiDict[str, str]) -> Wanted:
    """Anything that is no choice of ours is all of them."""
    kind, region = args.get("kind", ""), args.get("region", "")
    return Wanted(
        args.get("search", "").replace("\x00", "").strip()[:100],
        kind if kind in KINDS else "",
        region if region in REGIONS else "",
        args.get("flagged") == "1",
    )


def state(args: MultiDict[str, str]) -> str:
    """The state of reports to show; open ones unless all or another is asked for."""
    asked = args.get("state", "open")
    return asked if asked in (*STATES, "") else "open"
