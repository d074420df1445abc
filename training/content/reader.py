"""All authored content below a folder, as typed documents or as problems by file and line."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from hashlib import sha256
from pathlib import Path

from training.anatomy.patients.stories import Story
from training.content.blueprint import ExamQuestion, questions_of
from training.content.calibration import CalibrationKeys, read_calibration
from training.content.cases import CaseKeys, read_case
from training.content.courses import CourseKeys, find_circles, read_course
from training.content.documents import (
    Case,
    Course,
    Document,
    Framework,
    Item,
    ItemKind,
    Lesson,
    Library,
    Problem,
    Quiz,
    Reference,
    Station,
)
from training.content.drafts import Catalogue, Draft, number_of, read_draft
from training.content.exams import ExamContext, ExamKeys, read_exam
from training.content.faults import Faults, did_you_mean, quoted
from training.content.framework import FrameworkKeys, read_framework
from training.content.jurisdictions import read_jurisdictions
from training.content.lessons import FILE_NAME, LessonKeys, read_lesson
from training.content.markdown import Renderer
from training.content.page import Page
from training.content.places import absolute, find_given, find_home
from training.content.quizzes import QuizKeys, read_quiz
from training.content.references import read_references
from training.content.stations import StationKeys, read_station
from training.content.templates import TemplateKeys, read_template

_KINDS: dict[type[object], ItemKind] = {
    CourseKeys: "course", LessonKeys: "lesson", QuizKeys: "quiz", CaseKeys: "case",
    FrameworkKeys: "framework", ExamKeys: "exam", StationKeys: "station",
    CalibrationKeys: "calibration",
}  # fmt: skip


def read_library(root: Path, paths: Sequence[Path] | None = None) -> Library:
    """Read `courses/`, `quizzes/`, `cases/`, `exams/` and `stations/` below root and report every problem in one run.

    paths: only these files and folders are reported on and returned; the rest of the root is still read as far as
    cross references need it. A path may lie outside the root: what such a file is follows from its place or its front
    matter, and its id is not compared with those of the root, since it is not part of it.

    Never raises for what stands in the files.
    """
    root = Path(root)
    at_home: list[Faults] = []  # of paths below the root that are no readable files
    asked: list[Faults] = []  # of the given paths themselves
    home = find_home(root, at_home)
    given = [_below(root, Path(path)) for path in paths] if paths is not None else None
    places = home + (find_given(root, given, home, asked) if given is not None else [])
    drafts = [read_draft(place) for place in places]
    targets = None if given is None else [(absolute(path), path.resolve()) for path in given if _exists(path)]
    chosen = [draft for draft in drafts if targets is None or _is_chosen(draft.location, targets)]
    references = _read_references(drafts)
    for draft in chosen:
        if draft.kind == "jurisdictions" and draft.source is not None:
            read_jurisdictions(draft.source, references, draft.faults)
    catalogue = Catalogue(references, drafts)
    _check_doubles(drafts, chosen)
    _check_circles(catalogue, chosen)
    _check_titles(drafts, chosen)
    builder = _Builder(catalogue)
    stories = [builder.template(draft) for draft in chosen if draft.kind == "template"]
    items = [builder.build(draft) for draft in chosen if draft.kind != "template"]
    problems = [problem for draft in chosen for problem in draft.faults]
    for faults in at_home:
        if targets is None or _is_chosen(absolute(root / faults.path), targets):
            problems += list(faults)
    problems += [problem for faults in asked for problem in faults]
    return Library(
        tuple(item for item in items if item is not None),
        tuple(sorted(problems, key=_order)),
        tuple(story for story in stories if story is not None),
        tuple(sorted(builder.warnings, key=_order)),
    )


def _order(problem: Problem) -> tuple[str, int]:
    return problem.path, problem.line


def _below(root: Path, path: Path) -> Path:
    """A path as given, or, where it names nothing from here, from the root."""
    try:
        return root / path if not path.is_absolute() and not path.exists() and (root / path).exists() else path
    except (OSError, ValueError):
        return path


def _is_chosen(file: Path, targets: Iterable[tuple[Path, Path]]) -> bool:
    return any(file == itself or file.is_relative_to(folder) for itself, folder in targets)


def _exists(path: Path) -> bool:
    try:
        return path.exists()
    except (OSError, ValueError):
        return False


def _read_references(drafts: Sequence[Draft]) -> dict[str, Reference]:
    found: dict[str, Reference] = {}
    for draft in drafts:
        if draft.kind == "references" and draft.source is not None:
            for key, reference in read_references(draft.source, draft.faults).items():
                found.setdefault(key, reference)
    return found


def _check_doubles(drafts: Sequence[Draft], chosen: Sequence[Draft]) -> None:
    """A problem for each id used twice, told at the later file that was asked for, naming the other."""
    first: dict[tuple[bool, str], Draft] = {}
    for draft in drafts:
        if draft.front is None or not draft.front.readable or draft.kind in (None, "references", "jurisdictions"):
            continue
        other = first.setdefault((draft.place.home, draft.id), draft)
        if other is draft:
            continue
        here, there = (draft, other) if draft in chosen else (other, draft)
        if here in chosen:
            here.faults.add(here.id_line(),
                            f"the id {quoted(draft.id)} is also used at {there.place.path}:{there.id_line()}",
                            "give one of the two another id")  # fmt: skip


def _check_titles(drafts: Sequence[Draft], chosen: Sequence[Draft]) -> None:
    """A problem for a template's title that another story bears too: people could not tell the two apart."""
    first: dict[tuple[bool, str], Draft] = {}
    for draft in drafts:
        keys = draft.keys
        of_a_story = isinstance(keys, TemplateKeys) or (isinstance(keys, CaseKeys) and keys.template is None)
        if draft.front is None or not isinstance(keys, (TemplateKeys, CaseKeys)) or not of_a_story:
            continue
        other = first.setdefault((draft.place.home, " ".join(keys.title.casefold().split())), draft)
        if other is draft or not {draft.kind, other.kind} & {"template"}:
            continue
        here, there = (draft, other) if draft in chosen and draft.kind == "template" else (other, draft)
        if here in chosen and here.front is not None and there.front is not None:
            here.faults.add(here.front.mapped.line("title"),
                            f"the title is also that of {there.place.path}:{there.front.mapped.line('title')}",
                            "give one of the two another title")  # fmt: skip


