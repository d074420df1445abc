"""Contrast pairs: two patients who differ in one telling sign, and therefore in the answer.

A trainee who answers both has understood what that sign is worth. Root pairs (C6 and C7) and root against peripheral
nerve (C8 and the ulnar nerve) are made in the same way.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import combinations
from pathlib import Path
from random import Random

from training.anatomy.localization import localize
from training.anatomy.model import Hypothesis, model
from training.anatomy.observations import Side
from training.anatomy.parameters import PROFILES
from training.anatomy.patients import explaining
from training.anatomy.patients.case_writing import GeneratedCase
from training.anatomy.patients.examined import Examined, around
from training.anatomy.patients.generation import SEED_BITS, SIDES, CannotGenerate, case_id, noticed
from training.anatomy.patients.histories import History, Told, tell
from training.anatomy.patients.patient import Patient, carrier_of, shown
from training.anatomy.patients.rows import Row, record
from training.anatomy.patients.searching import standing
from training.anatomy.segments import SEGMENTS, region_of
from training.anatomy.signs import Observed
from training.anatomy.tables import DATA, read_table

DIFFICULTY = 4
"""A pair is told apart by one sign, so both of its cases are hard."""
_MOST_PATIENTS = 400
_LEAST = 0.5
_APART = 0.45
_INNER, _OUTER = 10, 8
_ABNORMAL, _NORMAL = (3, 5), (2, 4)
_SUBSETS = 24
_TELLING_TRIED = 12


@dataclass(frozen=True)
class ContrastPair:
    """Two cases with one history. telling: the ids of the structures whose rows differ; one or, where needed, two."""

    first: GeneratedCase
    second: GeneratedCase
    telling: tuple[str, ...]


@lru_cache(maxsize=1)
def known_pairs() -> tuple[tuple[str, str], ...]:
    """The pairs of contrasts.csv that are worth training, as ids of hypotheses; the first is a segment."""
    return load_pairs()


def load_pairs(folder: Path = DATA) -> tuple[tuple[str, str], ...]:
    found = []
    for row in read_table(folder, "contrasts.csv", ("first", "second", "sources", "note")):
        if unknown := [name for name in (row["first"], row["second"]) if name not in model().place]:
            raise row.fault(f"there is no hypothesis {', '.join(unknown)}")
        found.append((row["first"], row["second"]))
    return tuple(found)


def pair(first: str, second: str, seed: int) -> ContrastPair:
    """Two cases: the first favours `first`, the second `second`, ids of hypotheses such as "C8" and "ulnar".

    The same seed gives the same pair. Raises ValueError when `first` is no segment or `second` is not known, and
    CannotGenerate when no telling sign was found.
    """
    its = model()
    if first == second or first not in SEGMENTS or second not in its.place:
        raise ValueError(f"{first} and {second} make no pair")
    ends = (its.hypotheses[its.place[first]], its.hypotheses[its.place[second]])
    random = Random(f"contrast|{first}|{second}|{seed}")
    for attempt in range(_MOST_PATIENTS):
        profile = random.choices(PROFILES, its.numbers.profiles("segment"))[0]
        patient = Patient(random.choice(ends).id, random.choice(SIDES), profile, random.getrandbits(SEED_BITS))
        found = _differing(patient, ends, random, most=1 if attempt < _MOST_PATIENTS // 2 else 2)
        if found is not None:
            return _cases(ends, patient, found, seed, random)
    raise CannotGenerate(f"no sign tells {first} from {second} with seed {seed}")


@dataclass(frozen=True)
class _Twins:
    """The rows of both cases, and the structures in which they differ."""

    first: tuple[Row, ...]
    second: tuple[Row, ...]
    telling: tuple[str, ...]


def _differing(patient: Patient, ends: tuple[Hypothesis, Hypothesis], random: Random, most: int) -> _Twins | None:
    """Shared rows of one patient, and up to `most` more that turn the answer; None when this patient has none."""
    pools = [pool for end in ends for pool in (around(end.id).inner, around(end.id).outer)]
    drawn = [one for pool, count in zip(pools, (_INNER, _OUTER) * 2, strict=True) for one in pool.draw(count, random)]
    near = list({carrier_of(one.structure): one for one in drawn}.values())
    rows = {one.structure.id: row for one in near if (row := record(patient, one)) is not None and not row.alarming}
    turning = [both for one in near if (both := _both_ways(one, patient.side, ends)) is not None][:_TELLING_TRIED]
    abnormal = [row for row in rows.values() if row.abnormal]
    normal = [row for row in rows.values() if not row.abnormal]
    if len(abnormal) < _ABNORMAL[0] or len(normal) < _NORMAL[0]:
        return None
    for _ in range(_SUBSETS):
        shared = _some(abnormal, _ABNORMAL, random) + _some(normal, _NORMAL, random)
        taken = {row.structure.id for row in shared}
        free = [both for both in turning if both[0].structure.id not in taken]
        for count in range(1, most + 1):
            for chosen in combinations(free, count):
                twins = _Twins(
                    _sorted((*shared, *(one for one, _other in chosen))),
                    _sorted((*shared, *(other for _one, other in chosen))),
                    tuple(one.structure.id for one, _other in chosen),
                )
                if _favours(twins.first, ends[0]) and _favours(twins.second, ends[1]):
                    return twins
    return None


def _both_ways(one: Examined, side: Side, ends: tuple[Hypothesis, Hypothesis]) -> tuple[Row, Row] | None:
    """A structure that only one of the two reaches: its row in the first case and in the second."""
    its = model()
    supply = its.supply(one.structure)
    apart = float(supply[its.place[ends[0].id]] - supply[its.place[ends[1].id]])
    choice = one.choices[0]
    signs = shown().get((choice.classes[0], one.structure.kind))
    if abs(apart) < _APART or not signs:
        return None
    affected = Row(one.structure, (signs[0][0],), side)
    normal = Row(one.structure, (Observed("negative" if one.structure.kind == "test" else "normal"),), "both")
    if affected.alarming:
        return None
    return (affected, normal) if apart > 0 else (normal, affected)


def _some(rows: Sequence[Row], count: tuple[int, int], random: Random) -> list[Row]:
    return random.sample(rows, min(len(rows), random.randint(*count)))


def _sorted(rows: Sequence[Row]) -> tuple[Row, ...]:
    return tuple(sorted(rows, key=lambda row: row.place))


def _favours(rows: Sequence[Row], end: Hypothesis) -> bool:
    """Whether the rows make the end probable, and everything else at most half as probable."""
    ranked = standing(localize([one for row in rows for one in row.observations]))
    return ranked[0][0] == end.name and ranked[0][1] >= max(_LEAST, 2 * ranked[1][1])


def _cases(
    ends: tuple[Hypothesis, Hypothesis], patient: Patient, twins: _Twins, seed: int, random: Random
) -> ContrastPair:
    shared = [row for row in twins.first if row.structure.id not in twins.telling]
    history = tell(Told(ends[0].segments[0], patient.side, noticed(shared), vague=True), random)
    region = region_of(ends[0].segments[0])
    first, second = (
        _case(end, other, replace(patient, truth=end.id), rows, theirs, history, region, seed)
        for end, other, rows, theirs in (
            (ends[0], ends[1], twins.first, twins.second),
            (ends[1], ends[0], twins.second, twins.first),
        )
    )
    return ContrastPair(first, second, twins.telling)


def _case(
    end: Hypothesis,
    other: Hypothesis,
    patient: Patient,
    rows: tuple[Row, ...],
    theirs: tuple[Row, ...],
    history: History,
    region: str,
    seed: int,
) -> GeneratedCase:
    """One of the two. A nerve belongs to the region of the segment it is set against."""
    found = localize([one for row in rows for one in row.observations])
    wrong = explaining.distractors(found, end)
    region = region_of(end.segments[0]) if end.segments else region
    twin = explaining.twin([row for row in theirs if row not in rows], end, other)
    return GeneratedCase(
        id=case_id(region, f"contrast|{end.id}|{other.id}|{seed}"),
        region=region,
        difficulty=DIFFICULTY,
        seed=seed,
        truth=end,
        answer=end.name,
        side=patient.side,
        patient=patient,
        history=history,
        rows=rows,
        localization=found,
        reason=explaining.key_reason(found, end, other),
        distractors=wrong,
        explanation=(*explaining.explain(found, end, patient.side, rows, False, wrong), twin),
    )
