"""A person's judgement, in four queries however much was answered."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy.orm import Session

from training.assessment.judgement.figures import Judgement, judgement_of
from training.assessment.judgement.given import Given, answers_given
from training.content.documents import Lesson
from training.library import service as library


def of_person(session: Session, person_id: int) -> Judgement:
    return judgement_of(answers_given(session, person_id))


def courses_of(session: Session, answers: Iterable[Given]) -> dict[str, str]:
    """The course of each lesson that asked one of these and can still be read, by the lesson's id."""
    lessons = {one.place for one in answers if one.place}
    found = library.current_all(session, lessons) if lessons else {}
    return {lesson: document.course_id for lesson, (_, document) in found.items() if isinstance(document, Lesson)}
