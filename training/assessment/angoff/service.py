"""Two rounds of judges over one form of an exam: alone first, then having seen each other and what answers say.

A sheet is drawn from the blueprint like anybody's form, so that each row weighs as in the exam. Only sheets that were
handed in count, and the second round is for those who handed in the first.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Integer, cast, func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from training.accounts import service as people
from training.assessment.angoff.models import AngoffSheet, AngoffStudy
from training.assessment.exams import bank
from training.assessment.exams.models import ExamQuestionRow
from training.assessment.panel.rating import Rater, refuse_if_closed
from training.content.documents import Case, Exam, Question, Quiz
from training.db.base import new_public_id
from training.db.errors import Conflict, Invalid, NotFound, Refused
from training.journal import service as journal
from training.library import service as library
from training.measurement.sample_size import COUNTS_ONLY
from training.measurement.standards import FEWEST_JUDGES, AngoffCut, ItemSpread, angoff, spread

ROUNDS = (1, 2)
LEAST_SHARE, MOST_SHARE = 1, 99


@dataclass(frozen=True)
class Asked:
    """A question of the sheet. `key` names it in forms; `right` of `answers`: those of released exams."""

    number: int
    key: str
    title: str
    document: Quiz | Case
    question: Question
    right: int = 0
    answers: int = 0

    @property
    def patient(self) -> bool:
        """Whether it is asked of a patient, whose history and findings belong to it."""
        return isinstance(self.document, Case)

    @property
    def share(self) -> float | None:
        """The share of exam answers that were right; None below ten, where it would be about persons."""
        return self.right / self.answers if self.answers >= COUNTS_ONLY else None


@dataclass(frozen=True)
class Study:
    """A study with its exam, questions and sheets by round and judge."""

    row: AngoffStudy
    exam: Exam
    questions: tuple[Asked, ...]
    sheets: dict[tuple[int, int], AngoffSheet]

    def sheet(self, number: int, judge_id: int) -> AngoffSheet | None:
        return self.sheets.get((number, judge_id))

    def handed_in(self, number: int) -> list[AngoffSheet]:
        """The sheets of a round that count, in the order of their judges' ids."""
        return [one for (of, _), one in sorted(self.sheets.items()) if of == number and one.handed_in_at is not None]

    def ended(self, number: int) -> bool:
        """Whether a round is over. Nobody sees figures of one that is not: who runs it may be a judge as well."""
        return self.row.closed_at is not None or self.row.round > number

    def cut(self, number: int) -> AngoffCut | None:
        """What a round says; None while nobody handed in."""
        rows = [[one.ratings[each.key] / 100 for each in self.questions] for one in self.handed_in(number)]
        return angoff(rows) if rows else None

    def spreads(self, number: int) -> dict[str, ItemSpread]:
        """By question, what the judges of a round said; empty while nobody handed in."""
        sheets = self.handed_in(number)
        if not sheets:
            return {}
        return {one.key: spread([sheet.ratings[one.key] / 100 for sheet in sheets]) for one in self.questions}

    @property
    def error(self) -> float | None:
        """The standard error of the cut: the larger one of the two rounds.

        In the second, judges have seen each other and agree more than independent ones would; R. G. MacCann, G.
        Stanley, Pract. Assess. Res. Eval. 9 (2004) 5, take it from the first for that reason.
        """
        errors = [cut.error for number in ROUNDS if (cut := self.cut(number)) and cut.error is not None]
        return max(errors, default=None)


# --- reading ---------------------------------------------------------------------------------------------------


def studies(session: Session, exam_id: str) -> Sequence[AngoffStudy]:
    """Those of an exam, the latest first."""
    query = select(AngoffStudy).where(AngoffStudy.exam_id == exam_id)
    return session.scalars(query.order_by(AngoffStudy.opened_at.desc(), AngoffStudy.id.desc())).all()


def exam_of(session: Session, exam_id: str) -> Exam:
    """The exam as it is published now. Raises NotFound."""
    return library.of_kind(library.document(session, library.entry(session, exam_id, "exam").version_hash), Exam)


