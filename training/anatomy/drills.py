"""Facts worth knowing by heart, drawn from the anatomy data: what is asked, what is right, what charts say of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from hashlib import blake2b
from pathlib import Path
from random import Random
from typing import Literal, get_args

from training.anatomy.catalogue import vocabulary
from training.anatomy.segments import POSITION, Region, region_of
from training.anatomy.structures import Structure
from training.anatomy.tables import DATA, Row, read_table

DrillKind = Literal["muscle-segment", "segment-muscle", "skin-segment", "reflex-segment", "muscle-nerve"]
DRILL_KINDS: tuple[DrillKind, ...] = get_args(DrillKind)
NEVER = 9  # the level of what no drill asks
REST = 3  # the level of a muscle that drills.csv does not name
MOST_RIGHT = 2  # a muscle with more principal segments has no main one to ask for
OPTIONS = 8  # so a guess is right once in eight; memory is what a review measures
_SEGMENT_KIND: Mapping[str, DrillKind] = {
    "muscle": "muscle-segment", "reflex": "reflex-segment", "point": "skin-segment", "skin": "skin-segment",
}  # fmt: skip


@dataclass(frozen=True)
class Drill:
    """One fact to be recalled.

    subject: what is asked about, as people write it: a muscle, a reflex, a place on the skin, or a segment.
    right: every answer that is right: segments in their order, nerves as people name them, or ids of muscles.
    extra: those of `right` that the data does not call principal, but charts that it cites do.
    segments: all segments that supply the subject. level: 1 is learnt first, then 2, then 3.
    disagreement: how charts differ, in words, or empty. part_of: the larger nerve that a nerve comes from, or empty.
    """

    id: str
    kind: DrillKind
    subject: str
    right: tuple[str, ...]
    level: int
    region: Region
    sources: tuple[str, ...]
    disagreement: str = ""
    extra: tuple[str, ...] = ()
    segments: tuple[str, ...] = ()
    nerve: str = ""
    part_of: str = ""

    @property
    def on_spine(self) -> bool:
        """Answered with one of the thirty segments."""
        return self.kind.endswith("-segment")


@dataclass(frozen=True)
class Choice:
    """An answer to choose: an id, and the words for it."""

    id: str
    text: str


@dataclass(frozen=True)
class Nerve:
    """A nerve that drills ask for; `written` is how the muscles' table says it."""

    written: str
    name: str
    part_of: str


@lru_cache(maxsize=2)
def drills(folder: Path = DATA) -> Mapping[str, Drill]:
    """Every drill by id, in the order in which they are learnt. DataError for a row that names nothing."""
    rows = {(row["kind"], row["subject"]): row for row in _rows(folder)}
    found = {drill.id: drill for drill in (*_of_segments(rows, folder), *_of_nerves(rows, folder))}
    by_segment = _muscles_of(found)
    for (kind, segment), row in rows.items():
        if kind == "segment":
            drill = _of_muscles(segment, row, by_segment)
            found[drill.id] = drill
    return {drill.id: drill for drill in sorted(found.values(), key=_order)}


def is_right(drill: Drill, answer: str) -> bool:
    return answer in drill.right


def choices(drill: Drill, seed: str) -> tuple[Choice, ...]:
    """The answers to choose from, exactly one of them right; none for a drill on the spine. The same seed, the same.

    Wrong ones lie near: muscles of neighbouring segments that the segment does not supply at all, nerves of the same
    limb. A nerve and one that it comes from never stand side by side.
    """
    chance = Random(f"{seed}/{drill.id}")
    if drill.on_spine:
        return ()
    if drill.kind == "muscle-nerve":
        right = Choice(drill.right[0], drill.right[0])
        wrong = [Choice(name, name) for name in _near_nerves(drill)]
    else:
        names = muscle_names()
        one = chance.choice(drill.right)
        right = Choice(one, names[one])
        wrong = [Choice(muscle, names[muscle]) for muscle in _near_muscles(drill)]
    shown = [right, *chance.sample(wrong, min(OPTIONS - 1, len(wrong)))]
    chance.shuffle(shown)
    return tuple(shown)


