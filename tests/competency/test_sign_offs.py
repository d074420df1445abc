"""Two people and the evidence: proposing, deciding, and replaying a decision."""

from __future__ import annotations

import copy
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import func, select, text, update

from tests.competency.records import School, observe, take
from tests.makers import NOON
from training.accounts.models import Person
from training.competency import service
from training.competency.rule import bundle as bundles
from training.competency.rule.facts import StationTry
from training.competency.sign_off.models import SignOff
from training.competency.sign_off.numbers import ALPHABET, new_number, read_number
from training.content.documents import Library
from training.db.errors import Conflict, Invalid, NotFound, Refused
from training.journal import service as journal

WHY = "Seen often, steady hands, sound judgement."
LATER = NOON + timedelta(days=5)
INDEPENDENT = {"cervical": "independent"}


def proposed(school: School, scope: dict[str, str] | None = None) -> tuple[SignOff, Person, Person]:
    """An open proposal for a trainee whom two assessors watched; the first of them proposed it."""
    trainee, first, second = school.watched()
    made = service.propose(
        school.session, trainee_id=trainee.id, proposer_id=first.id, scope=scope or INDEPENDENT, reason=WHY, at=LATER
    )
    return made, first, second


def decide(school: School, made: SignOff, decider: Person, outcome: str = "granted", reason: str = WHY) -> SignOff:
    return service.decide(
        school.session, made.number, decider_id=decider.id, outcome=outcome, reason=reason, at=LATER + timedelta(days=1)
    )


# --- numbers ---


def test_a_number_reads_back_however_it_is_typed() -> None:
    for _ in range(50):
        number = new_number()
        assert number.startswith("SO-")
        assert len(number) == 16
        assert read_number(number.lower().replace("-", " ")) == number


def test_every_single_slip_in_a_number_is_found() -> None:
    number = new_number()
    for place, right in enumerate(number):
        if place > 2 and right != "-":
            slips = [number[:place] + other + number[place + 1 :] for other in ALPHABET if other != right]
            assert [slip for slip in slips if read_number(slip)] == []


@pytest.mark.parametrize(
    "text", ["", "SO-", "SO-7K3M-9QX2", "XX-7K3M-9QX2-4TB", "SO-7K3M-9QX2-4TB0", "Ω" * 13, "SO-ÄÖÜ"]
)
def test_what_is_no_number_is_none(text: str) -> None:
    assert read_number(text) is None


def test_look_alikes_are_read_as_the_digits_they_look_like() -> None:
    number = next(one for one in iter(new_number, "") if "0" in one and "1" in one)
    typed = "SO" + number[2:].replace("0", "o").replace("1", "l")
    assert read_number(typed) == number


# --- proposing ---


def test_a_proposal_has_a_number_and_waits(school: School) -> None:
    made, first, _ = proposed(school, {"cervical": "supervised", "lumbar": "supervised", "sacral": "not-certified"})
    assert (made.state, made.proposer_id) == ("proposed", first.id)
    assert made.scope == {"cervical": "supervised", "lumbar": "supervised"}
    assert service.sign_off(school.session, made.number.lower()) is made
    assert list(service.open_sign_offs(school.session)) == [made]


def test_a_proposal_is_journaled(school: School) -> None:
    made, first, _ = proposed(school)
    (entry,) = journal.latest(school.session, limit=5, subject=f"sign-off/{made.number}")
    assert (entry.kind, entry.actor_id, entry.payload["scope"]) == ("sign-off.proposed", first.id, INDEPENDENT)


@pytest.mark.parametrize(
    ("scope", "why"),
    [
        ({"lumbar": "independent"}, "Lumbar practice"),
        ({"cervical": "independent", "chest-wall": "supervised"}, "Over the chest wall"),
    ],
)
def test_no_more_than_the_evidence_allows_can_be_proposed(school: School, scope: dict[str, str], why: str) -> None:
    with pytest.raises(Refused, match=f"does not support.*{why}"):
        proposed(school, scope)


