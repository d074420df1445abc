"""Taking a grant back, and what becomes of its certificate and of its record."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import text, update
from sqlalchemy.exc import DatabaseError

from tests.competency.records import School
from tests.makers import NOON
from training.accounts.models import Person
from training.competency import service
from training.competency.rule import bundle as bundles
from training.competency.rule.interests import Declared
from training.competency.sign_off import reversing, sharing
from training.competency.sign_off import service as sign_offs
from training.competency.sign_off.models import Reversal, SignOff
from training.competency.sign_off.replaying import steps_of
from training.credentials import service as certificates
from training.db.errors import Conflict, Invalid, NotFound, Refused
from training.journal import service as journal

ZONE = ZoneInfo("America/Edmonton")
WHY = "Two of the observations were of another person."
GRANTED_AT = NOON + timedelta(days=5)
AT = NOON + timedelta(days=30)
SCOPE = {"cervical": "supervised"}


@pytest.fixture
def school(school: School, monkeypatch: pytest.MonkeyPatch) -> School:
    """With the hooks that the application connects."""
    monkeypatch.setattr(sign_offs, "when_granted", partial(certificates.issue, zone=ZONE))
    monkeypatch.setattr(reversing, "when_reversed", partial(certificates.withdraw_reversed, zone=ZONE))
    return school


def granted(school: School) -> SignOff:
    return decided(school, school.knowing())


def decided(school: School, trainee: Person, outcome: str = "granted", days: int = 0) -> SignOff:
    at = GRANTED_AT + timedelta(days=days)
    proposer, decider = school.person().id, school.person(name="Dora Decider").id
    made = service.propose(school.session, trainee_id=trainee.id, proposer_id=proposer, scope=SCOPE, reason=WHY, at=at)
    return service.decide(
        school.session, made.number, decider_id=decider, outcome=outcome, reason=WHY, at=at + timedelta(hours=1)
    )


def reverse(school: School, row: SignOff, by_id: int, reason: str = WHY, declared: Declared | None = None) -> SignOff:
    return service.reverse(
        school.session, row.number, decider_id=by_id, reason=reason, declared=declared or Declared(), at=AT
    )


def certificate_state(school: School, row: SignOff) -> str:
    code = row.bundle["certificate_code"] if row.bundle else ""
    found = certificates.check(school.session, code, at=AT, zone=ZONE)
    assert found is not None
    return found.state


def test_a_reversal_withdraws_the_certificate_and_leaves_the_decision_as_it_was(school: School) -> None:
    row, by = granted(school), school.person()
    before = row.bundle, row.bundle_hash, row.decider_id
    reverse(school, row, by.id)
    assert (row.state, row.standing) == ("granted", "reversed")
    assert (row.bundle, row.bundle_hash, row.decider_id) == before
    assert certificate_state(school, row) == "withdrawn"
    kept = service.reversal_of(school.session, row)
    assert kept is not None
    assert kept.bundle["reverses_bundle_sha256"] == row.bundle_hash
    assert kept.bundle["certificate_state"] == "withdrawn"
    assert bundles.bundle_hash(kept.bundle) == kept.bundle_hash
    last, withdrawn = journal.latest(school.session, limit=2)
    assert (last.kind, last.actor_id, last.payload["bundle_sha256"]) == ("sign-off.reversed", by.id, kept.bundle_hash)
    assert (withdrawn.kind, withdrawn.payload["sign_off"]) == ("certificate.withdrawn", row.number)


def test_whoever_granted_it_may_take_it_back_and_who_proposed_it_or_holds_it_may_not(school: School) -> None:
    row = granted(school)
    for person_id, why in ((row.trainee_id, "your own"), (row.proposer_id, "You proposed")):
        with pytest.raises(Refused, match=why):
            reverse(school, row, person_id)
    assert row.decider_id is not None
    assert reverse(school, row, row.decider_id).standing == "reversed"


@pytest.mark.parametrize("outcome", ["deferred", "refused"])
def test_only_a_grant_can_be_reversed(school: School, outcome: str) -> None:
    row = decided(school, school.knowing(), outcome)
    with pytest.raises(Refused, match="Only a granted"):
        reverse(school, row, school.person().id)


def test_what_waits_or_was_never_there_cannot_be_reversed(school: School) -> None:
    trainee, proposer = school.knowing(), school.person()
    made = service.propose(
        school.session, trainee_id=trainee.id, proposer_id=proposer.id, scope=SCOPE, reason=WHY, at=GRANTED_AT
    )
    with pytest.raises(Refused, match="Only a granted"):
        reverse(school, made, school.person().id)
    with pytest.raises(NotFound):
        service.reverse(school.session, "SO-0000-0000-000", decider_id=proposer.id, reason=WHY, at=AT)


def test_a_second_click_changes_nothing_and_a_second_person_is_told(school: School) -> None:
    row, first = granted(school), school.person(name="Fern First")
    reverse(school, row, first.id)
    entries = journal.count(school.session)
    assert reverse(school, row, first.id) is row
    assert journal.count(school.session) == entries
    with pytest.raises(Conflict, match="Fern First reversed"):
        reverse(school, row, school.person().id)
    with pytest.raises(Conflict):
        reverse(school, row, first.id, reason="For another reason than before.")


@pytest.mark.parametrize("reason", ["", "no", "\x00" * 20, "x" * 4001])
def test_a_reversal_needs_a_reason(school: School, reason: str) -> None:
    row = granted(school)
    with pytest.raises(Invalid, match="reason"):
        reverse(school, row, school.person().id, reason=reason)
    assert row.standing == "granted"


def test_an_older_grant_is_reversed_without_touching_the_certificate_of_a_newer_one(school: School) -> None:
    first = granted(school)
    second = decided(school, school.session.get_one(Person, first.trainee_id), days=10)
    reverse(school, first, school.person().id)
    assert certificate_state(school, first) == "superseded"
    assert certificate_state(school, second) == "active"


def test_after_a_reversal_two_people_may_decide_anew(school: School) -> None:
    row = granted(school)
    reverse(school, row, school.person().id)
    again = decided(school, school.session.get_one(Person, row.trainee_id), days=40)
    assert (again.standing, certificate_state(school, again)) == ("granted", "active")


def test_a_certificate_that_cannot_be_withdrawn_keeps_the_reversal_from_being_recorded(
    school: School, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = granted(school)

    def fails(_session: object, _reversed: object) -> str:
        raise Conflict("Not now.")

    monkeypatch.setattr(reversing, "when_reversed", fails)
    with pytest.raises(Conflict, match="Not now"), school.session.begin_nested():
        reverse(school, row, school.person().id)
    school.session.expire_all()
    assert (row.standing, certificate_state(school, row)) == ("granted", "active")


# --- replaying what was reversed ---


def test_a_reversed_sign_off_does_not_hold_and_says_since_when(school: School) -> None:
    row = granted(school)
    assert service.replay_sign_off(school.session, row.number).holds
    reverse(school, row, school.person().id)
    found = service.replay_sign_off(school.session, row.number)
    assert (found.holds, found.details) == (False, ("It was reversed on 2026-07-01.",))


def test_a_reversal_that_was_taken_out_of_the_record_is_betrayed_by_the_journal(school: School) -> None:
    row = granted(school)
    reverse(school, row, school.person().id)
    school.session.execute(update(SignOff).where(SignOff.id == row.id).values(reversed_at=None))
    school.session.expire_all()
    found = service.replay_sign_off(school.session, row.number)
    assert not found.holds
    assert "not whole any more" in found.details[0]


@pytest.mark.parametrize("change", ["UPDATE sign_off_reversal SET reason = 'another'", "DELETE FROM sign_off_reversal"])
def test_the_database_refuses_to_change_a_reversal(school: School, change: str) -> None:
    reverse(school, granted(school), school.person().id)
    school.session.flush()
    with pytest.raises(DatabaseError, match=r"append-only|journal|refuse"), school.session.begin_nested():
        school.session.execute(text(change))


def test_links_cannot_crowd_a_decision_out_of_its_replay(school: School) -> None:
    """A trainee makes and withdraws links as often as they like; what was decided stays provable."""
    row = granted(school)
    for _ in range(120):
        made = sharing.share(school.session, row, days=7, with_names=False, by_id=row.trainee_id, at=AT)
        sharing.withdraw(school.session, row, made.public_id, by_id=row.trainee_id, at=AT)
    assert service.replay_sign_off(school.session, row.number).holds
    assert [entry.kind for entry in steps_of(school.session, row)] == ["sign-off.granted", "sign-off.proposed"]


def test_a_reversal_is_one_row(school: School) -> None:
    row = granted(school)
    reverse(school, row, school.person().id)
    assert [one.sign_off_id for one in school.session.query(Reversal)] == [row.id]