def words_for(drill: Drill, answer: str) -> str:
    """An answer as people read it."""
    return muscle_names().get(answer, answer) if drill.kind == "segment-muscle" else answer


def muscle_drill(muscle_id: str) -> Drill | None:
    """The drill that asks for a muscle's segment; None for a muscle that none asks."""
    return drills().get(f"muscle-segment:{muscle_id}")


def main_segments(muscle_id: str) -> tuple[str, ...]:
    """The segments that are right for a muscle; empty for one that no drill asks."""
    drill = muscle_drill(muscle_id)
    return drill.right if drill is not None else ()


@lru_cache(maxsize=1)
def muscle_names() -> Mapping[str, str]:
    return {one.id: one.name for one in vocabulary().structures.values() if one.kind == "muscle"}


# --- making ----------------------------------------------------------------------------------------------------


def _rows(folder: Path) -> Iterator[Row]:
    structures = vocabulary().structures
    for row in read_table(folder, "drills.csv", ("kind", "subject", "level", "accept", "prompt", "sources")):
        if row["level"] not in ("1", "2", "3", str(NEVER)):
            raise row.fault(f"level: {row['level']!r} is none of 1, 2, 3, {NEVER}")
        if row["kind"] in ("point", "segment"):
            known = row["subject"] in POSITION
        else:
            known = row["subject"] in structures and structures[row["subject"]].kind == row["kind"]
        if not known:
            raise row.fault(f"there is no {row['kind']} {row['subject']!r}")
        row.segments("accept")
        yield row


def _of_segments(rows: Mapping[tuple[str, str], Row], folder: Path) -> Iterator[Drill]:
    """Muscle, reflex and skin to segment."""
    points = _points(folder)
    for structure in vocabulary().structures.values():
        kind = structure.kind
        row = rows.get((kind, structure.id))
        if kind == "muscle" and (structure.parts or not structure.note):
            continue  # several muscles together, or one of each level
        if kind not in ("muscle", "reflex", "skin") or (row is None and kind != "muscle"):
            continue
        level = int(row["level"]) if row else REST
        accepted = row.segments("accept") if row else ()
        if level != NEVER and 0 < len(structure.principal) <= MOST_RIGHT:
            more = row.many("sources") if row and accepted else ()
            yield _to_segment(kind, structure, accepted, level, more)
    for (name, segment), row in rows.items():
        if name == "point":
            point = points[segment]
            if row["prompt"]:
                point = replace(point, name=row["prompt"])
            yield _to_segment("point", point, row.segments("accept"), int(row["level"]), ())


def _to_segment(name: str, structure: Structure, accepted: tuple[str, ...], level: int, more: tuple[str, ...]) -> Drill:
    right = sorted({*structure.principal, *accepted}, key=POSITION.__getitem__)
    return Drill(
        id=f"{name}-segment:{structure.id}",
        kind=_SEGMENT_KIND[name],
        subject=structure.name,
        right=tuple(right),
        level=level,
        region=region_of(structure.principal[0]),
        sources=tuple(dict.fromkeys((*structure.sources, *more))),
        # A reflex says in its note what sources make of it.
        disagreement=structure.disagreement or (structure.note if structure.kind == "reflex" else ""),
        extra=tuple(one for one in right if one not in structure.principal),
        segments=structure.segments,
        nerve=structure.nerve if structure.kind != "skin" else "",
    )


def _points(folder: Path) -> dict[str, Structure]:
    """The key point of each segment's skin."""
    columns = ("segment", "key_point", "area", "sources", "disagreement")
    return {
        row["segment"]: Structure(
            id=row["segment"].lower(),
            name=row["key_point"],
            kind="skin",
            segments=(row["segment"],),
            principal=(row["segment"],),
            sources=row.many("sources"),
            disagreement=row["disagreement"],
        )
        for row in read_table(folder, "dermatomes.csv", columns)
    }


