"""The framework file: what ships reads whole, and every fault is told at its line."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import pytest

from training.config import ROOT
from training.content import codec
from training.content.documents import (
    Framework,
    Library,
    ObservationsAsked,
    Problem,
    SafetyGateAsked,
    TreatmentsAsked,
)
from training.content.observing_documents import RegionFloor
from training.content.reader import read_library

MEASURED = {
    "knowledge", "safety", "jurisdiction", "dx-cervical", "dx-thoracic", "dx-lumbar", "dx-sacral", "examination",
    "planning", "consent",
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
    assert found.version == "2.0"
    assert {one.id for one in found.competencies if one.measured} == MEASURED
    assert len({one.id for one in found.competencies}) == len(found.competencies)
    assert [line.region for line in found.scope] == ["cervical", "thoracic", "lumbar", "sacral", "chest-wall"]


def test_the_shipped_framework_holds_the_sixteen_and_what_the_method_adds(shipped: Library) -> None:
    """HumRRO's list as field notes give it, with the way each can be tested, and the signs that IMS looks for."""
    found = {one.id: one for one in framework_in(shipped).competencies}
    sixteen = {
        "anatomy": "written simulated", "emergency-physical": "written simulated",
        "emergency-emotional": "case simulated", "needle-handling": "written observed",
        "injury-prevention": "case observed", "positioning": "simulated observed", "theory": "written case",
        "combining-treatment": "case", "secondary-effects": "written case", "pain-science": "written",
        "contraindications": "case", "palpation": "simulated observed", "insertion": "simulated observed",
        "needle-manipulation": "simulated observed", "physiological-response": "written observed",
        "needle-characteristics": "written",
    }  # fmt: skip
    assert {name: " ".join(found[name].tested_by) for name in sixteen} == sixteen
    assert {found[name].source for name in sixteen} == {"HUMRRO16"}
    assert {"motor-signs", "sensory-signs", "autonomic-signs", "trophic-signs", "paraspinal", "refer"} <= found.keys()
    assert {"explaining-the-grasp", "reassessment", "adverse-events", "jurisdiction"} <= found.keys()


def test_nothing_is_measured_without_evidence_and_everything_says_how_it_is_judged(shipped: Library) -> None:
    framework = framework_in(shipped)
    for one in framework.competencies:
        ways = bool(one.rule) + bool(one.judged_with) + bool(one.not_judged)
        assert ways == 1, one.id
        assert set(one.judged_with) <= MEASURED
    asked = {name for line in framework.scope for name in line.independent}
    assert asked <= MEASURED
    assert {one.key for one in framework.references} == {one.source for one in framework.competencies if one.source}


def test_a_framework_that_was_stored_before_these_keys_is_still_read(shipped: Library) -> None:
    stored = codec.to_json(framework_in(shipped))
    del stored["refresh"], stored["references"]
    for one in stored["competencies"]:
        for key in ("tested_by", "source", "judged_with", "not_judged", "retired"):
            del one[key]
    found = codec.from_json("framework", stored)
    assert isinstance(found, Framework)
    assert (found.refresh.recall_below, found.competencies[0].retired) == (0.8, False)


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
LUMBAR = "supervised: [knowledge, safety, jurisdiction, dx-lumbar]"
SACRAL = "supervised: [knowledge, safety, jurisdiction, dx-sacral]"
QUIZ = "- quiz: {id: quiz-safety}"
WRITTEN = "tested_by: [written]\n    source: school"
JUDGED = "judged_with: [examination]\n  - id: paraspinal"
PALPATION = """    tested_by: [simulated, observed]
    source: HUMRRO16
    judged_with: [examination]
"""


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
        ('version: "2.0"', "version: 2.0", "version: ", "must be text", "quotes"),
        ("id: consent\n    group: patient-", "id: consent\n    group: patience-",
         "group: patient-care\n    title: Consent",
         'unknown group "patience-care"', "patient-care"),
        ("id: reassessment\n", "id: palpation\n", "id: reassessment\n", "stands twice", "another id"),
        (PALPATION, PALPATION.replace("[simulated", "[simulator"), PALPATION, 'cannot be "simulator"', "simulated"),
        (PALPATION, PALPATION.replace("HUMRRO16", "HUMRO16"), "source: HUMRRO16\n    judged_with: [examination]",
         'unknown source "HUMRO16"', '"HUMRRO16"'),
        (PALPATION, PALPATION.replace("    judged_with: [examination]\n", ""), "id: palpation",
         "in 0 ways how it is judged", "rule, judged_with, not_judged"),
        (PALPATION, PALPATION + "    not_judged: Not yet.\n", "id: palpation", "in 2 ways", "exactly one"),
        (PALPATION, PALPATION.replace("[examination]", "[motor-signs]"), JUDGED, "no rule of its own", "has one"),
        (PALPATION, PALPATION.replace("[examination]", "[examine]"), JUDGED, 'unknown competency "examine"',
         "examination"),
        (WRITTEN, WRITTEN.replace("written", "case"), WRITTEN,
         "asks for evidence of the kind written", "add written"),
        (SACRAL, SACRAL.replace("]", ", palpation]"), SACRAL, "has no rule or is retired", "out of the scope"),
        ("tested: Sign-off cases of the sacral", "retired: yes #", SACRAL, '"dx-sacral", which has no rule',
         "out of the scope"),
        ("recall_below: 0.8", "recall_below: 1.2", "refresh: {", "out of range", "below 1"),
        (CHEST, "count: 1, assessors: 2", CHEST, "2 assessors cannot make 1", "at least"),
        (f"{CHEST}, entrustment: 4", f"{CHEST}, entrustment: 6", CHEST, "out of range", "at most 5"),
        (LUMBAR, LUMBAR.replace("knowledge", "knowlege"), LUMBAR, 'unknown competency "knowlege"', '"knowledge"'),
        (SACRAL, SACRAL.replace("]", ", consent-x]"), SACRAL, 'unknown competency "consent-x"', '"consent"'),
        (LUMBAR, LUMBAR.replace("]", ", chest-wall]"), "independent: [knowledge, safety, jurisdiction, dx-lumbar",
         "under supervision, but not", "add it there"),
        ("  sacral:\n", "  coccygeal:\n", "  sacral:\n", 'unknown scope line "coccygeal"', "use one of"),
        ("  sacral:\n", "  coccygeal:\n", "scope:\n  cervical", 'no line "sacral"', "sacral:"),
        (QUIZ, f"{QUIZ[:-1]}}}\n        lessons: {{course: foundations}}", QUIZ, "of 2 kinds", "exactly one"),
        (QUIZ, "- {}", QUIZ, "a requirement of no kind", "exactly one"),
        (QUIZ, "- treatments: {region: any, count: 9, supervision: 5}", QUIZ, "out of range", "at most 4"),
        (QUIZ, "- treatments: {region: sacrum, count: 9, supervision: 3}", QUIZ, '"sacrum"', '"sacral"'),
        (QUIZ, "- quiz: {id: quiz-safety, pass: 1}", QUIZ, 'unknown key "pass"', "use one of: id"),
    ],
)  # fmt: skip
def test_a_fault_is_told_at_its_line(school: Path, old: str, new: str, at: str, what: str, todo: str) -> None:
    found = problems_after(school, old, new)
    told = [problem for problem in found if what in problem.what]
    assert told, [str(problem) for problem in found]
    assert (told[0].path, told[0].line) == ("courses/framework.yaml", line_of(at))
    assert todo in told[0].todo


