"""Practice cases without end: from a region, a difficulty and a seed, a patient on paper with one best answer.

A patient is drawn from the model, and of what an examiner would find rows are chosen so that localization favours the
answer clearly at difficulty 1 and barely at 5, always at least twice as much as anything else. The same region,
difficulty and seed give the same case, in any process.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from itertools import islice
from random import Random
from typing import Literal, get_args

import numpy as np

from training.anatomy.localization import Localization, localize
from training.anatomy.model import model
from training.anatomy.parameters import PROFILES
from training.anatomy.patients import explaining
from training.anatomy.patients.case_writing import REFER, GeneratedCase
from training.anatomy.patients.examined import Examined, Pool, around
from training.anatomy.patients.histories import THEY, History, Told, fill, tell
from training.anatomy.patients.patient import LesionSide, Patient
from training.anatomy.patients.referrals import Referral, referrals
from training.anatomy.patients.rows import Row, record
from training.anatomy.patients.searching import Candidate, Demand, demands, find, leaders
from training.anatomy.segments import REGIONS, SEGMENTS, region_of
from training.anatomy.signs import sign_vocabulary
from training.anatomy.verdicts import verdict

Difficulty = Literal[1, 2, 3, 4, 5]
SIDES: tuple[LesionSide, LesionSide] = ("left", "right")
DIFFICULTIES: tuple[Difficulty, ...] = get_args(Difficulty)
REFER_SHARE = 0.1

_MOST_PATIENTS = 2_000
_INNER, _OUTER, _FAR = 13, 9, 60
"""How many structures are examined: of those that the lesion reaches, that its rivals reach, and elsewhere."""
_SPARED = 0.05
_OTHER_SIDE = 0.4
SEED_BITS = 48
MOST_ROWS = 12
_LEAST_ODDS = 1.5
_NORMAL_WITHIN, _ABNORMAL_OUTSIDE = 0.25, 0.3
"""How readily a row is taken that speaks against the answer, beside one that speaks for it."""


class CannotGenerate(RuntimeError):
    """No examination of very many patients was as wanted; the message says which."""


def generate(
    region: str,
    difficulty: int,
    seed: int,
    pair: tuple[str, str] | None = None,
    refer_share: float = REFER_SHARE,
    segments: tuple[str, ...] = (),
) -> GeneratedCase:
    """A case of the region, at a difficulty from 1 to 5.

    pair: the answer, a segment of the region, and the answer that must come second. refer_share: how many of the seeds
    give a case in which needling is wrong, from 0 to 1. segments: those of the region from which the patient's is
    drawn; all of them when there are none. Where needling is wrong, the examination suggests one of them.
    Raises ValueError for a region, a difficulty, a share, a pair or segments that there are not, and CannotGenerate
    when no patient fits.
    """
    wanted = _Wanted(region, difficulty, seed, pair, refer_share, segments)
    wanted.check()
    random = Random(wanted.words)
    referral = None
    if pair is None and random.random() < refer_share:
        fitting = [one for one in referrals() if region in one.regions and _suits(one, segments)]
        referral = random.choice(fitting) if fitting else None
    for _ in range(_MOST_PATIENTS):
        truth = pair[0] if pair else _a_segment(wanted, referral, random)
        patient = a_patient(truth, random.choice(SIDES), random)
        for examination in examinations(patient, wanted.demand, random, referral, pair):
            return _case(wanted, patient, examination, referral, random)
    raise CannotGenerate(f"no case is like this: {wanted.words}")


@dataclass(frozen=True)
class Examination:
    """The rows of a patient, those of a referral among them, and what all of them say."""

    rows: tuple[Row, ...]
    found: Localization


def examinations(
    patient: Patient,
    demand: Demand,
    random: Random,
    referral: Referral | None = None,
    pair: tuple[str, str] | None = None,
) -> Iterator[Examination]:
    """Examinations of one patient that are as a difficulty demands, in several ways or in none.

    Without a referral the answer is at least twice as probable as anything else; with one, the danger is the answer.
    """
    for chosen in _choices(patient, demand, random):
        rows = _with_alarms(chosen, referral)
        found = localize([one for row in rows for one in row.observations])
        if referral or _holds(found, patient, demand, pair):
            yield Examination(rows, found)


@dataclass(frozen=True)
class _Wanted:
    """What was asked for, as the arguments of `generate`."""

    region: str
    difficulty: int
    seed: int
    pair: tuple[str, str] | None
    refer_share: float
    segments: tuple[str, ...]

    @property
    def words(self) -> str:
        """Everything in one text: what the dice and the id follow from."""
        plain = f"{self.region}|{self.difficulty}|{self.seed}|{self.pair}|{self.refer_share}"
        return f"{plain}|{','.join(self.segments)}" if self.segments else plain

    @property
    def demand(self) -> Demand:
        return demands()[self.difficulty]

    def check(self) -> None:
        if self.region not in REGIONS:
            raise ValueError(f"there is no region {self.region!r}; the regions are {', '.join(REGIONS)}")
        if self.difficulty not in DIFFICULTIES:
            raise ValueError(f"the difficulty {self.difficulty} is not one of 1 to 5")
        if not 0 <= self.refer_share <= 1:
            raise ValueError(f"the share {self.refer_share} lies outside 0 to 1")
        if self.pair is not None:
            answer, rival = self.pair
            if answer not in SEGMENTS or region_of(answer) != self.region or rival not in _answers():
                raise ValueError(f"{answer} and {rival} are no pair of the {self.region} region")
        if self.pair is not None and self.segments:
            raise ValueError("a pair says the segment by itself")
        if strange := [one for one in self.segments if one not in SEGMENTS or region_of(one) != self.region]:
            raise ValueError(f"{', '.join(strange)}: no segment of the {self.region} region")


def _answers() -> frozenset[str]:
    return frozenset(one.name for one in model().hypotheses)


def _suits(referral: Referral, segments: tuple[str, ...]) -> bool:
    """Whether a danger may lie behind an examination that suggests one of the segments."""
    return not segments or not referral.segments or not set(segments).isdisjoint(referral.segments)


def _a_segment(wanted: _Wanted, referral: Referral | None, random: Random) -> str:
    allowed = (referral.segments if referral else ()) or SEGMENTS
    segments = [
        segment
        for segment in allowed
        if region_of(segment) == wanted.region and (not wanted.segments or segment in wanted.segments)
    ]
    priors = model().numbers.priors
    return random.choices(segments, [priors[segment] for segment in segments])[0]


def a_patient(truth: str, side: LesionSide, random: Random) -> Patient:
    """Someone with a lesion of that segment on that side, in whom some quality suffers most."""
    profile = random.choices(PROFILES, model().numbers.profiles("segment"))[0]
    return Patient(truth, side, profile, random.getrandbits(SEED_BITS))


def _choices(patient: Patient, demand: Demand, random: Random) -> Iterator[tuple[Row, ...]]:
    """Rows of one patient that meet the demand or nearly so, in several ways or in none."""
    its = model()
    place = its.place[patient.truth]
    surroundings = around(patient.truth)
    elsewhere = _chance_findings(patient, surroundings.far, demand.chance, random)
    if len(elsewhere) < demand.chance:
        return iter(())
    near = [*surroundings.inner.draw(_INNER, random), *surroundings.outer.draw(_OUTER, random)]
    candidates = [(row, one.common) for one, row in _recorded(patient, near)]
    abnormal = [
        Candidate(row, common * (1.0 if its.supply(row.structure)[place] > _SPARED else _ABNORMAL_OUTSIDE))
        for row, common in candidates
        if row.abnormal
    ]
    normal = [
        Candidate(row, common * (_NORMAL_WITHIN if its.supply(row.structure)[place] > _SPARED else 1.0))
        for row, common in candidates
        if not row.abnormal
    ]
    return find(
        patient.truth, patient.side, elsewhere, abnormal, normal, demand, np.random.default_rng(random.getrandbits(64))
    )


def _recorded(patient: Patient, those: Sequence[Examined]) -> Iterator[tuple[Examined, Row]]:
    """What is written down, without doubts and without findings that would call for a hospital."""
    for one in those:
        row = record(patient, one)
        if row is not None and not row.alarming:
            yield one, row


def _chance_findings(patient: Patient, those: Pool, count: int, random: Random) -> list[Row]:
    """The first abnormal findings that the lesion does not reach, some of them on the other side."""
    if not count:
        return []
    abnormal = islice((row for _one, row in _recorded(patient, those.draw(_FAR, random)) if row.abnormal), count)
    return [_on_the_other_side(row) if random.random() < _OTHER_SIDE else row for row in abnormal]


def _on_the_other_side(row: Row) -> Row:
    return Row(row.structure, row.signs, "left" if row.side == "right" else "right")


def _with_alarms(rows: Sequence[Row], referral: Referral | None) -> tuple[Row, ...]:
    """The rows in an examiner's order; those of a referral go before others about the same structure."""
    alarming = referral.rows if referral else ()
    taken = {row.structure.id for row in alarming}
    every = (*alarming, *(row for row in rows if row.structure.id not in taken))
    return tuple(sorted(every, key=lambda row: row.place)[:MOST_ROWS])


