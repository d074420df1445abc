"""Ratings from a spreadsheet: every row is told what is wrong with it, and nothing is written before one says so."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests.assessment.makers import CHOICE, PRACTICE, QUIZ, SIGN_OFF, publish
from tests.makers import NOON, make_person
from training.assessment import service as assessment
from training.assessment.panel import ratings_file
from training.assessment.panel.models import PanelRating
from training.assessment.panel.rating import Rater, Wish, save
from training.assessment.panel.ratings_file import Fault, checked, decoded, read, store
from training.db.errors import Invalid
from training.web.access import Role

HEAD = "item,question,share\n"


@pytest.fixture
def me(session: Session) -> Rater:
    publish(session, PRACTICE, SIGN_OFF, QUIZ)
    person = make_person(session, Role.REVIEWER)
    session.flush()
    return Rater(person.id, sits=False, at=NOON)


@pytest.mark.parametrize(
    ("row", "fault"),
    [
        ("case-practice,segment,60", None),
        ("case-practice,segment,60 %", None),
        ("case-practice,segment,1", None),
        ("case-practice,segment,99", None),
        ("case-practice,segment,0", Fault.OUT_OF_RANGE),
        ("case-practice,segment,100", Fault.OUT_OF_RANGE),
        ("case-practice,segment,-5", Fault.OUT_OF_RANGE),
        ("case-practice,segment," + "9" * 100, Fault.OUT_OF_RANGE),
        ("case-practice,segment,0.6", Fault.NOT_WHOLE),
        ("case-practice,segment,hard", Fault.NOT_WHOLE),
        ("case-practice,segment,٦٠", Fault.NOT_WHOLE),
        ("case-practice,segment,", Fault.EMPTY),
        ("case-practice", Fault.EMPTY),
        (",segment,60", Fault.EMPTY),
        ("nothing,segment,60", Fault.NO_ITEM),
        ("case-practice,other,60", Fault.NO_QUESTION),
    ],
)
def test_a_row_is_told_what_is_wrong_with_it(session: Session, me: Rater, row: str, fault: Fault | None) -> None:
    (found,) = checked(session, me, read(HEAD + row))
    assert found.fault == fault


def test_looking_writes_nothing_and_saving_writes_what_is_sound(session: Session, me: Rater) -> None:
    text = HEAD + "case-practice,segment,60\ncase-practice,segment,70\nquiz-small,first,abc\nquiz-small,many,30\n"

    assert [row.fault for row in checked(session, me, read(text))] == [None, Fault.TWICE, Fault.NOT_WHOLE, None]
    assert session.scalar(select(func.count()).select_from(PanelRating)) == 0

    assert store(session, me, read(text), NOON) == 2
    rows = session.execute(select(PanelRating.question_id, PanelRating.share, PanelRating.rater_id)).all()
    assert {tuple(row) for row in rows} == {("segment", 60, me.id), ("many", 30, me.id)}
    assert store(session, me, read(text), NOON) == 0


def test_it_says_what_stays_and_what_it_corrects(session: Session, me: Rater) -> None:
    store(session, me, read(HEAD + "case-practice,segment,60\ncase-practice,first,40"), NOON)

    same, other = checked(session, me, read(HEAD + "case-practice,segment,60\ncase-practice,first,50"))

    assert (same.same, same.changes, same.had) == (True, False, 60)
    assert (other.same, other.changes, other.had) == (False, True, 40)


def test_columns_in_any_order_beside_others_and_with_semicolons(session: Session, me: Rater) -> None:
    text = "\ufeffShare;note;Item;QUESTION\r\n60;a;case-practice;segment\r\n\r\n70;b;case-practice;first\r\n"

    found = checked(session, me, read(text))

    assert [(row.item_id, row.question_id, row.share, row.fault) for row in found] == [
        ("case-practice", "segment", 60, None),
        ("case-practice", CHOICE.id, 70, None),
    ]
    assert [row.line for row in found] == [2, 4]


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "lacks: item, question, share"),
        ("item,share\na,1", "lacks: question"),
        (HEAD, "no row"),
        (HEAD + "\n\n,,\n", "no row"),
        (HEAD + "a,b,1\n" * 2001, "2001 rows"),
    ],
)
def test_a_file_that_is_no_such_table_is_refused_whole(text: str, why: str) -> None:
    with pytest.raises(Invalid, match=why):
        read(text)


def test_another_encoding_is_told() -> None:
    assert decoded("\ufeffä".encode()) == "ä"
    with pytest.raises(Invalid, match="UTF-8"):
        decoded("ä".encode("latin-1"))


def test_who_sits_a_bank_cannot_rate_it_by_a_file_either(session: Session, me: Rater) -> None:
    person = make_person(session, Role.TRAINEE, Role.AUTHOR)
    session.flush()
    assessment.start(session, person.id, SIGN_OFF.id, "case", NOON, drawn=True)

    sits = Rater(person.id, sits=True, at=NOON)
    found = checked(session, sits, read(HEAD + "case-sign-off,segment,60\ncase-practice,segment,60"))

    assert [row.fault for row in found] == [Fault.CLOSED, None]


def test_only_ones_own_ratings_are_touched(session: Session, me: Rater) -> None:
    other = make_person(session, Role.REVIEWER)
    session.flush()
    (row,) = checked(session, me, read(HEAD + "case-practice,segment,60"))
    save(session, Rater(other.id, sits=False, at=NOON), [Wish(row.item_id, row.version_hash, "segment", 20)], NOON)

    store(session, me, read(HEAD + "case-practice,segment,60"), NOON)

    shares = dict(session.execute(select(PanelRating.rater_id, PanelRating.share)).all())
    assert shares == {other.id: 20, me.id: 60}


@given(st.text(max_size=200))
def test_whatever_is_sent_is_read_or_refused(text: str) -> None:
    try:
        rows = read(HEAD + text)
    except Invalid:
        return
    assert all(row.fault is not None or 1 <= row.share <= 99 for row in rows)
    assert len({row.line for row in rows}) == len(rows)
    assert len(rows) <= ratings_file.MOST_ROWS
