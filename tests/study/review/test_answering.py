"""Answering cards: once each, marked and scheduled; and the day that follows from them."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests.makers import NOON
from tests.study.review.makers import (
    DAY,
    ZONE,
    answer,
    next_of,
    right_to,
    show,
    showing_of,
    work_through,
    wrong_to,
)
from training.accounts.models import Person
from training.db.errors import Invalid, NotFound
from training.db.session import transaction
from training.study.review import service
from training.study.review.faces import InvalidAnswer
from training.study.review.models import Review, ReviewCard
from training.study.review.scheduling import AGAIN, GOOD, HARD

DELTOID = "muscle-segment:deltoid"
C5, C7 = {"segment": "C5"}, {"segment": "C7"}


def only(session: Session) -> ReviewCard:
    session.expire_all()
    return session.scalars(select(ReviewCard)).one()


def reviews(session: Session) -> list[Review]:
    return list(session.scalars(select(Review).order_by(Review.id)))


# --- one answer ------------------------------------------------------------------------------------------------


def test_the_first_answer_makes_the_card(session: Session, trainee: Person) -> None:
    saved = answer(session, trainee, show(DELTOID), C5)
    assert (saved.right, saved.again) == (True, False)
    card, (review,) = only(session), reviews(session)
    assert (card.kind, card.key, card.reviews, card.today, card.lapses) == ("drill", DELTOID, 1, 1, 0)
    assert (review.number, review.right, review.grade, review.seconds) == (1, True, GOOD, 5.0)
    assert review.log["rating"] == GOOD
    assert card.fsrs["stability"] == card.stability
    assert card.due_at == review.due_at == NOON + timedelta(seconds=5, minutes=10)


def test_a_wrong_answer_is_again_and_a_lapse_when_it_was_known(session: Session, trainee: Person) -> None:
    answer(session, trainee, show(DELTOID), C5)
    answer(session, trainee, show(DELTOID, 2, NOON + DAY), C7)
    card = only(session)
    assert (card.lapses, card.reviews, card.today) == (1, 2, 1)
    assert [one.grade for one in reviews(session)] == [GOOD, AGAIN]


def test_a_slow_answer_is_hard_once_the_person_is_known(session: Session, trainee: Person) -> None:
    for number in range(1, 9):
        answer(session, trainee, show(DELTOID, number, NOON + number * DAY), C5)
    answer(session, trainee, show(DELTOID, 9, NOON + 20 * DAY), C5, after=timedelta(seconds=11))
    answer(session, trainee, show(DELTOID, 10, NOON + 30 * DAY), C5, after=timedelta(hours=3))
    assert [one.grade for one in reviews(session)[-2:]] == [HARD, GOOD]
    assert [one.seconds for one in reviews(session)[-2:]] == [11.0, None]


def test_the_same_sent_twice_is_one_review(session: Session, trainee: Person) -> None:
    first = answer(session, trainee, show(DELTOID), C5)
    second = answer(session, trainee, show(DELTOID), C5, after=timedelta(minutes=2))
    assert second.public_id == first.public_id
    assert second.again
    assert len(reviews(session)) == 1
    assert only(session).reviews == 1


def test_another_answer_to_the_same_showing_finds_the_first_standing(session: Session, trainee: Person) -> None:
    first = answer(session, trainee, show(DELTOID), C7)
    with pytest.raises(service.AnsweredAlready) as refused:
        answer(session, trainee, show(DELTOID), C5)
    assert refused.value.public_id == first.public_id
    assert [one.right for one in reviews(session)] == [False]


def test_a_showing_that_has_not_come_is_refused(session: Session, trainee: Person) -> None:
    with pytest.raises(Invalid, match="not one of ours"):
        answer(session, trainee, show(DELTOID, 3), C5)


@pytest.mark.parametrize("sent", [{}, {"segment": ""}, {"segment": "refer"}, {"segment": "C9"}, {"option": "C5"}])
def test_what_is_no_segment_is_asked_again(session: Session, trainee: Person, sent: dict[str, str]) -> None:
    with pytest.raises(InvalidAnswer) as refused:
        answer(session, trainee, show(DELTOID), sent)
    assert refused.value.field == "segment"
    assert session.scalar(select(func.count()).select_from(ReviewCard)) == 0


@pytest.mark.parametrize("sent", [{}, {"option": "ulnar nerve"}, {"option": "x" * 500}])
def test_what_was_not_offered_is_no_answer(session: Session, trainee: Person, sent: dict[str, str]) -> None:
    with pytest.raises(InvalidAnswer):
        answer(session, trainee, show("muscle-nerve:soleus"), sent)


def test_a_drill_that_is_gone_is_not_found(session: Session, trainee: Person) -> None:
    with pytest.raises(NotFound):
        answer(session, trainee, show("muscle-segment:no-such-muscle"), C5)


def test_one_looks_back_on_ones_own_answers_only(session: Session, trainee: Person) -> None:
    saved = answer(session, trainee, show("muscle-segment:fibularis-longus"), {"segment": "S1"})
    look = service.look(session, saved.public_id, trainee.id)
    assert look.right, "charts differ: either counts"
    assert look.drill is not None
    assert "ORTHOB" in look.drill.disagreement
    assert look.supply == "L5–S2"
    with pytest.raises(NotFound):
        service.look(session, saved.public_id, trainee.id + 1)


def test_what_was_offered_is_shown_as_it_was(session: Session, trainee: Person) -> None:
    showing = show("segment-muscle:c7")
    face = service.shown_face(session, showing, trainee.public_id)
    saved = answer(session, trainee, showing, wrong_to(face))
    look = service.look(session, saved.public_id, trainee.id)
    assert look.offered == face.choices
    assert look.given == wrong_to(face)["option"]
    assert "C7" not in look.segments[look.given]
    assert look.fact is not None
    assert look.fact.kind == "muscle-segment"
    assert look.fact.sources


# --- the day ---------------------------------------------------------------------------------------------------


def test_the_first_day_brings_as_many_new_cards_as_wanted(session: Session, trainee: Person) -> None:
    keys = work_through(session, trainee, NOON)
    assert len(set(keys)) == 8
    assert [keys.count(key) for key in set(keys)] == [2] * 8, "new and right: once more on the same day"
    assert keys[:8] != keys[8:] or len(set(keys[:8])) == 8
    assert next_of(session, trainee, NOON + timedelta(hours=2)) is None


def test_wrong_answers_come_back_at_most_three_times_a_day(session: Session, trainee: Person) -> None:
    keys = work_through(session, trainee, NOON, right=False)
    assert sorted(keys.count(key) for key in set(keys)) == [3] * 8
    day = service.day_of(session, trainee.id, NOON + timedelta(hours=1), ZONE)
    assert day.left.all == 0
    assert day.next_due() == (day.forecast()[0][0], 8), "tomorrow"
    assert next_of(session, trainee, NOON + DAY) is not None


def test_the_cap_holds_and_what_is_due_goes_before_what_is_new(session: Session, trainee: Person) -> None:
    service.keep_amounts(session, trainee.id, service.Amounts(10, 8), at=NOON)
    for number in range(3):
        work_through(session, trainee, NOON + number * DAY)
    later = NOON + 30 * DAY
    left = service.day_of(session, trainee.id, later, ZONE).left
    assert (left.due, left.new) == (10, 0)
    keys = work_through(session, trainee, later)
    assert len(set(keys)) == 10
    assert service.day_of(session, trainee.id, later + timedelta(hours=1), ZONE).left.all == 0


def test_no_new_ones_can_be_wanted(session: Session, trainee: Person) -> None:
    service.keep_amounts(session, trainee.id, service.Amounts(20, 0), at=NOON)
    service.keep_amounts(session, trainee.id, service.Amounts(20, 0), at=NOON)
    assert next_of(session, trainee, NOON) is None
    assert service.left_today(session, trainee.id, NOON, ZONE).all == 0


@pytest.mark.parametrize("amounts", [(0, 8), (201, 8), (20, -1), (20, 51)])
def test_amounts_out_of_reach_are_refused(session: Session, trainee: Person, amounts: tuple[int, int]) -> None:
    with pytest.raises(Invalid):
        service.keep_amounts(session, trainee.id, service.Amounts(*amounts), at=NOON)


def test_what_is_left_in_the_middle_is_there_afterwards(session: Session, trainee: Person) -> None:
    """Nothing is resumed: the same card, with the same choices, until it is answered."""
    for minute in range(3):
        at = NOON + timedelta(minutes=minute)
        card = next_of(session, trainee, at)
        same = next_of(session, trainee, at + timedelta(minutes=5))
        assert (same.face, same.number) == (card.face, card.number)
        answer(session, trainee, showing_of(card, at), right_to(card.face))


def test_a_new_day_begins_at_the_schools_midnight(session: Session, trainee: Person) -> None:
    evening = NOON.replace(day=2, hour=5, minute=30)  # 23:30 on 1 June in Edmonton
    work_through(session, trainee, evening)
    assert service.left_today(session, trainee.id, evening + timedelta(minutes=20), ZONE).new == 0
    assert service.left_today(session, trainee.id, evening + timedelta(hours=1), ZONE).new == 8


def test_the_count_on_the_first_page_is_that_of_the_day(session: Session, trainee: Person) -> None:
    for hours in (0, 1, 24, 26, 24 * 9, 24 * 40):
        at = NOON + timedelta(hours=hours)
        assert service.left_today(session, trainee.id, at, ZONE) == service.day_of(session, trainee.id, at, ZONE).left
        card = next_of(session, trainee, at)
        near = service.day_of(session, trainee.id, at, ZONE, only_now=True)
        assert service.next_card(near, trainee.public_id) == card, "choosing needs no other cards"
        if card is not None:
            answer(session, trainee, showing_of(card, at), right_to(card.face))
            at += timedelta(minutes=1)
            left = service.day_of(session, trainee.id, at, ZONE).left
            assert service.left_today(session, trainee.id, at, ZONE) == left


def test_a_month_of_days_settles(session: Session, trainee: Person) -> None:
    """All right, eight new a day: no day asks for more than the cap, and days differ little."""
    cards = []
    for day in range(30):
        at = NOON + day * DAY
        left = service.day_of(session, trainee.id, at, ZONE).left
        assert left.due + left.new <= 20
        cards.append(len(set(work_through(session, trainee, at))))
    assert max(cards) <= 20
    assert session.scalar(select(func.count()).select_from(ReviewCard)) >= 8 * 14


def test_what_had_faded_is_said_at_the_end(session: Session, trainee: Person) -> None:
    answer(session, trainee, show(DELTOID), C7)
    answer(session, trainee, show("reflex-segment:achilles-reflex"), {"segment": "S1"})
    today = service.today(session, trainee.id, NOON + timedelta(minutes=1), ZONE)
    assert (today.answers, today.right) == (2, 1)
    assert [one.face.key for one in today.faded] == [DELTOID]
    assert today.faded[0].is_today
    assert service.today(session, trainee.id, NOON + DAY, ZONE).answers == 0


def test_recall_is_shown_by_competency_and_fades(session: Session, trainee: Person) -> None:
    answer(session, trainee, show(DELTOID), C5)
    now = service.overview(session, trainee.id, NOON + timedelta(minutes=1), ZONE).recall
    later = service.overview(session, trainee.id, NOON + 10 * DAY, ZONE).recall
    assert [one.cards for one in now] == [1]
    assert now[0].now == 1.0 > now[0].in_a_week
    assert later[0].now < now[0].in_a_week


# --- at once ---------------------------------------------------------------------------------------------------


def test_two_tabs_at_once_are_one_review(app: Flask, person_in: Callable[..., Person]) -> None:
    person = person_in()

    def send(sent: dict[str, str]) -> str:
        try:
            with app.app_context(), transaction() as db:
                return answer(db, person, show(DELTOID), sent).public_id
        except service.AnsweredAlready as error:
            return error.public_id

    with ThreadPoolExecutor(6) as pool:
        found = set(pool.map(send, [C5, C7] * 3))
    with app.app_context(), transaction() as db:
        assert found == set(db.scalars(select(Review.public_id)))
        assert len(found) == 1
        assert only(db).reviews == 1
