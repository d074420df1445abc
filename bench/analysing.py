"""How long the analysis of a large school's stored answers takes."""

from __future__ import annotations

import time
from pathlib import Path
from zoneinfo import ZoneInfo

from tests.assessment.analysis.makers import answer_everything, big_quiz, cases, make_cohort
from training.assessment.analysis import export, service
from training.assessment.analysis.forms import Asked
from training.assessment.analysis.service import Viewer
from training.cli.database import upgrade_database
from training.config import Config
from training.db.session import session, transaction
from training.factory import create_app

PEOPLE, QUESTIONS = 1_000, 200
IN_THE_QUIZ = 193
"""The others are the questions of the cases."""


def seconds_to_overview(folder: Path) -> float:
    """Processor time of the overview and its file, over 200,000 first answers in SQLite; the least of three."""
    app = create_app(
        Config(
            mode="development",
            secret_key="a key for the benchmark only",
            database_url=f"sqlite:///{folder / 'analysis.sqlite3'}",
            timezone=ZoneInfo("UTC"),
            instance=folder,
        )
    )
    with app.test_request_context():
        upgrade_database()
        with transaction() as current:
            _cohort, ids = make_cohort(current, "Many", PEOPLE)
            answer_everything(current, [big_quiz(IN_THE_QUIZ), *cases()], ids)
        taken = []
        for _ in range(3):
            began = time.process_time()
            found = service.overview(session(), Viewer(sign_off=True, persons=True), Asked())
            export.items_table(found.lines)
            taken.append(time.process_time() - began)
    if len(found.lines) != QUESTIONS or found.people != PEOPLE:
        raise RuntimeError(f"{found.people} people by {len(found.lines)} questions were analysed")
    return min(taken)
