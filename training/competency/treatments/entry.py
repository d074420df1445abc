"""What may stand in the log: one entry, and everything that is wrong with it. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache

from training.anatomy.segments import SEGMENTS, region_of
from training.anatomy.structures import Structure
from training.anatomy.vocabulary import Unknown, resolve_structure, vocabulary
from training.competency.treatments.events import BY_ID
from training.content.framework import SCOPE_LINES
from training.content.identifiers import Kind, identifiers

DAYS_BACK = 14
MOST_SEGMENTS, MOST_MUSCLES, MOST_NOTE = 8, 12, 200
SUPERVISIONS = (1, 2, 3, 4)
GRASPS = ("yes", "no", "unsure")
RANGES = ("better", "same", "worse", "not-measured")

# Structures that the vocabulary keeps with the muscles, since signs are found there; nobody needles them as a muscle.
_NO_MUSCLE = re.compile(r"\b(?:tendons?|fascia|band|compartment|contour|origin|anserinus)\b")

# Said of a note that may tell who a patient is; each names the words and why.
IDENTIFIED: dict[Kind, str] = {
    "name": "“%(words)s” looks like somebody's name. The log holds no patient's identity: take it out.",
    "initials": "“%(words)s” looks like somebody's initials. The log holds no patient's identity: take them out.",
    "birth": "“%(words)s” looks like a date of birth. The log holds no patient's identity: take it out.",
    "date": "“%(words)s” is a whole date, which can tell who a patient is. The day of the treatment has its own field.",
    "phone": "“%(words)s” looks like a telephone number. The log holds no patient's identity: take it out.",
    "e-mail": "“%(words)s” is an e-mail address. The log holds no patient's identity: take it out.",
    "postal-code": "“%(words)s” looks like a postal code. The log holds no patient's identity: take it out.",
    "health-number": "“%(words)s” looks like a health number. The log holds no patient's identity: take it out.",
}


@dataclass(frozen=True)
class Fault:
    """What is wrong with a field; `message` with `values` says it and what to do."""

    where: str
    message: str
    values: dict[str, object] = field(default_factory=dict)


@dataclass(frozen=True)
class Entry:
    """One treatment as it is logged; see models.Treatment."""

    treated_on: date
    region: str
    segments: tuple[str, ...]
    muscles: tuple[str, ...]
    supervision: int
    grasp: str
    range_change: str
    event: str
    note: str = ""


def faults(entry: Entry, today: date) -> Iterator[Fault]:
    """Everything that is wrong with an entry; `today` is the day it is where the school is."""
    yield from of_day(entry.treated_on, today)
    if entry.region not in SCOPE_LINES:
        yield Fault("region", "Choose where on the body it was.")
    else:
        yield from of_segments(entry.region, entry.segments)
    yield from of_muscles(entry.muscles)
    if entry.supervision not in SUPERVISIONS:
        yield Fault("supervision", "Choose who was with you.")
    if entry.grasp not in GRASPS:
        yield Fault("grasp", "Say whether you felt the needle grasp; “unsure” is an answer.")
    if entry.range_change not in RANGES:
        yield Fault("range_change", "Say what became of the range; “not measured” is an answer.")
    if entry.event not in BY_ID:
        yield Fault("event", "Say whether anything went wrong; “nothing” is an answer.")
    yield from of_text("note", entry.note)


def of_day(treated_on: date, today: date) -> Iterator[Fault]:
    if treated_on > today:
        yield Fault("treated_on", "This day is still to come. Give the day of the treatment.")
    elif treated_on < today - timedelta(days=DAYS_BACK):
        yield Fault(
            "treated_on",
            "A treatment is logged within %(days)s days; what is older is remembered too badly to be evidence.",
            {"days": DAYS_BACK},
        )


def segments_of(region: str) -> tuple[str, ...]:
    """The segments that a line of the scope speaks of; over the chest wall those of the thorax."""
    wanted = "thoracic" if region == "chest-wall" else region
    return tuple(one for one in SEGMENTS if region_of(one) == wanted)


def of_segments(region: str, segments: tuple[str, ...]) -> Iterator[Fault]:
    if not segments:
        yield Fault("segment", "Choose at least one segment.")
    elif len(segments) > MOST_SEGMENTS:
        yield Fault("segment", "Choose at most %(most)s segments: those you treated.", {"most": MOST_SEGMENTS})
    elif wrong := [one for one in segments if one not in segments_of(region)]:
        yield Fault("segment", "%(segments)s does not belong to the region you chose.", {"segments": ", ".join(wrong)})


def of_muscles(muscles: tuple[str, ...]) -> Iterator[Fault]:
    if not muscles:
        yield Fault("muscle", "Name at least one muscle.")
    elif len(muscles) > MOST_MUSCLES:
        yield Fault("muscle", "Name at most %(most)s muscles: those you needled.", {"most": MOST_MUSCLES})
    for one in muscles:
        found = resolve_structure(one)
        if is_muscle(found):
            continue
        near = (
            [label for label in found.suggestions if is_muscle(resolve_structure(label))]
            if isinstance(found, Unknown)
            else []
        )
        values: dict[str, object] = {"given": one[:60], "near": ", ".join(near)}
        if near:
            yield Fault("muscle", "No muscle is called “%(given)s” here. Did you mean: %(near)s?", values)
        else:
            yield Fault("muscle", "No muscle is called “%(given)s” here. Choose one from the list.", values)


def of_text(name: str, text: str) -> Iterator[Fault]:
    """What is wrong with a few words: too many of them, or some that may tell who a patient is."""
    if len(text) > MOST_NOTE:
        yield Fault(name, "Write at most %(most)s characters.", {"most": MOST_NOTE})
        return
    for one in identifiers(text):
        yield Fault(name, IDENTIFIED[one.kind], {"words": one.words})


def is_muscle(found: Structure | Unknown) -> bool:
    """A muscle, a part or a group of muscles; no myotome, tendon or "all muscles", which nobody needles."""
    return (
        isinstance(found, Structure)
        and found.kind == "muscle"
        and not found.sweep
        and not found.id.startswith("myotome")
        and bool(found.segments)
        and not _NO_MUSCLE.search(found.name)
    )


def in_order(segments: Iterable[str]) -> tuple[str, ...]:
    """Each once, from the top down; what is no segment comes last."""
    once = dict.fromkeys(segments)
    return tuple(sorted(once, key=lambda one: SEGMENTS.index(one) if one in SEGMENTS else len(SEGMENTS)))


def named_once(muscles: Iterable[str]) -> tuple[str, ...]:
    """Each muscle once, by its name in the vocabulary where it has one."""
    found = ((one, resolve_structure(one)) for one in muscles if one.strip())
    names = (known.name if isinstance(known, Structure) and is_muscle(known) else one.strip() for one, known in found)
    return tuple(dict.fromkeys(names))


# --- what the form offers --------------------------------------------------------------------------------------

# Can be typed, is never suggested: safety.md names them specialist, not for beginners or no routine target, or nobody
# treats them here.
_NOT_SUGGESTED = """
    rectus capitis posterior major, rectus capitis posterior minor, obliquus capitis superior, obliquus capitis
    inferior, rectus capitis anterior, rectus capitis lateralis, suboccipital muscles, deep neck flexors, longus
    colli, longus capitis, sternocleidomastoid, scalenus anterior, scalenus medius, scalenus posterior, scalenes,
    omohyoid, sternohyoid, diaphragm, pectoralis minor, subclavius, intercostals, levatores costarum, psoas major,
    psoas minor, iliacus, iliopsoas, transversus thoracis, cremaster, pyramidalis, pubococcygeus and puborectalis,
    iliococcygeus, coccygeus, external anal sphincter, external urethral sphincter, bulbospongiosus and
    ischiocavernosus, levator ani
"""
NOT_SUGGESTED = frozenset(" ".join(one.split()) for one in _NOT_SUGGESTED.split(","))


@dataclass(frozen=True)
class Offered:
    """A muscle in the list of the form: its name, and the segments for which it is suggested."""

    name: str
    segments: tuple[str, ...]


@cache
def offered_muscles() -> tuple[Offered, ...]:
    """Every muscle that can be logged, by name; those beside the spine are suggested first for their level."""
    known = [one for one in vocabulary().structures.values() if is_muscle(one) and not one.name.endswith("muscles")]
    return tuple(
        Offered(one.name, () if one.name in NOT_SUGGESTED or one.parts or "intercostal" in one.name else one.principal)
        for one in sorted(known, key=lambda each: (not each.id.startswith("multifidus"), each.name.casefold()))
    )
