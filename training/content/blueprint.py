"""Forms of an exam from its blueprint: which questions fit a row, whether every row can be filled, and one drawing.

No two questions of a form may come from one patient, from one history or from cases made of one template: they would
answer each other. Two cases that differ in one telling sign share their history, so a contrast pair is one of these.
"""

from __future__ import annotations

import random
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256

from training.anatomy.segments import region_of
from training.content.documents import REFER, BlueprintRow, Case, Question, QuestionKind, Quiz

SEGMENT_QUESTION = "segment"  # the id of every case's segment question
Ref = tuple[str, str]  # item id, question id


@dataclass(frozen=True)
class ExamQuestion:
    """A question of the exam bank with all that a blueprint asks of it.

    `patients` are what it shares with the other questions of its case and with cases of the same history; `story` is
    the template of its case, or empty. A question of a quiz has neither.
    """

    item_id: str
    question_id: str
    version_hash: str
    kind: QuestionKind
    competencies: tuple[str, ...]
    region: str
    difficulty: int
    refer: bool
    patients: tuple[str, ...] = ()
    story: str = ""

    @property
    def ref(self) -> Ref:
        return self.item_id, self.question_id

    def fits(self, row: BlueprintRow) -> bool:
        return (
            row.competency in self.competencies
            and row.region in (None, self.region)
            and row.kind in (None, self.kind)
            and row.difficulty[0] <= self.difficulty <= row.difficulty[1]
            and (row.refer is None or (self.kind == "segment" and self.refer is row.refer))
        )


@dataclass(frozen=True)
class Placed:
    """A question at its place in a form; `row` counts the blueprint's rows from 0."""

    row: int
    question: ExamQuestion


@dataclass(frozen=True)
class Shortfall:
    """A row that cannot be filled: `filled` of its `count` places, though `fitting` questions (of different patients)
    fit it, some of them needed by other rows."""

    row: int
    count: int
    filled: int
    fitting: int


@dataclass(frozen=True)
class Form:
    """A drawing: the questions in the order asked, and the rows that lack some."""

    placed: tuple[Placed, ...]
    shortfalls: tuple[Shortfall, ...]


@lru_cache(maxsize=4096)
def questions_of(document: Quiz | Case, version_hash: str) -> tuple[ExamQuestion, ...]:
    """The questions that an item brings to the bank."""
    if isinstance(document, Quiz):
        return tuple(_question(one, document.id, version_hash, _region(one)) for one in document.questions)
    history = sha256(document.history_html.encode()).hexdigest()[:32]
    patients = (f"case/{document.id}", f"history/{history}")
    return tuple(
        ExamQuestion(
            item_id=document.id,
            question_id=one.id,
            version_hash=version_hash,
            kind=one.kind,
            competencies=one.competencies or document.competencies,
            region=document.region,
            difficulty=document.difficulty if one.id == SEGMENT_QUESTION else one.difficulty,
            refer=one.segments == (REFER,),
            patients=patients,
            story=f"template/{document.template}" if document.template else "",
        )
        for one in document.questions
    )


def _question(one: Question, item_id: str, version_hash: str, region: str) -> ExamQuestion:
    refer = one.segments == (REFER,)
    return ExamQuestion(item_id, one.id, version_hash, one.kind, one.competencies, region, one.difficulty, refer)


def _region(question: Question) -> str:
    keys = [one for one in question.segments if one != REFER]
    return region_of(keys[0]) if keys else ""


def unseen(pool: Iterable[ExamQuestion], seen: Collection[Ref], known: Iterable[ExamQuestion]) -> list[ExamQuestion]:
    """The pool without what a person has seen: no question a second time, no patient of an earlier form.

    known: questions by which the seen ones are recognised, whatever the version.
    """
    met = {name for one in known if one.ref in seen for name in one.patients}
    met |= {f"case/{item_id}" for item_id, _ in seen}
    return [one for one in pool if one.ref not in seen and met.isdisjoint(one.patients)]


