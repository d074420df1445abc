"""Sessions of sign-off cases: who may begin, what is drawn, when they end, and what counts."""

from __future__ import annotations

import math
from collections import Counter
from datetime import timedelta

import pytest
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from tests.assessment.makers import PRACTICE, nonce, publish
from tests.assessment.sign_off.makers import Candidate, bank_case, publish_framework
from tests.makers import NOON, make_person
from training.assessment import service as assessment
from training.assessment.models import Attempt
from training.assessment.sign_off import service, sessions
from training.assessment.sign_off.models import Draw, SignOffSession, WithheldCase
from training.db.errors import Conflict, Invalid, Refused
from training.library import service as library


def test_before_anything_the_evidence_is_even_and_every_filled_region_can_be_begun(candidate: Candidate) -> None:
    found = service.overview(candidate.session, candidate.person_id, demonstration=True)
    assert [one.region for one in found.may_begin] == ["cervical", "lumbar"]
    assert {one.evidence.ratio for one in found.regions} == {1.0}
    assert (found.open_public_id, found.can_draw) == (None, False)


def test_a_drawn_case_is_pinned_with_the_rating_of_its_day(candidate: Candidate) -> None:
    candidate.begin("cervical")
    attempt = candidate.draw()
    assert attempt.sign_off
    row = candidate.session.scalars(select(Draw)).one()
    assert (row.attempt_id, row.provisional) == (attempt.id, True)
    assert row.difficulty == pytest.approx(-math.log(0.6 / 0.4))  # difficulty 3 of 5
    assert row.area in ("C1–C4", "C5–C6", "C7–C8", "refer")


def test_a_case_under_way_is_gone_on_with_and_nothing_else_is_drawn(candidate: Candidate) -> None:
    candidate.begin("cervical")
    assert candidate.draw().public_id == candidate.draw().public_id
    assert len(candidate.session.scalars(select(Draw)).all()) == 1


def test_nobody_chooses_a_sign_off_case(candidate: Candidate) -> None:
    with pytest.raises(Refused, match="drawn for you"):
        assessment.start(candidate.session, candidate.person_id, "bank-cervical-000", "case", at=NOON)


def test_no_case_comes_twice_and_every_area_comes(candidate: Candidate) -> None:
    candidate.begin("cervical")
    attempts = candidate.work(13)
    assert len({one.item_id for one in attempts}) == 13
    areas = Counter(candidate.session.scalars(select(Draw.area)))
    assert set(areas) == {"C1–C4", "C5–C6", "C7–C8", "refer"}


def test_regions_come_mixed(candidate: Candidate) -> None:
    candidate.begin("cervical", "lumbar")
    regions = Counter(one.item_id.split("-")[1] for one in candidate.work(16))
    assert min(regions.values()) >= 3


def test_right_answers_pass_and_the_session_ends(candidate: Candidate) -> None:
    candidate.begin("cervical")
    while candidate.standing().running:
        candidate.work(1)
    found = candidate.standing()
    assert found.passed
    assert found.session is not None
    assert found.session.ended_as == "pass"
    assert found.evidence.ratio >= 20
    with pytest.raises(Refused, match="passed"):
        candidate.begin("cervical")
    with pytest.raises(Refused, match="No session is running"):
        candidate.draw()


def test_after_wrong_answers_practice_comes_first_and_the_old_answers_stay_in_the_count(candidate: Candidate) -> None:
    candidate.begin("cervical")
    while candidate.standing().running:
        candidate.work(1, right=False)
    held = candidate.standing()
    assert held.held
    assert held.session is not None
    assert held.session.ended_as == "evidence"
    assert held.practice_left == 20
    with pytest.raises(Refused, match="Practise first"):
        candidate.begin("cervical")
    candidate.practise(20)
    assert candidate.standing().practice_left == 0
    candidate.begin("cervical")
    candidate.work(1)
    after = candidate.standing()
    assert after.session is not None
    assert after.session.number == 2
    assert (after.evidence.answers, after.evidence.sessions) == (held.evidence.answers + 1, 2)


def test_practice_before_the_session_ended_does_not_count_as_practice_after(candidate: Candidate) -> None:
    candidate.practise(20)
    candidate.begin("cervical")
    while candidate.standing().running:
        candidate.work(1, right=False)
    assert candidate.standing().practice_left == 20


