"""Files read as far as other files need to know of them: their front matter and the ids inside."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import get_args

from training.content.calibration import CalibrationKeys
from training.content.cases import CaseKeys
from training.content.courses import CourseKeys
from training.content.documents import Reference
from training.content.exams import ExamKeys
from training.content.faults import Faults
from training.content.framework import FrameworkKeys, KnownItems
from training.content.front_matter import FrontMatter, check_keys, mend, read_mapping, split_front_matter
from training.content.lessons import FILE_NAME, LessonKeys, QuestionIds
from training.content.places import Place, PlaceKind, absolute
from training.content.questions import question_ids
from training.content.quizzes import QuizKeys
from training.content.sections import split_sections
from training.content.source import Source, read_source
from training.content.stations import StationKeys
from training.content.templates import TemplateKeys

AnyKeys = (
    CourseKeys
    | LessonKeys
    | QuizKeys
    | CaseKeys
    | TemplateKeys
    | FrameworkKeys
    | ExamKeys
    | StationKeys
    | CalibrationKeys
)
_MODELS: dict[PlaceKind, type[AnyKeys]] = {
    "course": CourseKeys, "lesson": LessonKeys, "quiz": QuizKeys, "case": CaseKeys,
    "template": TemplateKeys, "framework": FrameworkKeys, "exam": ExamKeys,
    "station": StationKeys, "calibration": CalibrationKeys,
}  # fmt: skip
_WHOLLY_YAML: dict[PlaceKind, str] = {
    "framework": "the framework", "exam": "the exam", "station": "the station", "calibration": "the calibration",
}  # fmt: skip
_TELLING: tuple[tuple[PlaceKind, frozenset[str]], ...] = (
    ("case", frozenset({"region", "bank", "answer", "origin", "red_flags", "key_note", "template"})),
    ("template", frozenset({"region", "bank", "answers", "referral", "ages", "variants"})),
    ("quiz", frozenset({"pass_mark", "draw", "course"})),
    ("lesson", frozenset({"minutes", "objectives"})),
    ("course", frozenset({"order", "prerequisites", "modules"})),
)


@dataclass
class Draft:
    """A file on its way to becoming an item. Whatever could not be read is None, and the faults say why."""

    place: Place
    kind: PlaceKind | None
    faults: Faults
    source: Source | None = None
    front: FrontMatter | None = None
    keys: AnyKeys | None = None
    mended: AnyKeys | None = None  # the sound part of broken front matter, for looking through the rest

    @property
    def id(self) -> str:
        """The id as written; of a file too broken to tell, what its name says."""
        if self.keys is not None:
            return self.keys.id
        written = self.front.mapped.values.get("id") if self.front else None
        return written if isinstance(written, str) else self.place.file.stem

    @cached_property
    def location(self) -> Path:
        """Where the file lies, from the root of the disk."""
        return absolute(self.place.file)

    def id_line(self) -> int:
        return self.front.mapped.line("id") if self.front else 1


@dataclass
class Catalogue:
    """What the files may say of each other."""

    references: Mapping[str, Reference] = field(default_factory=dict)
    drafts: Sequence[Draft] = ()

    def of_kind(self, kind: PlaceKind) -> list[Draft]:
        return [draft for draft in self.drafts if draft.kind == kind]

    def question_ids(self) -> QuestionIds:
        """The question ids of each quiz, None for one that cannot be read."""
        return {
            draft.id: frozenset(question_ids(split_sections(draft.front.body, 1)[1])) if draft.front else None
            for draft in self.open_quizzes()
        }

    def open_quizzes(self) -> list[Draft]:
        """Quizzes that people may meet outside an exam, and those that cannot be read."""
        return [one for one in self.of_kind("quiz") if not (isinstance(one.keys, QuizKeys) and one.keys.bank == "exam")]

    def quiz_courses(self) -> dict[str, str | None]:
        """The course each quiz names."""
        return {
            draft.id: draft.keys.course if isinstance(draft.keys, QuizKeys) else None for draft in self.open_quizzes()
        }

    def known_items(self) -> KnownItems:
        """What a framework may name; of a case what its front matter says, None where that is broken."""
        return KnownItems(
            courses=frozenset(draft.id for draft in self.of_kind("course")),
            quizzes=frozenset(draft.id for draft in self.open_quizzes()),
            cases={
                draft.id: draft.keys if isinstance(draft.keys, CaseKeys) else None for draft in self.of_kind("case")
            },
            exams=frozenset(draft.id for draft in self.of_kind("exam")),
            stations={
                draft.id: tuple(draft.keys.competencies) if isinstance(draft.keys, StationKeys) else None
                for draft in self.of_kind("station")
            },
            references=self.references,
        )

    def exam_bank(self) -> list[Draft]:
        """Quizzes and cases that are met in exams only."""
        return [one for one in self.drafts if isinstance(one.keys, QuizKeys | CaseKeys) and one.keys.bank == "exam"]

    def module_ids(self) -> frozenset[str]:
        """Every course and every module of a course."""
        keys = [draft.keys for draft in self.of_kind("course") if isinstance(draft.keys, CourseKeys)]
        return frozenset([one.id for one in keys] + [module.id for one in keys for module in one.modules or ()])

    def competency_ids(self) -> frozenset[str]:
        """The competencies of every framework that can be read."""
        keys = [draft.keys for draft in self.of_kind("framework") if isinstance(draft.keys, FrameworkKeys)]
        return frozenset(competency.id for one in keys for competency in one.competencies)

    def course_of(self, draft: Draft) -> Draft | None:
        """The course in whose folder a lesson lies."""
        folder = draft.location.parent
        return next((one for one in self.of_kind("course") if one.location.parent == folder), None)

    def lessons_of(self, course: Draft) -> list[Draft]:
        """A course's lessons in reading order."""
        folder = course.location.parent
        found = [one for one in self.of_kind("lesson") if one.location.parent == folder]
        return sorted(found, key=lambda one: (number_of(one), one.place.file.name))

    def addresses(self) -> dict[Path, str]:
        """Where on the site each course and lesson is shown."""
        found: dict[Path, str] = {}
        for draft in self.of_kind("course"):
            found[draft.location] = f"/courses/{draft.id}"
            for lesson in self.lessons_of(draft):
                found[lesson.location] = f"/courses/{draft.id}/{lesson.id}"
        for draft in self.of_kind("lesson"):
            file = draft.location
            found.setdefault(file, f"/courses/{file.parent.name}/{draft.id}")
        return found


