"""The cases of a story: the same person and course, other answers, and an examination of their own.

The same story, seed and number give the same case, in any process. Who does not know the seed cannot make them again.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from hashlib import blake2b
from random import Random

from training.anatomy.patients.case_writing import REFER, GeneratedCase
from training.anatomy.patients.generation import (
    SIDES,
    CannotGenerate,
    Examination,
    Paper,
    a_patient,
    examinations,
    write_up,
)
from training.anatomy.patients.histories import History, load_phrases
from training.anatomy.patients.patient import LesionSide, Patient
from training.anatomy.patients.referrals import Referral, referrals
from training.anatomy.patients.rows import Row
from training.anatomy.patients.searching import demands
from training.anatomy.patients.stories import Story, told
from training.anatomy.segments import region_of, segments_of

_MOST_PATIENTS = 600
"""How many are tried at one difficulty; some segments are hardly ever plain."""
_HEX_DIGITS = 4

Likeness = frozenset[tuple[str, str, str]]


def variants(story: Story, seed: int) -> tuple[GeneratedCase, ...]:
    """All cases of a story, whose answers and difficulties are spread evenly in an order that the seed decides.

    No two of them have the same examination, mirrored or not. Raises ValueError for a referral that there is not, and
    CannotGenerate when an answer cannot be had at any difficulty of the story.
    """
    referral = _referral(story)
    made: list[GeneratedCase] = []
    for number, (truth, difficulty) in enumerate(_plan(story, referral, seed)):
        taken = {likeness(one.rows, one.patient.side) for one in made}
        case_id = _case_id(story, seed, number, {one.id for one in made})
        random = Random(f"variant|{story.id}|{seed}|{number}")
        made.append(_variant(story, referral, truth, difficulty, seed, case_id, taken, random))
    return tuple(made)


def likeness(rows: Sequence[Row], side: str) -> Likeness:
    """What makes two examinations the same for somebody who remembers one: the rows in any order, on either side."""
    other = "left" if side == "right" else "right"
    names = {side: "same", other: "other"}
    return frozenset((row.structure.id, row.finding, names.get(row.side, row.side)) for row in rows)


def _referral(story: Story) -> Referral | None:
    if not story.referral:
        return None
    for one in referrals():
        if one.id == story.referral:
            return one
    raise ValueError(f"{story.id}: there is no referral {story.referral!r}")


def _plan(story: Story, referral: Referral | None, seed: int) -> Iterator[tuple[str, int]]:
    """Which segment lies behind each case, and how hard it is; each in an order of its own that the seed decides."""
    random = Random(f"variants|{story.id}|{seed}")
    truths = story.answers
    if referral is not None:
        allowed = referral.segments or segments_of(story.region)
        truths = tuple(segment for segment in allowed if region_of(segment) == story.region)
    order = random.sample(truths, len(truths))
    levels = spread(story.difficulty, story.variants)
    random.shuffle(levels)
    return ((order[number % len(order)], level) for number, level in enumerate(levels))


def spread(bounds: tuple[int, int], count: int) -> list[int]:
    """So many whole numbers, as even as can be from the lower bound to the upper; of one alone the middle."""
    lowest, highest = bounds
    if count == 1:
        return [(lowest + highest) // 2]
    return [lowest + (number * (highest - lowest) * 2 + count - 1) // (2 * (count - 1)) for number in range(count)]


def _case_id(story: Story, seed: int, number: int, taken: Collection[str]) -> str:
    """The story's id and digits that tell nothing; others where an earlier case of the story has them."""
    tried = 0
    while True:
        digest = blake2b(f"{story.id}|{seed}|{number}|{tried}".encode(), digest_size=_HEX_DIGITS // 2)
        found = f"{story.id}-{digest.hexdigest()}"
        if found not in taken:
            return found
        tried += 1


def _variant(
    story: Story,
    referral: Referral | None,
    truth: str,
    difficulty: int,
    seed: int,
    case_id: str,
    taken: Collection[Likeness],
    random: Random,
) -> GeneratedCase:
    side = random.choice(SIDES)
    level, patient, examination = _examined(story, referral, truth, difficulty, side, taken, random)
    vague = referral is None and random.random() < demands()[level].vague
    paper = Paper(
        id=case_id,
        region=story.region,
        difficulty=level,
        seed=seed,
        history=_history(story, referral, truth, side, vague, random),
        vague=vague,
        bank=story.bank,
        template=story.id,
    )
    return write_up(paper, patient, examination, referral, random)


def _examined(
    story: Story,
    referral: Referral | None,
    truth: str,
    difficulty: int,
    side: LesionSide,
    taken: Collection[Likeness],
    random: Random,
) -> tuple[int, Patient, Examination]:
    """A patient with an examination that no earlier case has, at the difficulty or the nearest one of the story."""
    levels = range(story.difficulty[0], story.difficulty[1] + 1)
    for level in sorted(levels, key=lambda one: (abs(one - difficulty), one)):
        for _ in range(_MOST_PATIENTS):
            patient = a_patient(truth, side, random)
            for examination in examinations(patient, demands()[level], random, referral):
                if likeness(examination.rows, side) not in taken:
                    return level, patient, examination
    answer = f"{REFER} over {truth}" if referral else truth
    raise CannotGenerate(
        f"{story.id}: no examination speaks for {answer} at difficulty {story.difficulty[0]} to {story.difficulty[1]}"
    )


def _history(story: Story, referral: Referral | None, truth: str, side: str, vague: bool, random: Random) -> History:
    """The story with its marks filled in; a danger's own places stand among the segment's, so that they do not tell."""
    phrases = load_phrases()
    places = phrases.by_zone["vague"][phrases.zone_of[truth]] if vague else phrases.places[truth]
    if referral is not None:
        places = (*places, *referral.pain)
    filled = told(story.text, random.randint(*story.ages), random.choice(places), side)
    paragraphs = [" ".join(one.split()) for one in filled.split("\n\n")]
    return History(story.title, "\n\n".join(one for one in paragraphs if one))
