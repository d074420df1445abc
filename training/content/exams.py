"""Exams: `exams/<id>.yaml`, a blueprint, its limits and its standard; what they draw from is checked with them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from training.content.blueprint import ExamQuestion, patients_fitting, shortfalls
from training.content.documents import AfterFails, BlueprintRow, Exam, QuestionKind, Region, Standard
from training.content.faults import Faults, did_you_mean, quoted
from training.content.front_matter import Keys, Mapped, Slug, Text

Difficulty = Annotated[int, Field(ge=1, le=5)]
MOST_QUESTIONS = 200


class RowKeys(Keys):
    competency: Slug
    count: Annotated[int, Field(ge=1, le=100)]
    bank: Literal["exam"]
    region: Region | None = None
    kind: QuestionKind | None = None
    difficulty: Annotated[list[Difficulty], Field(min_length=2, max_length=2)] | None = None
    refer: bool | None = None


class StandardKeys(Keys):
    pass_mark: Annotated[float, Field(gt=0, le=1)]
    method: Text
    date: date


class AfterFailsKeys(Keys):
    count: Annotated[int, Field(ge=1, le=20)]
    module: Slug


class ExamKeys(Keys):
    """The file as it is written."""

    id: Slug
    title: Text
    audience: Annotated[Text, Field(alias="for")]
    minutes: Annotated[int, Field(ge=1, le=600)]
    attempts: Annotated[int, Field(ge=1, le=20)]
    wait_days: Annotated[int, Field(ge=0, le=730)] = 0
    after_fails: AfterFailsKeys | None = None
    standard: StandardKeys
    release: Literal["at-once", "by-hand"]
    feedback: Literal["result", "answers"]
    exposure: Annotated[float, Field(gt=0, le=1)] = 0.3
    blueprint: Annotated[list[RowKeys], Field(min_length=1, max_length=60)]


@dataclass(frozen=True)
class ExamContext:
    """What an exam may draw from and name. `pool` is None while some file of the exam bank cannot be read, and no
    competencies are known where no framework can be."""

    pool: Sequence[ExamQuestion] | None
    modules: frozenset[str]
    competencies: frozenset[str]


def read_exam(keys: ExamKeys, mapped: Mapped, faults: Faults, warnings: Faults, context: ExamContext) -> Exam | None:
    """The exam, or None when it has problems; what is only unwise goes to the warnings."""
    if keys.after_fails and keys.after_fails.module not in context.modules:
        given = keys.after_fails.module
        todo = did_you_mean(given, sorted(context.modules), "write that course first")
        faults.add(mapped.line("after_fails", "module"), f"unknown module or course {quoted(given)}", todo)
    for number, row in enumerate(keys.blueprint):
        _check_row(number, row, mapped, faults, context)
    exam = _document(keys)
    if exam.asked > MOST_QUESTIONS:
        faults.add(mapped.line("blueprint"), f"a form of {exam.asked} questions", f"ask at most {MOST_QUESTIONS}")
    if len(faults):
        return None
    if context.pool is not None:
        _check_filling(exam, context.pool, mapped, faults, warnings)
    return None if len(faults) else exam


def _check_row(number: int, row: RowKeys, mapped: Mapped, faults: Faults, context: ExamContext) -> None:
    if context.competencies and row.competency not in context.competencies:
        todo = did_you_mean(row.competency, sorted(context.competencies))
        faults.add(mapped.line("blueprint", number, "competency"), f"unknown competency {quoted(row.competency)}", todo)
    if row.difficulty and row.difficulty[0] > row.difficulty[1]:
        line = mapped.line("blueprint", number, "difficulty")
        faults.add(
            line, f"difficulty runs from {row.difficulty[0]} to {row.difficulty[1]}", "write the lower one first"
        )
    if row.refer is not None and row.kind not in (None, "segment"):
        line = mapped.line("blueprint", number, "refer")
        faults.add(line, f"refer in a row of kind {row.kind}", "only segment questions are answered so: take one out")


def _document(keys: ExamKeys) -> Exam:
    after = keys.after_fails
    return Exam(
        id=keys.id,
        title=keys.title,
        audience=keys.audience,
        minutes=keys.minutes,
        attempts=keys.attempts,
        wait_days=keys.wait_days,
        standard=Standard(float(keys.standard.pass_mark), keys.standard.method, keys.standard.date.isoformat()),
        release=keys.release,
        feedback=keys.feedback,
        blueprint=tuple(
            BlueprintRow(row.competency, row.count, row.region, row.kind, tuple(row.difficulty or (1, 5)), row.refer)
            for row in keys.blueprint
        ),
        after_fails=AfterFails(after.count, after.module) if after else None,
        exposure=float(keys.exposure),
    )


def _check_filling(exam: Exam, pool: Sequence[ExamQuestion], mapped: Mapped, faults: Faults, warnings: Faults) -> None:
    """Whether every row can be filled, and how far the bank lasts when somebody sits more than once."""
    for short in shortfalls(exam.blueprint, pool):
        row = exam.blueprint[short.row]
        what = f"the row asks for {short.count} questions ({said(row)}), and {short.fitting} of the exam bank fit it"
        if short.fitting >= short.count:
            what += f"; with the other rows' only {short.filled} are left"
        missing = short.count - short.filled
        todo = f"write {missing} more with bank: exam, each of another template and history, or ask for {short.filled}"
        faults.add(mapped.line("blueprint", short.row), what, todo)
    for number, row in enumerate(exam.blueprint):
        fitting = patients_fitting(row, pool)
        if exam.attempts > 1 and row.count <= fitting < row.count * exam.attempts:
            what = f"{exam.attempts} attempts need {row.count * exam.attempts} unseen questions ({said(row)})"
            what += f", and {fitting} of the exam bank fit"
            line = mapped.line("blueprint", number)
            warnings.add(line, what, "write more, or a later attempt may be refused for want of unseen ones")


def said(row: BlueprintRow) -> str:
    """A row in words."""
    parts = [row.competency, row.region, row.kind]
    if tuple(row.difficulty) != (1, 5):
        parts.append(f"difficulty {row.difficulty[0]} to {row.difficulty[1]}")
    if row.refer is not None:
        parts.append("refer" if row.refer else "not refer")
    return ", ".join(part for part in parts if part)
