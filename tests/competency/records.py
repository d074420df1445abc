"""What people did, written as rows: the competency slice reads them, whoever wrote them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests.makers import NOON, make_person
from training.accounts.models import Person
from training.assessment.models import Answer, Attempt
from training.assessment.sign_off.models import Draw, SignOffSession
from training.competency import service
from training.competency.observing.models import Observation
from training.content.documents import Case, Course, Document, Quiz
from training.db.base import new_public_id
from training.library import service as library
from training.measurement.bank import configured_bank
from training.study.models import LessonProgress

SEEN = "Found the taut band, explained the grasp, stopped at the paraspinal level."
REGIONS = ("cervical", "thoracic", "lumbar", "sacral")


def document_of(session: Session, item_id: str, kind: str) -> tuple[str, Document]:
    entry = library.entry(session, item_id, kind)  # type: ignore[arg-type]
    return entry.version_hash, library.document(session, entry.version_hash)


def finish_lessons(session: Session, person: Person, *, but: int = 0, at: datetime = NOON) -> None:
    """Every lesson of the foundations, except so many at the end."""
    version, course = document_of(session, "foundations", "course")
    assert isinstance(course, Course)
    for lesson in course.lessons[: len(course.lessons) - but]:
        session.add(
            LessonProgress(
                person_id=person.id,
                lesson_id=lesson.id,
                course_id=course.id,
                version_hash=version,
                heading_id="",
                touched_at=at,
                finished_at=at,
            )
        )
    session.flush()


def take(
    session: Session,
    person: Person,
    item_id: str,
    *,
    purpose: str = "quiz",
    wrong: tuple[str, ...] | int = (),
    confidence: str | None = None,
    safety: bool | None = None,
    at: datetime = NOON,
) -> Attempt:
    """Finish a quiz or a case, with these questions (or the first so many) answered wrong."""
    version, document = document_of(session, item_id, "quiz" if purpose == "quiz" else "case")
    assert isinstance(document, Quiz | Case)
    questions = document.questions[: document.draw] if isinstance(document, Quiz) else document.questions
    slips = {one.id for one in questions[:wrong]} if isinstance(wrong, int) else set(wrong)
    earlier = select(func.count()).where(Attempt.person_id == person.id, Attempt.item_id == item_id)
    attempt = Attempt(
        person_id=person.id,
        purpose=purpose,
        item_id=item_id,
        place="",
        bank=document.bank if isinstance(document, Case) else None,
        version_hash=version,
        number=(session.scalar(earlier) or 0) + 1,
        question_ids=[one.id for one in questions],
        asked=len(questions),
        answered=len(questions),
        right=sum(one.id not in slips for one in questions),
        started_at=at,
        touched_at=at,
        finished_at=at,
    )
    session.add(attempt)
    session.flush()
    for one in questions:
        session.add(
            Answer(
                attempt_id=attempt.id,
                person_id=person.id,
                item_id=item_id,
                question_id=one.id,
                version_hash=version,
                nonce=new_public_id(),
                response={},
                confidence=confidence,
                right=one.id not in slips,
                segment_right=one.id not in slips if one.id == "segment" else None,
                side_right=one.id not in slips if one.id == "segment" else None,
                safety=one.safety if safety is None else safety,
                first_sight=attempt.number == 1,
                answered_at=at,
            )
        )
    session.flush()
    return attempt


def sign_off_cases(session: Session, region: str) -> list[str]:
    return [one.id for one in library.entries(session, "case", bank="sign-off") if one.region == region]


def answer_cases(
    session: Session, person: Person, region: str, *, count: int = 16, wrong: int = 0, at: datetime = NOON
) -> None:
    """So many drawn sign-off cases of a region, the first so many wrong: enough to pass where none is.

    Each is a case of its own that shares the version of a shipped one; how cases are drawn is tested elsewhere.
    """
    version, _document = document_of(session, sign_off_cases(session, region)[0], "case")
    earlier = select(func.max(SignOffSession.number)).where(
        SignOffSession.person_id == person.id, SignOffSession.region == region
    )
    sitting = SignOffSession(
        person_id=person.id,
        region=region,
        number=(session.scalar(earlier) or 0) + 1,
        started_at=at,
        ended_at=at,
        ended_as="length",
    )
    session.add(sitting)
    attempts = [
        Attempt(
            person_id=person.id,
            purpose="case",
            item_id=f"{region}-{sitting.number}-{number}",
            place="",
            bank="sign-off",
            version_hash=version,
            number=1,
            question_ids=["segment"],
            asked=1,
            answered=1,
            right=number >= wrong,
            started_at=at,
            touched_at=at,
            finished_at=at,
        )
        for number in range(count)
    ]
    session.add_all(attempts)
    session.flush()
    areas = configured_bank().areas_of(region)
    for number, attempt in enumerate(attempts):
        session.add(
            Draw(
                attempt_id=attempt.id,
                session_id=sitting.id,
                template="",
                area=areas[number % len(areas)],
                difficulty=0.0,
                provisional=True,
                drawn_at=at,
            )
        )
        session.add(
            Answer(
                attempt_id=attempt.id,
                person_id=person.id,
                item_id=attempt.item_id,
                question_id="segment",
                version_hash=version,
                nonce=new_public_id(),
                response={},
                right=number >= wrong,
                segment_right=number >= wrong,
                side_right=number >= wrong,
                safety=False,
                first_sight=True,
                answered_at=at + timedelta(seconds=number),
            )
        )
    session.flush()


def observe(
    session: Session,
    person: Person,
    assessor: Person,
    *,
    region: str = "cervical",
    entrustment: int = 4,
    seen: str = SEEN,
    nonce: str = "",
    at: datetime = NOON,
) -> Observation:
    """The words twenty seconds before `at`, the signature at `at`."""
    draft = service.write_words(
        session,
        trainee_id=person.id,
        assessor_id=assessor.id,
        region=region,
        seen=seen,
        observed_on=at.date(),
        nonce=nonce or new_public_id(),
        today=at.date(),
        at=at - timedelta(seconds=20),
    )
    return service.sign_observation(
        session, draft.public_id, assessor_id=assessor.id, entrustment=entrustment, today=at.date(), at=at
    )


def know_it_all(session: Session, person: Person, *, at: datetime = NOON) -> None:
    """Everything that a trainee can do alone: lessons, quizzes and sign-off cases of every region."""
    finish_lessons(session, person, at=at)
    for entry in library.entries(session, "quiz"):
        take(session, person, entry.id, at=at)
    for region in REGIONS:
        answer_cases(session, person, region, at=at)


@dataclass
class School:
    """A school in a session: people as a test needs them, and what the decision's hook was told."""

    session: Session
    granted: list[service.Granted] = field(default_factory=list)

    def when_granted(self, _session: Session, granted: service.Granted) -> str:
        self.granted.append(granted)
        return f"CODE{len(self.granted)}"

    def person(self, *roles: object, name: str = "") -> Person:
        return make_person(self.session, *roles, name=name)  # type: ignore[arg-type]

    def knowing(self, name: str = "") -> Person:
        """A trainee who has done everything they can do alone."""
        person = self.person(name=name)
        know_it_all(self.session, person)
        return person

    def watched(self, region: str = "cervical") -> tuple[Person, Person, Person]:
        """A knowing trainee who was observed enough in a region, and the two assessors."""
        trainee, first, second = self.knowing(), self.person(), self.person()
        for day, assessor in enumerate((first, second, first)):
            observe(self.session, trainee, assessor, region=region, at=NOON + timedelta(days=day))
        return trainee, first, second
