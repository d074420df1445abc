"""What an examination showed: as it is stored with a step or a patient, and as the model takes it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, cast

from training.anatomy.observations import Observation, Side
from training.anatomy.parameters import IGNORED
from training.anatomy.signs import sign_vocabulary
from training.anatomy.structures import Structure
from training.anatomy.vocabulary import vocabulary

By = Literal["author", "model"]
SIDES = ("left", "right", "both", "midline")


@dataclass(frozen=True)
class Shown:
    """What one structure showed in one manner. `by`: the case's own rows, or the model of the same lesion."""

    observations: tuple[Observation, ...]
    by: By


@dataclass(frozen=True)
class Step:
    """A step of an encounter. `name` and `signs` are as they were written then, whatever the vocabulary says now.

    `signs`: sign, grade and side of each finding.
    """

    number: int
    structure_id: str
    name: str
    manner: str
    seconds: int
    by: By
    signs: tuple[tuple[str, str, Side], ...]

    @property
    def key(self) -> tuple[str, str]:
        return self.structure_id, self.manner

    @property
    def normal(self) -> bool:
        return all(is_normal(sign) for sign, _grade, _side in self.signs)

    @property
    def structure(self) -> Structure | None:
        return vocabulary().structures.get(self.structure_id)

    @property
    def observations(self) -> tuple[Observation, ...]:
        """As the model takes them; none of a structure or sign that the vocabulary has lost since."""
        structure = self.structure
        if structure is None:
            return ()
        known = sign_vocabulary().signs
        return tuple(Observation(structure, sign, side, grade) for sign, grade, side in self.signs if sign in known)


def is_normal(sign: str) -> bool:
    """Whether nothing was found; "equivocal" finds nothing either."""
    known = sign_vocabulary().signs
    return sign in known and known[sign].finding_class in ("normal", IGNORED)


def kept(structure: Structure, shown: Shown) -> dict[str, Any]:
    """What a step stores of it."""
    return {"by": shown.by, "name": structure.name, "signs": [_sign(one) for one in shown.observations]}


def step(number: int, structure_id: str, manner: str, seconds: int, stored: Mapping[str, Any]) -> Step:
    """The step that was stored."""
    signs = tuple((one["sign"], one["grade"], cast(Side, one["side"])) for one in stored["signs"])
    return Step(number, structure_id, stored["name"], manner, seconds, stored["by"], signs)


def rows(observations: Iterable[Observation]) -> list[dict[str, str]]:
    """Findings of a generated patient, to be kept with it."""
    return [{"structure": one.structure.id, "name": one.structure.name, **_sign(one)} for one in observations]


def observations(stored: Sequence[Mapping[str, Any]]) -> tuple[Observation, ...]:
    """The findings that were kept; without those that the vocabulary has lost since."""
    structures, signs = vocabulary().structures, sign_vocabulary().signs
    return tuple(
        Observation(structures[one["structure"]], one["sign"], cast(Side, one["side"]), one["grade"])
        for one in stored
        if one["structure"] in structures and one["sign"] in signs
    )


def _sign(one: Observation) -> dict[str, str]:
    return {"sign": one.sign, "grade": one.grade, "side": one.side}
