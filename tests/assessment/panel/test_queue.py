"""What an author should look at, why, and what happens once somebody has."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from tests.assessment.analysis.makers import make_cohort, store
from tests.assessment.makers import CHOICE, PRACTICE, QUIZ, SEGMENT, SIGN_OFF, publish, published_item
from tests.makers import NOON, make_person
from tests.query_counts import counted
from training.assessment.analysis.service import Viewer
from training.assessment.panel import queue
from training.assessment.panel.queue import Odd, look
from training.assessment.panel.rating import Rater, Wish, save
from training.content.documents import Case, Quiz
from training.db.errors import Conflict, Invalid, NotFound
from training.web.access import Role

WHOLE = Viewer(sign_off=True, persons=True)
SHORT = Viewer(sign_off=False, persons=True)
QUIZ_OF_THREE = replace(QUIZ, questions=tuple(replace(CHOICE, id=f"q{number}") for number in range(3)), draw=3)


def rate(session: Session, document: Case | Quiz, *shares: int, question: str = "segment") -> None:
    for share in shares:
        person = make_person(session, Role.REVIEWER)
        session.flush()
        wish = Wish(document.id, published_item(document).hash, question, share)
        save(session, Rater(person.id, sits=False, at=NOON), [wish], NOON)


def reasons(session: Session, viewer: Viewer = WHOLE) -> dict[tuple[str, str], list[tuple[str, int]]]:
    found = queue.queue(session, viewer)
    return {one.name: [(reason.name, reason.number) for reason in one.reasons] for one in [*found.open, *found.looked]}


def answers(session: Session, quiz: Quiz, ids: Sequence[int]) -> None:
    """The last question is a trap: who knows the others falls into it, and few get it right at all."""
    (version,) = publish(session, quiz)
    rows = []
    for number, person in enumerate(ids):
        for place, question in enumerate(quiz.questions):
            good = number % 3 == 0
            right = (not good and number % 4 == 1) if place == 2 else good
            rows.append((person, question, {"option": "a" if right else "b"}, right))
    store(session, quiz, version, rows)


def one_of(session: Session, name: tuple[str, str]) -> Odd:
    found = queue.queue(session, WHOLE)
    return next(one for one in [*found.open, *found.looked] if one.name == name)


def test_what_answers_and_ratings_say_stands_with_the_people_it_rests_on(session: Session) -> None:
    _cohort, ids = make_cohort(session, "Autumn", 60)
    answers(session, QUIZ_OF_THREE, ids)
    publish(session, PRACTICE)
    rate(session, PRACTICE, 40, 66)

    found = reasons(session)

    trap = found[QUIZ_OF_THREE.id, "q2"]
    assert ("negative-discrimination", 60) in trap
    assert ("key-under-30-percent", 60) in trap
    assert ("option-nobody-takes", 60) in trap
    assert trap[0][0] == "negative-discrimination"
    assert found[PRACTICE.id, "segment"] == [("raters-apart", 2)]


@pytest.mark.parametrize(("shares", "odd"), [((40, 65), False), ((40, 66), True), ((99,), False)])
def test_raters_are_far_apart_above_twenty_five(session: Session, shares: tuple[int, ...], odd: bool) -> None:
    publish(session, PRACTICE)
    rate(session, PRACTICE, *shares)
    assert ((PRACTICE.id, "segment") in reasons(session)) is odd


@pytest.mark.parametrize(
    ("shares", "odd"),
    [((29, 29, 29), True), ((30, 30, 30), False), ((80, 80, 80), False), ((81, 81, 81), True), ((85, 85), False)],
)
def test_what_decides_has_to_stand_in_the_band(session: Session, shares: tuple[int, ...], odd: bool) -> None:
    publish(session, SIGN_OFF, PRACTICE)
    for case in (SIGN_OFF, PRACTICE):
        rate(session, case, *shares)
    expected = {(SIGN_OFF.id, "segment"): [("rated-out-of-band", 3)]} if odd else {}
    assert reasons(session) == expected


def test_what_was_changed_after_rating_waits_for_a_new_panel(session: Session) -> None:
    publish(session, PRACTICE)
    rate(session, PRACTICE, 50, 50, 50)
    changed = replace(PRACTICE, questions=(replace(SEGMENT, segments=("C7",)), CHOICE))
    publish(session, changed)

    assert reasons(session) == {(PRACTICE.id, "segment"): [("changed-after-rating", 3)]}
    rate(session, changed, 50, 50, 50)
    assert reasons(session) == {}


def test_reserved_banks_are_hidden_from_who_may_not_read_the_library(session: Session) -> None:
    publish(session, SIGN_OFF)
    rate(session, SIGN_OFF, 10, 10, 90)

    assert list(reasons(session)) == [(SIGN_OFF.id, "segment")]
    assert reasons(session, SHORT) == {}
    assert queue.queue(session, SHORT).hidden == 1
    with pytest.raises(NotFound):
        looked(session, SHORT, SIGN_OFF)


# --- looking ---------------------------------------------------------------------------------------------------


def looked(session: Session, viewer: Viewer = WHOLE, case: Case = PRACTICE, note: str = "Fine.", by: int = 0) -> bool:
    if not by:
        person = make_person(session, Role.AUTHOR, name="Marit")
        session.flush()
        by = person.id
    return look(
        session,
        viewer,
        (case.id, "segment"),
        version_hash=published_item(case).hash,
        seen=["raters-apart"],
        note=note,
        by_id=by,
        at=NOON,
    )


def test_once_looked_at_it_rests_with_its_note_until_something_else_turns_odd(session: Session) -> None:
    sign_off = replace(SIGN_OFF, id="case-new")
    publish(session, sign_off)
    rate(session, sign_off, 10, 40)
    assert [one.name[0] for one in queue.queue(session, WHOLE).open] == ["case-new"]

    assert looked(session, case=sign_off, note="They thought of others.")
    found = queue.queue(session, WHOLE)
    assert (found.open, [one.name[0] for one in found.looked]) == ([], ["case-new"])
    assert (found.looked[0].looked[0].by, found.looked[0].looked[0].note) == ("Marit", "They thought of others.")

    rate(session, sign_off, 10)
    again = one_of(session, ("case-new", "segment"))
    assert [reason.name for reason in again.new] == ["rated-out-of-band"]
    assert again.open
    assert again.looked[0].note == "They thought of others."


def test_a_new_version_is_open_again(session: Session) -> None:
    publish(session, PRACTICE)
    rate(session, PRACTICE, 10, 90)
    looked(session)
    changed = replace(PRACTICE, title="Another")
    publish(session, changed)
    rate(session, changed, 10, 90, 50)

    assert [reason.name for reason in one_of(session, (PRACTICE.id, "segment")).new] == ["raters-apart"]


def test_two_people_may_look_and_a_second_click_adds_nothing(session: Session) -> None:
    publish(session, PRACTICE)
    rate(session, PRACTICE, 10, 90)
    person = make_person(session, Role.AUTHOR)
    session.flush()

    assert [looked(session, by=person.id), looked(session, by=person.id), looked(session)] == [True, False, True]
    assert len(one_of(session, (PRACTICE.id, "segment")).looked) == 2


def test_a_note_is_asked_and_the_version_that_was_seen(session: Session) -> None:
    publish(session, PRACTICE)
    rate(session, PRACTICE, 10, 90)
    for note in ("", "x" * 2001):
        with pytest.raises(Invalid, match="few words"):
            looked(session, note=note)
    with pytest.raises(Invalid, match="Nothing was odd"):
        look(
            session,
            WHOLE,
            (PRACTICE.id, "segment"),
            version_hash=published_item(PRACTICE).hash,
            seen=["made-up"],
            note="x",
            by_id=1,
            at=NOON,
        )
    publish(session, replace(PRACTICE, title="Another"))
    with pytest.raises(Conflict, match="changed"):
        looked(session)


def test_it_asks_as_much_for_one_as_for_many(session: Session) -> None:
    engine = session.get_bind()
    assert isinstance(engine, Engine)
    numbers = []
    for count in (1, 40):
        many = [replace(PRACTICE, id=f"case-{number}") for number in range(count)]
        publish(session, *many)
        for case in many[-3:]:
            rate(session, case, 10, 90)
            looked(session, case=case)
        queue.queue(session, WHOLE)
        with counted(engine) as asked:
            queue.queue(session, WHOLE)
        numbers.append(len(asked))
    assert numbers[0] == numbers[1] <= 10
