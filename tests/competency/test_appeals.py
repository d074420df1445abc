"""Appeals and complaints: who files, who answers, by when, and that every step is on record."""

from __future__ import annotations

from datetime import date, timedelta
from functools import partial
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError

from tests.competency.records import School
from tests.makers import NOON
from training.competency import service
from training.competency.appeals import answering
from training.competency.appeals import service as appeals
from training.competency.appeals.models import Appeal
from training.competency.sign_off import reversing
from training.competency.sign_off import service as sign_offs
from training.competency.sign_off.models import SignOff
from training.credentials import service as certificates
from training.db.base import new_public_id
from training.db.errors import Conflict, Invalid, NotFound, Refused
from training.journal import service as journal

ZONE = ZoneInfo("America/Edmonton")
WHY = "Seen often, steady hands, sound judgement."
WORDS = "The observation of March was not counted, though it was signed."
ANSWER = "The observation was signed in time and counts; propose anew."
AT = NOON + timedelta(days=6)
TODAY = date(2026, 6, 7)


@pytest.fixture
def school(school: School, monkeypatch: pytest.MonkeyPatch) -> School:
    """With the hooks that the application connects."""
    monkeypatch.setattr(sign_offs, "when_granted", partial(certificates.issue, zone=ZONE))
    monkeypatch.setattr(reversing, "when_reversed", partial(certificates.withdraw_reversed, zone=ZONE))
    monkeypatch.setattr(answering, "sign_off_behind", certificates.sign_off_behind)
    return school


def decided(school: School, outcome: str = "refused") -> SignOff:
    proposer, decider = school.person(), school.person()
    made = service.propose(
        school.session,
        trainee_id=school.knowing().id,
        proposer_id=proposer.id,
        scope={"cervical": "supervised"},
        reason=WHY,
        at=AT,
    )
    return service.decide(school.session, made.number, decider_id=decider.id, outcome=outcome, reason=WHY, at=AT)


def appeal(school: School, row: SignOff, *, words: str = WORDS, form: str | None = None, by: int = 0) -> Appeal:
    return appeals.file_appeal(
        school.session,
        person_id=by or row.trainee_id,
        number=row.number,
        words=words,
        today=TODAY,
        at=AT,
        public_id=form,
    )


def complain(school: School, by_id: int, about: str = "", form: str | None = None) -> Appeal:
    return appeals.file_complaint(
        school.session, person_id=by_id, about=about, words=WORDS, today=TODAY, at=AT, public_id=form
    )


def answer(school: School, made: Appeal, by_id: int, outcome: str = "upheld", words: str = ANSWER) -> None:
    answering.answer(school.session, made.public_id, by_id=by_id, outcome=outcome, words=words, at=AT)


def read(school: School, made: Appeal) -> appeals.Found:
    return appeals.one(school.session, made.public_id, made.person_id, all_of_them=False)


# --- filing ---


def test_an_appeal_names_its_decision_and_the_days_of_the_clock(school: School) -> None:
    row = decided(school)
    made = appeal(school, row)
    found = read(school, made)
    assert (found.number, found.open, found.acknowledged) == (row.number, True, False)
    assert (made.acknowledge_by, made.answer_by) == (date(2026, 6, 12), date(2026, 7, 7))
    assert [one.id for one in appeals.against(school.session, row.id)] == [made.id]
    (entry,) = journal.latest(school.session, limit=5, subject=f"appeal/{made.public_id}")
    assert (entry.kind, entry.actor_id) == ("appeal.filed", row.trainee_id)
    assert entry.payload["about"] == f"sign-off/{row.number}"
    assert WORDS not in str(entry.payload)


def test_only_the_trainee_appeals_and_only_against_what_was_decided(school: School) -> None:
    row = decided(school)
    for by in (row.proposer_id, row.decider_id, school.person().id):
        with pytest.raises(NotFound):
            appeal(school, row, by=by or 0)
    trainee, proposer = school.knowing(), school.person()
    waiting = service.propose(
        school.session,
        trainee_id=trainee.id,
        proposer_id=proposer.id,
        scope={"cervical": "supervised"},
        reason=WHY,
        at=AT,
    )
    with pytest.raises(Refused, match="not decided yet"):
        appeal(school, waiting)