def test_a_competency_may_ask_for_logged_treatments(school: Path) -> None:
    file = school / "courses" / "framework.yaml"
    asks = SHIPPED.replace(QUIZ, f"{QUIZ}\n      - treatments: {{region: chest-wall, count: 9, supervision: 3}}")
    before, safety, after = asks.partition("  - id: safety\n")
    file.write_text(before + safety + after.replace("[written, case]", "[written, case, observed]", 1))
    found = framework_in(read_library(school))
    safety = next(one for one in found.competencies if one.id == "safety")
    assert TreatmentsAsked("chest-wall", 9, 3) in safety.rule
    assert codec.from_json("framework", json.loads(json.dumps(codec.to_json(found)))) == found


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


def observed_after(school: Path, written: str) -> tuple[list[Problem], list[ObservationsAsked]]:
    """The framework with its first requirement of observations written otherwise."""
    file = school / "courses" / "framework.yaml"
    text, changed = re.subn(r"- observations: \{.*\}", f"- observations: {written}", SHIPPED, count=1)
    assert changed
    file.write_text(text)
    found = read_library(school, [file])
    asked = [
        rule
        for item in found.items
        if isinstance(item.document, Framework)
        for one in item.document.competencies
        for rule in one.rule
        if isinstance(rule, ObservationsAsked)
    ]
    return list(found.problems), asked


def test_ten_observations_by_three_assessors_are_asked_where_nothing_is_said(school: Path) -> None:
    problems, asked = observed_after(school, "{region: any, entrustment: 3}")
    assert problems == []
    assert (asked[0].count, asked[0].assessors, asked[0].floors) == (10, 3, ())


def test_floors_by_region_stand_in_the_order_of_the_spine(school: Path) -> None:
    _, asked = observed_after(school, "{region: any, entrustment: 3, floors: {lumbar: 3, cervical: 2}}")
    assert asked[0].floors == (RegionFloor("cervical", 2), RegionFloor("lumbar", 3))


@pytest.mark.parametrize(
    ("written", "what", "todo"),
    [
        ("{region: any, entrustment: 3, floors: {neck: 2}}", 'unknown region "neck"', "use one of"),
        ("{region: any, entrustment: 3, floors: {cervical: 6, lumbar: 5}}", "need 11 observations", "at least 11"),
        ("{region: lumbar, entrustment: 3, floors: {lumbar: 2}}", "all observations are of lumbar", "region: any"),
        ("{region: any, entrustment: 3, floors: {lumbar: 0}}", "out of range", "at least 1"),
        ("{region: any, count: 2, entrustment: 3}", "3 assessors cannot make 2", "left out, `assessors` is 3"),
    ],
)
def test_faults_of_observations(school: Path, written: str, what: str, todo: str) -> None:
    problems, _ = observed_after(school, written)
    told = [one for one in problems if what in one.what]
    assert told, [str(one) for one in problems]
    assert todo in str(told[0])


def test_how_many_samples_assessors_rate_first(school: Path) -> None:
    file = school / "courses" / "framework.yaml"
    file.write_text(f"{SHIPPED}\nobserving:\n  calibrations: 4\n")
    (item,) = read_library(school, [file]).items
    assert isinstance(item.document, Framework)
    assert item.document.calibrations == 4