def number_of(lesson: Draft) -> int:
    """The number in front of a lesson's file name; a file without one comes last."""
    found = FILE_NAME.fullmatch(lesson.place.file.name)
    return int(found[1]) if found else 10_000


def read_draft(place: Place) -> Draft:
    """Read a file's text and front matter; problems go to the draft's faults."""
    draft = Draft(place, place.kind, Faults(place.path))
    draft.source = read_source(place.file, draft.faults.path, draft.faults)
    if draft.source is None or draft.kind in ("references", "jurisdictions"):
        return draft
    draft.front = (
        _yaml_as_front(draft.source, draft.faults)
        if draft.kind in _WHOLLY_YAML
        else split_front_matter(draft.source, draft.faults)
    )
    if draft.front is None:
        return draft
    if draft.kind is None and not draft.front.readable:
        return draft
    if draft.kind is None:
        draft.kind = kind_by_keys(place.file.name, draft.front.mapped.values)
    if draft.kind is None:
        draft.faults.add(1, "neither the place nor the front matter tells what this file is",
                         "put it below courses, quizzes or cases")  # fmt: skip
        return draft
    model = _MODELS[draft.kind]
    what = _WHOLLY_YAML.get(draft.kind, "the front matter")
    keys = check_keys(model, draft.front.mapped, draft.faults, what) if draft.front.readable else None
    draft.keys = keys if isinstance(keys, get_args(AnyKeys)) else None
    mended = None if draft.keys or draft.kind in _WHOLLY_YAML else mend(model, draft.front.mapped)
    draft.mended = mended if isinstance(mended, get_args(AnyKeys)) else None
    return draft


def _yaml_as_front(source: Source, faults: Faults) -> FrontMatter | None:
    """A file that is YAML from end to end: front matter without a body."""
    mapped = read_mapping(source.text, 1, faults)
    return FrontMatter(mapped, [], len(source.lines) + 1) if mapped is not None else None


def kind_by_keys(name: str, values: Mapping[str, object]) -> PlaceKind | None:
    """What a file that lies in no content folder is, by its name and the keys it uses."""
    if name == "course.md":
        return "course"
    scores = [(len(keys & values.keys()), kind) for kind, keys in _TELLING]
    best, kind = max(scores, key=lambda score: score[0])
    return kind if best else None