@pytest.mark.parametrize("words", ["", "unfair", " " * 50, "\x00" * 50, "x" * 4001])
def test_an_appeal_needs_words(school: School, words: str) -> None:
    with pytest.raises(Invalid):
        appeal(school, decided(school), words=words)


def test_one_form_files_once_and_one_appeal_is_open_at_a_time(school: School) -> None:
    row, form = decided(school), new_public_id()
    made = appeal(school, row, form=form)
    assert appeal(school, row, form=form) is made
    with pytest.raises(Conflict, match="sent before"):
        appeal(school, row, form=form, words="Something else altogether, in many words.")
    with pytest.raises(Conflict, match="open already"):
        appeal(school, row)
    answering.withdraw(school.session, made.public_id, person_id=row.trainee_id, at=AT)
    assert appeal(school, row).outcome == ""


def test_a_complaint_is_about_a_code_or_the_school(school: School) -> None:
    clinic = school.person()
    assert read(school, complain(school, clinic.id, "  7K3M-9QX2 4TB0 ")).row.about == "7K3M-9QX2 4TB0"
    assert read(school, complain(school, clinic.id)).row.about == ""
    with pytest.raises(Invalid):
        complain(school, clinic.id, "x" * 41)
    form = new_public_id()
    complain(school, clinic.id, form=form)
    with pytest.raises(Conflict):
        complain(school, school.person().id, form=form)


# --- reading ---


def test_anothers_appeal_is_not_there_except_for_who_answers(school: School) -> None:
    made, stranger = appeal(school, decided(school)), school.person()
    with pytest.raises(NotFound):
        appeals.one(school.session, made.public_id, stranger.id, all_of_them=False)
    for given in ("", "\x00", "x" * 22):
        with pytest.raises(NotFound):
            appeals.one(school.session, given, stranger.id, all_of_them=True)
    assert appeals.one(school.session, made.public_id, stranger.id, all_of_them=True).row is made
    assert appeals.mine(school.session, stranger.id) == []


def test_a_promise_is_broken_on_the_day_after_it(school: School) -> None:
    made, decider = appeal(school, decided(school)), school.person()
    found = read(school, made)
    assert not found.overdue(made.acknowledge_by)
    assert found.overdue(made.acknowledge_by + timedelta(days=1))
    answering.acknowledge(school.session, made.public_id, by_id=decider.id, at=AT)
    found = read(school, made)
    assert not found.overdue(made.answer_by)
    assert found.overdue(made.answer_by + timedelta(days=1))
    answer(school, made, decider.id, "dismissed")
    assert not read(school, made).overdue(made.answer_by + timedelta(days=1))


def test_what_is_due_first_waits_first(school: School) -> None:
    late = complain(school, school.person().id)
    early = appeals.file_complaint(
        school.session,
        person_id=school.person().id,
        about="",
        words=WORDS,
        today=TODAY - timedelta(days=3),
        at=AT - timedelta(days=3),
    )
    assert [one.row.id for one in appeals.waiting(school.session)] == [early.id, late.id]
    answer(school, early, school.person().id)
    assert [one.row.id for one in appeals.waiting(school.session)] == [late.id]
    assert [one.row.id for one in appeals.closed(school.session)] == [early.id]


# --- answering ---


def test_whoever_had_a_part_in_the_decision_does_not_answer(school: School) -> None:
    row = decided(school, "granted")
    reverser = school.person()
    service.reverse(school.session, row.number, decider_id=reverser.id, reason=WHY, at=AT)
    made = appeal(school, row)
    for by_id in (row.trainee_id, row.proposer_id, row.decider_id, reverser.id):
        with pytest.raises(Refused, match="Somebody else must answer"):
            answer(school, made, by_id or 0)
        with pytest.raises(Refused):
            answering.acknowledge(school.session, made.public_id, by_id=by_id or 0, at=AT)
        if by_id != row.trainee_id:
            with pytest.raises(Refused):
                answering.add(school.session, made.public_id, by_id=by_id or 0, words=WORDS, at=AT, all_of_them=True)
    assert len(read(school, made).steps) == 1
    answer(school, made, school.person().id)
    assert read(school, made).row.outcome == "upheld"


