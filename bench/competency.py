"""How long readiness, the cohort and the journal's verification take, and how many queries they ask; on SQLite."""

from __future__ import annotations

import statistics
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import create_engine, insert, update
from sqlalchemy.orm import Session

from bench.report import Row, table
from bench.servers import ROOT
from tests.competency.many import study_much
from tests.makers import make_person
from tests.query_counts import counted
from training.competency import service
from training.competency.cohort.forms import Asked
from training.competency.cohort.service import cohort_view
from training.competency.rule.readiness import readiness
from training.content.reader import read_library
from training.db import migrate
from training.db.engine import engine_options, prepare
from training.journal import service as journal
from training.journal.models import JournalEntry, JournalHead
from training.library import service as library
from training.web.access import Role

ANSWERS, PEOPLE, ENTRIES = 10_000, 200, 100_000
EACH_ANSWERED = 150
SIGN_IN = 1
"""The query with which every page begins."""
NOW = datetime(2026, 6, 1, 12, 0, tzinfo=UTC)


def report() -> str:
    """All figures, each beside its target; times are of the processor."""
    migrate.all_metadata()
    with tempfile.TemporaryDirectory(prefix="segmental-bench-") as folder:
        engine = create_engine(**engine_options(f"sqlite:///{Path(folder) / 'school.sqlite3'}"))
        prepare(engine)
        migrate.upgrade(engine)
        with Session(engine) as session:
            session.connection(execution_options={"training_writes": True})
            busy = fill(session)
            session.commit()
        with Session(engine) as session:
            rows = [*readiness_rows(session, busy), *cohort_rows(session), verifying_row(session)]
        engine.dispose()
    return table(("what", "measured", "target"), rows)


def fill(session: Session) -> int:
    """A school of trainees, one of whom has answered much, and a long journal; the busy one's id."""
    library.publish(session, read_library(ROOT).items, at=NOW)
    assessor, busy = make_person(session, Role.ASSESSOR), make_person(session, Role.TRAINEE)
    others = [make_person(session, Role.TRAINEE) for _ in range(PEOPLE - 1)]
    session.flush()
    study_much(session, [busy.id], assessor.id, answers=ANSWERS, at=NOW)
    study_much(session, [one.id for one in others], assessor.id, answers=EACH_ANSWERED, at=NOW)
    lengthen(session)
    return busy.id


def lengthen(session: Session) -> None:
    """Entries as a decision writes them, behind those that are there."""
    end = journal.head_of(session)
    assert end is not None
    number, previous = end
    rows = []
    while number < ENTRIES:
        number += 1
        at = NOW + timedelta(microseconds=number)
        subject = f"sign-off/S-{number}"
        payload = {"scope": {"cervical": "independent", "lumbar": "supervised"}, "bundle": previous}
        digest = journal.entry_hash(previous, number, at, "sign-off.decided", None, subject, payload)
        rows.append(
            {
                "number": number,
                "at": at,
                "kind": "sign-off.decided",
                "actor_id": None,
                "subject": subject,
                "payload": payload,
                "previous_hash": previous,
                "hash": digest,
            }
        )
        previous = digest
    session.execute(insert(JournalEntry), rows)
    session.execute(update(JournalHead).values(number=number, hash=previous))


def readiness_rows(session: Session, busy: int) -> list[Row]:
    taken, asked = measured(session, lambda: service.readiness_of(session, busy), times=30)
    found = service.review(session, busy)
    framework = found.readiness.framework
    rule, _ = measured(session, lambda: readiness(framework, found.evidence), times=30)
    return [
        Row((f"readiness, {ANSWERS:,} answers", f"{taken * 1e3:.1f} ms", "< 20 ms"), taken < 0.02),
        Row(("  queries", str(asked), "<= 6"), asked <= 6),
        Row(("  the rule alone, every try given to it", f"{rule * 1e3:.1f} ms", "< 5 ms"), rule < 0.005),
    ]


def cohort_rows(session: Session) -> list[Row]:
    taken, asked = measured(session, lambda: cohort_view(session, Asked(), now=NOW), times=5)
    return [
        Row((f"cohort of {PEOPLE}", f"{taken * 1e3:.0f} ms", "")),
        Row(("  queries of its page", str(asked + SIGN_IN), "<= 8"), asked + SIGN_IN <= 8),
    ]


def verifying_row(session: Session) -> Row:
    taken, _ = measured(session, lambda: holds(session), times=3)
    speed = ENTRIES / taken
    return Row(("journal verified, entries a second", f"{speed:,.0f}", "> 50,000"), speed > 50_000)


def holds(session: Session) -> None:
    if not journal.examine(session).holds:
        raise RuntimeError("the chain that was made here does not hold")


def measured(session: Session, act: Callable[[], object], times: int) -> tuple[float, int]:
    """The median processor time of a call after the first, and how many queries it asks."""
    act()
    with counted(session.get_bind()) as asked:  # type: ignore[arg-type]
        act()
    taken = []
    for _ in range(times):
        began = time.process_time()
        act()
        taken.append(time.process_time() - began)
    return statistics.median(taken), len(asked)
