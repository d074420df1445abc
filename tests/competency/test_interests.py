"""Ties that proposer and decider declare: which bar what, and where a declaration stands afterwards."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.competency.records import School, observe
from tests.makers import NOON
from training.competency import service
from training.competency.rule import bundle as bundles
from training.competency.rule.interests import BY_NAME, INTERESTS, Declared
from training.competency.sign_off.models import SignOff
from training.db.errors import Conflict, Invalid, Refused
from training.journal import service as journal

WHY = "Seen often, steady hands, sound judgement."
WORDS = "We have shared a practice for two years."
AT = NOON + timedelta(days=5)
SCOPE = {"cervical": "supervised"}
BAR_PROPOSING = [one.name for one in INTERESTS if one.bars_proposing]
BAR_DECIDING = [one.name for one in INTERESTS if one.bars_deciding]
BAR_NOTHING = [one.name for one in INTERESTS if not one.bars_deciding]


def propose(school: School, declared: Declared) -> SignOff:
    return service.propose(
        school.session,
        trainee_id=school.knowing().id,
        proposer_id=school.person().id,
        scope=SCOPE,
        reason=WHY,
        declared=declared,
        at=AT,
    )


def decide(school: School, row: SignOff, declared: Declared, by_id: int, outcome: str = "granted") -> SignOff:
    return service.decide(
        school.session, row.number, decider_id=by_id, outcome=outcome, reason=WHY, declared=declared, at=AT
    )


def test_what_bars_proposing_bars_deciding_as_well() -> None:
    assert set(BAR_PROPOSING) <= set(BAR_DECIDING)
    assert {"family", "business", "employment"} <= set(BAR_DECIDING)
    assert not BY_NAME["none"].in_words


@pytest.mark.parametrize("kind", BAR_PROPOSING)
def test_a_tie_that_bars_proposing_is_refused(school: School, kind: str) -> None:
    with pytest.raises(Refused, match="somebody else must propose"):
        propose(school, Declared(kind, WORDS))
    assert list(service.open_sign_offs(school.session)) == []


def test_a_tie_that_bars_deciding_is_refused_whatever_the_outcome(school: School) -> None:
    row = propose(school, Declared())
    for kind in BAR_DECIDING:
        for outcome in service.OUTCOMES:
            with pytest.raises(Refused, match="somebody else must decide"):
                decide(school, row, Declared(kind, WORDS), school.person().id, outcome)
    assert row.state == "proposed"


def test_other_ties_are_declared_and_bar_nothing(school: School) -> None:
    row = propose(school, Declared())
    for kind in BAR_NOTHING:
        declared = Declared(kind, WORDS)
        with school.session.begin_nested() as kept:
            assert decide(school, row, declared, school.person().id).decider_declared == declared.to_json()
            kept.rollback()
        school.session.expire_all()


@pytest.mark.parametrize(
    ("declared", "why"),
    [
        (Declared("cousin"), "Say how you are tied"),
        (Declared(""), "Say how you are tied"),
        (Declared("other"), "Describe the tie"),
        (Declared("colleague", "yes"), "Describe the tie"),
        (Declared("none", "x" * 4001), "at most"),
    ],
)
def test_a_declaration_that_says_nothing_is_not_taken(school: School, declared: Declared, why: str) -> None:
    with pytest.raises(Invalid, match=why):
        propose(school, declared)


def test_a_declaration_stands_on_the_record_in_the_bundle_and_in_the_journal(school: School) -> None:
    row = propose(school, Declared("taught"))
    decide(school, row, Declared("colleague", f"  {WORDS} "), school.person().id)
    assert row.bundle is not None
    assert row.bundle["proposer_declared"] == row.proposer_declared == {"kind": "taught", "words": ""}
    assert row.bundle["decider_declared"] == row.decider_declared == {"kind": "colleague", "words": WORDS}
    decision, proposal = journal.latest(school.session, limit=5, subject=f"sign-off/{row.number}")
    assert (proposal.payload["declared"]["kind"], decision.payload["declared"]["kind"]) == ("taught", "colleague")
    assert WORDS not in str(decision.payload)  # people's words are kept by their hash


def test_the_same_form_with_another_declaration_is_no_second_click(school: School) -> None:
    row, decider = propose(school, Declared("taught")), school.person()
    with pytest.raises(Conflict):
        service.propose(
            school.session,
            trainee_id=row.trainee_id,
            proposer_id=row.proposer_id,
            scope=SCOPE,
            reason=WHY,
            declared=Declared(),
            at=AT,
        )
    decide(school, row, Declared(), decider.id)
    assert decide(school, row, Declared(), decider.id) is row
    with pytest.raises(Conflict):
        decide(school, row, Declared("taught"), decider.id)


def test_a_bundle_from_before_declarations_replays(school: School) -> None:
    row = decide(school, propose(school, Declared()), Declared(), school.person().id)
    old = {name: value for name, value in (row.bundle or {}).items() if not name.endswith("_declared")}
    assert bundles.replay({**old, "format": 1}).holds


def test_the_only_author_of_the_observations_does_not_propose_either(school: School) -> None:
    trainee, author, other = school.knowing(), school.person(), school.person()
    observe(school.session, trainee, author)
    fields = {"trainee_id": trainee.id, "scope": SCOPE, "reason": WHY, "at": AT}
    with pytest.raises(Refused, match="Whatever was seen of this trainee"):
        service.propose(school.session, proposer_id=author.id, **fields)  # type: ignore[arg-type]
    assert service.propose(school.session, proposer_id=other.id, **fields).state == "proposed"  # type: ignore[arg-type]
