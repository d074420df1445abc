"""What an assessor may record, and what happens when it is sent twice."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from tests.competency.records import SEEN, School, observe
from tests.makers import NOON
from training.competency import service
from training.competency.observing.models import Observation
from training.competency.observing.service import DAYS_BACK
from training.db.base import new_public_id
from training.db.errors import Conflict, Invalid, Refused
from training.journal import service as journal

TODAY = NOON.date()


def record(school: School, **changes: object) -> Observation:
    """An observation of a new trainee by a new assessor, with some of it told otherwise."""
    about: dict[str, object] = {
        "region": "cervical",
        "seen": SEEN,
        "entrustment": 4,
        "observed_on": TODAY,
        "nonce": new_public_id(),
        "today": TODAY,
        "at": NOON,
    }
    if "trainee_id" not in changes:
        about["trainee_id"] = school.person().id
    if "assessor_id" not in changes:
        about["assessor_id"] = school.person().id
    return service.record_observation(school.session, **{**about, **changes})  # type: ignore[arg-type]


def how_many(school: School) -> int:
    return school.session.scalar(select(func.count()).select_from(Observation)) or 0


def test_an_observation_is_kept_with_the_framework_it_was_made_under(school: School) -> None:
    made = record(school, region="chest-wall", entrustment=5)
    assert (made.region, made.entrustment, made.seen) == ("chest-wall", 5, SEEN)
    assert made.framework_hash == service.current_framework(school.session).hash


def test_an_observation_is_journaled_without_its_words(school: School) -> None:
    assessor = school.person()
    made = record(school, assessor_id=assessor.id)
    (entry,) = journal.latest(school.session, limit=5, subject=f"observation/{made.public_id}")
    assert (entry.kind, entry.actor_id) == ("observation.recorded", assessor.id)
    assert entry.payload["entrustment"] == 4
    assert SEEN not in str(entry.payload)
    assert list(journal.faults(school.session)) == []


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"seen": "Looked fine to me.."}, "at least 20"),
        ({"seen": "   \n  " + "x" * 19 + "   "}, "at least 20"),
        ({"seen": "\x00" * 40}, "at least 20"),
        ({"seen": "x" * 4001}, "at most 4000"),
        ({"region": "any"}, "where on the body"),
        ({"region": ""}, "where on the body"),
        ({"entrustment": 0}, "from 1 to 5"),
        ({"entrustment": 6}, "from 1 to 5"),
        ({"observed_on": TODAY + timedelta(days=1)}, "still to come"),
        ({"observed_on": TODAY - timedelta(days=DAYS_BACK + 1)}, "within 30 days"),
        ({"nonce": ""}, "Reload"),
        ({"nonce": "short"}, "Reload"),
        ({"nonce": "x" * 23}, "Reload"),
    ],
)
def test_what_cannot_be_kept_is_refused_with_the_mend(school: School, changes: dict[str, object], why: str) -> None:
    with pytest.raises(Invalid, match=why):
        record(school, **changes)
    assert how_many(school) == 0


@pytest.mark.parametrize("days", [0, DAYS_BACK])
def test_the_days_that_are_open(school: School, days: int) -> None:
    assert record(school, observed_on=TODAY - timedelta(days=days)).id


def test_nobody_observes_themselves(school: School) -> None:
    person = school.person()
    with pytest.raises(Refused, match="This is you"):
        record(school, trainee_id=person.id, assessor_id=person.id)


def test_the_same_form_sent_twice_makes_one_observation_and_one_entry(school: School) -> None:
    trainee, assessor, nonce = school.person(), school.person(), new_public_id()
    first = observe(school.session, trainee, assessor, nonce=nonce)
    entries = journal.count(school.session)
    second = observe(school.session, trainee, assessor, nonce=nonce)
    assert second.id == first.id
    assert how_many(school) == 1
    assert journal.count(school.session) == entries


def test_the_same_form_with_other_content_is_a_conflict_and_the_first_stands(school: School) -> None:
    trainee, assessor, nonce = school.person(), school.person(), new_public_id()
    observe(school.session, trainee, assessor, nonce=nonce, entrustment=2)
    with pytest.raises(Conflict, match="sent before"):
        observe(school.session, trainee, assessor, nonce=nonce, entrustment=5)
    assert school.session.scalars(select(Observation.entrustment)).all() == [2]


def test_somebody_elses_form_cannot_be_sent_again(school: School) -> None:
    trainee, nonce = school.person(), new_public_id()
    observe(school.session, trainee, school.person(), nonce=nonce)
    with pytest.raises(Conflict):
        observe(school.session, trainee, school.person(), nonce=nonce)


def test_observations_come_newest_first_and_only_of_whom_was_asked(school: School) -> None:
    trainee, assessor = school.person(), school.person()
    older = observe(school.session, trainee, assessor, at=NOON - timedelta(days=3))
    newer = observe(school.session, trainee, assessor)
    observe(school.session, school.person(), assessor)
    assert list(service.observations_of(school.session, [trainee.id])) == [newer, older]