def _check_circles(catalogue: Catalogue, chosen: Sequence[Draft]) -> None:
    """A problem for courses that wait for each other, and for prerequisites that do not exist."""
    courses = {draft.id: draft for draft in catalogue.of_kind("course")}
    waiting = {name: draft.keys.prerequisites for name, draft in courses.items() if isinstance(draft.keys, CourseKeys)}
    for name, before in waiting.items():
        front = courses[name].front
        for number, needed in enumerate(before):
            if needed not in courses and front is not None:
                todo = did_you_mean(needed, [one for one in courses if one != name], "write that course first")
                line = front.mapped.line("prerequisites", number)
                courses[name].faults.add(line, f"unknown course {quoted(needed)}", todo)
    for circle in find_circles(waiting):
        told = next((courses[name] for name in circle if courses[name] in chosen), None)
        if told is not None and told.front is not None:
            told.faults.add(told.front.mapped.line("prerequisites"),
                            f"the prerequisites run in a circle: {' needs '.join((*circle, circle[0]))}",
                            "take one of them out")  # fmt: skip


class _Builder:
    """Makes items of drafts, with what all of them share looked up once."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue
        self._addresses = catalogue.addresses()
        self._question_ids = catalogue.question_ids()
        self._quiz_courses = catalogue.quiz_courses()
        self._course_ids = [draft.id for draft in catalogue.of_kind("course")]
        self._built: dict[int, Item | None] = {}
        self.warnings: list[Problem] = []

    def template(self, draft: Draft) -> Story | None:
        """The story, or None when the file has problems."""
        keys = draft.keys or draft.mended
        if draft.front is None or not isinstance(keys, TemplateKeys):
            return None
        _check_place(draft)
        story = read_template(keys, draft.front, self._renderer(draft))
        return None if len(draft.faults) else story

    def _renderer(self, draft: Draft) -> Renderer:
        page = Page(draft.location.parent, self._catalogue.references, self._addresses,
                    heading_ids=draft.kind == "lesson")  # fmt: skip
        return Renderer(page, draft.faults)

    def build(self, draft: Draft) -> Item | None:
        """The item, or None when the file has problems; each file is read once."""
        if id(draft) not in self._built:
            self._built[id(draft)] = self._item(draft)
        return self._built[id(draft)]

    def _item(self, draft: Draft) -> Item | None:
        if draft.source is None or draft.front is None or draft.kind is None:
            return None
        _check_place(draft)
        renderer = self._renderer(draft)
        document = self._document(draft, renderer)
        if document is None or len(draft.faults):
            return None
        hashes = [asset.hash for asset in renderer.assets]
        return Item(
            id=document.id,
            kind=_KINDS[type(draft.keys)],
            path=draft.place.path,
            title=document.title,
            hash=item_hash(draft.source.text, hashes, document),
            source=draft.source.text,
            document=document,
            assets=tuple(renderer.assets),
        )

    def _document(self, draft: Draft, renderer: Renderer) -> Document | None:
        keys, front = draft.keys or draft.mended, draft.front
        if front is None:
            return None
        match keys:
            case CaseKeys():
                return read_case(keys, front, renderer)
            case QuizKeys():
                named = "course" in keys.model_fields_set
                if draft.place.home and named and keys.course not in self._course_ids:
                    todo = did_you_mean(keys.course, self._course_ids, "write that course first")
                    draft.faults.add(front.mapped.line("course"), f"unknown course {quoted(keys.course)}", todo)
                return read_quiz(keys, front, renderer)
            case LessonKeys():
                return read_lesson(keys, front, renderer, self._course_id(draft), self._question_ids)
            case CourseKeys():
                lessons = self._catalogue.lessons_of(draft)
                readable = [lesson.keys for lesson in lessons if isinstance(lesson.keys, LessonKeys)]
                ids = list(dict.fromkeys(lesson.id for lesson in lessons))
                return read_course(keys, front, renderer, readable, ids, self._quiz_courses)
            case FrameworkKeys():
                return read_framework(keys, front.mapped, draft.faults, self._catalogue.known_items())
            case ExamKeys():
                warnings = Faults(draft.faults.path)
                exam = read_exam(keys, front.mapped, draft.faults, warnings, self._exam_context())
                self.warnings += list(warnings)
                return exam
            case StationKeys():
                return read_station(keys, front.mapped, draft.faults, self._catalogue.competency_ids(),
                                    self._catalogue.references)  # fmt: skip
            case CalibrationKeys():
                return read_calibration(keys, front.mapped, draft.faults)
        return None

    def _exam_context(self) -> ExamContext:
        """What exams may draw from and name. Where a file of the bank is broken, nobody knows what it would hold."""
        bank = [self.build(one) for one in self._catalogue.exam_bank()]
        pool: list[ExamQuestion] | None = []
        for item in bank:
            if item is None or pool is None:
                pool = None
            elif isinstance(item.document, Quiz | Case):
                pool += questions_of(item.document, item.hash)
        return ExamContext(pool, self._catalogue.module_ids(), self._catalogue.competency_ids())

    def _course_id(self, draft: Draft) -> str:
        course = self._catalogue.course_of(draft)
        if course is not None:
            lessons = self._catalogue.lessons_of(course)
            twin = next((one for one in lessons if one is not draft and number_of(one) == number_of(draft)), None)
            if twin is not None and twin.place.file.name < draft.place.file.name and number_of(draft) < 10_000:
                draft.faults.add(1, f"the number is also that of {twin.place.file.name}", "renumber one of the files")
            return course.id
        if draft.place.home:
            draft.faults.add(1, "the lesson's folder has no course.md", "write it")
        return draft.location.parent.name


def _check_place(draft: Draft) -> None:
    """File name and folder, where the file lies in a place with such rules."""
    place, faults = draft.place, draft.faults
    if place.kind is None or draft.front is None:
        return
    written = draft.front.mapped.values.get("id")
    if (
        draft.kind in ("quiz", "case", "template", "exam", "station")
        and isinstance(written, str)
        and written != place.file.stem
    ):
        faults.add(draft.id_line(), f"the id {quoted(written)} is not the file's name",
                   f"name the file {written[:64]}{place.file.suffix}, or correct the id")  # fmt: skip
    if draft.kind == "quiz" and place.file.parent.name != "quizzes":
        faults.add(1, "a quiz in a folder of its own", "move it to quizzes/")
    if draft.kind == "lesson" and not FILE_NAME.fullmatch(place.file.name):
        faults.add(1, "the file name has no number", "name lessons such as 01-first-steps.md")
    region = draft.front.mapped.values.get("region")
    folder = {"case": "cases", "template": "cases/templates"}.get(draft.kind or "")
    if folder and place.region == "":
        faults.add(1, f"the {draft.kind} lies in no region's folder",
                   f"move it to {folder}/{region if region else '<region>'}/")  # fmt: skip
    elif folder and place.region is not None and isinstance(region, str) and region != place.region:
        faults.add(draft.front.mapped.line("region"),
                   f"the region {quoted(region)} is not the folder's ({place.region})",
                   "move the file, or correct the region")  # fmt: skip


def item_hash(source: str, asset_hashes: Sequence[str], document: Document) -> str:
    """SHA-256 in hex over the source and the hashes of its assets, each on a line of its own.

    A course's lesson entries, and a lesson's, station's or framework's references, follow as JSON: the page shows them.
    """
    digest = sha256(source.encode("utf-8"))
    for one in asset_hashes:
        digest.update(f"\n{one}".encode())
    shown: tuple[object, ...] = ()
    if isinstance(document, Course):
        shown = tuple(asdict(entry) for entry in document.lessons)
    elif isinstance(document, Lesson | Station | Framework):
        shown = tuple(asdict(reference) for reference in document.references)
    if shown:
        digest.update(b"\n" + json.dumps(shown, ensure_ascii=False, sort_keys=True).encode("utf-8"))
    return digest.hexdigest()
