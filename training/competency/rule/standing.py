"""How one requirement stands, in numbers and words. Texts are message ids with values: no language is known here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Actor = Literal["trainee", "assessor", "author"]
ANY_REGION = "any"


@dataclass(frozen=True, eq=False)
class Said:
    """An English message, which is also the id under which a translation is found; `values` fill its places."""

    message: str
    values: Mapping[str, str | int]


def say(message: str, **values: str | int) -> Said:
    return Said(message, values)


@dataclass(frozen=True)
class Step:
    """What to do next, and who. `kind` and `id` name a lesson, a quiz, a case, or the region of what is seen or logged.

    `sign-off` is the next case that is drawn, of whatever region. A `remediation` is a case that opens the safety gate,
    `content` something that must be published first; `course_id` is that of a lesson. `count` is how many are left at
    least, 0 where that is not known, and `others` how many of them somebody must do who has not yet.
    """

    kind: Literal[
        "lesson", "quiz", "case", "sign-off", "remediation", "observation", "exam", "station", "treatment", "content"
    ]
    id: str
    title: str
    actor: Actor
    course_id: str = ""
    count: int = 0
    others: int = 0


@dataclass(frozen=True)
class Standing:
    """A requirement and the numbers that stand in it. `rule` says what is asked, `now` how far it is."""

    kind: Literal[
        "lessons", "quiz", "cases", "mastery", "safety_gate", "observations", "exam", "stations", "treatments"
    ]
    met: bool
    have: int
    need: int
    rule: Said
    now: Said
    step: Step | None  # None when it is met