def _holds(found: Localization, patient: Patient, demand: Demand, pair: tuple[str, str] | None) -> bool:
    """Whether the whole localization agrees with the search, and a finding tells the answer from the next one."""
    (best, probability), (next_one, second) = leaders(found)
    inside = bool(demand.met(np.array([probability]), np.array([second]))[0])
    comes_second = pair is None or next_one == pair[1]
    if not (best == patient.truth and found.side in (patient.side, "both") and inside and comes_second):
        return False
    if pair is None and verdict(found) != "segment":
        return False  # a nerve comes too near
    rival = next(one for one, _share in found.ranked if one.name == next_one)
    return explaining.strongest(found, found.model.hypotheses[found.model.place[best]], rival)[1] >= _LEAST_ODDS


def _case(
    wanted: _Wanted, patient: Patient, examination: Examination, referral: Referral | None, random: Random
) -> GeneratedCase:
    vague = referral is None and random.random() < wanted.demand.vague
    noted = noticed(examination.rows)
    paper = Paper(
        id=case_id(wanted.region, wanted.words),
        region=wanted.region,
        difficulty=wanted.difficulty,
        seed=wanted.seed,
        history=tell(Told(patient.truth, patient.side, noted, vague, referral), random),
        vague=vague,
    )
    return write_up(paper, patient, examination, referral, random)


