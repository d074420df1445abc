"""What an examination can name: muscles, movements, reflexes, skin areas, joints and tests."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, get_args

from training.anatomy.segments import POSITION, SEGMENTS, span
from training.anatomy.tables import DATA, Row, read_table

StructureKind = Literal["muscle", "movement", "reflex", "skin", "joint", "test"]
KINDS: tuple[StructureKind, ...] = get_args(StructureKind)

_COMMON = ("id", "name", "synonyms", "segments", "principal", "sources", "disagreement")
_CARRIED = ("id", "name", "synonyms", "segments", "principal", "muscles", "sources", "disagreement", "alarm")


@dataclass(frozen=True)
class Structure:
    """Something that can be examined.

    segments: every segment that supplies it, from the top down; empty where it speaks for none (a neck movement).
    principal: those among them that carry most of the supply.
    sources: keys of the source register; `MEM` marks general clinical knowledge that was not looked up.
    disagreement: how charts differ, in words; empty when none was found.
    alarm: signs that, found here, make needling wrong until someone has looked (Babinski positive).
    parts: what it is made of, as (structure id, share), the shares adding up to 1: the muscles that carry a movement
        or form a group, the structures that a sweep speaks of; empty for a single structure.
    sweep: a finding here speaks of each part by itself ("all lower limb reflexes normal").
    """

    id: str
    name: str
    kind: StructureKind
    segments: tuple[str, ...]
    principal: tuple[str, ...]
    sources: tuple[str, ...]
    synonyms: tuple[str, ...] = ()
    nerve: str = ""
    disagreement: str = ""
    alarm: tuple[str, ...] = ()
    note: str = ""
    parts: tuple[tuple[str, float], ...] = ()
    sweep: bool = False

    @property
    def label(self) -> str:
        """The name with its type, as an author can write it."""
        return f"{self.name} ({self.kind})"


@dataclass(frozen=True)
class Family:
    """A structure that every level of the spine has, such as multifidus; `levels` maps each to its structure."""

    id: str
    name: str
    kind: StructureKind
    synonyms: tuple[str, ...]
    levels: dict[str, Structure]


def load_muscles(folder: Path = DATA) -> dict[str, Structure]:
    """The single muscles by id; those of one level each are families (see load_families)."""
    columns = (
        "id", "name", "synonyms", "region", "nerve", "segments", "principal", "division", "action", "sources",
        "disagreement",
    )  # fmt: skip
    return _by_id(_structure(row, "muscle", note=row["action"]) for row in read_table(folder, "muscles.csv", columns))


def load_groups(muscles: dict[str, Structure], folder: Path = DATA) -> dict[str, Structure]:
    """Muscles named together, and tendons by the muscles that pull on them; their supply is that of the members."""
    groups = []
    for row in read_table(folder, "muscle_groups.csv", ("id", "name", "synonyms", "members", "sources")):
        unknown = [member for member in row.many("members") if member not in muscles]
        if unknown or not row.many("members"):
            raise row.fault(f"members: no muscle {', '.join(unknown) or 'named'}")
        members = [muscles[member] for member in row.many("members")]
        groups.append(
            Structure(
                id=row["id"],
                name=row["name"],
                kind="muscle",
                segments=_in_order(segment for member in members for segment in member.segments),
                principal=_in_order(segment for member in members for segment in member.principal),
                sources=row.many("sources"),
                synonyms=row.many("synonyms"),
                nerve="; ".join(dict.fromkeys(member.nerve for member in members)),
                parts=tuple((member.id, 1 / len(members)) for member in members),
            )
        )
    return _by_id(groups)


def load_sweeps(known: dict[str, Structure], folder: Path = DATA) -> dict[str, Structure]:
    """What is said of many structures at once, such as "all lower limb reflexes"; members are any structures' ids."""
    sweeps = []
    for row in read_table(folder, "sweeps.csv", ("id", "name", "synonyms", "kind", "members", "sources")):
        unknown = [member for member in row.many("members") if member not in known]
        if unknown or not row.many("members"):
            raise row.fault(f"members: no structure {', '.join(unknown) or 'named'}")
        members = [known[member] for member in row.many("members")]
        sweeps.append(
            Structure(
                id=row["id"],
                name=row["name"],
                kind=_kind(row),
                segments=_in_order(segment for member in members for segment in member.segments),
                principal=_in_order(segment for member in members for segment in member.principal),
                sources=row.many("sources"),
                synonyms=row.many("synonyms"),
                parts=tuple((member.id, 1 / len(members)) for member in members),
                sweep=True,
            )
        )
    return _by_id(sweeps)


def load_others(muscles: dict[str, Structure], folder: Path = DATA) -> dict[str, Structure]:
    """Reflexes, skin areas, movements, joints and tests by id; movements and tests name the muscles that carry them."""
    reflexes = (
        "id", "name", "synonyms", "segments", "principal", "nerve", "elicited", "meaning", "pathological", "alarm",
        "sources", "disagreement",
    )  # fmt: skip
    found = [_structure(row, "reflex", note=row["meaning"]) for row in read_table(folder, "reflexes.csv", reflexes)]
    files: tuple[tuple[str, StructureKind, tuple[str, ...]], ...] = (
        ("skin_areas.csv", "skin", (*_COMMON, "alarm")),
        ("movements.csv", "movement", _CARRIED),
        ("tests.csv", "test", _CARRIED),
        ("joints.csv", "joint", _COMMON),
    )
    for file, kind, columns in files:
        found += [_structure(row, kind, parts=_carried_by(row, muscles)) for row in read_table(folder, file, columns)]
    return _by_id(found)