def _of_nerves(rows: Mapping[tuple[str, str], Row], folder: Path) -> Iterator[Drill]:
    known = {nerve.written: nerve for nerve in nerves(folder)}
    for muscle in vocabulary().structures.values():
        nerve = known.get(muscle.nerve)
        if muscle.kind != "muscle" or muscle.parts or nerve is None or not muscle.principal:
            continue
        row = rows.get(("muscle", muscle.id))
        level = min(int(row["level"]), REST) if row else REST  # a muscle whose segments nobody agrees on has one nerve
        yield Drill(
            id=f"muscle-nerve:{muscle.id}",
            kind="muscle-nerve",
            subject=muscle.name,
            right=(nerve.name,),
            level=level,
            region=region_of(muscle.principal[0]),
            sources=muscle.sources,
            segments=muscle.segments,
            nerve=muscle.nerve,
            part_of=nerve.part_of,
        )


@lru_cache(maxsize=2)
def nerves(folder: Path = DATA) -> tuple[Nerve, ...]:
    columns = ("written", "name", "part_of", "sources")
    return tuple(
        Nerve(row["written"], row["name"], row["part_of"]) for row in read_table(folder, "drill_nerves.csv", columns)
    )


def _muscles_of(found: Mapping[str, Drill]) -> dict[str, list[tuple[str, Drill]]]:
    """By segment, the well-known muscles that it mainly supplies, with the drill that asks for each."""
    by_segment: dict[str, list[tuple[str, Drill]]] = {}
    for drill in found.values():
        if drill.kind == "muscle-segment" and drill.level < REST:
            for segment in drill.right:
                by_segment.setdefault(segment, []).append((drill.id.partition(":")[2], drill))
    return by_segment


def _of_muscles(segment: str, row: Row, by_segment: Mapping[str, list[tuple[str, Drill]]]) -> Drill:
    mine = [(muscle, drill) for muscle, drill in by_segment.get(segment, ()) if segment not in drill.extra]
    if not mine:
        raise row.fault(f"{segment} is no muscle's main segment")
    return Drill(
        id=f"segment-muscle:{segment.lower()}",
        kind="segment-muscle",
        subject=segment,
        right=tuple(muscle for muscle, _ in mine),
        level=int(row["level"]),
        region=region_of(segment),
        sources=tuple(dict.fromkeys(source for _, drill in mine for source in drill.sources)),
        segments=(segment,),
    )


def _order(drill: Drill) -> tuple[int, str]:
    """By level, and within one mixed: neighbours in a table give each other away."""
    return drill.level, blake2b(drill.id.encode(), digest_size=8).hexdigest()


# --- what stands beside the right answer -----------------------------------------------------------------------


@lru_cache(maxsize=64)
def _near_muscles(drill: Drill) -> tuple[str, ...]:
    """Known muscles that the segment does not supply, those of the nearest segments first, enough to choose from."""
    here = POSITION[drill.subject]
    others = [
        (min(abs(POSITION[segment] - here) for segment in one.right), one.id)
        for one in drills().values()
        if one.kind == "muscle-segment" and one.level < REST and drill.subject not in (*one.segments, *one.right)
    ]
    return tuple(name.partition(":")[2] for _, name in sorted(others)[: 2 * OPTIONS])


@lru_cache(maxsize=256)
def _near_nerves(drill: Drill) -> tuple[str, ...]:
    """Nerves of the limb that are neither the right one, nor what it comes from, nor its branch; the nearest first."""
    right, above = drill.right[0], drill.part_of
    here = [POSITION[segment] for segment in drill.segments]
    distance: dict[str, int] = {}
    for one in drills().values():
        if one.kind == "muscle-nerve":
            name = one.right[0]
            related = name in (right, above) or one.part_of == right or _same_stem(one.part_of, above)
            if not related and _in_arm(one) == _in_arm(drill):
                apart = min(abs(POSITION[segment] - place) for segment in one.segments for place in here)
                distance[name] = min(apart, distance.get(name, apart))
    return tuple(sorted(distance, key=lambda name: (distance[name], name))[: 2 * (OPTIONS - 1)])


def _in_arm(drill: Drill) -> bool:
    return POSITION[drill.segments[0]] <= POSITION["T1"]


def _same_stem(one: str, other: str) -> bool:
    """Branches of one arm nerve are written now as the one, now as the other; those of the sole are told apart."""
    return one == other != "" and one not in ("tibial nerve", "common fibular nerve")
