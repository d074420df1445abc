"""What authored files become: frozen values with safe HTML, ready to store and to show.

All HTML in these documents has passed `training.content.markdown.render`, so a template may mark it safe. Keys are part
of the documents: a page that must not show a key leaves it out, it does not ask for another document.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from training.anatomy.patients.stories import Story
from training.content.course_documents import (
    Check as Check,
)
from training.content.course_documents import (
    Course as Course,
)
from training.content.course_documents import (
    Heading as Heading,
)
from training.content.course_documents import (
    Lesson as Lesson,
)
from training.content.course_documents import (
    LessonEntry as LessonEntry,
)
from training.content.course_documents import (
    Module as Module,
)
from training.content.course_documents import (
    Prose as Prose,
)
from training.content.observing_documents import Calibration as Calibration
from training.content.observing_documents import ObservationsAsked as ObservationsAsked
from training.content.station_document import ObservedRegion as ObservedRegion
from training.content.station_document import Reference as Reference
from training.content.station_document import Standard as Standard
from training.content.station_document import Station as Station
from training.content.station_document import StationItem as StationItem

Region = Literal["cervical", "thoracic", "lumbar", "sacral"]
Side = Literal["left", "right", "both", "midline"]
QuestionKind = Literal["choice", "choices", "segment", "order", "number"]
Bank = Literal["practice", "sign-off", "exam"]
QuizBank = Literal["practice", "exam"]
Standing = Literal["established", "consensus", "model", "contested"]
ItemKind = Literal["course", "lesson", "quiz", "case", "framework", "exam", "station", "calibration"]

REFER = "refer"


@dataclass(frozen=True)
class Problem:
    """One fault of an authored file; `line` counts from 1."""

    path: str
    line: int
    what: str
    todo: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.what}; {self.todo}"


@dataclass(frozen=True)
class Option:
    """An answer that can be ticked. `id` is `a`, `b`, ... in the written order."""

    id: str
    html: str
    right: bool
    reason_html: str


@dataclass(frozen=True)
class OrderItem:
    """A step of an `order` question; `id` is a letter that tells nothing of its place."""

    id: str
    html: str


@dataclass(frozen=True)
class Question:
    """One question with its key.

    `segments` are the segments of which any one is right, or `("refer",)`; empty unless the kind is `segment`.
    `side` is None for `refer` and for other kinds. `number`, `tolerance` and `unit` belong to `number`,
    `items` (in the right order) to `order`, `options` to `choice` and `choices`.
    `reason_html` is the one reason of a segment, order or number question.
    """

    id: str
    kind: QuestionKind
    stem_html: str
    options: tuple[Option, ...] = ()
    items: tuple[OrderItem, ...] = ()
    segments: tuple[str, ...] = ()
    side: Side | None = None
    number: float | None = None
    tolerance: float = 0.0
    unit: str = ""
    reason_html: str = ""
    competencies: tuple[str, ...] = ()
    difficulty: int = 3
    safety: bool = False


@dataclass(frozen=True)
class Quiz:
    """`pass_mark` is the share of the questions drawn, 0 < share <= 1; `draw` how many an attempt asks.

    `references` are the sources that claims in its questions cite. Those of an `exam` quiz are met in exams only.
    """

    id: str
    title: str
    course_id: str
    pass_mark: float
    draw: int
    questions: tuple[Question, ...]
    references: tuple[Reference, ...] = ()
    bank: QuizBank = "practice"


@dataclass(frozen=True)
class Finding:
    """A row of an examination. `structure` is as written, `structure_id` what the vocabulary made of it.

    `grades` stand beside `signs`, one for each: "slightly", "very", a strength such as "4/5", or "".
    """

    structure: str
    structure_id: str
    kind: str
    finding: str
    signs: tuple[str, ...]
    side: Side
    grades: tuple[str, ...] = ()


@dataclass(frozen=True)
class Case:
    """A patient on paper. The segment question has the id `segment`.

    `template` is what the cases made from one story have in common, "" for a case that stands alone.
    """

    id: str
    title: str
    region: Region
    bank: Bank
    difficulty: int
    competencies: tuple[str, ...]
    red_flags: tuple[str, ...]
    origin: str
    history_html: str
    findings: tuple[Finding, ...]
    examination_html: str  # what the author wrote around the table; may be empty
    questions: tuple[Question, ...]
    explanation_html: str
    references: tuple[Reference, ...]
    key_note: str = ""
    template: str = ""


@dataclass(frozen=True)
class LessonsAsked:
    """Every lesson of a course was finished."""

    course_id: str


@dataclass(frozen=True)
class QuizAsked:
    """The quiz was passed at its own pass mark."""

    quiz_id: str


@dataclass(frozen=True)
class CasesAsked:
    """First-sight answers to the region's sign-off cases, segment and side exact.

    At least `right` of them are right, and they are at least `share` (above 0, up to 1) of those answered.
    """

    region: Region
    right: int
    share: float


@dataclass(frozen=True)
class MasteryAsked:
    """The mastery decision over first-sight answers to the region's sign-off cases says pass.

    `provisional`: cases that no panel has rated count as well, by their author's estimate. For a demonstration only.
    """

    region: Region
    provisional: bool = False


@dataclass(frozen=True)
class SafetyGateAsked:
    """No wrong safety answer is unremedied; passing one of the `remediation` cases afterwards remedies."""

    remediation: tuple[str, ...]


@dataclass(frozen=True)
class ExamAsked:
    """The exam was passed by its own standard, in a released sitting."""

    exam_id: str


@dataclass(frozen=True)
class StationsAsked:
    """At least `passed` different stations of practical exams that were released: of those named, else of those that
    test the competency."""

    stations: tuple[str, ...]
    competency: str
    passed: int


@dataclass(frozen=True)
class TreatmentsAsked:
    """At least `count` treatments in the log, at `supervision` (1 to 4) or above; `region` may be `any`."""

    region: ObservedRegion | Literal["any"]
    count: int
    supervision: int


Requirement = (
    LessonsAsked
    | QuizAsked
    | CasesAsked
    | MasteryAsked
    | SafetyGateAsked
    | ObservationsAsked
    | ExamAsked
    | StationsAsked
    | TreatmentsAsked
)


TestedBy = Literal["written", "case", "simulated", "observed"]


@dataclass(frozen=True)
class Competency:
    """Something a trainee can do. How it is judged here, exactly one of three says.

    `rule` is what its evidence must hold, all of it. Without one it is judged as a part of the competencies in
    `judged_with`, or not yet: `not_judged` says why. `tested_by` is how it can be tested, `source` the key of the
    reference that asks for it, empty where it is the school's own. What is `retired` is not asked for any more; it
    keeps its id, because records name it.
    """

    id: str
    title: str
    group: str
    means: str
    tested: str
    rule: tuple[Requirement, ...]
    tested_by: tuple[TestedBy, ...] = ()
    source: str = ""
    judged_with: tuple[str, ...] = ()
    not_judged: str = ""
    retired: bool = False

    @property
    def measured(self) -> bool:
        """Whether it has evidence of its own, and so can be met or not."""
        return bool(self.rule) and not self.retired


@dataclass(frozen=True)
class CompetencyGroup:
    """A heading under which competencies are shown together."""

    id: str
    title: str


@dataclass(frozen=True)
class ScopeLine:
    """A line of a certificate: a spinal region or `chest-wall`, and the competencies that each level needs.

    `independent` holds all of `supervised`.
    """

    region: ObservedRegion
    supervised: tuple[str, ...]
    independent: tuple[str, ...]


@dataclass(frozen=True)
class RenewalRule:
    """What keeps each line of a certificate current; 0 asks for nothing of the kind.

    A dose that was missed has `grace_days` until it lapses; notices are given so many `notice_days` before that.
    An observation counts at this `entrustment` or above. The defaults are those of a framework that says nothing.
    """

    cases_each_month: int = 3
    observations_each_year: int = 1
    entrustment: int = 3
    notice_days: tuple[int, ...] = (90, 60, 30, 7)
    grace_days: int = 90


@dataclass(frozen=True)
class Refresh:
    """When what was met once needs refreshing: at a mean recall below `recall_below`, a share, over `cards` or more."""

    recall_below: float = 0.8
    cards: int = 5


@dataclass(frozen=True)
class Framework:
    """What a school certifies, and the evidence that each part of it asks for. `scope` has a line for every region.

    `references` are the sources that its competencies name.
    """

    id: str
    version: str
    title: str
    valid_months: int
    groups: tuple[CompetencyGroup, ...]
    competencies: tuple[Competency, ...]
    scope: tuple[ScopeLine, ...]
    renewal: RenewalRule = RenewalRule()
    calibrations: int = 0  # sample encounters that an assessor rates before they sign an observation
    refresh: Refresh = Refresh()
    references: tuple[Reference, ...] = ()

    def competency(self, competency_id: str) -> Competency | None:
        return next((one for one in self.competencies if one.id == competency_id), None)


@dataclass(frozen=True)
class BlueprintRow:
    """So many questions of a form: of a competency and, where these are given, of a region, a kind or a difficulty.

    `difficulty` is the lowest and the highest, both included. `refer` is True for questions whose answer is to refer,
    False for segment questions with a segment as their answer, None for either.
    """

    competency: str
    count: int
    region: Region | None = None
    kind: QuestionKind | None = None
    difficulty: tuple[int, ...] = (1, 5)
    refer: bool | None = None


@dataclass(frozen=True)
class AfterFails:
    """After every `count` attempts below the standard a module, or a whole course, is repeated before the next one."""

    count: int
    module: str


@dataclass(frozen=True)
class Exam:
    """An exam by its blueprint. `minutes` is the time limit, `attempts` how many a person has, days apart.

    `exposure` is the share of candidates above which a question is drawn only where nothing else fits.
    """

    id: str
    title: str
    audience: str
    minutes: int
    attempts: int
    wait_days: int
    standard: Standard
    release: Literal["at-once", "by-hand"]
    feedback: Literal["result", "answers"]
    blueprint: tuple[BlueprintRow, ...]
    after_fails: AfterFails | None = None
    exposure: float = 0.3

    @property
    def asked(self) -> int:
        """How many questions a form holds."""
        return sum(row.count for row in self.blueprint)


Document = Course | Lesson | Quiz | Case | Framework | Exam | Station | Calibration


@dataclass(frozen=True)
class Asset:
    """A file that content shows; `hash` is the SHA-256 of its bytes in hex."""

    hash: str
    media_type: str
    data: bytes


@dataclass(frozen=True)
class Item:
    """One authored file, read without a fault.

    `hash` is the SHA-256 over the source (UTF-8, NFC, LF) followed by the hashes of the assets it shows, in their
    order; a course's hash covers its lessons' entries as well, a lesson's and a framework's the references it prints.
    """

    id: str
    kind: ItemKind
    path: str
    title: str
    hash: str
    source: str
    document: Document
    assets: tuple[Asset, ...] = ()


@dataclass(frozen=True)
class Library:
    """Everything one run of the checker read. `items` and `templates` hold only what is free of problems.

    Templates are no items: nobody meets them, cases are made of them. `warnings` are what an author should know though
    nothing is wrong.
    """

    items: tuple[Item, ...]
    problems: tuple[Problem, ...]
    templates: tuple[Story, ...] = ()
    warnings: tuple[Problem, ...] = ()