def test_a_held_region_leaves_the_others_running(candidate: Candidate) -> None:
    candidate.begin("cervical", "lumbar")
    while candidate.standing("cervical").running:
        attempt = candidate.draw()
        candidate.answer(attempt, right="lumbar" in attempt.item_id)
    assert candidate.standing("lumbar").running or candidate.standing("lumbar").passed


def test_another_persons_answers_change_nothing(candidate: Candidate) -> None:
    other = Candidate(candidate.session, make_person(candidate.session).id)
    other.begin("cervical")
    other.work(5)
    assert candidate.standing().evidence.answers == 0
    assert candidate.standing().session is None


def test_who_may_read_keys_is_not_measured(candidate: Candidate) -> None:
    with pytest.raises(Refused, match="read the keys"):
        service.begin(candidate.session, candidate.person_id, ["cervical"], NOON, demonstration=True, knows_keys=True)
    candidate.begin("cervical")
    with pytest.raises(Refused, match="read the keys"):
        service.next_case(candidate.session, candidate.person_id, NOON, demonstration=True, knows_keys=True)


@pytest.mark.parametrize("regions", [[], ["atlantis"], ["cervical", "atlantis"]])
def test_regions_that_there_are_not_are_refused(candidate: Candidate, regions: list[str]) -> None:
    with pytest.raises(Invalid, match="at least one region"):
        candidate.begin(*regions)
    assert candidate.session.scalars(select(SignOffSession)).all() == []


def test_a_region_without_enough_cases_cannot_be_begun(candidate: Candidate) -> None:
    with pytest.raises(Refused, match="too few cases"):
        candidate.begin("sacral")


def test_when_the_bank_runs_out_it_says_so_and_nothing_is_lost(session: Session) -> None:
    publish(session, *(bank_case(number, "C6") for number in range(8)))
    publish_framework(session)
    candidate = Candidate(session, make_person(session).id)
    candidate.begin("cervical")
    candidate.work(8)
    with pytest.raises(Refused, match="no case left"):
        candidate.draw()
    assert candidate.standing().evidence.answers == 8


# --- which cases may be drawn ----------------------------------------------------------------------------------


def test_in_a_real_school_cases_that_no_panel_rated_are_not_drawn(candidate: Candidate) -> None:
    assert candidate.standing(demonstration=False).left == 0
    with pytest.raises(Refused, match="too few cases"):
        candidate.begin("cervical", demonstration=False)


def test_nor_where_the_framework_does_not_let_provisional_ratings_count(candidate: Candidate) -> None:
    publish_framework(candidate.session, provisional=False)
    assert candidate.standing().left == 0


def test_cases_outside_the_band_are_not_drawn(candidate: Candidate) -> None:
    before = candidate.standing().left
    publish(candidate.session, bank_case(900, "C6", difficulty=1), bank_case(901, "C6", difficulty=5))
    assert candidate.standing().left == before + 1  # 90 % is out of it, 30 % is its end


def test_a_withheld_case_is_not_drawn_and_its_answers_still_count(candidate: Candidate) -> None:
    candidate.begin("cervical")
    (attempt,) = candidate.work(1)
    before = candidate.standing()
    rest = [one.id for one in library.entries(candidate.session, "case", bank="sign-off") if one.id != attempt.item_id]
    for item_id in (attempt.item_id, *rest[:3]):
        candidate.session.add(
            WithheldCase(item_id=item_id, reason="Leaked.", withheld_by_id=candidate.person_id, withheld_at=NOON)
        )
    candidate.session.flush()
    after = candidate.standing()
    assert after.left == before.left - 3
    assert after.evidence.answers == 1
    candidate.session.execute(delete(WithheldCase))
    assert candidate.standing().left == before.left


def test_of_a_template_one_variant_comes_in_a_session(session: Session) -> None:
    publish(session, *(bank_case(number, "C6", template="story") for number in range(12)), bank_case(99, "C6"))
    publish_framework(session)
    candidate = Candidate(session, make_person(session).id)
    candidate.begin("cervical")
    attempts = candidate.work(2)
    assert "bank-cervical-099" in {one.item_id for one in attempts}
    with pytest.raises(Refused, match="no case left"):
        candidate.draw()


