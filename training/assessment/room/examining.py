"""Who answers when somebody examines: the case's own rows where they speak of it, else the model of the same lesion.

An author writes ten rows and a trainee may try five hundred things. What the author wrote always stands; the rest is
simulated from the author's key, the same every time for the same patient.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from training.anatomy.information import Choice, choices
from training.anatomy.localization import localize
from training.anatomy.model import LESION_SIDES
from training.anatomy.observations import Observation
from training.anatomy.parameters import PROFILES
from training.anatomy.patients.patient import Patient, carrier_of
from training.anatomy.segments import POSITION
from training.anatomy.signs import sign_fits, sign_vocabulary
from training.anatomy.structures import Structure
from training.anatomy.vocabulary import vocabulary
from training.assessment.room.found import Shown

NONE = "none"  # the hypothesis of no nerve lesion: who must be referred is not to be given a root by us
_VISIBLE = frozenset({"hair loss", "nail change", "thin skin"})
_MOVING = frozenset({"muscle", "movement", "test"})
_STRENGTH = frozenset({"motor-loss", "upper-motor"})
_TOUCH = frozenset({"sensory-loss", "sensory-gain", "paraesthesia", "pain", "tender"})
_ROLLING = frozenset({"trophic", "restricted"})


def choice_of(structure_id: str, manner: str) -> Choice | None:
    """The choice with this key, or None when nobody can examine that."""
    return _by_key().get((structure_id, manner))


_keys: dict[tuple[str, str], Choice] = {}


def _by_key() -> dict[tuple[str, str], Choice]:
    if not _keys:
        _keys.update({choice.key: choice for choice in choices()})
    return _keys


def patient_of(keys: Sequence[str], side: str | None, rows: Sequence[Observation], seed: int) -> dict[str, Any]:
    """Who lies behind an authored case, to be pinned: the key that its rows favour, and the profile they show."""
    found = localize(rows)
    shares = dict(found.segments)
    roots = [key for key in keys if key in POSITION]
    profile = PROFILES[int(found.joint.sum(axis=(0, 2)).argmax())]
    truth = max(roots, key=lambda key: shares[key]) if roots else NONE
    where = side if side in LESION_SIDES else "both" if side == "midline" else found.side
    return {"truth": truth, "lesion_side": where, "profile": profile, "seed": seed}


def examine(rows: Sequence[Observation], patient: Patient, choice: Choice) -> Shown:
    """What the patient shows. The rows are the case's; what they say nothing of, the model answers."""
    written = [told for row in rows if (told := tells(row, choice)) is not None]
    if not written:
        written = [told for row in rows if (told := _carried(row, choice)) is not None]
    if written:
        return Shown(tuple(dict.fromkeys(written)), "author")
    return Shown(patient.examine(choice), "model")


def tells(row: Observation, choice: Choice) -> Observation | None:
    """What a row says when one examines this; None when it does not speak of it."""
    if not speaks_of(row, choice.structure) or not answers(row, choice):
        return None
    return Observation(choice.structure, row.sign, row.side, row.grade)


def _carried(row: Observation, choice: Choice) -> Observation | None:
    """The strength of a movement is that of the muscle which does most of the work, and the other way round."""
    if choice.manner.id not in ("strength", "perform") or choice.classes != ("motor-loss",):
        return None
    if row.structure.kind not in _MOVING or carrier_of(row.structure) != carrier_of(choice.structure):
        return None
    found = sign_vocabulary().signs[row.sign].finding_class
    if found == "normal":
        return Observation(choice.structure, "negative" if choice.structure.kind == "test" else "normal", row.side)
    if found in _STRENGTH and sign_fits(row.sign, choice.structure.kind):
        return Observation(choice.structure, row.sign, row.side, row.grade)
    return None


def speaks_of(row: Observation, structure: Structure) -> bool:
    """Whether a row is about this structure: by itself, as one of its levels, or as a part of what it names."""
    its = row.structure
    if its.id == structure.id:
        return True
    if its.kind != structure.kind:
        return False
    if (its.sweep or its.kind == "muscle") and any(part == structure.id for part, _share in its.parts):
        return True
    return len(structure.segments) == 1 and structure.segments[0] in its.segments and _same_family(its, structure)


def _same_family(wide: Structure, level: Structure) -> bool:
    """ "multifidus C5-C6" beside "multifidus C5"."""
    for family in vocabulary().families.values():
        if family.levels.get(level.segments[0]) is level:
            return wide.id.startswith(f"{family.id}-") and wide.id not in vocabulary().structures
    return False


def answers(row: Observation, choice: Choice) -> bool:
    """Whether what a row says is what this manner finds. A normal structure is normal in every manner."""
    if choice.structure.kind not in ("muscle", "skin"):
        return True  # one manner each
    found = sign_vocabulary().signs[row.sign].finding_class
    if found == "normal":
        return True
    manner = choice.manner.id
    if choice.structure.kind == "muscle":
        return (found in _STRENGTH) == (manner == "strength")
    if row.sign in _VISIBLE:
        return manner == "look"
    if found in _TOUCH:
        return manner == "stroke"
    return (found in _ROLLING) == (manner == "roll") and manner != "stroke"