def open_studies(session: Session) -> list[tuple[AngoffStudy, Exam]]:
    """Those that judges can work on."""
    rows = session.scalars(select(AngoffStudy).where(AngoffStudy.closed_at.is_(None)).order_by(AngoffStudy.id)).all()
    known = library.documents(session, {one.version_hash for one in rows})
    return [(one, found) for one in rows if isinstance(found := known[one.version_hash], Exam)]


def row_of(session: Session, public_id: str, *, hold: bool = False) -> AngoffStudy:
    """Raises NotFound. With `hold` others who change the study wait until the caller's transaction ends."""
    query = select(AngoffStudy).where(AngoffStudy.public_id == public_id)
    if hold:
        query = query.with_for_update().execution_options(populate_existing=True)
    row = session.scalar(query)
    if row is None:
        raise NotFound("There is no such sheet.")
    return row


def study(session: Session, public_id: str, *, hold: bool = False) -> Study:
    """Raises NotFound."""
    row = row_of(session, public_id, hold=hold)
    drawn = row.questions["drawn"]
    known = library.documents(session, {row.version_hash, *(one["version"] for one in drawn)})
    exam = library.of_kind(known[row.version_hash], Exam)
    right = right_shares(session, {one["version"] for one in drawn})
    asked = []
    for number, one in enumerate(drawn, start=1):
        document = known[one["version"]]
        if not isinstance(document, Quiz | Case):
            raise NotFound("There is no such sheet.")
        question = next(each for each in document.questions if each.id == one["question"])
        key = f"{one['item']}#{one['question']}"
        hits, answers = right.get((one["version"], one["question"]), (0, 0))
        asked.append(Asked(number, key, document.title, document, question, hits, answers))
    sheets = session.scalars(select(AngoffSheet).where(AngoffSheet.study_id == row.id)).all()
    return Study(row, exam, tuple(asked), {(one.round, one.judge_id): one for one in sheets})


def right_shares(session: Session, versions: set[str]) -> dict[tuple[str, str], tuple[int, int]]:
    """Right and all released exam answers, by version and question; one query."""
    rows = session.execute(
        select(
            ExamQuestionRow.version_hash,
            ExamQuestionRow.question_id,
            func.sum(cast(ExamQuestionRow.right, Integer)),
            func.count(),
        )
        .where(ExamQuestionRow.version_hash.in_(versions), ExamQuestionRow.right.is_not(None))
        .group_by(ExamQuestionRow.version_hash, ExamQuestionRow.question_id)
    )
    return {(version, question): (int(right), count) for version, question, right, count in rows}


# --- running one -----------------------------------------------------------------------------------------------


def open_study(session: Session, exam_id: str, *, by_id: int, at: datetime) -> AngoffStudy:
    """Draw a form of the exam as it is published now; while one is open the exam has no second, and it is given.

    Raises NotFound for no exam, Invalid when the bank cannot fill the blueprint.
    """
    entry = library.entry(session, exam_id, "exam")
    exam = exam_of(session, exam_id)
    already = open_of(session, exam_id)
    if already is not None:
        return already
    seed = new_public_id()
    form = bank.current_bank(session).draw(exam, seed, bank.NOTHING)
    if form.shortfalls:
        raise Invalid("The exam bank cannot fill the blueprint of this exam. Write the missing questions first.")
    drawn = [
        {"item": one.question.item_id, "question": one.question.question_id, "version": one.question.version_hash}
        for one in form.placed
    ]
    row = AngoffStudy(
        public_id=seed,
        exam_id=exam_id,
        version_hash=entry.version_hash,
        questions={"drawn": drawn},
        round=1,
        opened_by_id=by_id,
        opened_at=at,
    )
    try:
        with session.begin_nested():
            session.add(row)
    except IntegrityError:
        already = open_of(session, exam_id)
        if already is None:
            raise
        return already
    payload = {"exam": exam_id, "version": entry.version_hash, "questions": len(drawn)}
    told(session, "angoff.opened", row, payload, by_id, at)
    return row


def open_of(session: Session, exam_id: str) -> AngoffStudy | None:
    return session.scalar(select(AngoffStudy).where(AngoffStudy.exam_id == exam_id, AngoffStudy.closed_at.is_(None)))


