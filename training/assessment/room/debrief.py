"""What an examination was worth, in bits, beside the most informative one that the same patient allowed.

A step's worth is what it was expected to tell before it was done (mutual information) and what it told then (how far
the posterior moved). Of the history the model knows the region.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from training.anatomy.information import Choice, Manner, best_next, choices, entropy, gained, manners, worth_of
from training.anatomy.localization import Localization
from training.anatomy.observations import Observation, Side
from training.anatomy.patients.examined import examined
from training.anatomy.patients.patient import Patient
from training.anatomy.segments import POSITION, REGIONS, SEGMENTS, segments_of
from training.assessment.reasoning import Reasoning, reason
from training.assessment.room import examining, found, grading
from training.assessment.room.encounters import Met
from training.assessment.room.found import By, Shown, Step
from training.assessment.room.knowing import known
from training.assessment.room.service import patient_in, plan_of
from training.assessment.room.view import Visit
from training.content.documents import REFER

REDUNDANT = 0.02
"""Bits; a test expected to tell less than this, and that told little, was answered already by what came before."""
TELLING = 0.1
"""Bits; a test that told at least this is worth naming when it was left out."""
LONGEST_PATH = 40
MISSED_AT_MOST = 6
KEPT = 256


@dataclass(frozen=True)
class Told:
    """One step of a path. `expected` and `told` in bits; `signs` as in `found.Step`; `known`: only one path has it."""

    number: int
    name: str
    manner: Manner | None
    seconds: int
    signs: tuple[tuple[str, str, Side], ...]
    by: By
    expected: float
    told: float
    key: tuple[str, str]

    @property
    def normal(self) -> bool:
        return all(found.is_normal(sign) for sign, _grade, _side in self.signs)

    @property
    def redundant(self) -> bool:
        return self.expected < REDUNDANT and self.told < TELLING


@dataclass(frozen=True)
class Path:
    """A whole examination: its steps, the time it took, and how many bits were left open at its end."""

    steps: tuple[Told, ...]
    left: float

    @property
    def seconds(self) -> int:
        return sum(step.seconds for step in self.steps)

    @property
    def told(self) -> float:
        return sum(step.told for step in self.steps)


@dataclass(frozen=True)
class Hidden:
    """A finding of the case that nobody came upon; `signs` as in `found.Step`."""

    name: str
    signs: tuple[tuple[str, str, Side], ...]


@dataclass(frozen=True)
class Debrief:
    """Everything the debrief shows of an answered encounter.

    better: None where the answer is to refer (the reason lies in the history, not in bits) or nothing was examined.
    missed: steps of the better path that told something and were left out. hidden: what the case holds and nobody
    looked for. mine, full: what the findings say, those that were met and the case's own.
    """

    path: Path
    better: Path | None
    missed: tuple[Told, ...]
    hidden: tuple[Hidden, ...]
    redundant: tuple[Told, ...]
    mine: Reasoning
    full: Reasoning
    plan: str


_made: dict[str, Debrief] = {}


def debrief(visit: Visit) -> Debrief:
    """Of an answered encounter; it cannot change any more, so it is reckoned once a process."""
    public_id = visit.encounter.public_id
    if public_id not in _made:
        if len(_made) >= KEPT:
            _made.clear()
        _made[public_id] = _debrief(visit)
    return _made[public_id]


def _debrief(visit: Visit) -> Debrief:
    met, steps = visit.met, visit.steps
    chosen = str((visit.encounter.response or {}).get("segment", ""))
    mine = _path(_told_by(steps), met.region)
    better = None
    if steps and REFER not in met.keys:
        better = _better(met, patient_in(visit.encounter.patient), min(len(steps), LONGEST_PATH))
    done = {step.key for step in steps}
    left_out = [step for step in better.steps if step.key not in done and step.told >= TELLING] if better else []
    return Debrief(
        path=mine,
        better=better,
        missed=tuple(sorted(left_out, key=lambda step: -step.told)[:MISSED_AT_MOST]),
        hidden=_hidden(met.rows, steps),
        redundant=tuple(step for step in mine.steps if step.redundant),
        mine=reason(visit.observations, met.keys, chosen),
        full=grading.reasoned(met, chosen),
        plan=plan_of(met),
    )


def _told_by(steps: Sequence[Step]) -> Iterable[tuple[Step, Choice | None]]:
    return ((step, examining.choice_of(*step.key)) for step in steps)


def _path(steps: Iterable[tuple[Step, Choice | None]], region: str) -> Path:
    """The trainee's own; what cannot be examined any more tells nothing."""
    told: list[Told] = []
    seen: list[Observation] = []
    before = known((), region)
    for step, choice in steps:
        seen += step.observations
        after = known(seen, region)
        expected = worth_of(before, choice) if choice else 0.0
        told.append(
            Told(
                step.number,
                step.name,
                manners().get(step.manner),
                step.seconds,
                step.signs,
                step.by,
                expected,
                gained(before, after),
                step.key,
            )
        )
        before = after
    return _closed(told, before)


def _better(met: Met, patient: Patient, count: int) -> Path:
    """At each step the choice that is expected to tell most, among what one examines for that region."""
    told: list[Told] = []
    seen: list[Observation] = []
    done: set[tuple[str, str]] = set()
    before = known((), met.region)
    for number in range(1, count + 1):
        worth = next(iter(best_next(before, 1, done, _sensible(met.region))), None)
        if worth is None:
            break
        choice = worth.choice
        shown: Shown = examining.examine(met.rows, patient, choice)
        seen += shown.observations
        after = known(seen, met.region)
        signs = tuple((one.sign, one.grade, one.side) for one in shown.observations)
        seconds = round(choice.manner.seconds)
        told.append(
            Told(
                number,
                choice.structure.name,
                choice.manner,
                seconds,
                signs,
                shown.by,
                worth.bits,
                gained(before, after),
                choice.key,
            )
        )
        done.add(choice.key)
        before = after
    return _closed(told, before)


def _closed(told: Sequence[Told], at_end: Localization) -> Path:
    return Path(tuple(told), entropy(at_end))


@lru_cache(maxsize=8)
def _sensible(region: str) -> tuple[int, ...]:
    """Places among `choices()` of what clinicians examine and a segment of the region, or the next one, supplies."""
    own = next((segments_of(name) for name in REGIONS if name == region), SEGMENTS)
    first, last = POSITION[own[0]], POSITION[own[-1]]
    near = set(SEGMENTS[max(first - 1, 0) : last + 2])
    allowed = {choice.key for one in examined() for choice in one.choices}
    return tuple(
        place
        for place, choice in enumerate(choices())
        if choice.key in allowed and near.intersection(choice.structure.segments)
    )


def _hidden(rows: Sequence[Observation], steps: Sequence[Step]) -> tuple[Hidden, ...]:
    """What the case's rows found abnormal and no step came upon, a structure and side in a line."""
    done = [choice for step in steps if (choice := examining.choice_of(*step.key)) is not None]
    left: dict[tuple[str, Side], list[Observation]] = {}
    for row in rows:
        met = any(examining.tells(row, choice) for choice in done)
        if not met and not found.is_normal(row.sign):
            left.setdefault((row.structure.name, row.side), []).append(row)
    return tuple(
        Hidden(name, tuple((row.sign, row.grade, row.side) for row in its)) for (name, _side), its in left.items()
    )
