"""`flask cases variants` and `flask cases bank`, on a content folder of their own."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner
from flask.cli import ScriptInfo

from tests.stories import DANGEROUS, SOUND, STORIES, template
from training.anatomy.patients.searching import standing
from training.anatomy.patients.stories import Story
from training.anatomy.patients.variants import variants
from training.cli.bank_report import bank_lines, doubles, key_of, ratio
from training.cli.case_variants import SEPARATOR
from training.cli.cases import cases_group
from training.config import ROOT
from training.content.checking import problems_of_case
from training.content.documents import Case, Library
from training.content.localizing import localize_findings
from training.content.reader import read_library

TWO = (SOUND[0], DANGEROUS[0])
Put = Callable[[Story], Path]
Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(root: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Give a command of the group; its exit status, what it printed, and what it told a person."""
    monkeypatch.setenv("SEGMENTAL_CONTENT_ROOT", str(root))

    def command(*arguments: str) -> tuple[int, str, str]:
        done = CliRunner().invoke(cases_group, arguments, obj=ScriptInfo())
        return done.exit_code, done.stdout, done.stderr

    return command


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A content folder with two templates and the sources that explanations cite."""
    references = tmp_path / "courses" / "references.yaml"
    references.parent.mkdir()
    references.write_bytes((ROOT / "courses" / "references.yaml").read_bytes())
    put(tmp_path, TWO)
    return tmp_path


def put(root: Path, stories: Sequence[Story]) -> None:
    for story in stories:
        path = root / "cases" / "templates" / story.region / f"{story.id}.md"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(template(story), "utf-8")


def files(root: Path) -> dict[str, bytes]:
    """The cases below a folder by path; no templates."""
    return {
        path.relative_to(root).as_posix(): path.read_bytes()
        for path in sorted(root.rglob("*.md"))
        if "templates" not in path.parts
    }


def test_the_stories_of_these_tests_are_sound(root: Path) -> None:
    put(root, STORIES)

    read = read_library(root)
    assert read.problems == ()
    assert sorted(read.templates, key=lambda one: one.id) == sorted(STORIES, key=lambda one: one.id)


# --- variants --------------------------------------------------------------------------------------------------


def test_without_a_folder_the_cases_go_to_a_pipe(run: Run) -> None:
    status, out, told = run("variants", "--seed", "3")

    texts = out.split(f"\n{SEPARATOR}\n")
    assert status == 0
    assert len(texts) == sum(story.variants for story in TWO)
    assert all(problems_of_case(text) == () for text in texts)
    assert "Making cases of 2 templates" in told
    assert run("variants", "--seed", "3")[1] == out
    assert run("variants", "--seed", "4")[1] != out


def test_files_are_written_once_and_the_check_finds_no_fault(run: Run, root: Path) -> None:
    arguments = ("variants", "--seed", "3", "--out", str(root / "cases"))
    status, out, told = run(*arguments)
    before = files(root)

    assert status == 0
    assert len(before) == len(out.splitlines()) == 6
    assert "6 cases written, 0 as they were, 0 removed" in told
    assert all(line.startswith("written ") for line in out.splitlines())
    read = read_library(root)
    assert (len(read.items), len(read.templates), read.problems) == (6, 2, ())
    assert run(*arguments)[:2] == (0, "")
    assert files(root) == before


def test_one_template_alone_gives_the_same_cases_as_among_all(run: Run) -> None:
    _status, out, _told = run("variants", "--seed", "3", "--template", SOUND[0].id)

    expected = [one.markdown().removesuffix("\n") for one in variants(SOUND[0], 3)]
    assert out.removesuffix("\n").split(f"\n{SEPARATOR}\n") == expected


def test_another_file_in_the_way_is_left_and_nothing_is_written(run: Run, root: Path) -> None:
    one = variants(SOUND[0], 3)[0]
    mine = root / "cases" / one.region / f"{one.id}.md"
    mine.parent.mkdir(parents=True)
    mine.write_text("my own notes", "utf-8")

    for more in ((), ("--prune",)):
        status, out, told = run("variants", "--seed", "3", "--out", str(root / "cases"), *more)
        assert (status, out) == (2, "")
        assert f"{mine} is there already" in told
        assert files(root) == {f"cases/{one.region}/{one.id}.md": b"my own notes"}


def test_outdated_variants_go_only_with_prune_and_only_those_of_the_templates(run: Run, root: Path) -> None:
    cases = root / "cases"
    run("variants", "--seed", "3", "--out", str(cases))
    old = files(cases)
    own = cases / "cervical" / "my-case.md"
    text = variants(SOUND[2], 3)[0].markdown()
    own.write_text(text, "utf-8")  # a variant of a template that is not here

    status, out, told = run("variants", "--seed", "4", "--out", str(cases), "--prune")

    assert status == 0
    assert "6 cases written, 0 as they were, 6 removed" in told
    assert sorted(line.removeprefix(f"removed {cases}/") for line in out.splitlines() if "removed" in line) == sorted(
        old
    )
    assert own.read_text("utf-8") == text
    assert len(files(cases)) == 7


def test_a_template_that_was_mended_replaces_its_variants_with_prune(run: Run, root: Path) -> None:
    cases = root / "cases"
    run("variants", "--seed", "3", "--out", str(cases))
    put(root, [replace(SOUND[0], text=SOUND[0].text.replace("carpenter", "joiner"))])

    status, _out, told = run("variants", "--seed", "3", "--out", str(cases))
    assert status == 2
    assert "holds something else" in told
    status, _out, told = run("variants", "--seed", "3", "--out", str(cases), "--prune")
    assert status == 0
    assert "3 cases written, 3 as they were, 3 removed" in told
    assert sum(b"joiner has" in text for text in files(cases).values()) == 3


def test_pruning_one_template_leaves_the_others_variants(run: Run, root: Path) -> None:
    cases = root / "cases"
    run("variants", "--seed", "3", "--out", str(cases))
    others = {name: text for name, text in files(cases).items() if DANGEROUS[0].id in name}

    run("variants", "--seed", "4", "--template", SOUND[0].id, "--out", str(cases), "--prune")

    assert others
    assert others.items() <= files(cases).items()


@pytest.mark.parametrize(("arguments", "said"), [
    ((), "--seed"),
    (("--seed", "x"), "not a valid integer"),
    (("--seed", "1", "--prune"), "--prune needs --out"),
    (("--seed", "1", "--template", "try-carpenter-ce-9"), 'did you mean "try-carpenter-ce-0" or'),
])  # fmt: skip
def test_what_cannot_be_done_is_said(run: Run, arguments: Sequence[str], said: str) -> None:
    status, out, told = run("variants", *arguments)

    assert (status, out) == (2, "")
    assert said in told


def test_a_template_with_a_fault_makes_nothing(run: Run, root: Path) -> None:
    broken = root / "cases" / "templates" / SOUND[0].region / f"{SOUND[0].id}.md"
    broken.write_text(template(SOUND[0]).replace("{side}", "{sides}"), "utf-8")

    status, out, told = run("variants", "--seed", "1", "--out", str(root / "cases"))

    assert (status, out) == (2, "")
    assert f"cases/templates/cervical/{SOUND[0].id}.md:18: unknown placeholder" in told
    assert files(root) == {}


def test_a_folder_without_templates_is_said(run: Run, root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SEGMENTAL_CONTENT_ROOT", str(root / "courses"))
    assert "there are no templates below" in run("variants", "--seed", "1")[2]
    monkeypatch.setenv("SEGMENTAL_CONTENT_ROOT", str(root / "nowhere"))
    assert "there is no such folder" in run("variants", "--seed", "1")[2]


# --- the bank --------------------------------------------------------------------------------------------------


def test_the_bank_is_counted_by_region_and_bank(run: Run, root: Path) -> None:
    run("variants", "--seed", "3", "--out", str(root / "cases"))

    status, out, told = run("bank", "--format", "json")

    answer = json.loads(out)
    lines = {(line["region"], line["bank"]): line for line in answer["banks"]}
    sign_off, exam = lines["cervical", "sign-off"], lines["cervical", "exam"]
    assert status == 1
    assert "cervical: 3 sign-off cases in band of the 100 needed" in told
    assert len(lines) == 12
    assert (sign_off["templates"], sign_off["cases"], sign_off["in_band"], sign_off["refer_share"]) == (1, 3, 3, 0)
    assert sum(sign_off["answers"].values()) == 3
    assert 0 < sign_off["ratio"] <= 0.5
    assert sign_off["ratio_case"].startswith(SOUND[0].id)
    assert (exam["templates"], exam["answers"], exam["refer_share"], exam["ratio_case"]) == (1, {"refer": 3}, 1, "")
    assert answer["doubles"] == []
    assert "cervical, exam: refer 3" in run("bank")[1]


def test_a_bank_with_enough_in_every_region_passes(run: Run, root: Path) -> None:
    stories = [replace(SOUND[2 * place], id=f"many-{place}-{number}", title=f"Story {place} {number}", variants=9)
               for place in range(4) for number in range(12)]  # fmt: skip
    put(root, stories)
    run("variants", "--seed", "1", "--out", str(root / "cases"))

    status, out, told = run("bank")

    assert (status, told) == (0, "")
    assert "sign-off" in out


def test_two_cases_with_one_examination_are_named(run: Run, root: Path) -> None:
    run("variants", "--seed", "3", "--template", SOUND[0].id, "--out", str(root / "cases"))
    first = sorted((root / "cases" / "cervical").glob("*.md"))[0]
    first.with_name("copy.md").write_text(first.read_text("utf-8").replace(f"id: {first.stem}", "id: copy"), "utf-8")

    status, out, told = run("bank", "--format", "json")

    assert status == 1
    assert json.loads(out)["doubles"] == [["copy", first.stem]]
    assert f"the same examination: copy, {first.stem}" in told


def test_content_with_faults_is_not_counted(run: Run, root: Path) -> None:
    (root / "cases" / "templates" / "cervical" / "bad.md").write_text("---\nid: bad\n---\n", "utf-8")

    status, out, told = run("bank")

    assert (status, out) == (2, "")
    assert "bad.md:2: title is missing" in told


# --- what ships ------------------------------------------------------------------------------------------------


def certifying(shipped: Library) -> list[Case]:
    cases = [item.document for item in shipped.items if isinstance(item.document, Case)]
    return [one for one in cases if one.bank != "practice" and not one.key_note and key_of(one) != ("refer",)]


def test_every_shipped_case_that_certifies_has_a_clearly_best_answer(shipped: Library) -> None:
    cases = certifying(shipped)
    assert cases
    for case in cases:
        key = key_of(case)
        assert ratio(case, key) <= 0.5, case.id
        assert standing(localize_findings(case.findings))[0][0] in key, case.id


def test_every_shipped_template_has_its_variants_and_no_two_cases_share_an_examination(shipped: Library) -> None:
    made = [item.document for item in shipped.items if isinstance(item.document, Case) and item.document.template]
    for story in shipped.templates:
        own = [one for one in made if one.template == story.id]
        assert len(own) == story.variants, f"{story.id}: flask cases variants --seed 1 --out cases --prune"
        assert {(one.title, one.bank, one.region) for one in own} == {(story.title, story.bank, story.region)}
    assert {one.template for one in made} <= {story.id for story in shipped.templates}
    assert doubles(shipped) == []
    assert len(bank_lines(shipped)) == 12
