"""Courses: `courses/<course>/course.md`, which puts lessons into modules and an order."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Annotated

from pydantic import Field

from training.content.documents import Course, LessonEntry, Module
from training.content.faults import Faults, did_you_mean, quoted
from training.content.front_matter import FrontMatter, Keys, Slug, Text
from training.content.lessons import LessonKeys
from training.content.markdown import Renderer


class ModuleKeys(Keys):
    """One module in a course's front matter."""

    id: Slug
    title: Text
    lessons: Annotated[list[Slug], Field(min_length=1)]
    quiz: Slug | None = None


class CourseKeys(Keys):
    """Front matter of a course."""

    id: Slug
    title: Text
    order: Annotated[int, Field(ge=0, le=10_000)]
    prerequisites: list[Slug] = Field(default=[])
    modules: Annotated[list[ModuleKeys], Field(min_length=1)] | None = None


def read_course(
    keys: CourseKeys,
    front: FrontMatter,
    renderer: Renderer,
    lessons: Sequence[LessonKeys],
    lesson_ids: Collection[str],
    quiz_courses: Mapping[str, str | None],
) -> Course | None:
    """The course, or None when it has problems; they go to the renderer's faults.

    lessons: the front matter of its lessons in reading order, of those that can be read.
    lesson_ids: the ids of all its lessons, also of those that cannot.
    quiz_courses: the course that each quiz names; None for a quiz that cannot be read.
    """
    faults = renderer.faults
    if not lesson_ids:
        faults.add(1, "the course has no lesson", "write one, such as 01-first-steps.md beside this file")
    if "id" in keys.model_fields_set:
        _check_modules(keys, front, lesson_ids, quiz_courses, faults)
    summary = renderer.render(front.body, front.body_line)
    if not summary:
        faults.add(front.body_line, "the course does not say what it is for", "write a paragraph or two")
    if len(faults) or len(lessons) < len(lesson_ids):
        return None
    entries = tuple(LessonEntry(lesson.id, lesson.title, lesson.minutes) for lesson in lessons)
    if keys.modules is None:
        modules: tuple[Module, ...] = (Module(keys.id, keys.title, tuple(entry.id for entry in entries)),)
    else:
        modules = tuple(Module(one.id, one.title, tuple(one.lessons), one.quiz) for one in keys.modules)
    return Course(keys.id, keys.title, keys.order, tuple(keys.prerequisites), modules, entries, summary)


def _check_modules(
    keys: CourseKeys,
    front: FrontMatter,
    lesson_ids: Collection[str],
    quiz_courses: Mapping[str, str | None],
    faults: Faults,
) -> None:
    """Every lesson in exactly one module; modules and quizzes that exist."""
    if keys.modules is None:
        return
    line = front.mapped.line
    where: dict[str, int] = {}
    names: dict[str, int] = {}
    quizzes: dict[str, int] = {}
    for number, module in enumerate(keys.modules):
        at = line("modules", number, "id")
        if (first := names.setdefault(module.id, at)) != at:
            faults.add(at, f"the module id {quoted(module.id)} is used twice (first in line {first})", "rename one")
        for place, lesson in enumerate(module.lessons):
            at = line("modules", number, "lessons", place)
            if lesson not in lesson_ids:
                todo = did_you_mean(lesson, lesson_ids, "write the lesson, or take it out")
                faults.add(at, f"the course has no lesson {quoted(lesson)}", todo)
            elif lesson in where:
                faults.add(at, f"the lesson {quoted(lesson)} stands in two modules (first in line {where[lesson]})",
                           "take it out of one")  # fmt: skip
            else:
                where[lesson] = at
        if module.quiz is None:
            continue
        at = line("modules", number, "quiz")
        if module.quiz not in quiz_courses:
            todo = did_you_mean(module.quiz, quiz_courses, f"write quizzes/{module.quiz}.md, or take it out")
            faults.add(at, f"unknown quiz {quoted(module.quiz)}", todo)
        elif quiz_courses[module.quiz] not in (None, keys.id):
            faults.add(at, f"the quiz {module.quiz} belongs to the course {quiz_courses[module.quiz]}",
                       f"set course: {keys.id} there, or take another quiz")  # fmt: skip
        if quizzes.setdefault(module.quiz, at) != at:
            faults.add(at, f"the quiz {quoted(module.quiz)} closes two modules", "take it out of one")
    for lesson in lesson_ids:
        if lesson not in where:
            faults.add(line("modules"), f"the lesson {quoted(lesson)} stands in no module", "add it to one")


def find_circles(prerequisites: Mapping[str, Sequence[str]]) -> list[tuple[str, ...]]:
    """The circles among courses that wait for each other, each once, as ids in their order."""
    circles: list[tuple[str, ...]] = []
    done: set[str] = set()
    for start in prerequisites:
        trail: list[str] = []
        stack = [(start, iter(prerequisites[start]))]
        trail.append(start)
        while stack:
            course, rest = stack[-1]
            following = next((one for one in rest if one in prerequisites and one not in done), None)
            if following is None:
                done.add(course)
                stack.pop()
                trail.pop()
            elif following in trail:
                circles.append(tuple(trail[trail.index(following) :]))
            else:
                stack.append((following, iter(prerequisites[following])))
                trail.append(following)
    return circles
