"""Patients without end: made from a wish and a seed, pinned whole, met one after the other in a run."""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
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
from training.anatomy.segments import POSITION, REGIONS, region_of
from training.assessment.reasoning import Reasoning
from training.assessment.room import encounters, found, grading, planning, service
from training.assessment.room.answered import answered
from training.assessment.room.encounters import NERVE, EncounterView, Met, Mode, Tally
from training.assessment.room.planning import Planned, Wish
from training.content.documents import REFER
from training.measurement.interleaving import Step, configured

ROOT_OR_NERVE = "root/nerve"
SEEDS_TRIED = 8
_CLAIM = re.compile(r"\s*\{\{\s*claim:\s*(?P<standing>[a-z]+)\s*,?(?P<sources>[^}]*)\}\}")


@dataclass(frozen=True)
class Meeting:
    """A patient whose findings are given.

    plan: what the patient came for, None without a focus. Once it was answered there are `reasoning` and, in a run with
    a focus, `upcoming`: what the plan says now.
    """

    encounter: EncounterView
    met: Met
    tally: Tally
    reasoning: Reasoning | None
    plan: dict[str, Any] | None
    upcoming: Planned | None

    @property
    def wish(self) -> Wish:
        return Wish(**self.encounter.patient["wish"])

    @property
    def may_be_nerve(self) -> bool:
        """Whether a peripheral nerve is among the answers."""
        return self.wish.pair == ROOT_OR_NERVE or bool(self.plan and set(self.plan["pair"]) - POSITION.keys())


@dataclass(frozen=True)
class Change:
    """What somebody wants otherwise from now on: to leave a block, or to go another way."""

    leave: str = ""
    way: str = ""

    def of(self, wish: Wish) -> Wish:
        changed = wish.leaving(self.leave) if self.leave else wish
        return changed.going(self.way) if self.way else changed


AS_BEFORE = Change()


@dataclass(frozen=True)
class Following:
    """Who comes next in a run, made before the transaction that begins the meeting."""

    patient: dict[str, Any]
    run: str
    number: int
    mode: Mode


def first(wish: Wish, run: str, mode: Mode) -> Following:
    """The first patient of a new run without a plan; the same run again is the same patient."""
    return Following(pinned(wish, run, 1), run, 1, mode)


def begun(session: Session, person_id: int, wish: Wish, run: str, mode: Mode) -> Following:
    """The first patient of a new run, by the plan if the wish has a focus. The same run again is the same patient."""
    if not wish.focus:
        return first(wish, run, mode)
    service.check_run(run)
    there = encounters.at_place(session, person_id, run, 1)
    return Following(there or _by_plan(session, person_id, wish, run, 1, None), run, 1, mode)


def following(
    session: Session, person_id: int, public_id: str, mode: Mode | None, change: Change = AS_BEFORE
) -> Following:
    """The next patient of a run, met in the same way unless `mode` says another. Raises NotFound.

    Once there is one, it is the next whatever is changed: two clicks and two tabs meet the same patient.
    """
    before, there = encounters.generated_and_next(session, public_id, person_id)
    run, number = before.run or "", (before.number or 0) + 1
    patient = there
    if patient is None:
        wish = change.of(Wish(**before.patient["wish"]))
        earlier = before.patient.get("plan") if wish.focus else None
        patient = _by_plan(session, person_id, wish, run, number, earlier) if wish.focus else pinned(wish, run, number)
    return Following(patient, run, number, mode or before.mode)


def _by_plan(
    session: Session, person_id: int, wish: Wish, run: str, number: int, before: dict[str, Any] | None
) -> dict[str, Any]:
    """The patient whom the person's answers call for. Of two twins the second follows the first, whatever was said."""
    history = answered(session, person_id)
    step = planning.next_step(wish, history)
    if before and before["twin"] == 1:
        asked = Planned(**{**before, "pair": tuple(before["pair"]), "twin": 2})
        return pinned_for(wish, asked, step, run, number)
    twins = step.stage == "contrast" and (step.pair in known_pairs())
    return pinned_for(wish, planning.planned(step, int(twins), number), step, run, number)


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
    reasoning = grading.reasoned(met, chosen) if encounter.finished else None
    wish = Wish(**encounter.patient["wish"])
    upcoming = None
    if encounter.finished and wish.focus:
        upcoming = planning.planned(planning.next_step(wish, answered(session, person_id)))
    return Meeting(encounter, met, tally, reasoning, encounter.patient.get("plan"), upcoming)


# --- making ----------------------------------------------------------------------------------------------------


def pinned(wish: Wish, run: str, number: int) -> dict[str, Any]:
    """A patient whole, as an encounter keeps it, by a wish alone. The same run and number make the same patient."""
    if wish.pair:
        case = _twin(wish, _seed(run, (number + 1) // 2), second=number % 2 == 0)
    else:
        case = _made(wish, _seed(run, number))
    return _whole(wish, case)


def pinned_for(wish: Wish, asked: Planned, step: Step, run: str, number: int) -> dict[str, Any]:
    """A patient whole, as the plan asks for one."""
    if asked.twin:
        first, other = asked.pair
        case = _one_of(first, other, _seed(run, asked.begun), second=asked.twin == 2)
        if case is None:  # no sign tells the two apart with any of these seeds
            asked = replace(asked, twin=0)
    if not asked.twin:
        case = _drawn(asked, step, _seed(run, number))
    assert case is not None
    return {**_whole(wish, case), "plan": asked.kept()}


def _whole(wish: Wish, case: GeneratedCase) -> dict[str, Any]:
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


def _drawn(asked: Planned, step: Step, seed: int) -> GeneratedCase:
    """A patient of one of the step's segments, or within a block now and then of one beside it.

    The difficulty is as asked; where a segment has no patient like that, the next one that has.
    """
    random = Random(seed)
    beside = planning.foils(step.segments) if step.stage == "block" else ()
    among = beside if beside and random.random() < configured().foil_share else step.segments
    roots = [one for one in among if one in POSITION]
    segment = random.choice(roots)
    for difficulty in (asked.difficulty, *(one for one in (3, 4, 2) if one != asked.difficulty)):
        with suppress(CannotGenerate):
            return generate(region_of(segment), difficulty, seed, segments=(segment,))
    return generate(region_of(segment), DIFFICULTIES[2], seed)


def _one_of(first: str, other: str, seed: int, second: bool) -> GeneratedCase | None:
    """One of two twins; None where no seed near this one makes any."""
    for tried in range(seed, seed + SEEDS_TRIED):
        with suppress(CannotGenerate):
            twins = contrast.pair(first, other, tried)
            return twins.second if second != (Random(tried).random() < 0.5) else twins.first
    return None


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
