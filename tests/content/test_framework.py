"""The framework file: what ships reads whole, and every fault is told at its line."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from training.config import ROOT
from training.content import codec
from training.content.documents import Framework, Library, Problem, SafetyGateAsked
from training.content.reader import read_library

IDS = {
    "knowledge", "safety", "dx-cervical", "dx-thoracic", "dx-lumbar", "dx-sacral", "examination", "planning", "consent",
    "practice-cervical", "practice-thoracic", "practice-lumbar", "practice-sacral", "chest-wall",
}  # fmt: skip
SHIPPED = (ROOT / "courses" / "framework.yaml").read_text()


def framework_in(library: Library) -> Framework:
    (found,) = (item.document for item in library.items if item.kind == "framework")
    assert isinstance(found, Framework)
    return found


@pytest.fixture
def school(tmp_path: Path) -> Path:
    """A copy of the shipped content whose framework a test may break."""
    for folder in ("courses", "quizzes", "cases"):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    return tmp_path


def problems_after(school: Path, old: str, new: str) -> list[Problem]:
    """The framework's problems when one piece of it, which stands there once, is written otherwise."""
    file = school / "courses" / "framework.yaml"
    assert SHIPPED.count(old) == 1, f"{old!r} stands {SHIPPED.count(old)} times"
    file.write_text(SHIPPED.replace(old, new))
    return list(read_library(school, [file]).problems)


def line_of(text: str) -> int:
    """The line in the shipped file on which a text begins."""
    return SHIPPED[: SHIPPED.index(text)].count("\n") + 1


def test_the_shipped_framework_is_an_item_without_problems(shipped: Library) -> None:
    found = framework_in(shipped)
    assert [problem for problem in shipped.problems if "framework" in problem.path] == []
    assert found.id == "segmental-ims"
    assert found.valid_months == 24
    assert {one.id for one in found.competencies} == IDS
    assert len(found.competencies) == len(IDS)
    assert [line.region for line in found.scope] == ["cervical", "thoracic", "lumbar", "sacral", "chest-wall"]


def test_every_line_of_the_shipped_scope_asks_for_knowledge_and_safety(shipped: Library) -> None:
    for line in framework_in(shipped).scope:
        assert {"knowledge", "safety"} <= set(line.supervised) <= set(line.independent)


def test_the_shipped_remediation_cases_are_practice_cases_answered_refer(shipped: Library) -> None:
    cases = {item.id: item.document for item in shipped.items if item.kind == "case"}
    asked = [
        rule for one in framework_in(shipped).competencies for rule in one.rule if isinstance(rule, SafetyGateAsked)
    ]
    named = [case_id for rule in asked for case_id in rule.remediation]
    assert named
    for case_id in named:
        keys = [question.segments for question in cases[case_id].questions if question.id == "segment"]
        assert keys == [("refer",)]
        assert cases[case_id].bank == "practice"


def test_a_framework_survives_json(shipped: Library) -> None:
    found = framework_in(shipped)
    assert codec.from_json("framework", json.loads(json.dumps(codec.to_json(found)))) == found


def test_the_hash_changes_with_the_source(school: Path, shipped: Library) -> None:
    file = school / "courses" / "framework.yaml"
    file.write_text(SHIPPED.replace("valid_months: 24", "valid_months: 12"))
    (changed,) = read_library(school, [file]).items
    assert changed.hash != next(item.hash for item in shipped.items if item.kind == "framework")


GATE = "- safety_gate: {rem"
CHEST = "count: 1, assessors: 1"
LUMBAR = "supervised: [knowledge, safety, dx-lumbar]"
SACRAL = "supervised: [knowledge, safety, dx-sacral]"
QUIZ = "- quiz: {id: quiz-safety}"


