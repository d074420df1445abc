"""A lesson as one person reads it: its text, the questions set into it, and where it stands in the course."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from training.assessment import service as assessment
from training.content.documents import Check, Course, Lesson, Prose, Question, Quiz
from training.db.errors import NotFound
from training.library import service as library
from training.study import service
from training.study.finished import finished_lessons_of


@dataclass(frozen=True)
class Wrong:
    """An answer that could not be saved, to be shown again with what is wrong at its field."""

    quiz_id: str
    question_id: str
    errors: Mapping[str, str]
    sent: assessment.SentAnswer

    @property
    def given(self) -> dict[str, Any]:
        """What was sent, for the form that is shown once more."""
        return {**self.sent.response, "confidence": self.sent.confidence}


@dataclass(frozen=True)
class SetQuestion:
    """A question set into the text. `answer` is what the person answered, None before; `nonce` is of the form shown."""

    quiz_id: str
    version_hash: str
    question: Question
    shown: assessment.Shown
    answer: assessment.AnswerView | None
    near: assessment.Nearness | None
    nonce: str
    wrong: Wrong | None
    graded: assessment.Graded | None = None


@dataclass(frozen=True)
class LessonPage:
    course: Course
    lesson: Lesson
    parts: tuple[Prose | SetQuestion, ...]
    finished: frozenset[str]
    before: service.Step | None
    after: service.Step | None

    @property
    def number(self) -> int:
        """Which lesson of the course it is, counted from 1."""
        return [one.id for one in self.course.lessons].index(self.lesson.id) + 1


def page(
    session: Session, person_id: int, course_id: str, lesson_id: str, *, seed: str, wrong: Wrong | None = None
) -> LessonPage:
    """In five queries, however much was answered. Raises NotFound. `seed` fixes the order of options for the person."""
    course, lesson = course_and_lesson(session, course_id, lesson_id)
    quizzes = quizzes_of(session, lesson)
    answers = assessment.check_answers(session, person_id, lesson_id) if quizzes else {}
    finished = frozenset(finished_lessons_of(session, [person_id])[person_id])
    parts: list[Prose | SetQuestion] = []
    for part in lesson.parts:
        if isinstance(part, Prose):
            parts.append(part)
            continue
        version_hash, quiz = quizzes.get(part.quiz_id, ("", None))
        question = next((one for one in quiz.questions if one.id == part.question_id), None) if quiz else None
        if question is None:
            continue  # the quiz was published anew without it; the lesson's next version will say so
        given = answers.get((part.quiz_id, question.id))
        near = assessment.nearness(question, given)
        here = wrong if wrong and (wrong.quiz_id, wrong.question_id) == (part.quiz_id, question.id) else None
        parts.append(
            SetQuestion(
                part.quiz_id,
                version_hash,
                question,
                assessment.shown(question, seed),
                given,
                near,
                here.sent.nonce if here else assessment.new_nonce(),
                here,
                assessment.graded(question, given, near),
            )
        )
    before, after = service.around(course, quizzes_named(course), lesson_id)
    return LessonPage(course, lesson, tuple(parts), finished, before, after)


def answer(
    session: Session,
    person_id: int,
    course_id: str,
    lesson_id: str,
    quiz_id: str,
    question_id: str,
    sent: assessment.SentAnswer,
    *,
    at: datetime,
) -> assessment.Saved:
    """Save an answer to a question of a lesson. Raises NotFound when the lesson does not ask it."""
    _, lesson = course_and_lesson(session, course_id, lesson_id)
    if Check(quiz_id, question_id) not in lesson.parts:
        raise NotFound("This lesson does not ask that question.")
    return assessment.answer_check(
        session,
        person_id,
        lesson_id,
        quiz_id,
        question_id,
        sent.version_hash,
        sent.response,
        sent.confidence,
        sent.nonce,
        at,
    )


def course_and_lesson(session: Session, course_id: str, lesson_id: str) -> tuple[Course, Lesson]:
    """Raises NotFound, also for a lesson of another course."""
    found = library.current_all(session, [course_id, lesson_id])
    if course_id not in found or lesson_id not in found:
        raise NotFound("There is no such lesson. It may have been withdrawn.")
    course = library.of_kind(found[course_id][1], Course)
    lesson = library.of_kind(found[lesson_id][1], Lesson)
    if lesson.course_id != course.id or all(one.id != lesson.id for one in course.lessons):
        raise NotFound("There is no such lesson in this course.")
    return course, lesson


def quizzes_of(session: Session, lesson: Lesson) -> dict[str, tuple[str, Quiz]]:
    """Version hash and document of the quizzes whose questions are set into a lesson."""
    ids = {part.quiz_id for part in lesson.parts if isinstance(part, Check)}
    found = library.current_all(session, ids) if ids else {}
    return {one: (version_hash, library.of_kind(quiz, Quiz)) for one, (version_hash, quiz) in found.items()}


def quizzes_named(course: Course) -> dict[str, str]:
    """The quiz at the end of each module, by id; named after its module, since the page shows no more of it."""
    return {module.quiz_id: module.title for module in course.modules if module.quiz_id}