def test_never_a_template_that_the_person_has_practised(candidate: Candidate) -> None:
    publish(candidate.session, *(bank_case(100 + number, "C6", template="story") for number in range(40)))
    practised = bank_case(0, "C6")
    publish(
        candidate.session,
        type(practised)(**{**vars(PRACTICE), "id": "practised", "template": "story", "title": "Practised"}),
    )
    assessment.start(candidate.session, candidate.person_id, "practised", "case", at=NOON)
    candidate.begin("cervical")
    attempts = candidate.work(10, right=True)
    assert all(int(one.item_id[-3:]) < 100 for one in attempts)


def test_a_new_version_of_a_case_that_was_met_is_not_drawn_again(candidate: Candidate) -> None:
    candidate.begin("cervical")
    (attempt,) = candidate.work(1)
    number = int(attempt.item_id[-3:])
    publish(candidate.session, bank_case(number, "C7"))
    before = candidate.standing().left
    assert before == 31


# --- evidence for those who judge ------------------------------------------------------------------------------


def test_the_evidence_carries_what_was_drawn(candidate: Candidate) -> None:
    candidate.begin("cervical")
    candidate.work(2)
    found = assessment.sign_off_answers(candidate.session, candidate.person_id)
    sessions = candidate.session.scalars(select(SignOffSession.public_id)).all()
    assert [one.drawn.session for one in found if one.drawn] == [*sessions, *sessions]
    assert all(one.drawn and one.drawn.provisional and one.region == "cervical" for one in found)


def test_a_later_rating_moves_no_evidence(candidate: Candidate) -> None:
    candidate.begin("cervical")
    attempts = candidate.work(3)
    before = candidate.standing().evidence
    for one in attempts:
        publish(candidate.session, bank_case(int(one.item_id[-3:]), "C6", difficulty=5))
    assert candidate.standing().evidence == before


# --- the same answer again, and clocks -------------------------------------------------------------------------


def send(candidate: Candidate, attempt: assessment.AttemptView, segment: str, form: str) -> assessment.Saved:
    given = {"segment": segment, "side": "right"}
    return assessment.answer(
        candidate.session, attempt.public_id, candidate.person_id, "segment", given, None, form, at=candidate.now
    )


def read_to_the_question(candidate: Candidate) -> assessment.AttemptView:
    attempt = candidate.draw()
    for stage in (1, 2):
        assessment.advance(candidate.session, attempt.public_id, candidate.person_id, stage, at=candidate.now)
    return attempt


def test_an_answer_sent_again_counts_once_and_another_does_not_replace_it(candidate: Candidate) -> None:
    candidate.begin("cervical")
    attempt, form = read_to_the_question(candidate), nonce()
    first, second = send(candidate, attempt, "C6", form), send(candidate, attempt, "C6", form)
    assert (first.again, second.again, second.right) == (False, True, first.right)
    with pytest.raises(Conflict, match="Your first answer stands"):
        send(candidate, attempt, "C7", nonce())
    assert len(sessions.counted_of(candidate.session, candidate.person_id)) == 1


def test_the_form_of_another_drawn_case_is_refused_and_that_case_can_still_be_answered(candidate: Candidate) -> None:
    candidate.begin("cervical")
    form = nonce()
    send(candidate, read_to_the_question(candidate), "C6", form)
    candidate.session.commit()
    attempt = read_to_the_question(candidate)
    with pytest.raises(Conflict, match="Reload the page"), candidate.session.begin_nested():
        send(candidate, attempt, "C6", form)
    assert not send(candidate, attempt, "C6", nonce()).again


@pytest.mark.parametrize("passed", [timedelta(minutes=1), timedelta(minutes=-5)], ids=["as usual", "put back"])
def test_a_session_is_decided_by_what_is_read_ever_after_whatever_the_clock_did(
    candidate: Candidate, passed: timedelta
) -> None:
    candidate.begin("cervical")
    candidate.work(3)
    attempt = read_to_the_question(candidate)
    candidate.now += passed
    row = candidate.session.scalars(select(Attempt).where(Attempt.public_id == attempt.public_id)).one()
    found = sessions.beside(candidate.session, row)
    assert found is not None
    right = send(candidate, attempt, "S5", nonce()).right
    assert found.with_answer(right, candidate.now) == sessions.counted_of(candidate.session, candidate.person_id)