@dataclass(frozen=True)
class Paper:
    """What a case says besides its examination. vague: the place of the pain in its history keeps to no segment."""

    id: str
    region: str
    difficulty: int
    seed: int
    history: History
    vague: bool
    bank: str = "practice"
    template: str = ""


def write_up(
    paper: Paper, patient: Patient, examination: Examination, referral: Referral | None, random: Random
) -> GeneratedCase:
    """The case with its key, the reason for it, its distractors and its explanation."""
    rows, found = examination.rows, examination.found
    its = found.model
    answer, side = its.hypotheses[its.place[patient.truth]], patient.side
    shown = explaining.distractors(found, answer)
    rival = max(shown, key=lambda one: one.probability).hypothesis
    options = (
        [(fill(text, THEY), fill(why, THEY)) for text, why in (referral.right, *referral.wrong)] if referral else []
    )
    right = options[0][0] if options else ""
    random.shuffle(options)
    return GeneratedCase(
        id=paper.id,
        region=paper.region,
        difficulty=paper.difficulty,
        seed=paper.seed,
        truth=answer,
        answer=REFER if referral else patient.truth,
        side=None if referral else side,
        patient=patient,
        history=paper.history,
        rows=rows,
        localization=found,
        reason=referral.reason if referral else explaining.key_reason(found, answer, rival),
        distractors=shown,
        explanation=explaining.explain(found, answer, side, rows, paper.vague, shown, referral),
        referral=referral,
        options=tuple(options),
        right=right,
        bank=paper.bank,
        template=paper.template,
    )


def case_id(region: str, words: str) -> str:
    """An id that follows from the words and does not tell the answer."""
    return f"gen-{region}-{blake2b(words.encode(), digest_size=4).hexdigest()}"


def noticed(rows: Sequence[Row]) -> str:
    """What of the findings a person would notice: loss of strength, a change of the skin, or nothing."""
    classes = [sign_vocabulary().signs[one.sign].finding_class for row in rows for one in row.signs]
    if {"motor-loss", "wasting"} & set(classes):
        return "motor"
    return "sensory" if {"sensory-loss", "paraesthesia"} & set(classes) else "none"