def refuse_judge(session: Session, found: Study, judge: Rater) -> None:
    """Raises Refused for who sits exams, who was not in the first round, and after the close."""
    refuse_if_closed(session, judge, library.EXAM)
    if judge.sits:
        raise Refused("You are a trainee as well, and this sheet shows keys of the exam bank.")
    first = found.sheet(1, judge.id)
    if found.row.round == 2 and (first is None or first.handed_in_at is None):
        raise Refused("The second round is for those who handed in the first.")


def save(
    session: Session,
    public_id: str,
    judge: Rater,
    ratings: Mapping[str, int],
    *,
    number: int,
    seen: int,
    hand_in: bool,
    at: datetime,
) -> AngoffSheet:
    """Keep one's ratings of the open round, by question in per cent; handing in wants all of them, and is for good.

    seen: the revision that was on the page, 0 for none. Raises Refused for who may not judge, Conflict when the round
    ended, the sheet was handed in, or saved in another window; Invalid for ratings that are none, or gaps.
    """
    found = study(session, public_id, hold=True)
    refuse_judge(session, found, judge)
    if found.row.closed_at is not None or found.row.round != number:
        raise Conflict("This round has ended, and what was handed in counts.")
    known = {one.key for one in found.questions}
    if not set(ratings) <= known or not all(LEAST_SHARE <= one <= MOST_SHARE for one in ratings.values()):
        raise Invalid("Give a whole number from 1 to 99 for each question.")
    row = found.sheet(number, judge.id)
    kept = dict(ratings)
    if row is not None and row.ratings == kept and (row.handed_in_at is not None) >= hand_in:
        return row  # the second of two clicks
    if row is not None and row.handed_in_at is not None:
        raise Conflict("You have handed in this round, and that stands.")
    if seen != (row.revision if row else 0):
        raise Conflict("You have saved this sheet in another window meanwhile. Look at it again.")
    if hand_in and set(ratings) != known:
        raise Invalid("Rate every question before you hand in. What you rated is still on the page.")
    if row is None:
        row = AngoffSheet(study_id=found.row.id, judge_id=judge.id, round=number, ratings=kept, revision=1, saved_at=at)
        row.handed_in_at = None
        session.add(row)
    else:
        row.ratings, row.revision, row.saved_at = kept, row.revision + 1, at
    if hand_in:
        row.handed_in_at = at
        payload = {"judge": people.person_of(session, judge.id).public_id, "round": number, "ratings": kept}
        told(session, "angoff.handed-in", found.row, payload, judge.id, at)
    session.flush()
    return row


def second_round(session: Session, public_id: str, *, by_id: int, at: datetime) -> AngoffStudy:
    """End the first round. Raises Refused with too few sheets; in the second already it changes nothing."""
    found = study(session, public_id, hold=True)
    if found.row.round == 2:
        return found.row
    refuse_too_few(found, 1)
    found.row.round = 2
    payload = {"judges": len(found.handed_in(1))}
    told(session, "angoff.second-round", found.row, payload, by_id, at)
    return found.row


def close(session: Session, public_id: str, *, by_id: int, at: datetime) -> AngoffStudy:
    """End the second round and keep what came of it. Raises Refused in the first round and with too few sheets."""
    found = study(session, public_id, hold=True)
    row = found.row
    if row.closed_at is not None:
        return row
    if row.round != 2:
        raise Refused("The second round comes before the close: judges see each other's ratings there.")
    refuse_too_few(found, 2)
    cut = found.cut(2)
    if cut is None or found.error is None:
        raise Refused("Nobody handed in.")
    row.judges, row.cut, row.cut_error = cut.judges, cut.cut, found.error
    row.closed_at, row.closed_by_id = at, by_id
    payload = {"judges": cut.judges, "cut": round(cut.cut, 6), "error": round(found.error, 6)}
    told(session, "angoff.closed", row, payload, by_id, at)
    return row


def refuse_too_few(found: Study, number: int) -> None:
    if len(found.handed_in(number)) < FEWEST_JUDGES:
        raise Refused("Fewer than %(fewest)s judges have handed in this round.", fewest=FEWEST_JUDGES)


def told(db: Session, kind: str, row: AngoffStudy, payload: Mapping[str, object], by_id: int, at: datetime) -> None:
    db.flush()
    journal.append(db, kind, actor_id=by_id, subject=f"angoff/{row.public_id}", payload=payload, at=at)
