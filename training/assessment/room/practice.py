"""Patients without end: made from a wish and a seed, pinned whole, met one after the other in a run."""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import datetime
from functools import lru_cache
from hashlib import blake2b
from random import Random
from typing import Any

from sqlalchemy.orm import Session

from training.anatomy.patients import contrast
from training.anatomy.patients.case_writing import GeneratedCase
from training.anatomy.patients.contrast import known_pairs
from training.anatomy.patients.generation import DIFFICULTIES, CannotGenerate, generate
from training.anatomy.segments import POSITION, REGIONS
from training.assessment.reasoning import Reasoning
from training.assessment.room import encounters, found, grading, service
from training.assessment.room.encounters import NERVE, EncounterView, Met, Mode, Tally
from training.content.documents import REFER

ROOT_OR_NERVE = "root/nerve"
SEEDS_TRIED = 8
_CLAIM = re.compile(r"\s*\{\{\s*claim:\s*(?P<standing>[a-z]+)\s*,?(?P<sources>[^}]*)\}\}")


@dataclass(frozen=True)
class Wish:
    """What kind of patient somebody wants: a region or "" for all, how hard from 1 to 5, a contrast pair or ""."""

    region: str
    difficulty: int
    pair: str


@dataclass(frozen=True)
class Meeting:
    """A patient whose findings are given. `reasoning` is there once it was answered."""

    encounter: EncounterView
    met: Met
    tally: Tally
    reasoning: Reasoning | None


@dataclass(frozen=True)
class Following:
    """Who comes next in a run, made before the transaction that begins the meeting."""

    patient: dict[str, Any]
    run: str
    number: int
    mode: Mode


def first(wish: Wish, run: str, mode: Mode) -> Following:
    """The first patient of a new run; the same run again is the same patient."""
    return Following(pinned(wish, run, 1), run, 1, mode)


def following(session: Session, person_id: int, public_id: str, mode: Mode | None) -> Following:
    """The next patient of a run, met in the same way unless `mode` says another. Raises NotFound."""
    before = encounters.generated_of(session, public_id, person_id)
    run, number = before.run or "", (before.number or 0) + 1
    return Following(pinned(Wish(**before.patient["wish"]), run, number), run, number, mode or before.mode)


def the_same(session: Session, person_id: int, public_id: str) -> Following:
    """The same patient once more, to be examined in the room. Raises NotFound."""
    given = encounters.generated_of(session, public_id, person_id)
    return Following(given.patient, given.run or "", given.number or 1, "room")


def meet(session: Session, person_id: int, one: Following, at: datetime) -> str:
    """Begin the meeting, or go on with it; says its public id. Raises Invalid for a run that is none of ours."""
    return service.start_generated(session, person_id, one.patient, one.run, one.number, one.mode, at)


def meeting(session: Session, public_id: str, person_id: int) -> Meeting:
    """One's own patient whose findings are given. Raises NotFound."""
    encounter = encounters.encounter_of(session, public_id, person_id, "given")
    met = encounters.met_generated(encounter.patient)
    tally = encounters.tally(session, person_id, encounter.run or "")
    chosen = str((encounter.response or {}).get("segment", ""))
    return Meeting(encounter, met, tally, grading.reasoned(met, chosen) if encounter.finished else None)


# --- making ----------------------------------------------------------------------------------------------------


def pinned(wish: Wish, run: str, number: int) -> dict[str, Any]:
    """A patient whole, as an encounter keeps it. The same run and number make the same patient."""
    if wish.pair:
        case = _twin(wish, _seed(run, (number + 1) // 2), second=number % 2 == 0)
    else:
        case = _made(wish, _seed(run, number))
    truth = case.truth
    return {
        "wish": asdict(wish),
        "id": case.id,
        "seed": case.patient.seed,
        "title": case.history.title,
        "region": case.region,
        "difficulty": case.difficulty,
        "history": [text for text in case.history.text.split("\n\n") if text],
        "findings": found.rows(case.observations),
        "keys": [case.answer if case.answer in (*POSITION, REFER) else NERVE],
        "side": case.side,
        "truth": truth.id,
        "truth_name": truth.name,
        "lesion_side": case.side or case.localization.side,
        "profile": case.patient.profile,
        "explanation": [pieces(text) for text in case.explanation],
    }


def _seed(run: str, number: int) -> int:
    return int.from_bytes(blake2b(f"{run}/{number}".encode(), digest_size=6).digest())


def _made(wish: Wish, seed: int) -> GeneratedCase:
    """The patient of a seed; a seed that makes none gives its place to the next."""
    for tried in range(seed, seed + SEEDS_TRIED):
        with suppress(CannotGenerate):
            return generate(wish.region or Random(tried).choice(REGIONS), wish.difficulty, tried)
    return generate(REGIONS[0], DIFFICULTIES[0], seed)


def _twin(wish: Wish, seed: int, second: bool) -> GeneratedCase:
    """One of two patients with one story, told apart by a sign or two. The seed says which comes first."""
    for tried in range(seed, seed + SEEDS_TRIED):
        random = Random(tried)
        first, other = random.choice([one for one in known_pairs() if pair_of(one) == wish.pair])
        with suppress(CannotGenerate):
            twins = contrast.pair(first, other, tried)
            return twins.second if second != (random.random() < 0.5) else twins.first
    return _made(Wish("", DIFFICULTIES[-1], ""), seed)


def pair_of(ids: tuple[str, str]) -> str:
    """How a wish names a contrast pair: "C5/C6", and "root/nerve" for every pair of a root and a nerve."""
    return "/".join(ids) if ids[1] in POSITION else ROOT_OR_NERVE


@lru_cache(maxsize=1)
def pairs() -> tuple[str, ...]:
    """The contrast pairs that can be wished for."""
    return tuple(dict.fromkeys(pair_of(ids) for ids in known_pairs()))


def pieces(text: str) -> list[dict[str, str]]:
    """A paragraph of authored Markdown as plain words and claims, in their order."""
    found: list[dict[str, str]] = []
    end = 0
    plain = text.replace("**", "")
    for claim in _CLAIM.finditer(plain):
        found += [
            {"text": plain[end : claim.start()]},
            {"claim": claim["standing"], "sources": claim["sources"].strip()},
        ]
        end = claim.end()
    return [*found, {"text": plain[end:]}] if plain[end:].strip() else found