@pytest.mark.parametrize(
    "scope", [{}, {"cervical": "not-certified"}, {"cervical": "expert"}, {"head": "independent"}, {"cervical": ""}]
)
def test_what_is_no_scope_is_refused(school: School, scope: dict[str, str]) -> None:
    trainee, first, _ = school.watched()
    with pytest.raises(Invalid):
        service.propose(school.session, trainee_id=trainee.id, proposer_id=first.id, scope=scope, reason=WHY, at=LATER)


@pytest.mark.parametrize("reason", ["", "   ", "ok", "\x00" * 20, "x" * 4001])
def test_a_proposal_needs_a_reason(school: School, reason: str) -> None:
    trainee, first, _ = school.watched()
    with pytest.raises(Invalid, match="reason"):
        service.propose(
            school.session, trainee_id=trainee.id, proposer_id=first.id, scope=INDEPENDENT, reason=reason, at=LATER
        )


def test_nobody_proposes_themselves(school: School) -> None:
    trainee, _, _ = school.watched()
    with pytest.raises(Refused, match="This is you"):
        service.propose(
            school.session, trainee_id=trainee.id, proposer_id=trainee.id, scope=INDEPENDENT, reason=WHY, at=LATER
        )


def test_a_second_click_on_a_proposal_gives_the_same_and_another_is_a_conflict(school: School) -> None:
    made, first, second = proposed(school)
    again = {"trainee_id": made.trainee_id, "scope": INDEPENDENT, "reason": WHY, "at": LATER}
    assert service.propose(school.session, proposer_id=first.id, **again) is made  # type: ignore[arg-type]
    with pytest.raises(Conflict, match=made.number):
        service.propose(school.session, proposer_id=second.id, **again)  # type: ignore[arg-type]
    assert school.session.scalar(select(func.count()).select_from(SignOff)) == 1


def test_a_closed_safety_gate_stops_every_proposal(school: School) -> None:
    trainee, first, _ = school.watched()
    take(school.session, trainee, "quiz-safety", wrong=1, at=LATER)
    with pytest.raises(Refused, match="safety gate is closed"):
        service.propose(
            school.session, trainee_id=trainee.id, proposer_id=first.id, scope={"cervical": "supervised"}, reason=WHY,
            at=LATER,
        )  # fmt: skip


# --- deciding ---


def test_a_second_person_grants_and_the_certificate_is_made_in_the_same_breath(school: School) -> None:
    made, first, _ = proposed(school)
    decider = school.person(name="Dana Decider")
    done = decide(school, made, decider)
    assert (done.state, done.decider_id, done.decision_reason) == ("granted", decider.id, WHY)
    (told,) = school.granted
    assert (told.number, told.scope, told.valid_months, told.decider_id) == (
        made.number, INDEPENDENT, 24, decider.id,
    )  # fmt: skip
    assert done.bundle is not None
    assert done.bundle["certificate_code"] == "CODE1"
    assert done.bundle["decider"]["name"] == "Dana Decider"
    assert done.bundle["proposer"] == {"public_id": first.public_id, "name": first.name}


def test_the_bundle_holds_the_evidence_the_rule_and_the_reasons_under_its_hash(school: School) -> None:
    made, _, _ = proposed(school)
    done = decide(school, made, school.person())
    bundle = done.bundle or {}
    assert bundles.bundle_hash(bundle) == done.bundle_hash
    assert (bundle["framework"]["hash"], bundle["framework"]["version"]) == (done.framework_hash, "2.0")
    assert len(bundle["evidence"]["observations"]) == 3
    assert len(bundle["evidence"]["lessons"]) == 14
    assert bundle["readiness"]["scope"]["cervical"] == "independent"
    assert (bundle["proposal_reason"], bundle["decision_reason"]) == (WHY, WHY)


def test_the_decision_is_the_last_entry_and_carries_the_bundles_hash(school: School) -> None:
    made, _, _ = proposed(school)
    decider = school.person()
    done = decide(school, made, decider)
    (entry,) = journal.latest(school.session, limit=1)
    assert (entry.kind, entry.subject) == ("sign-off.granted", f"sign-off/{made.number}")
    assert (entry.actor_id, entry.payload["bundle_sha256"]) == (decider.id, done.bundle_hash)
    assert list(journal.faults(school.session)) == []


