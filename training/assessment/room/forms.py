from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from werkzeug.datastructures import MultiDict

from training.anatomy.chart.areas import AREAS, Area
from training.anatomy.information import manners
from training.anatomy.patients.generation import DIFFICULTIES
from training.anatomy.segments import REGIONS
from training.assessment.room import planning
from training.assessment.room.encounters import MODES, Mode
from training.assessment.room.planning import Wish
from training.assessment.room.practice import Change, pairs
from training.measurement import interleaving


@dataclass(frozen=True)
class Place:
    """Where in the room one stands: an area or "", a manner or "", and a name that is looked for."""

    area: Area | None
    manner: str
    query: str

    @property
    def address(self) -> dict[str, str]:
        """The same as arguments of an address."""
        wanted = {"area": self.area or "", "manner": self.manner, "q": self.query}
        return {name: text for name, text in wanted.items() if text}


def place(fields: MultiDict[str, str]) -> Place:
    """What is none of ours is left out."""
    area = next((area for area in AREAS if area == fields.get("area")), None)
    manner = fields.get("manner", "")
    return Place(area, manner if manner in manners() else "", fields.get("q", "").strip()[:80])


def choice(fields: MultiDict[str, str]) -> tuple[str, str]:
    """The structure and manner of a pressed button."""
    structure, _, manner = fields.get("choice", "")[:120].partition("/")
    return structure, manner


@dataclass(frozen=True)
class Sent:
    """An answer as it was sent; the service decides whether it is one."""

    response: dict[str, Any]
    confidence: str | None
    plan: str
    nonce: str

    @property
    def given(self) -> dict[str, Any]:
        """For showing the form once more; nothing that was chosen is lost."""
        return {**self.response, "confidence": self.confidence, "plan": self.plan}


def sent(fields: MultiDict[str, str]) -> Sent:
    def first(name: str) -> str:
        return fields.get(name, "").strip()[:40]

    response = {"segment": first("segment"), "side": first("side")}
    return Sent(response, first("confidence") or None, first("plan"), first("nonce"))


def wish(fields: MultiDict[str, str]) -> Wish:
    """Anything that is no choice of ours is the plainest one. A pair goes before a focus, and needs none."""
    region, pair, difficulty = fields.get("region", ""), fields.get("pair", ""), fields.get("difficulty", "")
    pair = pair if pair in pairs() else ""
    focus = "" if pair else focus_in(fields)
    way, skipped = fields.get("way", ""), fields.get("skipped", "")
    names = {interleaving.block_name(group) for group in interleaving.configured().groups}
    return Wish(
        region if region in REGIONS else "",
        int(difficulty) if difficulty in map(str, DIFFICULTIES) else 0 if focus else 2,
        pair,
        focus,
        way if way in interleaving.WAYS else "plan",
        ",".join(one for one in skipped.split(",") if one in names),
    )


def focus_in(fields: MultiDict[str, str]) -> str:
    """What is to be practised: one choice, or the segments that are ticked, or the competency that is picked."""
    focus = fields.get("focus", "")[:200]
    if focus == "segments":
        return planning.focus_words(f"segments:{','.join(fields.getlist('segment'))}") or planning.ALL
    if focus == "competency":
        return planning.focus_words(f"competency:{fields.get('competency', '')}") or planning.ALL
    return planning.focus_words(focus)


def change(fields: MultiDict[str, str]) -> Change:
    """What is to be otherwise from the next patient on."""
    leave, way = fields.get("leave", "")[:8], fields.get("way", "")
    return Change(leave if "," not in leave else "", way if way in interleaving.WAYS else "")


def mode(fields: MultiDict[str, str]) -> Mode | None:
    """How a patient is to be met; None when it is not said."""
    return next((mode for mode in MODES if mode == fields.get("mode")), None)


def run(fields: MultiDict[str, str]) -> str:
    return fields.get("run", "")[:22]


def shown(args: MultiDict[str, str]) -> int:
    """The number of the step to show first; 0, which there is not, for anything else."""
    text = args.get("shown", "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= 4 else 0