def draw(
    rows: Sequence[BlueprintRow],
    pool: Collection[ExamQuestion],
    seed: str,
    *,
    exposure: Mapping[Ref, int] | None = None,
    most: float | None = None,
    stories: Collection[str] = (),
) -> Form:
    """One form; the same arguments draw the same.

    exposure: how many candidates saw each question; the least seen come first, equals at random. most: from so many
    on a question is taken only where nothing else fits, as one is of the `stories` that the person has met.
    """
    chance = random.Random(seed)
    exposure = exposure or {}
    tickets = {one.ref: chance.random() for one in sorted(pool, key=lambda one: one.ref)}

    def rank(one: ExamQuestion) -> tuple[bool, bool, int, float]:
        count = exposure.get(one.ref, 0)
        return one.story in stories and bool(one.story), most is not None and count >= most, count, tickets[one.ref]

    placed, shortfalls = _fill(rows, sorted(pool, key=rank))
    chance.shuffle(placed)
    return Form(tuple(placed), tuple(shortfalls))


def shortfalls(rows: Sequence[BlueprintRow], pool: Collection[ExamQuestion]) -> tuple[Shortfall, ...]:
    """The rows that cannot be filled, all rows together."""
    return tuple(_fill(rows, sorted(pool, key=lambda one: one.ref))[1])


def patients_fitting(row: BlueprintRow, pool: Collection[ExamQuestion]) -> int:
    """How many questions, each of another patient, fit a row."""
    fitting = [one for one in pool if one.fits(row)]
    return len(set(_clusters(fitting, stories=False).values()))


def _fill(rows: Sequence[BlueprintRow], pool: Sequence[ExamQuestion]) -> tuple[list[Placed], list[Shortfall]]:
    """The largest filling there is, questions earlier in the pool preferred.

    Questions that may not stand together are one cluster, and each place takes another cluster: a matching of places
    to clusters, found with augmenting paths. Source: H. W. Kuhn, Nav. Res. Logist. Q. 2 (1955) 83-97.
    """
    cluster_of = _clusters(pool, stories=True)
    best: list[dict[int, ExamQuestion]] = []  # by row: of each cluster that fits, its first question that does
    for row in rows:
        fitting: dict[int, ExamQuestion] = {}
        for one in pool:
            if one.fits(row):
                fitting.setdefault(cluster_of[one.ref], one)
        best.append(fitting)
    places = [number for number, row in enumerate(rows) for _ in range(row.count)]
    taken: dict[int, int] = {}  # cluster -> place

    def augment(place: int, tried: set[int]) -> bool:
        for cluster in best[places[place]]:
            if cluster in tried:
                continue
            tried.add(cluster)
            if cluster not in taken or augment(taken[cluster], tried):
                taken[cluster] = place
                return True
        return False

    lacking = [0] * len(rows)
    for place, number in enumerate(places):
        lacking[number] += not augment(place, set())
    by_place = sorted((place, cluster) for cluster, place in taken.items())
    placed = [Placed(places[place], best[places[place]][cluster]) for place, cluster in by_place]
    short = [
        Shortfall(number, row.count, row.count - lacking[number], len(best[number]))
        for number, row in enumerate(rows)
        if lacking[number]
    ]
    return placed, short


def _clusters(pool: Iterable[ExamQuestion], *, stories: bool) -> dict[Ref, int]:
    """A number for each question, the same for those that may not stand together."""
    leader: dict[str, str] = {}

    def find(name: str) -> str:
        while leader.setdefault(name, name) != name:
            name = leader[name]
        return name

    names = {}
    for one in pool:
        bound = [f"question/{one.item_id}#{one.question_id}", *one.patients, *([one.story] if stories else [])]
        bound = [name for name in bound if name]
        names[one.ref] = bound[0]
        for name in bound[1:]:
            leader[find(name)] = find(bound[0])
    numbers: dict[str, int] = {}
    return {ref: numbers.setdefault(find(name), len(numbers)) for ref, name in names.items()}
