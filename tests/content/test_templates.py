"""Templates of cases: what the checker reads, and each fault at its line."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.content.conftest import CASE, TEMPLATE
from training.content.documents import Problem
from training.content.reader import read_library

Write = Callable[[str, str | bytes], Path]

PLACE = "cases/templates/cervical/scaffold-ladder.md"
REFER = TEMPLATE.replace("[C5, C6, c7, C8]", "[refer]\nreferral: cord").replace("no numbness", "weak legs")

FAULTS = [
    # front matter
    ("answers:", "answer:", 5, 'unknown key "answer"', 'did you mean "answers"'),
    ("variants: 3\n", "", 2, "variants is missing", "add `variants:`"),
    ("variants: 3", "variants: 10", 9, "variants is out of range", "at most 9"),
    ("bank: sign-off", "bank: practice", 6, 'bank cannot be "practice"', "sign-off"),
    ("difficulty: [2, 4]", "difficulty: 3", 7, "difficulty has the wrong shape", "list"),
    ("difficulty: [2, 4]", "difficulty: [1, 4]", 7, "difficulty.1 is out of range", "at least 2"),
    ("difficulty: [2, 4]", "difficulty: [4, 2]", 7, "difficulty falls from 4 to 2", "lower number first"),
    ("difficulty: [2, 4]", "difficulty: [2]", 7, "difficulty holds 1 numbers", "[2, 4]"),
    ("ages: [28, 61]", "ages: [12, 61]", 8, "ages.1 is out of range", "at least 16"),
    ("ages: [28, 61]", "ages: [61, 28]", 8, "ages falls from 61 to 28", "lower number first"),
    ("id: scaffold-ladder", f"id: {'a' * 60}", 2, "id is too long", "59"),
    ("id: scaffold-ladder", "id: ladder", 2, "is not the file's name", "ladder.md"),
    ("id: scaffold-ladder", "id: elbow", 2, "is not the file's name", "elbow.md"),
    ("region: cervical", "region: lumbar", 4, "is not the folder's (cervical)", "move"),
    ("title: Pain that stays on the ladder", "title: Pain at C6", 3, 'the title names "C6"', "another way"),
    ("title: Pain that stays on the ladder", "title: A left arm", 3, 'the title names "left"', "another way"),
    ("title: Pain that stays on the ladder", "title: A cervical pain", 3, 'the title names "cervical"', "another way"),
    (
        "title: Pain that stays on the ladder",
        'title: "Elbow  pain"',
        3,
        "also that of cases/cervical/elbow.md:3",
        "title",
    ),
    # answers
    ("[C5, C6, c7, C8]", "[C5, C9]", 5, 'unknown segment "C9"', "C1-C8"),
    ("[C5, C6, c7, C8]", "[C5, T1]", 5, "T1 is not cervical", "C1–C8"),
    ("[C5, C6, c7, C8]", "[C5, c5]", 5, "C5 stands twice", "delete"),
    ("[C5, C6, c7, C8]", "[]", 5, "answers is empty", "fill"),
    ("[C5, C6, c7, C8]", "[refer, C6]\nreferral: cord", 5, "refer stands beside segments", "[refer]"),
    ("[C5, C6, c7, C8]", "[refer]", 5, "refer without a referral", "cord"),
    ("[C5, C6, c7, C8]", "[C5]\nreferral: cord", 6, "a referral beside answers", "delete"),
    ("[C5, C6, c7, C8]", "[refer]\nreferral: crod", 6, 'unknown referral "crod"', 'did you mean "cord"'),
    ("[C5, C6, c7, C8]", "[refer]\nreferral: aorta", 6, '"aorta" is not one of the cervical region', "malignancy"),
    # parts
    ("## History", "## Histroy", 11, 'unknown part "Histroy"', 'did you mean "History"'),
    ("## History", "## History\n\n## History", 13, "History stands twice", "join"),
    ("\nA {age}", "\n## Examination\n\nA {age}", 13, "a template has no Examination", "made for each case"),
    # marks
    ("{other_side}", "{otherside}", 14, 'unknown placeholder "{otherside}"', 'did you mean "other_side"'),
    ("{other_side}", "{pain}", 14, 'unknown placeholder "{pain}"', "{other_side}"),
    ("{side} shoulder", "{side shoulder", 17, "a { that closes or opens nothing", "{age}"),
    ("A {age}-year-old", "An old", 11, "{age} is missing", "{age}-year-old"),
    ("A {age}-year-old", "At {age}, an old", 13, "{age} does not stand in its phrase", "A {age}-year-old"),
    ("He sleeps", "At {age} he sleeps", 17, "{age} stands twice", "keep the first"),
    ("pain {place} for", "pain for", 11, "{place} is missing", "where it hurts"),
    ("He sleeps", "{side} is where he sleeps", 17, "{side} begins a sentence", "a word before it"),
    # the text
    ("Long days", "C6 was named once. Long days", 15, 'the history names "C6"', "{place}"),
    ("Long days", "Long days at the sixth cervical vertebra", 15, 'the history names "sixth cervical"', "{place}"),
    ("Long days", "The right arm and long days", 15, 'names a side ("right")', "{other_side}"),
    ("Long days", "The thumb tingles. Long days", 15, 'tells a finding ("tingles")', "leave it out"),
    ("Long days", "- long days", 15, "a list, a table, a link or a heading", "plain paragraphs"),
    ("Long days", "<b>Long</b> days", 15, "HTML", "Markdown"),
    ("Long days on the ladder make it worse.", "Long " * 60, 11, "the history has 139 words", "60 to 120"),
    ("Rest over", "Rest {{ claim: model, GUNN80 }} over", 17, "unknown placeholder", "{age}"),
]


def problems(root: Path) -> list[str]:
    return [str(one) for one in read_library(root).problems]


def test_a_sound_template_is_read_and_is_no_item(root: Path, write: Write) -> None:
    write(PLACE, TEMPLATE)
    write("cases/templates/cervical/other.md", REFER.replace("scaffold-ladder", "other").replace("ladder\n", "roof\n"))
    read = read_library(root)
    assert read.problems == ()
    assert "scaffold-ladder" not in {item.id for item in read.items}
    first, second = sorted(read.templates, key=lambda one: one.id, reverse=True)
    assert first.answers == ("C5", "C6", "C7", "C8")
    assert (first.bank, first.difficulty, first.ages, first.variants) == ("sign-off", (2, 4), (28, 61), 3)
    assert first.text.startswith("A {age}-year-old scaffolder")
    assert first.text.endswith("seriously ill.")
    assert (second.answers, second.referral) == (("refer",), "cord")


@pytest.mark.parametrize(("old", "new", "line", "what", "todo"), FAULTS)
def test_each_fault_is_told_at_its_line(
    root: Path, write: Write, old: str, new: str, line: int, what: str, todo: str
) -> None:
    assert old in TEMPLATE
    write(PLACE, TEMPLATE.replace(old, new, 1))
    read = read_library(root)
    matching = [one for one in read.problems if one.path == PLACE and what in one.what]
    assert matching, problems(root)
    assert (matching[0].line, todo in matching[0].todo) == (line, True), str(matching[0])
    assert read.templates == ()


@pytest.mark.parametrize("piece", ["{", "{a}", ".", "numb ", "C6 ", "left arm ", "A {age}", "\n\n{side} "])
def test_a_history_far_too_long_is_told_at_once(root: Path, write: Write, piece: str) -> None:
    write(PLACE, TEMPLATE.replace("Long days", piece * (200_000 // len(piece))))
    began = time.process_time()

    [found] = read_library(root).problems
    assert time.process_time() - began < 2
    assert "characters" in found.what or "a line of more than" in found.what


def test_two_templates_share_neither_id_nor_title(root: Path, write: Write) -> None:
    write(PLACE, TEMPLATE)
    write("cases/templates/cervical/second.md", TEMPLATE)
    found = [one.what for one in read_library(root).problems]
    assert any("the id" in one and "also used at" in one for one in found)
    assert any("the title is also that of" in one for one in found)


def test_a_template_may_not_have_the_id_of_a_case(root: Path, write: Write) -> None:
    write("cases/templates/cervical/elbow.md", TEMPLATE.replace("scaffold-ladder", "elbow"))
    assert any("also used at" in one for one in problems(root))


def test_cases_of_a_template_may_bear_its_title(root: Path, write: Write) -> None:
    write(PLACE, TEMPLATE)
    own = CASE.replace("id: elbow\n", "id: scaffold-ladder-00aa\ntemplate: scaffold-ladder\n")
    write("cases/cervical/scaffold-ladder-00aa.md", own.replace("Elbow pain", "Pain that stays on the ladder"))
    assert problems(root) == []


def test_a_template_in_no_regions_folder_is_told_where_to_go(root: Path, write: Write) -> None:
    write("cases/templates/ladder.md", TEMPLATE.replace("scaffold-ladder", "ladder").replace("Pain that", "What"))
    [found] = read_library(root).problems
    assert found == Problem("cases/templates/ladder.md", 1, "the template lies in no region's folder",
                            "move it to cases/templates/cervical/")  # fmt: skip


def test_one_file_outside_the_root_is_known_by_its_keys(root: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    draft = tmp_path_factory.mktemp("drafts") / "scaffold-ladder.md"
    draft.write_text(TEMPLATE.replace("variants: 3", "variants: 0"), "utf-8")
    [found] = read_library(root, [draft]).problems
    assert (found.line, found.what) == (9, 'variants is out of range ("0")')


def test_several_faults_are_told_in_one_run(root: Path, write: Write) -> None:
    text = TEMPLATE.replace("variants: 3", "variants: 0").replace("{other_side}", "{pain}").replace("[C5,", "[T5,")
    write(PLACE, text)
    assert [one.line for one in read_library(root).problems] == [5, 9, 14]


def test_what_is_denied_is_no_finding_and_a_danger_may_tell_of_lost_strength(root: Path, write: Write) -> None:
    weak = ("Long days", "Weak legs and long days")
    for text, faults in ((TEMPLATE, 0), (TEMPLATE.replace(*weak), 1), (REFER.replace(*weak), 0)):
        write(PLACE, text)
        assert len(problems(root)) == faults
