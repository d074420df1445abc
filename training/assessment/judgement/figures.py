"""The figures of a person's judgement, from their answers. Rules and arithmetic; nothing here asks a database."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from training.anatomy.segments import REGIONS
from training.assessment.analysis import confusion
from training.assessment.analysis.confusion import Confusion, Decision, Share
from training.assessment.judgement.given import Given, Setting
from training.measurement import judgement
from training.measurement.intervals import Interval
from training.measurement.judgement import Calibration, Pace

RECENT = 30  # patients in each half of a change: enough that a difference of 35 points is more than chance
TIMED: tuple[Setting, ...] = ("case", "generated", "room", "quiz")


@dataclass(frozen=True)
class Tempo:
    """How long answers took in one setting: all of them, the right and the wrong ones."""

    setting: Setting
    all: Pace
    right: Pace
    wrong: Pace


@dataclass(frozen=True)
class Change:
    """The latest patients against as many before them; `difference` of the shares right, None under ten of either."""

    recent: Share
    before: Share
    difference: tuple[float, Interval] | None


@dataclass(frozen=True)
class Judgement:
    """A person's judgement. `answers` are all that count, `patients` those of them about a patient.

    confidence: of the answers said with each, those right; calibration what follows. sure_and_wrong: latest first.
    """

    answers: int
    patients: int
    confusion: Confusion
    decision: Decision
    confidence: dict[str, Share]
    calibration: Calibration
    sure_and_wrong: tuple[Given, ...]
    tempos: tuple[Tempo, ...]
    regions: dict[str, Share]
    change: Change


def judgement_of(given: Sequence[Given]) -> Judgement:
    """given: oldest first."""
    patients = [one for one in given if one.of_patient]
    found = confusion.confusion((one.keys, one.segment, 1) for one in patients)
    said = confusion.by_confidence((one.confidence, one.right) for one in given)
    sure, guess = said["sure"], said["guess"]
    return Judgement(
        len(given),
        len(patients),
        found,
        confusion.decision(found),
        said,
        judgement.calibration(sure.count, sure.n, guess.count, guess.n),
        tuple(one for one in reversed(given) if one.confidence == "sure" and not one.right),
        tuple(tempo for setting in TIMED if (tempo := tempo_in(setting, given)).all.n or tempo.all.left_out),
        {region: share for region in REGIONS if (share := right_in(region, patients)).n},
        change_of(patients),
    )


def tempo_in(setting: Setting, given: Sequence[Given]) -> Tempo:
    """Of a case the time to name the segment counts, not that of its other questions."""
    timed = [
        (one.seconds, one.right)
        for one in given
        if one.setting == setting and one.seconds is not None and (one.of_patient or setting == "quiz")
    ]
    return Tempo(
        setting,
        judgement.pace(seconds for seconds, _ in timed),
        judgement.pace(seconds for seconds, right in timed if right),
        judgement.pace(seconds for seconds, right in timed if not right),
    )


def right_in(region: str, patients: Sequence[Given]) -> Share:
    here = [one for one in patients if one.region == region]
    return Share(sum(one.right for one in here), len(here))


def change_of(patients: Sequence[Given]) -> Change:
    """patients: oldest first."""
    recent, before = (
        Share(sum(one.right for one in part), len(part))
        for part in (patients[-RECENT:], patients[-2 * RECENT : -RECENT])
    )
    if recent.hidden or before.hidden:
        return Change(recent, before, None)
    return Change(recent, before, judgement.difference(recent.count, recent.n, before.count, before.n))
