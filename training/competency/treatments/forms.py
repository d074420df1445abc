"""An entry of the log as it was sent, the words of the log, and what an empty form begins with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from flask_babel import gettext, lazy_gettext
from werkzeug.datastructures import MultiDict

from training.competency.treatments.entry import Entry, faults, in_order
from training.competency.treatments.models import Treatment
from training.competency.treatments.service import tidy
from training.content.framework import SCOPE_LINES
from training.db.base import new_public_id

SUPERVISION = {
    1: (lazy_gettext("Watched"), lazy_gettext("somebody else needled")),
    2: (lazy_gettext("Together"), lazy_gettext("hands on, step by step")),
    3: (lazy_gettext("Assessor in the room"), lazy_gettext("you needled")),
    4: (lazy_gettext("Alone"), lazy_gettext("you needled")),
}
GRASP = {"yes": lazy_gettext("Yes"), "no": lazy_gettext("No"), "unsure": lazy_gettext("Unsure")}
RANGE = {
    "better": lazy_gettext("Better"),
    "same": lazy_gettext("Same"),
    "worse": lazy_gettext("Worse"),
    "not-measured": lazy_gettext("Not measured"),
}
EVENT = {
    "none": lazy_gettext("Nothing went wrong"),
    "bruising": lazy_gettext("Bruise"),
    "bleeding": lazy_gettext("Bleeding that stopped soon"),
    "pain-during": lazy_gettext("More pain than usual during needling"),
    "pain-after": lazy_gettext("Pain afterwards"),
    "worse-symptoms": lazy_gettext("Symptoms worse for a while"),
    "drowsiness": lazy_gettext("Drowsiness"),
    "headache": lazy_gettext("Headache"),
    "nausea": lazy_gettext("Nausea"),
    "faint": lazy_gettext("Faint"),
    "other-minor": lazy_gettext("Something else, minor and short"),
    "lung": lazy_gettext("Chest pain, breathlessness or cough: a lung injury is possible"),
    "deep-bleeding": lazy_gettext("Deep bleeding, or new numbness, weakness or headache after needling"),
    "infection": lazy_gettext("Infection"),
    "other-serious": lazy_gettext("Something else: hospital, lasting harm or death"),
}


@dataclass(frozen=True)
class TreatmentForm:
    """What stands in the form. Everything as text is kept, so that nothing has to be typed twice."""

    treated_on: str = ""
    region: str = ""
    segments: tuple[str, ...] = ()
    muscles: tuple[str, ...] = ()
    supervision: str = ""
    grasp: str = ""
    range_change: str = "not-measured"
    event: str = ""
    note: str = ""
    nonce: str = field(default_factory=new_public_id)
    entry: Entry | None = None
    errors: dict[str, str] = field(default_factory=dict)

    @classmethod
    def parse(cls, fields: MultiDict[str, str], today: date) -> TreatmentForm:
        """`entry` is what was sent, tidied, with all that is wrong with it in `errors`; None without a day."""
        text = {name: fields.get(name, "").strip()[:400] for name in TEXTS}
        segments = in_order(one[:8] for one in fields.getlist("segment")[:40])
        muscles = tuple(one.strip()[:100] for one in fields.getlist("muscle")[:40] if one.strip())
        errors: dict[str, str] = {}
        day = read_day(text["treated_on"])
        if day is None:
            errors["treated_on"] = gettext("Give the day as it stands in a calendar, such as 2026-06-01.")
        supervision = int(text["supervision"]) if text["supervision"] in ("1", "2", "3", "4") else 0
        entry = tidy(
            Entry(
                treated_on=day or today,
                region=text["region"],
                segments=segments,
                muscles=muscles,
                supervision=supervision,
                grasp=text["grasp"],
                range_change=text["range_change"],
                event=text["event"],
                note=text["note"],
            )
        )
        for fault in faults(entry, today):
            errors.setdefault(fault.where, gettext(fault.message, **fault.values))
        return cls(
            **{name: text[name] for name in TEXTS if name != "nonce"},
            segments=segments,
            muscles=muscles,
            nonce=text["nonce"][:40],
            entry=entry if day else None,
            errors=errors,
        )

    @classmethod
    def beginning(cls, last: Treatment | None, today: date) -> TreatmentForm:
        """Today, and what seldom changes from one treatment to the next; what was found is asked afresh."""
        if last is None:
            return cls(treated_on=today.isoformat())
        region = last.region if last.region in SCOPE_LINES else ""
        return cls(treated_on=today.isoformat(), region=region, supervision=str(last.supervision))


TEXTS = ("treated_on", "region", "supervision", "grasp", "range_change", "event", "note", "nonce")


def read_day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def asked_region(args: Mapping[str, str]) -> str:
    """The region by which a list is filtered; empty for all."""
    region = args.get("region", "")
    return region if region in SCOPE_LINES else ""