@pytest.mark.parametrize(
    ("old", "new", "at", "what", "todo"),
    [
        (QUIZ, "- quiz: {id: quiz-safty}", QUIZ, 'unknown quiz "quiz-safty"', "quiz-safety"),
        (": foundations}", ": foundation}", "- lessons: {", 'unknown course "foundation"', "foundations"),
        ("[neck-potter, ", "[neck-poter, ", GATE, 'unknown case "neck-poter"', "neck-potter"),
        ("[neck-potter, ", "[so-librarian, ", GATE, "is a case of the sign-off bank", "practice"),
        ("[neck-potter, ", "[hand-cellist, ", GATE, "is not answered refer", "needling is wrong"),
        ("mastery: {region: sacral", "mastery: {region: sacrum", "mastery: {region: sacral", '"sacrum"', '"sacral"'),
        ("observations: {region: chest", "observation: {region: chest", CHEST, '"observation"', '"observations"'),
        ("valid_months: 24", "valid_months: 0", "  valid_months", "out of range", "at least 1"),
        ("valid_months: 24", "valid_month: 24", "  valid_months", 'unknown key "valid_month"', '"valid_months"'),
        ('version: "1.0"', "version: 1.0", "version: ", "must be text", "quotes"),
        ("id: consent\n    group: patient-", "id: consent\n    group: patience-", "group: patient-care\n    title: C",
         'unknown group "patience-care"', "patient-care"),
        ("id: planning\n", "id: examination\n", "id: planning\n", "stands twice", "another id"),
        (CHEST, "count: 1, assessors: 2", CHEST, "2 assessors cannot make 1", "at least"),
        (f"{CHEST}, entrustment: 4", f"{CHEST}, entrustment: 6", CHEST, "out of range", "at most 5"),
        (LUMBAR, LUMBAR.replace("knowledge", "knowlege"), LUMBAR, 'unknown competency "knowlege"', '"knowledge"'),
        (SACRAL, SACRAL.replace("]", ", consent-x]"), SACRAL, 'unknown competency "consent-x"', '"consent"'),
        (LUMBAR, LUMBAR.replace("]", ", chest-wall]"), "independent: [knowledge, safety, dx-lumbar",
         "under supervision, but not", "add it there"),
        ("  sacral:\n", "  coccygeal:\n", "  sacral:\n", 'unknown scope line "coccygeal"', "use one of"),
        ("  sacral:\n", "  coccygeal:\n", "scope:\n  cervical", 'no line "sacral"', "sacral:"),
        (QUIZ, f"{QUIZ[:-1]}}}\n        lessons: {{course: foundations}}", QUIZ, "of 2 kinds", "exactly one"),
        (QUIZ, "- {}", QUIZ, "a requirement of no kind", "exactly one"),
        (QUIZ, "- quiz: {id: quiz-safety, pass: 1}", QUIZ, 'unknown key "pass"', "use one of: id"),
    ],
)  # fmt: skip
def test_a_fault_is_told_at_its_line(school: Path, old: str, new: str, at: str, what: str, todo: str) -> None:
    found = problems_after(school, old, new)
    told = [problem for problem in found if what in problem.what]
    assert told, [str(problem) for problem in found]
    assert (told[0].path, told[0].line) == ("courses/framework.yaml", line_of(at))
    assert todo in told[0].todo


def test_all_faults_are_told_in_one_run(school: Path) -> None:
    broken = SHIPPED.replace("quiz-safety}", "quiz-safty}").replace("[neck-potter,", "[neck-poter,")
    broken = broken.replace("dx-sacral, examination", "dx-coccyx, examination")
    (school / "courses" / "framework.yaml").write_text(broken)
    library = read_library(school)
    assert [problem.what for problem in library.problems] == [
        'unknown quiz "quiz-safty"',
        'unknown case "neck-poter"',
        'unknown competency "dx-coccyx"',
        'sacral needs "dx-sacral" under supervision, but not for independent practice',
    ]
    assert [item for item in library.items if item.kind == "framework"] == []


@pytest.mark.parametrize("text", ["", "just words", "- a\n- list\n", "id: [broken\n", "\x00", "id: x\nid: y\n"])
def test_what_is_no_framework_is_a_problem_and_no_crash(school: Path, text: str) -> None:
    file = school / "courses" / "framework.yaml"
    file.write_text(text)
    library = read_library(school, [file])
    assert library.items == ()
    assert library.problems


def test_a_given_framework_outside_the_root_is_checked_against_the_root(tmp_path: Path) -> None:
    file = tmp_path / "framework.yaml"
    file.write_text(SHIPPED.replace("quiz-safety}", "quiz-safty}"))
    problems = read_library(ROOT, [file]).problems
    assert [problem.what for problem in problems] == ['unknown quiz "quiz-safty"']


# --- renewal ---------------------------------------------------------------------------------------------------


def test_the_shipped_rule_of_renewal_is_that_of_a_framework_that_says_nothing(shipped: Library, school: Path) -> None:
    written = framework_in(shipped).renewal
    file = school / "courses" / "framework.yaml"
    block = SHIPPED[SHIPPED.index("renewal:\n") : SHIPPED.index("\ngroups:")]
    file.write_text(SHIPPED.replace(block, ""))
    found = read_library(school, [file])
    assert list(found.problems) == []
    assert framework_in(found).renewal == written
    assert written.notice_days == (90, 60, 30, 7)


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("notice_days: [90, 60, 30, 7]", "notice_days: [90, 90]", "a notice stands twice"),
        ("notice_days: [90, 60, 30, 7]", "notice_days: []", "notice_days"),
        ("grace_days: 90", "grace_days: 40", "would stand always"),
        ("grace_days: 90", "grace_days: -1", "out of range"),
        ("cases_each_month: 3", "cases_a_month: 3", "unknown key"),
    ],
)
def test_a_rule_of_renewal_that_cannot_hold_is_told_at_its_line(school: Path, old: str, new: str, says: str) -> None:
    (problem,) = problems_after(school, old, new)
    assert says in problem.what
    assert line_of("renewal:\n") <= problem.line <= line_of("\ngroups:")