@pytest.mark.parametrize("outcome", ["deferred", "refused"])
def test_who_defers_or_refuses_makes_no_certificate_and_leaves_a_record(school: School, outcome: str) -> None:
    made, first, _ = proposed(school)
    done = decide(school, made, school.person(), outcome)
    assert (done.state, school.granted) == (outcome, [])
    assert (done.bundle or {})["certificate_code"] is None
    assert service.propose(
        school.session, trainee_id=made.trainee_id, proposer_id=first.id, scope=INDEPENDENT, reason=WHY, at=LATER
    ).id != made.id  # fmt: skip


def test_the_proposer_the_trainee_and_a_sole_author_may_not_decide(school: School) -> None:
    made, first, _ = proposed(school)
    trainee = school.session.get_one(Person, made.trainee_id)
    with pytest.raises(Refused, match="You proposed"):
        decide(school, made, first)
    with pytest.raises(Refused, match="your own sign-off"):
        decide(school, made, trainee)
    assert made.state == "proposed"


def test_whoever_wrote_all_the_evidence_may_not_decide(school: School) -> None:
    trainee, sole = school.knowing(), school.person()
    for _ in range(2):
        observe(school.session, trainee, sole)
    made = service.propose(
        school.session, trainee_id=trainee.id, proposer_id=school.person().id, scope={"cervical": "supervised"},
        reason=WHY, at=LATER,
    )  # fmt: skip
    with pytest.raises(Refused, match="Whatever was seen of the practice behind it, you wrote"):
        decide(school, made, sole)
    observe(school.session, trainee, school.person())
    assert decide(school, made, sole).state == "granted"


def test_without_observations_the_examiners_at_stations_are_the_authors(school: School) -> None:
    made, _, _ = proposed(school)
    found = service.review(school.session, made.trainee_id)
    sole, other = school.person(), school.person()
    tried = StationTry("station", "0" * 64, "result", (), 0.8, 0.6, "provisional", "passed", sole.id, NOON)
    by_one = replace(found, evidence=replace(found.evidence, observations=(), stations=(tried, tried)))
    assert service.why_not_decide(made, sole.id, by_one.assessor_ids) is not None
    assert service.why_not_decide(made, other.id, by_one.assessor_ids) is None
    by_two = replace(by_one, evidence=replace(by_one.evidence, stations=(tried, replace(tried, examiner_id=other.id))))
    assert service.why_not_decide(made, sole.id, by_two.assessor_ids) is None


def test_an_author_of_some_of_the_evidence_may_decide(school: School) -> None:
    made, _, second = proposed(school)
    assert decide(school, made, second).state == "granted"


@pytest.mark.parametrize("reason", ["", " yes. ", "\n" * 30])
def test_a_decision_needs_a_reason(school: School, reason: str) -> None:
    made, _, _ = proposed(school)
    with pytest.raises(Invalid, match="reason"):
        decide(school, made, school.person(), reason=reason)


def test_only_the_three_outcomes_exist(school: School) -> None:
    made, _, _ = proposed(school)
    for outcome in ("proposed", "", "GRANTED"):
        with pytest.raises(Invalid):
            decide(school, made, school.person(), outcome)


def test_evidence_that_no_longer_supports_the_scope_is_not_granted(school: School) -> None:
    made, _, _ = proposed(school)
    take(school.session, school.session.get_one(Person, made.trainee_id), "quiz-safety", wrong=1, at=LATER)
    with pytest.raises(Refused, match="safety gate"):
        decide(school, made, school.person())
    assert school.granted == []
    assert decide(school, made, school.person(), "deferred").state == "deferred"


def test_a_decision_stands_and_whoever_comes_second_is_told_who_was_first(school: School) -> None:
    made, _, _ = proposed(school)
    decide(school, made, school.person(name="Fern First"))
    with pytest.raises(Conflict, match="Fern First decided"):
        decide(school, made, school.person(), "refused")
    assert (made.state, len(school.granted)) == ("granted", 1)


