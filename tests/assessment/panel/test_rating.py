"""Ratings are given alone, never lost, and count from three on."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from threading import Barrier

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests.assessment.makers import PRACTICE, QUIZ, SIGN_OFF, publish
from tests.makers import NOON, make_person
from training.accounts.models import Person
from training.assessment import service as assessment
from training.assessment.panel import rating, waiting
from training.assessment.panel.forms import Asked
from training.assessment.panel.models import PanelRating
from training.assessment.panel.rating import Rater, Wish, save
from training.assessment.panel.service import shares_of
from training.db.errors import Conflict, NotFound, Refused
from training.db.session import session as current_session
from training.db.session import transaction
from training.journal import service as journal
from training.web.access import Role

SEGMENT = "segment"


def raters(session: Session, number: int) -> list[Rater]:
    people = [make_person(session, Role.REVIEWER) for _ in range(number)]
    session.flush()
    return [Rater(person.id, sits=False, at=NOON) for person in people]


def wish(version: str, share: int, *, seen: int | None = 0, note: str = "", item: str = PRACTICE.id) -> Wish:
    return Wish(item, version, SEGMENT, share, note, seen)


def said(session: Session, version: str) -> list[int]:
    return sorted(shares_of(session, [(version, SEGMENT)]).get((version, SEGMENT), {}).values())


def kinds(session: Session) -> list[str]:
    return [entry.kind for entry in journal.latest(session, limit=20) if entry.kind.startswith("panel.")][::-1]


def test_each_has_a_rating_of_their_own(session: Session) -> None:
    (version,) = publish(session, PRACTICE)
    one, two = raters(session, 2)

    assert save(session, one, [wish(version, 40)], NOON) == 1
    assert save(session, two, [wish(version, 60)], NOON) == 1

    assert said(session, version) == [40, 60]


def test_the_second_of_two_clicks_changes_nothing(session: Session) -> None:
    (version,) = publish(session, PRACTICE)
    (one,) = raters(session, 1)

    assert [save(session, one, [wish(version, 40, note="x")], NOON) for _ in range(2)] == [1, 0]
    assert session.scalar(select(func.count()).select_from(PanelRating)) == 1


def test_a_correction_keeps_what_was_said_before_and_touches_nobody_elses(session: Session) -> None:
    (version,) = publish(session, PRACTICE)
    one, two = raters(session, 2)
    save(session, two, [wish(version, 77)], NOON)
    save(session, one, [wish(version, 40)], NOON)
    save(session, one, [wish(version, 50, seen=1)], NOON + timedelta(hours=1))

    assert said(session, version) == [50, 77]
    given = rating.all_given(session, one.id, [(version, SEGMENT)])[version, SEGMENT]
    assert [(row.number, row.share) for row in given] == [(1, 40), (2, 50)]


def test_another_window_is_told_and_overwrites_nothing(session: Session) -> None:
    (version,) = publish(session, PRACTICE)
    (one,) = raters(session, 1)
    save(session, one, [wish(version, 40)], NOON)

    with pytest.raises(Conflict, match="another window"):
        save(session, one, [wish(version, 70, seen=0)], NOON)
    assert said(session, version) == [40]


def test_what_was_changed_meanwhile_cannot_be_rated_unread(session: Session) -> None:
    (before,) = publish(session, PRACTICE)
    (one,) = raters(session, 1)
    (after,) = publish(session, replace(PRACTICE, title="Another"))

    with pytest.raises(Conflict, match="changed or withdrawn"):
        save(session, one, [wish(before, 40)], NOON)
    with pytest.raises(Conflict, match="changed or withdrawn"):
        save(session, one, [wish(after, 40, item="nothing")], NOON)


def test_the_third_rating_is_journalled_and_what_moves_it_after(session: Session) -> None:
    (version,) = publish(session, PRACTICE)
    one, two, three, four = raters(session, 4)
    save(session, one, [wish(version, 40)], NOON)
    save(session, two, [wish(version, 50)], NOON)
    assert kinds(session) == []

    save(session, three, [wish(version, 60)], NOON)
    assert kinds(session) == ["panel.counted"]
    save(session, one, [wish(version, 40, seen=1, note="only a note")], NOON)
    assert kinds(session) == ["panel.counted"]
    save(session, one, [wish(version, 70, seen=2, note="only a note")], NOON)
    save(session, four, [wish(version, 60)], NOON)

    assert kinds(session) == ["panel.counted", "panel.changed"]  # the fourth said just the mean
    entry = journal.latest(session, limit=1)[0]
    assert entry.subject == f"question/{PRACTICE.id}#segment"
    assert entry.payload == {"version": version, "raters": 3, "per_cent": 60.0, "before": 50.0}
    assert list(journal.faults(session)) == []


def at_once(app: Flask, *calls: Callable[[Session], object]) -> list[object]:
    """What each call returns when all run in the same moment, each in a transaction of its own."""

    gate = Barrier(len(calls))

    def run(call: Callable[[Session], object]) -> object:
        with app.app_context():
            gate.wait(timeout=20)
            with transaction() as db:
                return call(db)

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(run, calls))


def test_of_three_at_once_one_is_the_third(app: Flask, person_in: Callable[..., Person]) -> None:
    with app.app_context(), transaction() as db:
        (version,) = publish(db, PRACTICE)
    people = [Rater(person_in(Role.REVIEWER).id, sits=False, at=NOON) for _ in range(3)]

    calls = [lambda db, who=who: save(db, who, [wish(version, 50)], NOON) for who in people]
    assert at_once(app, *calls) == [1, 1, 1]

    with app.app_context():
        assert said(current_session(), version) == [50, 50, 50]
        assert kinds(current_session()) == ["panel.counted"]


def test_a_rating_clicked_twice_at_once_is_one_rating(app: Flask, person_in: Callable[..., Person]) -> None:
    with app.app_context(), transaction() as db:
        (version,) = publish(db, PRACTICE)
    who = Rater(person_in(Role.REVIEWER).id, sits=False, at=NOON)

    results = at_once(app, *[lambda db: save(db, who, [wish(version, 50)], NOON)] * 2)

    assert sorted(map(int, map(str, results))) == [0, 1]


# --- who may see keys ------------------------------------------------------------------------------------------


def test_who_sits_sign_off_cases_sees_no_key_of_theirs(session: Session) -> None:
    practice, sign_off = publish(session, PRACTICE, SIGN_OFF)
    person = make_person(session, Role.TRAINEE, Role.AUTHOR)
    session.flush()
    who = Rater(person.id, sits=True, at=NOON)
    assert waiting.sheet(session, who, SIGN_OFF.id, SEGMENT).document.id == SIGN_OFF.id

    assessment.start(session, person.id, SIGN_OFF.id, "case", NOON, drawn=True)

    with pytest.raises(Refused, match="sit sign-off cases or exams"):
        waiting.sheet(session, who, SIGN_OFF.id, SEGMENT)
    with pytest.raises(Refused, match="sit sign-off cases or exams"):
        save(session, who, [wish(sign_off, 40, item=SIGN_OFF.id)], NOON)
    assert save(session, who, [wish(practice, 40)], NOON) == 1
    found = waiting.waiting(session, who, Asked())
    assert found.closed
    assert {line.bank for line in found.lines} == {"practice"}
    assert not waiting.waiting(session, Rater(person.id, sits=False, at=NOON), Asked()).closed


def test_who_rated_a_case_is_known_to_know_its_key(session: Session) -> None:
    (version,) = publish(session, PRACTICE)
    one, two = raters(session, 2)
    save(session, one, [wish(version, 40)], NOON)

    assert assessment.has_rated(session, one.id, PRACTICE.id)
    assert not assessment.has_rated(session, two.id, PRACTICE.id)
    assert not assessment.has_rated(session, one.id, SIGN_OFF.id)


# --- what waits ------------------------------------------------------------------------------------------------


def test_what_lacks_least_to_three_comes_first_and_the_reserved_banks_before_practice(session: Session) -> None:
    two, one, none, full = (replace(SIGN_OFF, id=f"case-{name}") for name in ("two", "one", "none", "full"))
    publish(session, two, one, none, full, PRACTICE, QUIZ)
    versions = {
        line.subject.entry.id: line.key[0] for line in waiting.every_line(session, Rater(0, sits=False, at=NOON))
    }
    for case, number in ((two, 2), (one, 1), (full, 3), (PRACTICE, 2)):
        for who in raters(session, number):
            save(session, who, [wish(versions[case.id], 50, item=case.id)], NOON)
    (me,) = raters(session, 1)

    found = waiting.waiting(session, me, Asked())
    segments = [line.subject.entry.id for line in found.lines if line.subject.question.id == SEGMENT]

    assert segments == [two.id, one.id, none.id, PRACTICE.id, full.id]
    assert found.lines[0].subject.entry.id == two.id
    assert (found.rated, found.count, found.all) == (0, 1, 10 + len(QUIZ.questions))


def test_the_filters_and_what_one_has_rated(session: Session) -> None:
    version, _other, _quiz = publish(session, PRACTICE, SIGN_OFF, QUIZ)
    (me,) = raters(session, 1)
    save(session, me, [wish(version, 50)], NOON)

    def names(**asked: str | bool) -> set[str]:
        return {line.subject.name for line in waiting.waiting(session, me, Asked(**asked)).lines}  # type: ignore[arg-type]

    assert names(rated=True) == {"case-practice#segment"}
    assert "case-practice#segment" not in names()
    assert names(bank="sign-off") == {"case-sign-off#segment", "case-sign-off#first"}
    assert {name.split("#")[0] for name in names(kind="quiz")} == {QUIZ.id}
    assert names(region="lumbar") == set()


def test_ratings_do_not_carry_over_and_the_list_says_whose_were_lost(session: Session) -> None:
    (before,) = publish(session, PRACTICE)
    for who in raters(session, 3):
        save(session, who, [wish(before, 50)], NOON)
    (me,) = raters(session, 1)
    assert waiting.waiting(session, me, Asked()).lost == 0

    publish(session, replace(PRACTICE, title="Another"))

    found = waiting.waiting(session, me, Asked())
    line = next(line for line in found.lines if line.subject.question.id == SEGMENT)
    assert (found.lost, line.raters, line.before, line.lost) == (1, 0, 3, True)
    assert waiting.sheet(session, me, PRACTICE.id, SEGMENT).before == 3


def test_others_are_seen_only_after_ones_own(session: Session) -> None:
    (version,) = publish(session, PRACTICE)
    one, two = raters(session, 2)
    save(session, one, [wish(version, 20)], NOON)

    blind = waiting.sheet(session, two, PRACTICE.id, SEGMENT)
    assert (blind.panel, blind.known, blind.mine) == (None, None, None)

    save(session, two, [wish(version, 60)], NOON)
    seeing = waiting.sheet(session, two, PRACTICE.id, SEGMENT)
    assert seeing.panel is not None
    assert (seeing.panel.shares, seeing.panel.mine, seeing.panel.mean, seeing.panel.apart) == ((20, 60), 60, 40, 40)


def test_there_is_no_sheet_of_what_nobody_can_meet(session: Session) -> None:
    publish(session, PRACTICE)
    (me,) = raters(session, 1)
    for item_id, question_id in ((PRACTICE.id, "other"), ("nothing", SEGMENT), ("", "")):
        with pytest.raises(NotFound):
            waiting.sheet(session, me, item_id, question_id)
