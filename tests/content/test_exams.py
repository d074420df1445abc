"""Exam files: every fault at its line, and a blueprint tried against the bank before anyone starts."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.content.conftest import CASE, Write
from training.content.documents import Exam, Problem
from training.content.reader import read_library

NAME = "exams/written.yaml"
EXAM = """\
id: written
title: The written exam
for: Trainees who have read the foundations
minutes: 60
attempts: 2
wait_days: 14
after_fails: {count: 2, module: signs}
standard:
  pass_mark: 0.6
  method: provisional, set by the authors
  date: 2026-05-01
release: by-hand
feedback: result
blueprint:
  - {competency: knowledge, bank: exam, count: 2}
  - {competency: dx-cervical, bank: exam, region: cervical, kind: segment, difficulty: [1, 3], count: 1}
"""
BANK = """\
---
id: bank
title: The bank
course: foundations
pass_mark: 0.5
bank: exam
---
"""
QUESTION = """\
## Question: choice {#NAME}
competencies: [knowledge]

Which?

- [x] This
  > Yes.
- [ ] That
  > No.

"""


def bank(count: int) -> str:
    return BANK + "".join(QUESTION.replace("NAME", f"q{number}") for number in range(count))


def exam_case(name: str, *, template: str = "", history: str = "A climber.") -> str:
    text = CASE.replace("id: elbow", f"id: {name}").replace("bank: practice", "bank: exam")
    text = text.replace("A climber.", history)
    return text.replace("origin: invented", f"origin: invented\ntemplate: {template}") if template else text


@pytest.fixture
def filled(write: Write) -> None:
    write(NAME, EXAM)
    write("quizzes/bank.md", bank(4))
    write("cases/cervical/one.md", exam_case("one"))
    write("cases/cervical/two.md", exam_case("two", history="A painter."))


def problems(root: Path) -> list[Problem]:
    return list(read_library(root).problems)


@pytest.mark.usefixtures("filled")
def test_a_sound_exam_is_read(root: Path) -> None:
    found = read_library(root)
    exam = next(item.document for item in found.items if item.kind == "exam")

    assert (found.problems, found.warnings) == ((), ())
    assert isinstance(exam, Exam)
    assert (exam.asked, exam.audience, exam.standard.date) == (
        3,
        "Trainees who have read the foundations",
        "2026-05-01",
    )
    assert exam.blueprint[1].difficulty == (1, 3)


@pytest.mark.usefixtures("filled")
@pytest.mark.parametrize(
    ("old", "new", "line", "what", "todo"),
    [
        ("minutes: 60", "minuts: 60", 4, 'unknown key "minuts"', '"minutes"'),
        ("minutes: 60", "minutes: 0", 4, "out of range", "at least 1"),
        ("pass_mark: 0.6", "pass_mark: 60", 9, "out of range", "at most 1"),
        ("release: by-hand", "release: by hand", 12, "cannot be", "by-hand"),
        ("module: signs", "module: sings", 7, 'unknown module or course "sings"', '"signs"'),
        ("bank: exam, count: 2", "bank: practice, count: 2", 15, "cannot be", "exam"),
        ("[1, 3]", "[3, 1]", 16, "difficulty runs from 3 to 1", "lower one first"),
        ("kind: segment", "kind: choice, refer: yes", 16, "refer in a row of kind choice", "take one out"),
        (
            "count: 2}\n",
            "count: 5}\n",
            15,
            "asks for 5 questions (knowledge), and 4 of the exam bank fit",
            "write 1 more",
        ),
        ("id: written", "id: other", 1, "is not the file's name", "other.yaml"),
    ],
)
def test_a_fault_is_named_with_its_line(
    root: Path, write: Write, old: str, new: str, line: int, what: str, todo: str
) -> None:
    assert old in EXAM
    write(NAME, EXAM.replace(old, new, 1))
    found = [one for one in problems(root) if what in one.what]

    assert found, problems(root)
    assert (found[0].path, found[0].line) == (NAME, line)
    assert todo in found[0].todo


@pytest.mark.usefixtures("filled")
@pytest.mark.parametrize("same", [{"template": "story"}, {"history": "A climber."}])
def test_two_cases_of_one_story_fill_one_place(root: Path, write: Write, same: dict[str, str]) -> None:
    write(NAME, EXAM.replace("count: 1}", "count: 2}"))
    assert problems(root) == []
    write("cases/cervical/one.md", exam_case("one", **same))
    write("cases/cervical/two.md", exam_case("two", **same))
    (found,) = problems(root)

    assert "asks for 2 questions" in found.what
    assert "1 of the exam bank fit" in found.what


@pytest.mark.usefixtures("filled")
def test_attempts_that_outlast_the_bank_are_a_warning(root: Path, write: Write) -> None:
    write("quizzes/bank.md", bank(3))
    found = read_library(root)

    assert found.problems == ()
    (warning,) = found.warnings
    assert (warning.path, warning.line) == (NAME, 15)
    assert "2 attempts need 4 unseen questions (knowledge), and 3" in warning.what


@pytest.mark.usefixtures("filled")
def test_a_broken_bank_is_told_at_its_own_file_only(root: Path, write: Write) -> None:
    write("quizzes/bank.md", bank(4).replace("- [x] This", "- [ ] This", 1))

    assert {one.path for one in problems(root)} == {"quizzes/bank.md"}


@pytest.mark.usefixtures("filled")
def test_an_exam_alone_is_checked_against_the_whole_bank(root: Path) -> None:
    found = read_library(root, [root / NAME])

    assert found.problems == ()
    assert [item.id for item in found.items] == ["written"]
