"""A simulated patient: what an examination finds, drawn from the model.

What a patient shows follows from the truth and the seed alone, not from the order of the examination: each structure
has its own luck, a hash of seed and structure. A movement, a group and a test that muscles carry take the luck of the
muscle that does most of the work, so that they never contradict it; and a muscle's strength and length share one luck,
so that "neither weak nor short" is as probable as the model says.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, lru_cache
from hashlib import blake2b
from pathlib import Path
from struct import Struct
from typing import Literal

from training.anatomy.information import Choice, manners
from training.anatomy.model import UPPER_MOTOR, Array, finding_classes, model
from training.anatomy.observations import Observation
from training.anatomy.parameters import PROFILES, above_zero
from training.anatomy.signs import Observed, is_alarm
from training.anatomy.structures import Structure
from training.anatomy.tables import DATA, read_table
from training.anatomy.vocabulary import vocabulary

LesionSide = Literal["left", "right", "both"]

EQUIVOCAL = "equivocal"
"""What a manner of examining says that finds nothing, where another manner would: no false "normal"."""
_ALSO_FELT = {"palpate": ("tender",)}
_UNITS = Struct("<8L")
_FUNCTION, _TENDER, _TROPHIC, _AUTONOMIC, _SIGN, _GRADE, ORDER, BESIDES = range(8)
"""The eight lots of a structure: which of them decides what."""
_LOT = {"tender": _TENDER, "trophic": _TROPHIC, "autonomic": _AUTONOMIC}


@dataclass(frozen=True)
class Patient:
    """Someone with one lesion, or with none.

    truth: the id of a hypothesis of the model, such as "C6", "C5-C6", "ulnar", "none". side: of the lesion; with "none"
    that of the chance findings. profile: which qualities suffer, one of PROFILES. seed: everything else.
    Raises ValueError for a truth or a profile that the model does not know.
    """

    truth: str
    side: LesionSide
    profile: str
    seed: int

    def __post_init__(self) -> None:
        if self.truth not in model().place:
            raise ValueError(f"there is no hypothesis {self.truth!r}")
        if self.profile not in PROFILES:
            raise ValueError(f"the profile {self.profile!r} is none of {', '.join(PROFILES)}")

    def examine(self, choice: Choice) -> tuple[Observation, ...]:
        """What one of `information.choices()` brings to light, at least one observation.

        Nothing found is "normal" (a test: "negative") on both sides; but "equivocal" where the structure is affected in
        a way that this manner does not look for, so that a weak muscle is never called normal.
        """
        structure, plan = choice.structure, _plan(choice.structure.id, choice.manner.id)
        lots = _lots(self.seed, plan.carrier)
        found = [
            sign
            for name, lot, which in plan.looked_for
            if lots[lot] < _chances(plan.carrier, name)[self._row]
            and (sign := _pick(name, structure.kind, lots[which])) is not None
            and not self._false_alarm(structure, sign.sign)
        ]
        if found:
            return tuple(Observation(structure, one.sign, self.side, one.grade) for one in found)
        if plan.doubtful and self.shows(structure, plan.doubtful):
            return (Observation(structure, EQUIVOCAL, self.side),)
        return (plan.normal,)

    def shows(self, structure: Structure, finding_class: str) -> bool:
        """Whether the structure is affected in this way, by the lesion or by chance."""
        carrier = carrier_of(structure)
        chance = float(_chances(carrier, finding_class)[self._row])
        return _lots(self.seed, carrier)[_LOT.get(finding_class, _FUNCTION)] < chance

    @cached_property
    def _row(self) -> tuple[int, int]:
        """Where the truth stands in the model's arrays."""
        return PROFILES.index(self.profile), model().place[self.truth]

    def lots(self, structure_id: str) -> tuple[float, ...]:
        """Eight numbers from 0 to 1 that belong to this patient and this structure, independent of each other."""
        return _lots(self.seed, structure_id)

    def _false_alarm(self, structure: Structure, sign: str) -> bool:
        """Whether it would be an alarm, and by chance: nobody is sent to hospital by the dice."""
        return is_alarm(structure, sign) and not model().supply(structure)[self._row[1]] > 0


@dataclass(frozen=True)
class _Plan:
    """How one choice is examined, whoever the patient is.

    carrier: whose luck decides. looked_for: classes of signs, with the lot that decides and the one that picks the
    sign. normal: what is said where nothing is found; doubtful: the class that it would wrongly deny, "" without any.
    """

    carrier: str
    looked_for: tuple[tuple[str, int, int], ...]
    normal: Observation
    doubtful: str


@lru_cache(maxsize=4_096)
def _plan(structure_id: str, manner_id: str) -> _Plan:
    structure = vocabulary().structures[structure_id]
    choice = Choice(structure, manners()[manner_id])
    pathological = structure.kind == "reflex" and "positive" in structure.alarm  # it has a class of its own
    classes = (UPPER_MOTOR,) if pathological else (*choice.classes, *_ALSO_FELT.get(manner_id, ()))
    normal = Observation(structure, "negative" if structure.kind == "test" else "normal", "both")
    denied = next(iter(finding_classes(normal, model().numbers)), "")
    looked_for = ((name, _LOT.get(name, _FUNCTION), _GRADE if name == "tender" else _SIGN) for name in classes)
    return _Plan(carrier_of(structure), tuple(looked_for), normal, "" if denied in classes else denied)


@lru_cache(maxsize=4_096)
def _lots(seed: int, name: str) -> tuple[float, ...]:
    digest = blake2b(f"{seed}|{name}".encode(), digest_size=_UNITS.size).digest()
    return tuple([unit * 2.0**-32 for unit in _UNITS.unpack(digest)])


@lru_cache(maxsize=2_048)
def _chances(structure_id: str, finding_class: str) -> Array:
    """The chance that the structure shows a sign of the class, by profile and hypothesis."""
    return model().chance(vocabulary().structures[structure_id], (finding_class,))[0]


def carrier_of(structure: Structure) -> str:
    """The id of the muscle that does most of the work of a movement, a group or a test; else the structure's own."""
    if not structure.parts:
        return structure.id
    return max(structure.parts, key=lambda part: part[1])[0]


def _pick(finding_class: str, kind: str, lot: float) -> Observed | None:
    """The sign, with its grade, that stands for a class; None where this kind of structure shows no such sign."""
    signs = shown().get((finding_class, kind), ())
    left = lot * sum(weight for _sign, weight in signs)
    for sign, weight in signs:
        left -= weight
        if left < 0:
            return sign
    return signs[-1][0] if signs else None


@lru_cache(maxsize=1)
def shown() -> dict[tuple[str, str], tuple[tuple[Observed, float], ...]]:
    """shown.csv: the signs by class and kind of structure, with how often each is what one sees."""
    return load_shown()


def load_shown(folder: Path = DATA) -> dict[tuple[str, str], tuple[tuple[Observed, float], ...]]:
    found: dict[tuple[str, str], tuple[tuple[Observed, float], ...]] = {}
    for row in read_table(folder, "shown.csv", ("class", "kind", "sign", "grade", "weight", "sources", "note")):
        place = (row["class"], row["kind"])
        found[place] = (*found.get(place, ()), (Observed(row["sign"], row["grade"]), above_zero(row, "weight")))
    return found


__all__ = ["BESIDES", "EQUIVOCAL", "ORDER", "LesionSide", "Patient", "carrier_of", "load_shown", "shown"]