def test_deciding_twice_with_another_mind_is_a_conflict_and_a_double_click_is_not(school: School) -> None:
    made, _, _ = proposed(school)
    decider = school.person()
    decide(school, made, decider)
    entries = journal.count(school.session)
    assert decide(school, made, decider).state == "granted"
    assert (len(school.granted), journal.count(school.session)) == (1, entries)
    with pytest.raises(Conflict):
        decide(school, made, decider, "refused")


def test_an_unknown_number_is_not_found(school: School) -> None:
    for number in ("SO-0000-0000-000", new_number(), "", "%"):
        with pytest.raises(NotFound):
            service.sign_off(school.session, number)


# --- replaying ---


def test_a_granted_sign_off_replays_from_its_bundle_alone(school: School) -> None:
    made, _, _ = proposed(school)
    done = decide(school, made, school.person())
    alone = bundles.replay(copy.deepcopy(done.bundle or {}))
    assert alone.holds, alone.details
    found = service.replay_sign_off(school.session, done.number)
    assert found == alone


@pytest.mark.parametrize("outcome", ["deferred", "refused"])
def test_another_outcome_replays_too(school: School, outcome: str) -> None:
    made, _, _ = proposed(school)
    decide(school, made, school.person(), outcome)
    assert service.replay_sign_off(school.session, made.number).holds


def test_later_evidence_and_later_frameworks_do_not_change_a_replay(school: School, shipped: Library) -> None:
    made, _, _ = proposed(school)
    decide(school, made, school.person())
    take(school.session, school.session.get_one(Person, made.trainee_id), "quiz-safety", wrong=1, at=LATER)
    assert not service.readiness_of(school.session, made.trainee_id).gate.open
    assert service.replay_sign_off(school.session, made.number).holds


def test_an_open_sign_off_has_nothing_to_replay(school: School) -> None:
    made, _, _ = proposed(school)
    with pytest.raises(Refused, match="not decided yet"):
        service.replay_sign_off(school.session, made.number)


def test_a_bundle_that_was_changed_does_not_hold(school: School) -> None:
    made, _, _ = proposed(school)
    done = decide(school, made, school.person())
    bundle = copy.deepcopy(done.bundle or {})
    bundle["evidence"]["observations"] = bundle["evidence"]["observations"][:1]
    school.session.execute(update(SignOff).where(SignOff.id == done.id).values(bundle=bundle))
    school.session.expire_all()
    found = service.replay_sign_off(school.session, done.number)
    assert not found.holds
    assert any("hash does not fit" in one for one in found.details)
    assert any("cervical: independent was granted" in one for one in found.details)


def test_a_bundle_changed_together_with_its_hash_is_betrayed_by_the_journal(school: School) -> None:
    made, _, _ = proposed(school)
    done = decide(school, made, school.person())
    bundle = copy.deepcopy(done.bundle or {})
    bundle["decision_reason"] = "Something else altogether."
    changed = {"bundle": bundle, "bundle_hash": bundles.bundle_hash(bundle)}
    school.session.execute(update(SignOff).where(SignOff.id == done.id).values(**changed))
    school.session.expire_all()
    found = service.replay_sign_off(school.session, done.number)
    assert (found.holds, found.details) == (False, ("The journal holds no such decision.",))


@pytest.mark.parametrize(
    "bundle", [{}, {"format": 1}, {"framework": {"rule": {}}, "evidence": {}}, {"framework": None}]
)
def test_what_is_no_bundle_does_not_hold_and_does_not_crash(bundle: dict[str, object]) -> None:
    assert not bundles.replay(bundle).holds


def test_the_database_itself_refuses_a_decision_by_the_proposer(school: School) -> None:
    made, _, _ = proposed(school)
    with pytest.raises(Exception, match="two_people"), school.session.begin_nested():
        school.session.execute(
            text("UPDATE sign_off SET state = 'refused', decider_id = proposer_id, decided_at = proposed_at, "
                 "bundle_hash = 'x' WHERE id = :id"), {"id": made.id},
        )  # fmt: skip
