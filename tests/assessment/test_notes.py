"""Private notes and flags, and reports of problems, as services."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests.assessment.makers import PRACTICE, QUIZ, SIGN_OFF, nonce, publish
from tests.assessment.room.makers import meet_generated
from tests.makers import NOON, make_person
from training.assessment.notes import item_reports, service, subjects
from training.assessment.notes.models import ItemReport, Note
from training.assessment.notes.service import NoteView, Wanted
from training.db.errors import Conflict, Invalid, NotFound, Refused
from training.library import service as library
from training.web.access import Role

CASE = subjects.of_case(PRACTICE.id)
QUESTION = subjects.of_question(QUIZ.id, QUIZ.questions[0].id)
LATER = NOON + timedelta(hours=1)


@pytest.fixture
def items(session: Session) -> None:
    publish(session, PRACTICE, SIGN_OFF, QUIZ)


def lines(session: Session, person_id: int, wanted: Wanted | None = None) -> list[service.NoteLine]:
    return service.notes(session, person_id, wanted or Wanted(), limit=50)


@pytest.mark.usefixtures("items")
def test_a_note_is_one_for_each_subject_and_its_writers_alone(session: Session, trainee_id: int) -> None:
    patient = subjects.of_patient(meet_generated(session, trainee_id))
    for subject in (CASE, QUESTION, patient):
        service.write(session, trainee_id, subject, "First.", NOON)
        service.write(session, trainee_id, subject, "Look at the thumb.", LATER)
        service.flag(session, trainee_id, subject, True, LATER)
        assert service.note_on(session, trainee_id, subject) == NoteView("Look at the thumb.", True)
    assert {one.kind for one in lines(session, trainee_id)} == {"case", "question", "patient"}
    other = make_person(session)
    session.flush()
    assert service.note_on(session, other.id, CASE) == NoteView()
    assert lines(session, other.id) == []
    with pytest.raises(NotFound):
        service.write(session, other.id, patient, "Not mine.", NOON)
    with pytest.raises(NotFound):
        service.take_away(session, other.id, lines(session, trainee_id)[0].public_id, NOON)
    assert session.scalar(select(func.count()).select_from(Note)) == 3


@pytest.mark.usefixtures("items")
@pytest.mark.parametrize(
    "subject",
    [
        "", "case:", "case:none", subjects.of_case(SIGN_OFF.id), f"{CASE}#segment", subjects.of_case(QUIZ.id),
        subjects.of_question(QUIZ.id, "none"), subjects.of_question(PRACTICE.id, "segment"), "patient:" + "A" * 22,
        "patient:short", "lesson:x", "case:\x00", "case:" + "x" * 200, "question:" + QUIZ.id,
    ],
)  # fmt: skip
def test_what_is_no_subject_or_counts_for_certification_has_no_notes(
    session: Session, trainee_id: int, subject: str
) -> None:
    with pytest.raises(NotFound):
        service.write(session, trainee_id, subject, "Words.", NOON)
    with pytest.raises(NotFound):
        item_reports.report(session, trainee_id, subject, "", "key", "Words.", nonce(), NOON)


@pytest.mark.usefixtures("items")
def test_a_note_has_at_most_two_thousand_characters(session: Session, trainee_id: int) -> None:
    service.write(session, trainee_id, CASE, "ü" * 2000, NOON)
    with pytest.raises(Invalid, match="2000"):
        service.write(session, trainee_id, CASE, "x" * 2001, NOON)
    assert service.note_on(session, trainee_id, CASE).words == "ü" * 2000


@pytest.mark.usefixtures("items")
def test_notes_are_found_by_words_kind_region_and_flag(session: Session, trainee_id: int) -> None:
    service.write(session, trainee_id, CASE, "50 % of the thumb_x", NOON)
    service.flag(session, trainee_id, QUESTION, True, LATER)
    for wanted, found in (
        (Wanted(), [QUESTION, CASE]),
        (Wanted(search="THUMB"), [CASE]),
        (Wanted(search="%"), [CASE]),
        (Wanted(search="thumb%x"), []),
        (Wanted(search="b_x"), [CASE]),
        (Wanted(kind="question"), [QUESTION]),
        (Wanted(region=PRACTICE.region), [CASE]),
        (Wanted(flagged=True), [QUESTION]),
    ):
        assert [one.subject for one in lines(session, trainee_id, wanted)] == found, wanted
    service.write(session, trainee_id, CASE, "", LATER)
    assert [one.subject for one in lines(session, trainee_id)] == [QUESTION]


@pytest.mark.usefixtures("items")
def test_a_deleted_note_comes_back_for_a_day(session: Session, trainee_id: int) -> None:
    service.write(session, trainee_id, CASE, "Keep me.", NOON)
    (line,) = lines(session, trainee_id)
    for _ in range(2):
        service.take_away(session, trainee_id, line.public_id, NOON)
    assert lines(session, trainee_id) == []
    assert service.note_on(session, trainee_id, CASE) == NoteView()
    service.bring_back(session, trainee_id, line.public_id)
    assert service.note_on(session, trainee_id, CASE).words == "Keep me."
    service.take_away(session, trainee_id, line.public_id, NOON)
    service.flag(session, trainee_id, CASE, True, LATER)
    assert service.note_on(session, trainee_id, CASE) == NoteView("", True)
    service.take_away(session, trainee_id, line.public_id, NOON)
    service.write(session, trainee_id, QUESTION, "Another.", LATER)
    (other,) = lines(session, trainee_id)
    service.take_away(session, trainee_id, other.public_id, NOON + timedelta(days=2))
    with pytest.raises(NotFound):
        service.bring_back(session, trainee_id, line.public_id)


@pytest.mark.usefixtures("items")
def test_a_report_is_a_ticket_on_the_version_that_was_met(session: Session, trainee_id: int) -> None:
    version, _case = library.current(session, PRACTICE.id, type(PRACTICE))
    form = nonce()
    for _ in range(2):
        item_reports.report(session, trainee_id, CASE, "f" * 64, "key", " It is C7. ", form, NOON)
    patient = subjects.of_patient(meet_generated(session, trainee_id))
    item_reports.report(session, trainee_id, patient, "", "findings", "They contradict.", nonce(), LATER)
    first, second = item_reports.queue(session, "open", limit=10)
    assert (first.version_hash, first.words, first.item_id) == (version, "It is C7.", PRACTICE.id)
    assert (second.kind, second.version_hash) == ("patient", None)
    assert item_reports.open_count(session) == 2
    assert session.scalar(select(func.count()).select_from(ItemReport)) == 2


@pytest.mark.usefixtures("items")
def test_a_report_is_answered_once_and_its_writer_sees_it(session: Session, trainee_id: int) -> None:
    author = make_person(session, Role.AUTHOR)
    session.flush()
    item_reports.report(session, trainee_id, CASE, "", "words", "What is a thumb?", nonce(), NOON)
    (ticket,) = item_reports.queue(session, "open", limit=10)
    with pytest.raises(Invalid):
        item_reports.answer(session, ticket.public_id, author.id, "  ", LATER)
    for _ in range(2):
        item_reports.answer(session, ticket.public_id, author.id, "A digit.", LATER)
    with pytest.raises(Conflict):
        item_reports.answer(session, ticket.public_id, author.id, "Two digits.", LATER)
    (mine,) = item_reports.own(session, trainee_id)
    assert (mine.state, mine.answer) == ("answered", "A digit.")
    assert item_reports.own(session, author.id) == []
    for _ in range(2):
        item_reports.close(session, ticket.public_id, LATER)
    assert [one.state for one in item_reports.queue(session, "", limit=10)] == ["closed"]
    with pytest.raises(NotFound):
        item_reports.close(session, "none", LATER)


@pytest.mark.usefixtures("items")
def test_a_report_that_says_nothing_or_comes_too_often_is_refused(session: Session, trainee_id: int) -> None:
    for problem, words, form in (
        ("key", " ", nonce()),
        ("nothing", "x", nonce()),
        ("key", "x", "short"),
        ("key", "x" * 2001, nonce()),
    ):
        with pytest.raises(Invalid):
            item_reports.report(session, trainee_id, CASE, "", problem, words, form, NOON)
    for _ in range(item_reports.OPEN_AT_MOST):
        item_reports.report(session, trainee_id, CASE, "", "key", "Again.", nonce(), NOON)
    with pytest.raises(Refused):
        item_reports.report(session, trainee_id, CASE, "", "key", "Again.", nonce(), NOON)