def load_families(folder: Path = DATA) -> dict[str, Family]:
    """The structures that repeat from level to level, by family id."""
    notes = {
        row["segment"]: (row["area"], row.many("sources"), row["disagreement"])
        for row in read_table(folder, "dermatomes.csv", ("segment", "key_point", "area", "sources", "disagreement"))
    }
    families: dict[str, Family] = {}
    columns = ("family", "name", "kind", "synonyms", "first", "last", "nerve", "sources", "disagreement")
    for row in read_table(folder, "levels.csv", columns):
        if row["first"] not in POSITION or row["last"] not in POSITION:
            raise row.fault("first and last must be segments")
        kind = _kind(row)
        family = families.setdefault(row["family"], Family(row["family"], row["name"], kind, row.many("synonyms"), {}))
        for segment in span(row["first"], row["last"]):
            note, sources, disagreement = "", row.many("sources"), row["disagreement"]
            if family.id == "dermatome" and segment in notes:
                note, sources, disagreement = notes[segment]
            nerve = f"{row['nerve']} of {segment}" if row["nerve"] else ""
            family.levels[segment] = Structure(
                f"{family.id}-{segment.lower()}", f"{family.name} {segment}", kind, (segment,), (segment,), sources,
                nerve=nerve, disagreement=disagreement, note=note,
                alarm=("numb", "reduced sensation") if family.id == "dermatome" and segment in ("S4", "S5") else (),
            )  # fmt: skip
    return families


def over_levels(family: Family, segments: tuple[str, ...]) -> Structure | None:
    """One structure for several levels of a family, or None where the family lacks one of them."""
    if not segments or any(segment not in family.levels for segment in segments):
        return None
    first = family.levels[segments[0]]
    if len(segments) == 1:
        return first
    ends = (segments[0], segments[-1])
    return Structure(
        id=f"{family.id}-{ends[0].lower()}-{ends[1].lower()}",
        name=f"{family.name} {ends[0]}-{ends[1]}",
        kind=family.kind,
        segments=segments,
        principal=segments,
        sources=_unique(source for segment in segments for source in family.levels[segment].sources),
        nerve=first.nerve.replace(f" of {segments[0]}", f" of {ends[0]} to {ends[1]}"),
        disagreement=first.disagreement,
        alarm=_unique(sign for segment in segments for sign in family.levels[segment].alarm),
    )


def _carried_by(row: Row, muscles: dict[str, Structure]) -> tuple[tuple[str, float], ...]:
    """The muscles of a cell such as "deltoid:3;supraspinatus", as shares of the whole; a weight left out is 1."""
    weights: dict[str, float] = {}
    for piece in row.many("muscles"):
        name, _, weight = piece.partition(":")
        if name not in muscles:
            raise row.fault(f"muscles: there is no muscle {name!r}")
        try:
            weights[name] = float(weight or 1)
        except ValueError:
            raise row.fault(f"muscles: {weight!r} is no number") from None
    if any(weight <= 0 for weight in weights.values()):
        raise row.fault("muscles: a weight must be above 0")
    return tuple((name, weight / sum(weights.values())) for name, weight in weights.items())


def _structure(row: Row, kind: StructureKind, note: str = "", parts: tuple[tuple[str, float], ...] = ()) -> Structure:
    segments, principal = row.segments("segments"), row.segments("principal")
    if strangers := [segment for segment in principal if segment not in segments]:
        raise row.fault(f"principal: {', '.join(strangers)} not among the segments")
    if not row["id"] or not row["name"]:
        raise row.fault("a row needs an id and a name")
    return Structure(
        id=row["id"],
        name=row["name"],
        kind=kind,
        segments=segments,
        principal=principal,
        sources=row.many("sources"),
        synonyms=row.many("synonyms"),
        nerve=row.cells.get("nerve", ""),
        disagreement=row["disagreement"],
        alarm=row.many("alarm"),
        note=note,
        parts=parts,
    )


def _kind(row: Row) -> StructureKind:
    for kind in KINDS:
        if kind == row["kind"]:
            return kind
    raise row.fault(f"kind: {row['kind']!r} is none of {', '.join(KINDS)}")


def _by_id(structures: Iterator[Structure] | list[Structure]) -> dict[str, Structure]:
    found: dict[str, Structure] = {}
    for structure in structures:
        if structure.id in found:
            raise ValueError(f"the structure id {structure.id!r} is used twice")
        found[structure.id] = structure
    return found


def _in_order(segments: Iterator[str]) -> tuple[str, ...]:
    wanted = set(segments)
    return tuple(segment for segment in SEGMENTS if segment in wanted)


def _unique(words: Iterator[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(words))