def test_a_complaint_about_a_certificate_is_not_answered_by_who_made_or_holds_it(school: School) -> None:
    row = decided(school, "granted")
    assert row.bundle is not None
    code = row.bundle["certificate_code"]
    typed = "-".join(code[place : place + 4] for place in range(0, len(code), 4)).lower()
    made = complain(school, school.person().id, typed)
    for by_id in (row.trainee_id, row.proposer_id, row.decider_id, made.person_id):
        with pytest.raises(Refused, match="Somebody else must answer"):
            answer(school, made, by_id or 0)
    answer(school, made, school.person().id, "partly")
    assert read(school, made).row.outcome == "partly"


def test_a_complaint_about_no_certificate_of_ours_is_answered_by_any_decider(school: School) -> None:
    for about in ("", "0000-0000", "a paper on the wall"):
        made = complain(school, school.person().id, about)
        answer(school, made, school.person().id, "dismissed")
        assert not read(school, made).open


def test_every_step_is_on_record_and_in_the_journal(school: School) -> None:
    made, decider = appeal(school, decided(school)), school.person(name="Dora Decider")
    for _ in range(2):
        answering.acknowledge(school.session, made.public_id, by_id=decider.id, at=AT)
    for _ in range(2):
        answering.add(
            school.session, made.public_id, by_id=made.person_id, words=WORDS + " Again.", at=AT, all_of_them=False
        )
    for _ in range(2):
        answer(school, made, decider.id)
    kinds = ["filed", "acknowledged", "note", "upheld"]
    steps = read(school, made).steps
    assert [one.kind for one in steps] == kinds
    assert (steps[-1].by, steps[-1].words) == ("Dora Decider", ANSWER)
    entries = journal.latest(school.session, limit=10, subject=f"appeal/{made.public_id}")
    assert [one.kind for one in reversed(entries)] == [f"appeal.{kind}" for kind in kinds]
    assert list(journal.faults(school.session)) == []


def test_an_answer_stands_and_closes_it(school: School) -> None:
    made, first = appeal(school, decided(school)), school.person(name="Fern First")
    answer(school, made, first.id, "dismissed")
    with pytest.raises(Conflict, match="Fern First closed this"):
        answer(school, made, school.person().id, "upheld")
    with pytest.raises(Conflict, match="answered already"):
        answering.withdraw(school.session, made.public_id, person_id=made.person_id, at=AT)
    with pytest.raises(Conflict, match="closed"):
        answering.add(school.session, made.public_id, by_id=made.person_id, words=WORDS, at=AT, all_of_them=False)


@pytest.mark.parametrize(("outcome", "words"), [("granted", ANSWER), ("", ANSWER), ("upheld", "yes")])
def test_an_answer_is_one_of_three_with_its_reason(school: School, outcome: str, words: str) -> None:
    made = appeal(school, decided(school))
    with pytest.raises(Invalid):
        answer(school, made, school.person().id, outcome, words)


def test_only_who_filed_it_takes_it_back(school: School) -> None:
    made = appeal(school, decided(school))
    with pytest.raises(NotFound):
        answering.withdraw(school.session, made.public_id, person_id=school.person().id, at=AT)
    for _ in range(2):
        answering.withdraw(school.session, made.public_id, person_id=made.person_id, at=AT)
    assert [one.kind for one in read(school, made).steps] == ["filed", "withdrawn"]


@pytest.mark.parametrize("change", ["UPDATE appeal_step SET words = 'other'", "DELETE FROM appeal_step"])
def test_the_database_refuses_to_change_a_step(school: School, change: str) -> None:
    appeal(school, decided(school))
    with pytest.raises(DatabaseError, match="append-only"), school.session.begin_nested():
        school.session.execute(text(change))
