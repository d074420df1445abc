"""A row of an examination as an examiner writes it: one structure, its signs, the side."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from training.anatomy.observations import Observation, Side
from training.anatomy.patients.examined import Examined
from training.anatomy.patients.patient import BESIDES, EQUIVOCAL, ORDER, Patient
from training.anatomy.signs import Observed, is_alarm, sign_vocabulary
from training.anatomy.structures import Structure
from training.anatomy.vocabulary import Unknown, resolve_structure, vocabulary

_USUAL_FIRST = 0.65
"""In how many patients the usual manner comes first, and in how many a second one is written down besides."""
_MENTIONED_TOO = 0.35
_KIND_ORDER = ("movement", "muscle", "reflex", "skin", "joint", "test")


@dataclass(frozen=True)
class Row:
    """What was found at one structure; `signs` holds one or more, a single normal one where nothing was found."""

    structure: Structure
    signs: tuple[Observed, ...]
    side: Side

    @property
    def observations(self) -> tuple[Observation, ...]:
        return tuple(Observation(self.structure, one.sign, self.side, one.grade) for one in self.signs)

    @property
    def abnormal(self) -> bool:
        return not _is_normal(self.signs[0].sign)

    @property
    def alarming(self) -> bool:
        """Whether it alone makes needling wrong until someone has looked."""
        return any(is_alarm(self.structure, one.sign) for one in self.signs)

    @property
    def finding(self) -> str:
        """The cell of signs: "4/5 weak, tender"."""
        return ", ".join(f"{one.grade} {one.sign}".strip() for one in self.signs)

    @property
    def place(self) -> tuple[bool, bool, int, str]:
        """Where the row stands among others: what is abnormal first, limb before spine, motor before skin."""
        beside_spine = self.structure.id.startswith(("multifidus-", "paraspinal-", "vertebral-level-"))
        return not self.abnormal, beside_spine, _KIND_ORDER.index(self.structure.kind), self.structure.id


def written(structure: Structure) -> str:
    """The name as an author writes it: skin with its type, because people would misread "thumb"."""
    return _written(structure.id)


@lru_cache(maxsize=2_048)
def _written(structure_id: str) -> str:
    structure = vocabulary().structures[structure_id]
    alone = resolve_structure(structure.name)
    if structure.kind == "skin" and "skin" in structure.name:
        return structure.name
    if structure.kind == "skin" or isinstance(alone, Unknown) or alone.id != structure.id:
        return structure.label
    return structure.name


def record(patient: Patient, one: Examined) -> Row | None:
    """What is written down of a structure, or None where the examination would leave a doubt.

    The usual manner comes first in most patients. Normal means that every manner found nothing.
    """
    lots = patient.lots(one.structure.id)
    choices = one.choices if lots[ORDER] < _USUAL_FIRST else one.choices[::-1]
    signs: list[Observed] = []
    doubtful = False
    for choice in choices:
        if signs and lots[BESIDES] >= _MENTIONED_TOO:
            break
        found = patient.examine(choice)
        if found[0].sign == EQUIVOCAL:
            doubtful = True
        elif not _is_normal(found[0].sign):
            signs += (Observed(each.sign, each.grade) for each in found)
    if signs:
        return Row(one.structure, _once(signs), patient.side)
    return None if doubtful else Row(one.structure, (Observed(found[0].sign),), "both")


def _is_normal(sign: str) -> bool:
    return sign_vocabulary().signs[sign].finding_class == "normal"


def _once(signs: list[Observed]) -> tuple[Observed, ...]:
    """Each sign once; two of one kind, such as weak and wasted, would say the same twice."""
    kept: dict[str, Observed] = {}
    for one in signs:
        kept.setdefault(sign_vocabulary().signs[one.sign].finding_class, one)
    return tuple(kept.values())
