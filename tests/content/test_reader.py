"""What one run of the checker reads and reports."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

import pytest

from training.content.documents import Case, Check, Course, Lesson, Library, Problem, Prose, Quiz
from training.content.reader import item_hash, read_library

Write = Callable[[str, str | bytes], Path]
Spoil = Callable[[str, str, str], list[Problem]]

COURSE = "courses/foundations/course.md"
LESSON = "courses/foundations/01-look-first.md"
LESSON_2 = "courses/foundations/02-feel-next.md"
REFERENCES = "courses/references.yaml"
QUIZ = "quizzes/quiz-signs.md"
CASE = "cases/cervical/elbow.md"

ROW = "| brachioradialis reflex | reduced | right |"
KEYS = "prerequisites: []"

FAULTS = [
    # front matter
    (CASE, "difficulty: 2", "dificulty: 2", 9, 'unknown key "dificulty"', 'did you mean "difficulty"?'),
    (CASE, "bank: practice\n", "", 2, "bank is missing", "add `bank:`"),
    (CASE, "bank: practice", "bank: practise", 8, 'bank cannot be "practise"', 'did you mean "practice"?'),
    (CASE, "difficulty: 2", "difficulty: 9", 9, "difficulty is out of range", "at most 5"),
    (CASE, "difficulty: 2", f"difficulty: {'9' * 5000}", 9, "very many digits", "smaller"),
    (CASE, "difficulty: 2", "difficulty: .nan", 9, "difficulty must be a whole number", "digits"),
    (CASE, "difficulty: 2", "difficulty: yes", 9, "difficulty must be a whole number", "digits"),
    (CASE, "difficulty: 2", "difficulty:\t2\n\tx: 1", 10, "the YAML cannot be read", "spaces, not tabs"),
    (CASE, "title: Elbow pain", "title: Elbow: pain", 3, "the YAML cannot be read", "in quotes"),
    (CASE, "title: Elbow pain", "title: 1984", 3, "title must be text", "quotes"),
    (CASE, "title: Elbow pain", 'title: ""', 3, "title is empty", "fill"),
    (CASE, "title: Elbow pain", "title: Elbow pain\ntitle: Twice", 4, '"title" stands twice', "delete"),
    (CASE, "id: elbow", "id: Elbow Pain", 2, 'id is "Elbow Pain"', "lower-case"),
    (CASE, "id: elbow", "id: [elbow]", 2, "id must be text", "quotes"),
    (CASE, "id: elbow", "id: shoulder", 2, "is not the file's name", "shoulder.md"),
    (CASE, "id: elbow", "? [a]\n: b", 2, "a key that is not text", "key: value"),
    (CASE, "origin: invented", "origin: dreamt", 11, 'origin cannot be "dreamt"', "invented"),
    (COURSE, "title: The signs", "titel: The signs", 8, 'unknown key "titel"', 'did you mean "title"?'),
    (LESSON, "minutes: 5", "minutes: five", 4, "minutes must be a whole number", "digits"),
    (LESSON, "  - Name one sign", "  - [Name]", 6, "objectives.1 must be text", "quotes"),
    (QUIZ, "pass_mark: 0.75", "pass_mark: 75", 5, "pass_mark is out of range", "at most 1"),
    (QUIZ, "pass_mark: 0.75", "pass_mark: .inf", 5, "pass_mark must be a number", "digits"),
    (REFERENCES, 'citation: "An atlas', 'citatoin: "An atlas', 6, 'unknown key "citatoin"', 'did you mean "citation"?'),
    # keys and regions
    (CASE, "answer: C6", "answer: C9", 5, 'unknown segment "C9"', "C1-C8"),
    (CASE, "answer: C6", "answer: L4", 5, "L4 is not cervical", "C1–C8"),
    (CASE, "answer: C6", "answer: [C6, refer]", 5, "refer stands beside segments", "either"),
    (CASE, "answer: C6", "answer: refer", 6, "refer has no side", "delete"),
    (CASE, "answer: C6\nside: right", "answer: refer", 5, "refer without a red flag", "red_flags"),
    (CASE, "side: right\n", "", 5, "the side is missing", "add side"),
    (CASE, "side: right", "side: rihgt", 6, 'side cannot be "rihgt"', 'did you mean "right"?'),
    (CASE, "red_flags: []", "red_flags: [night pian]", 7, 'unknown red flag "night pian"', '"night pain"'),
    (CASE, "region: cervical", "region: lumbar\nkey_note: x", 4, "is not the folder's (cervical)", "move"),
    (CASE, "[GUNN80]", "[GUNN81]", 12, 'unknown source "GUNN81"', '"GUNN80"'),
    # examination
    (CASE, "brachioradialis reflex", "brachioradialis refelx", 23, "unknown structure", '"brachioradialis reflex"'),
    (CASE, "thumb (skin)", "thumb", 24, 'ambiguous structure "thumb"', '"thumb (skin)"'),
    (CASE, "trophoedema", "tropohedema", 24, 'unknown sign "tropohedema"', '"trophoedema"'),
    (CASE, "| reduced | right |", "| reduced |  |", 23, "the side is empty", "midline"),
    (CASE, "| reduced | right |", "| reduced | bilateral |", 23, 'unknown side "bilateral"', '"both"'),
    (CASE, "| reduced | right |", "| | right |", 23, "the finding is empty", "normal"),
    (CASE, "| reduced | right |", "| reduced, normal | right |", 23, "normal stands beside", "one of the two"),
    (CASE, "| reduced | right |", "| sweating | right |", 23, 'a reflex cannot be "sweating"', "reduced"),
    (CASE, "| reduced | right |", "| reduced |", 23, "2 cells in the row", "side"),
    (CASE, ROW, f"{ROW}\n{ROW}", 24, "the row repeats line 23", "delete"),
    (CASE, "| Structure | Finding |", "| Muscle | Finding |", 20, "columns are Muscle", "| Structure |"),
    (CASE, "|---|---|---|\n", "", 20, "no line below its head", "|---|"),
    # parts of a case
    (CASE, "## History", "## Histroy", 14, 'unknown part "Histroy"', '"History"'),
    (CASE, "## Explanation\n\nShortening, skin and reflex agree.\n", "", 14, "Explanation is missing", "add"),
    (CASE, "Shortening, skin and reflex agree.", "", 32, "Explanation is empty", "write"),
    (CASE, "## Question: segment\n", "## Question: segment\nside: left\n\n", 28, "front matter", "delete"),
    (CASE, "## Question: segment", "## Question: segment {#other}", 14, "0 segment questions", "exactly once"),
    (CASE, "## History", "Once.\n\n## History", 14, "text before the first heading", "History"),
    # questions
    (QUIZ, "- [ ] Multifidus at T4", "- [x] Multifidus at T4", 8, "2 options marked [x]", "exactly one"),
    (QUIZ, "- [x] Multifidus", "- [ ] Multifidus", 8, "0 options marked [x]", "exactly one"),
    (QUIZ, "- [ ] Weakness\n  > A motor sign.\n", "", 19, "1 option(s)", "at least two"),
    (QUIZ, "  > The posterior ramus of the same segment.\n", "", 14, "the option has no reason", "indented"),
    (QUIZ, "  > Yes.", "> Yes.", 24, "a reason that is not indented", "two spaces"),
    (QUIZ, "- [ ] Weakness", "- Weakness", 25, "an option without a box", "- [x] or - [ ]"),
    (QUIZ, "- [ ] Weakness", "- [v] Weakness", 25, "an option marked [v]", "[x] or [ ]"),
    (QUIZ, "- [ ] Weakness", "- [ ]", 25, "an option without text", "behind the box"),
    (QUIZ, "Which are trophic?\n", "", 19, "the question asks nothing", "write"),
    (QUIZ, "choice {#which-level}", "choise {#which-level}", 8, 'unknown question kind "choise"', '"choice"'),
    (QUIZ, "{#which-signs}", "", 19, "the question has no id", "{#"),
    (QUIZ, "{#which-signs}", "{#which-level}", 19, "is used twice (first in line 8)", "another id"),
    (QUIZ, "{#which-signs}", "{#Which Signs}", 19, "cannot be used", "lower-case"),
    (QUIZ, "safety: yes", "safty: yes", 10, 'unknown key "safty"', '"safety"'),
    (QUIZ, "safety: yes", "safety: perhaps", 10, "safety must be yes or no", "yes or no"),
    (QUIZ, "safety: yes\n", "safety yes\n", 10, "text directly below the keys", "blank line"),
    (QUIZ, "answer: [C7, c6]", "answer: [C7, X6]", 29, 'unknown segment "X6"', "C1-C8"),
    (QUIZ, "answer: [C7, c6]\n", "", 28, "answer is missing", "add `answer:`"),
    (QUIZ, "\n> The triceps decides.\n", "", 28, "the question has no reason", ">"),
    (QUIZ, "2. Feel\n3. Move\n", "", 37, "1 steps", "numbered list"),
    (QUIZ, "tolerance: 0.5", "tolerance: -1", 49, "tolerance is out of range", "at least 0"),
    (QUIZ, "answer: 30", "answer: thirty", 48, "answer must be a number", "digits"),
    (QUIZ, "draw: 3", "draw: 6", 6, "draw is 6, but there are 5 questions", "fewer"),
    (QUIZ, "## Question: number", "## A number", 47, "is no question", "## Question"),
    # lessons
    (LESSON, "](figures/spine.svg", "](figures/spin.svg", 13, "is not there", "figures/spin.svg"),
    (LESSON, "](figures/spine.svg", "](../figures/spine.svg", 13, "outside the item's folder", "figures"),
    (LESSON, "](figures/spine.svg", "](https://e.org/x.png", 13, "lies on another site", "copy"),
    (LESSON, "![A column of thirty bones]", "![]", 13, "without alternative text", "what the picture shows"),
    (LESSON, "![A column", "Here ![A column", 13, "an image inside a paragraph", "blank line"),
    (LESSON, "02-feel-next.md", "02-feel-nxt.md", 11, "leads nowhere", '"02-feel-next.md"'),
    (LESSON, "(02-feel-next.md)", "(#thn-ask)", 11, 'no heading "#thn-ask"', '"then-ask"'),
    (LESSON, "(02-feel-next.md)", "(javascript:x)", 11, 'the scheme "javascript"', "https"),
    (LESSON, "claim: model", "claim: modle", 11, 'unknown standing "modle"', '"model"'),
    (LESSON, "model, GUNN80", "model, GUN80", 11, 'unknown source "GUN80"', '"GUNN80"'),
    (LESSON, "model, GUNN80", "model", 11, "a claim without a source", "key"),
    (LESSON, "{{ claim:", "{{ clam:", 11, 'unknown directive "clam"', '"claim"'),
    (LESSON, "GUNN80 }}", "GUNN80", 11, "a {{ without its }}", "}}"),
    (LESSON, "quiz-signs#which-level", "quiz-sings#which-level", 15, 'unknown quiz "quiz-sings"', '"quiz-signs"'),
    (LESSON, "#which-level", "#which-levle", 15, "has no question", '"which-level"'),
    (LESSON, "quiz-signs#which-level", "quiz-signs", 15, "names no question", "quiz-id#question-id"),
    (LESSON, "## Look", "# Look", 9, "a heading of the first level", "##"),
    (LESSON, "Muscles shorten.", "Muscles<br>shorten.", 11, "HTML", "Markdown"),
    (LESSON_2, '!!! note "Try it"', '!!! notte "Try it"', 9, 'unknown callout "notte"', '"note"'),
    (LESSON_2, '!!! note "Try it"', "!!! note Try it", 9, "a callout that cannot be read", "quotes"),
    # between files
    (COURSE, "quiz: quiz-signs", "quiz: quiz-sign", 10, 'unknown quiz "quiz-sign"', '"quiz-signs"'),
    (COURSE, "[look-first, feel-next]", "[look-first]", 6, '"feel-next" stands in no module', "add"),
    (COURSE, "feel-next]", "feel-next, look-first]", 9, "stands in two modules", "out of one"),
    (COURSE, "feel-next]", "feel-nxt]", 9, 'no lesson "feel-nxt"', '"feel-next"'),
    (COURSE, KEYS, "prerequisites: [foundation]", 5, 'unknown course "foundation"', "course"),
    (COURSE, KEYS, "prerequisites: [foundations]", 5, "circle: foundations needs foundations", "take one"),
    (QUIZ, "course: foundations", "course: fundations", 4, 'unknown course "fundations"', '"foundations"'),
    (LESSON, "id: look-first", "id: feel-next", 2, "is also used at courses/foundations", "another id"),
]


def test_a_sound_library_has_no_problems(library: Library) -> None:
    assert library.problems == ()
    assert [item.id for item in library.items] == ["look-first", "feel-next", "foundations", "quiz-signs", "elbow"]


@pytest.mark.parametrize(("file", "old", "new", "line", "what", "todo"), FAULTS)
def test_a_fault_is_named_with_its_line(
    spoil: Spoil, file: str, old: str, new: str, line: int, what: str, todo: str
) -> None:
    problems = spoil(file, old, new)
    found = [one for one in problems if what in one.what]
    assert found, problems
    assert todo in found[0].todo
    if "is also used at" not in what:
        assert (found[0].path, found[0].line) == (file, line)


@pytest.mark.parametrize(("file", "old", "new"), [fault[:3] for fault in FAULTS])
def test_an_item_with_a_fault_is_not_returned(root: Path, spoil: Spoil, file: str, old: str, new: str) -> None:
    problems = spoil(file, old, new)
    faulty = {problem.path for problem in problems}
    assert faulty.isdisjoint(item.path for item in read_library(root).items)


def test_all_problems_come_in_one_run(root: Path, spoil: Spoil) -> None:
    spoil(CASE, ROW, "| brachiradialis reflex | reducd |  |")
    spoil(QUIZ, "draw: 3", "draw: 30")
    problems = spoil(LESSON, "02-feel-next.md", "03.md")
    assert [(one.path, one.line) for one in problems] == [(CASE, 23)] * 3 + [(LESSON, 11), (QUIZ, 6)]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("difficulty: 2", "dificulty: 2"),
        ("bank: practice", "bank: practise"),
        ("answer: C6", "answer: 6"),
        ("id: elbow", "id: [elbow]"),
        ("title: Elbow pain", "title: Elbow: pain"),
    ],
)
def test_a_file_with_broken_front_matter_is_still_looked_through(root: Path, write: Write, old: str, new: str) -> None:
    text = (root / CASE).read_text("utf-8").replace(old, new).replace("red_flags: []", "red_flags: [pian]")
    text = text.replace("brachioradialis", "brachiradialis").replace("> The normal triceps", "The normal triceps")
    write(CASE, text)
    lines = {problem.line for problem in read_library(root).problems}
    assert {23, 27} <= lines
    assert "title" in old or 7 in lines


def test_broken_front_matter_hides_no_fault_of_a_lesson_or_quiz(root: Path, spoil: Spoil, write: Write) -> None:
    write(QUIZ, (root / QUIZ).read_text("utf-8").replace("pass_mark", "passmark").replace("> Yes.", ""))
    text = (root / LESSON).read_text("utf-8").replace("minutes", "minuts")
    write(LESSON, text.replace("#which-level", "#which").replace("claim: model", "claim: modle"))
    found = [(problem.path, problem.line) for problem in read_library(root).problems]
    assert {(QUIZ, 5), (QUIZ, 23), (LESSON, 4), (LESSON, 11), (LESSON, 15)} <= set(found)


def test_documents_hold_what_was_written(library: Library) -> None:
    by_id = {item.id: item.document for item in library.items}
    course, lesson, quiz, case = (by_id[name] for name in ("foundations", "look-first", "quiz-signs", "elbow"))
    assert isinstance(course, Course)
    assert isinstance(lesson, Lesson)
    assert isinstance(quiz, Quiz)
    assert isinstance(case, Case)
    assert course.modules[0].lesson_ids == ("look-first", "feel-next")
    assert [type(part) for part in lesson.parts] == [Prose, Check, Prose]
    assert [reference.key for reference in lesson.references] == ["ATLAS", "GUNN80"]
    assert [heading.text for heading in lesson.headings] == ["Look", "Then ask"]
    assert quiz.questions[2].segments == ("C6", "C7")
    assert sorted(item.id for item in quiz.questions[3].items) == ["a", "b", "c"]
    assert (quiz.questions[4].number, quiz.questions[4].tolerance) == (30.0, 0.5)
    assert quiz.questions[0].safety
    assert [option.right for option in quiz.questions[0].options] == [True, False]
    assert case.questions[0].id == "segment"
    assert (case.questions[0].segments, case.questions[0].side) == (("C6",), "right")
    assert case.findings[0].signs == ("shortened", "tender")
    assert case.findings[0].grades == ("", "very")


def test_a_course_without_modules_is_one_module(root: Path, write: Write) -> None:
    text = (root / COURSE).read_text("utf-8")
    start, end = text.index("modules:"), text.index("---\nWhat")
    write(COURSE, text[:start] + text[end:])
    (course,) = [item.document for item in read_library(root).items if isinstance(item.document, Course)]
    assert course.modules[0].lesson_ids == ("look-first", "feel-next")


def test_a_quiz_without_draw_asks_everything(root: Path, spoil: Spoil) -> None:
    assert spoil(QUIZ, "draw: 3\n", "") == []
    (quiz,) = [item.document for item in read_library(root).items if isinstance(item.document, Quiz)]
    assert quiz.draw == 5


@pytest.mark.parametrize(
    "row",
    [
        "| Babinski sign | positive | right |",
        "| Hoffmann sign | positive | both |",
        "| ankle jerk | clonus | both |",
        "| triceps reflex | brisk | both |",
        "| perianal area (skin) | numb | both |",
        "| saddle area (skin) | reduced sensation | both |",
    ],
)
def test_a_row_can_stand_for_the_red_flag(root: Path, write: Write, row: str) -> None:
    text = (root / CASE).read_text("utf-8").replace("answer: C6\nside: right", "answer: refer").replace(ROW, row)
    write(CASE, text)
    assert read_library(root).problems == ()


def test_a_red_flag_makes_refer_an_answer(root: Path, write: Write) -> None:
    text = (root / CASE).read_text("utf-8").replace("answer: C6\nside: right", "answer: refer")
    write(CASE, text.replace("red_flags: []", "red_flags: [Weight loss]"))
    library = read_library(root)
    assert library.problems == ()
    (case,) = [item.document for item in library.items if isinstance(item.document, Case)]
    assert (case.red_flags, case.questions[0].segments, case.questions[0].side) == (("weight loss",), ("refer",), None)


def test_windows_files_read_as_others(root: Path, write: Write, library: Library) -> None:
    text = (root / CASE).read_text("utf-8")
    write(CASE, b"\xef\xbb\xbf" + text.replace("\n", "\r\n").encode())
    again = read_library(root)
    assert again.problems == ()
    assert again.items == library.items


@pytest.mark.parametrize(
    ("data", "what"),
    [
        (b"", "the file is empty"),
        (b" \n\n", "the file is empty"),
        (b"---\nid: \xff\n", "not UTF-8"),
        (b"\xff\xfe-\x00-\x00", "not UTF-8"),
        (b"hello", "there is no front matter"),
        (b"---\nid: x\n", "the front matter has no end"),
        (b"---\n---\n", "the front matter is empty"),
        (b"---\n- a\n---\n", "there are no keys"),
        (b"---\nid: x\x00\n---\n", "a control character (U+0000)"),
        (b"---\n" + b"[" * 3000 + b"\n---\n", "cannot be read"),
        (b"---\na: &a [*a]\n---\n", "nested too deeply"),
        (b"---\nid: 2026-99-99\n---\n", "id"),
        (b"x" * 300_000, "larger than"),
        (b"---\nid: a\n---\n" + b"y" * 30_000, "a line of more than"),
    ],
)
def test_a_broken_file_is_a_problem(root: Path, write: Write, data: bytes, what: str) -> None:
    write(CASE, data)
    problems = read_library(root).problems
    assert any(what in problem.what for problem in problems if problem.path == CASE), problems


def test_doubled_ids_name_both_places(root: Path, write: Write) -> None:
    text = (root / QUIZ).read_text("utf-8").replace("id: quiz-signs", "id: elbow")
    write("quizzes/elbow.md", text)
    (problem,) = read_library(root).problems
    assert {problem.path, problem.what.partition(" used at ")[2]} in (
        {CASE, "quizzes/elbow.md:2"},
        {"quizzes/elbow.md", f"{CASE}:2"},
    )


def test_courses_that_wait_for_each_other_are_reported_once(root: Path, write: Write) -> None:
    text = (root / COURSE).read_text("utf-8")
    write(COURSE, text.replace(KEYS, "prerequisites: [second]"))
    second = "---\nid: second\ntitle: Second\norder: 2\nprerequisites: [foundations]\n---\nMore.\n"
    write("courses/second/course.md", second)
    lesson = (root / LESSON_2).read_text("utf-8").replace("feel-next", "go-on")
    write("courses/second/01-go-on.md", lesson)
    (problem,) = read_library(root).problems
    assert problem.what == "the prerequisites run in a circle: foundations needs second needs foundations"


def test_misplaced_files_are_problems(root: Path, write: Write) -> None:
    case, lesson = (root / CASE).read_text("utf-8"), (root / LESSON_2).read_text("utf-8")
    write("cases/knee/knee.md", case.replace("id: elbow", "id: knee"))
    write("cases/wrist.md", case.replace("id: elbow", "id: wrist"))
    write("courses/foundations/notes.md", lesson.replace("feel-next", "notes"))
    write("courses/foundations/02-again.md", lesson.replace("feel-next", "again"))
    write("courses/lost/01-lost.md", lesson.replace("feel-next", "lost"))
    what = [problem.what for problem in read_library(root).problems]
    assert what.count("the case lies in no region's folder") == 2
    assert "the file name has no number" in what
    assert "the number is also that of 02-again.md" in what
    assert "the lesson's folder has no course.md" in what


def test_other_files_in_content_folders_are_passed_over(root: Path, write: Write) -> None:
    for name in ("courses/notes.yaml", "courses/README.md", "cases/cervical/notes.txt", "quizzes/.hidden.md"):
        write(name, "not ours: [")
    assert read_library(root).problems == ()


def test_links_that_leave_the_root_are_refused(root: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    outside = tmp_path_factory.mktemp("outside")
    shutil.copy(root / CASE, outside / "secret.md")
    shutil.copy(root / "courses/foundations/figures/spine.svg", outside / "spine.svg")
    (root / "cases/cervical/secret.md").symlink_to(outside / "secret.md")
    (root / "cases/lumbar").symlink_to(outside, target_is_directory=True)
    (root / "courses/foundations/figures/spine.svg").unlink()
    (root / "courses/foundations/figures/spine.svg").symlink_to(outside / "spine.svg")
    problems = {problem.path: problem.what for problem in read_library(root).problems}
    assert problems["cases/cervical/secret.md"] == "a symbolic link that leads outside"
    assert problems["cases/lumbar"] == "a symbolic link that leads outside"
    assert "leads out of the item's folder" in problems[LESSON]


def test_a_folder_that_holds_itself_ends(root: Path) -> None:
    (root / "cases/cervical/again").symlink_to(root / "cases", target_is_directory=True)
    assert read_library(root).problems == ()


@pytest.mark.skipif(os.geteuid() == 0, reason="root reads everything")
def test_an_unreadable_file_is_a_problem(root: Path) -> None:
    (root / CASE).chmod(0)
    assert "cannot be read" in read_library(root).problems[0].what


@pytest.mark.parametrize("text", ["<svg onload='x()'/>", "<svg><script>1</script></svg>", "<html/>", "<svg", ""])
def test_a_figure_that_could_run_or_is_none_is_refused(root: Path, write: Write, text: str) -> None:
    write("courses/foundations/figures/spine.svg", text)
    assert [(one.path, one.line) for one in read_library(root).problems] == [(LESSON, 13)]


# paths


def test_only_the_given_paths_are_reported(root: Path, spoil: Spoil) -> None:
    spoil(QUIZ, "draw: 3", "draw: 30")
    spoil(CASE, "answer: C6", "answer: L4")
    library = read_library(root, [root / CASE])
    assert [problem.path for problem in library.problems] == [CASE]
    assert library.items == ()
    assert {problem.path for problem in read_library(root, [root / "quizzes"]).problems} == {QUIZ}


def test_cross_references_hold_when_one_file_is_asked_for(root: Path) -> None:
    library = read_library(root, [root / LESSON])
    assert library.problems == ()
    assert [item.id for item in library.items] == ["look-first"]


def test_a_path_can_be_named_from_the_root(root: Path) -> None:
    assert [item.id for item in read_library(root, [Path(CASE)]).items] == ["elbow"]


@pytest.mark.parametrize("name", ["cases/no.md", "a\x00b", "a" * 5000, "cases/cervical/elbow.md/x"])
def test_a_path_that_is_not_there_is_a_problem(root: Path, name: str) -> None:
    (problem,) = read_library(root, [root / name]).problems
    assert problem.what == "there is no such file or folder"


def test_a_root_without_content_is_empty(tmp_path: Path) -> None:
    assert read_library(tmp_path) == Library((), ())
    assert read_library(tmp_path / "nowhere") == Library((), ())


@pytest.mark.parametrize(("name", "kind"), [(CASE, "case"), (QUIZ, "quiz"), (LESSON_2, "lesson"), (COURSE, "course")])
def test_a_file_outside_the_root_is_known_by_its_keys(
    root: Path, tmp_path_factory: pytest.TempPathFactory, name: str, kind: str
) -> None:
    file = tmp_path_factory.mktemp("desk") / "draft.md"
    shutil.copy(root / name, file)
    library = read_library(root, [file])
    assert [item.kind for item in library.items] == ([kind] if kind != "course" else [])
    assert all("no lesson" in problem.what for problem in library.problems)


def test_a_file_outside_the_root_may_cite_its_sources(root: Path, tmp_path: Path) -> None:
    file = tmp_path.parent / f"{tmp_path.name}-draft.md"
    file.write_text((root / CASE).read_text("utf-8").replace("ATLAS }}", "ATLUS }}"), "utf-8")
    (problem,) = read_library(root, [file]).problems
    assert (problem.line, problem.todo) == (16, 'did you mean "ATLAS"?')
    assert problem.path == str(file)


def test_a_file_that_is_nothing_of_ours_is_a_problem(root: Path, write: Write) -> None:
    file = write("docs/page.md", "---\nname: x\n---\nText\n")
    (problem,) = read_library(root, [file]).problems
    assert "neither the place nor the front matter" in problem.what


# hashes


def test_the_hash_covers_source_and_figures(root: Path, write: Write, library: Library) -> None:
    before = {item.id: item.hash for item in library.items}
    write("courses/foundations/figures/spine.svg", '<svg xmlns="http://www.w3.org/2000/svg"/>')
    after = {item.id: item.hash for item in read_library(root).items}
    assert {name for name in before if before[name] != after[name]} == {"look-first"}


def test_the_hash_of_a_quiz_is_that_of_its_source(library: Library) -> None:
    (quiz,) = [item for item in library.items if item.kind == "quiz"]
    assert quiz.hash == sha256(quiz.source.encode()).hexdigest() == item_hash(quiz.source, [], quiz.document)


def test_a_renamed_lesson_changes_its_course(root: Path, spoil: Spoil, library: Library) -> None:
    before = {item.id: item.hash for item in library.items}
    spoil(LESSON_2, "title: Feel next", "title: Feel after")
    after = {item.id: item.hash for item in read_library(root).items}
    assert {name for name in before if before[name] != after[name]} == {"feel-next", "foundations"}


def test_the_letters_of_steps_do_not_tell_their_order(shipped: Library) -> None:
    """They stand in the form that a trainee fills; sorting them must not be the answer."""
    written = [
        [item.id for item in question.items]
        for one in shipped.items
        if isinstance(one.document, Quiz)
        for question in one.document.questions
        if question.kind == "order"
    ]

    assert written
    assert sum(letters == sorted(letters) for letters in written) <= len(written) // 4
