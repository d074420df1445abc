"""What certified people of the demonstration school do afterwards, and where its people say they practise."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from training.competency import service as competency
from training.credentials import service as credentials
from training.demo.learners import Learner
from training.library import service as library

REGIONS = ("cervical", "thoracic", "lumbar", "sacral")
# Who did a month's cases in which regions, how many days ago. What Samuel Osei did in three regions is due again.
DOSES: tuple[tuple[str, Sequence[str], int], ...] = (
    ("Samuel Osei", REGIONS, 45),
    ("Samuel Osei", ("cervical",), 5),
    ("Tamar Vidal", REGIONS, 6),
)
# Who says they practise where, and whether an assessor looked it up.
PLACES = (
    ("Nora Feld", "alberta", "provisional", True),
    ("Owen Clarke", "british-columbia", "rostered", False),
    ("Samuel Osei", "alberta", "general", True),
    ("Tamar Vidal", "florida", "licensed", False),
)


def keep_current(session: Session, ids: Mapping[str, int], now: datetime, zone: ZoneInfo) -> None:
    """The doses, and one nightly run, so that notices stand where they would."""
    cases = library.entries(session, "case", bank="practice")
    for name, regions, days in DOSES:
        learner = Learner(session, ids[name], now - timedelta(days=days))
        for region in regions:
            for case in [one for one in cases if one.region == region][:3]:
                learner.work_case(case.id)
    credentials.run_renewal(session, at=now, zone=zone)


def say_where(session: Session, ids: Mapping[str, int], now: datetime, day: Callable[..., date]) -> None:
    for name, place, register, looked_up in PLACES:
        at = now - timedelta(days=3)
        competency.claim_practice(session, ids[name], place=place, register=register, licence="", seen=0, at=at)
        if looked_up:
            competency.confirm_practice(
                session,
                ids[name],
                place=place,
                register=register,
                licence="",
                checked_on=day(days=2),
                seen=1,
                by_id=ids["Ines Duarte"],
                today=day(days=2),
                at=at + timedelta(days=1),
            )
