"""Several runs at the same moment, and a run beside a decider: each thing happens once."""

from __future__ import annotations

from datetime import timedelta

from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests.credentials.makers import EDMONTON, make_certificate
from tests.credentials.test_concurrency import AT_ONCE, at_once
from tests.makers import NOON
from training.credentials import service
from training.credentials.models import CertificateEvent
from training.credentials.renewal.models import RenewalNotice
from training.db.session import session, transaction
from training.journal import service as journal


def test_runs_at_once_tell_once_and_narrow_once(app: Flask) -> None:
    with app.app_context(), transaction() as db:
        make_certificate(db, scope={"cervical": "independent", "lumbar": "supervised"})

    def nightly(days: int) -> list[object]:
        def run(db: Session, _number: int) -> object:
            done = service.run_renewal(db, at=NOON + timedelta(days=days), zone=EDMONTON)
            return done.notices, len(done.narrowed)

        return sorted(at_once(app, run), key=str)

    assert nightly(200) == [(0, 0)] * (AT_ONCE - 1) + [(2, 0)]
    assert nightly(207) == [(0, 0)] * (AT_ONCE - 1) + [(0, 2)]
    with app.app_context():
        assert session().scalar(select(func.count()).select_from(RenewalNotice)) == 2
        narrowed = select(func.count()).where(CertificateEvent.by_id.is_(None))
        assert session().scalar(narrowed) == 2
        assert list(journal.faults(session())) == []
