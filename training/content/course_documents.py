"""Courses and lessons as documents; `documents` names them with all others."""

from __future__ import annotations

from dataclasses import dataclass

from training.content.station_document import Reference


@dataclass(frozen=True)
class Heading:
    """A heading of a lesson, level 2 or 3; `id` is its anchor."""

    id: str
    text: str
    level: int


@dataclass(frozen=True)
class Prose:
    html: str


@dataclass(frozen=True)
class Check:
    """A quiz question set into a lesson."""

    quiz_id: str
    question_id: str


@dataclass(frozen=True)
class Lesson:
    id: str
    course_id: str
    title: str
    minutes: int
    objectives: tuple[str, ...]
    parts: tuple[Prose | Check, ...]
    headings: tuple[Heading, ...]
    references: tuple[Reference, ...]


@dataclass(frozen=True)
class Module:
    """Lessons that belong together, with the quiz at their end if there is one."""

    id: str
    title: str
    lesson_ids: tuple[str, ...]
    quiz_id: str | None = None


@dataclass(frozen=True)
class LessonEntry:
    """What a course's contents say of a lesson."""

    id: str
    title: str
    minutes: int


@dataclass(frozen=True)
class Course:
    """`lessons` in reading order; every one of them stands in exactly one module."""

    id: str
    title: str
    order: int
    prerequisites: tuple[str, ...]
    modules: tuple[Module, ...]
    lessons: tuple[LessonEntry, ...]
    summary_html: str
