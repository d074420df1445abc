"""Whether somebody went through a module again, which an exam may ask for after attempts below its standard."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from training.assessment import service as assessment
from training.content.documents import Course, Module, Quiz
from training.library import service as library
from training.study.models import LessonProgress


def module_repeated_since(session: Session, person_id: int, module_id: str, after: datetime) -> bool:
    """Whether every lesson of a module, or of a course, was opened again after a moment and its quizzes passed again.

    A lesson counts when it was read to some place or finished after it. What is not offered any more bars nobody.
    """
    modules = modules_named(session, module_id)
    lessons = {lesson for module in modules for lesson in module.lesson_ids}
    quizzes = {module.quiz_id for module in modules if module.quiz_id}
    read = session.scalars(
        select(LessonProgress.lesson_id).where(
            LessonProgress.person_id == person_id,
            LessonProgress.lesson_id.in_(lessons),
            LessonProgress.touched_at > after,
        )
    )
    return lessons <= set(read) and quizzes <= passed_since(session, person_id, after, quizzes)


def modules_named(session: Session, module_id: str) -> tuple[Module, ...]:
    """The module of an id, or all modules of the course of that id."""
    for _, course in library.courses(session):
        found = _within(course, module_id)
        if found:
            return found
    return ()


def _within(course: Course, module_id: str) -> tuple[Module, ...]:
    if course.id == module_id:
        return course.modules
    return tuple(module for module in course.modules if module.id == module_id)


def passed_since(session: Session, person_id: int, after: datetime, quizzes: set[str]) -> set[str]:
    """Which of the quizzes were passed in an attempt finished after a moment; withdrawn ones count as passed."""
    if not quizzes:
        return set()
    offered = {one.id: one.version_hash for one in library.entries(session, "quiz", ids=quizzes)}
    results = [one for one in assessment.quiz_results(session, person_id) if one.finished_at > after]
    documents = library.documents(session, {one.version_hash for one in results})
    passed = {
        one.item_id
        for one in results
        if isinstance(quiz := documents[one.version_hash], Quiz) and one.right >= one.asked * quiz.pass_mark - 1e-9
    }
    return passed | (quizzes - offered.keys())
