"""Links to a decided sign-off: who makes them, what is behind them, and when they end."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.competency.records import School
from tests.makers import NOON
from training.competency import service
from training.competency.sign_off import sharing
from training.competency.sign_off.models import Share, SignOff
from training.db.base import new_public_id
from training.db.errors import Conflict, Invalid, NotFound, Refused
from training.journal import service as journal

WHY = "Seen often, steady hands, sound judgement."
AT = NOON + timedelta(days=6)
KEY = "the key of this server"


def decided(school: School) -> SignOff:
    proposer, decider = school.person(), school.person()
    made = service.propose(
        school.session,
        trainee_id=school.knowing().id,
        proposer_id=proposer.id,
        scope={"cervical": "supervised"},
        reason=WHY,
        at=AT,
    )
    return service.decide(school.session, made.number, decider_id=decider.id, outcome="refused", reason=WHY, at=AT)


def share(school: School, row: SignOff, *, days: int = 7, form: str | None = None, names: bool = False) -> Share:
    return sharing.share(school.session, row, days=days, with_names=names, by_id=row.trainee_id, at=AT, public_id=form)


def test_a_link_opens_until_its_last_moment(school: School) -> None:
    row = decided(school)
    token = sharing.token(share(school, row), KEY)
    end = AT + timedelta(days=7)
    found = sharing.opened(school.session, token, KEY, end - timedelta(seconds=1))
    assert (found.row, found.with_names, found.expires_at) == (row, False, end)
    assert found.readiness.framework.version == row.bundle["framework"]["version"]
    with pytest.raises(NotFound):
        sharing.opened(school.session, token, KEY, end)


def test_a_link_that_is_not_ours_shows_nothing_and_nobody_is_told_why(school: School) -> None:
    made = share(school, decided(school))
    token = sharing.token(made, KEY)
    forged = sharing.token(made, "another key")
    for given in ("", "nothing", made.public_id, forged, token[:-1], token + "A", "\x00", "é" * 30):
        with pytest.raises(NotFound, match="shows nothing any more"):
            sharing.opened(school.session, given, KEY, AT)


def test_a_withdrawn_link_shows_nothing_and_withdrawing_twice_is_once(school: School) -> None:
    row = decided(school)
    made, other = share(school, row), share(school, row)
    for _ in range(2):
        sharing.withdraw(school.session, row, made.public_id, by_id=row.trainee_id, at=AT)
    with pytest.raises(NotFound):
        sharing.opened(school.session, sharing.token(made, KEY), KEY, AT)
    assert sharing.opened(school.session, sharing.token(other, KEY), KEY, AT).row is row
    kinds = [one.kind for one in journal.latest(school.session, limit=10, subject=f"sign-off/{row.number}")]
    assert kinds[:3] == ["sign-off.share-withdrawn", "sign-off.shared", "sign-off.shared"]


def test_links_of_another_sign_off_are_not_there(school: School) -> None:
    mine, others = decided(school), decided(school)
    made = share(school, others)
    for given in (made.public_id, new_public_id(), "\x00", ""):
        with pytest.raises(NotFound):
            sharing.withdraw(school.session, mine, given, by_id=mine.trainee_id, at=AT)
    assert sharing.one_of(school.session, mine.number, owner_id=mine.trainee_id) is mine
    with pytest.raises(NotFound):
        sharing.one_of(school.session, mine.number, owner_id=others.trainee_id)


def test_one_form_makes_one_link_and_never_somebody_elses(school: School) -> None:
    row, form = decided(school), new_public_id()
    assert share(school, row, form=form) is share(school, row, form=form)
    with pytest.raises(Conflict):
        share(school, decided(school), form=form)


@pytest.mark.parametrize("days", [0, -1, 8, 3650])
def test_only_the_offered_lengths_exist(school: School, days: int) -> None:
    with pytest.raises(Invalid):
        share(school, decided(school), days=days)


def test_what_waits_for_a_decision_is_not_shared(school: School) -> None:
    trainee, proposer = school.knowing(), school.person()
    made = service.propose(
        school.session,
        trainee_id=trainee.id,
        proposer_id=proposer.id,
        scope={"cervical": "supervised"},
        reason=WHY,
        at=AT,
    )
    with pytest.raises(Refused, match="not decided yet"):
        share(school, made)


def test_so_many_links_are_open_at_once_and_no_more(school: School) -> None:
    row = decided(school)
    made = [share(school, row) for _ in range(sharing.MOST_OPEN)]
    with pytest.raises(Refused, match="Withdraw one first"):
        share(school, row)
    sharing.withdraw(school.session, row, made[0].public_id, by_id=row.trainee_id, at=AT)
    assert share(school, row) in sharing.shares_of(school.session, row, at=AT)
