"""A version that drops a competency in use is not published; retired it may be."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.competency.framework.makers import LATER, asking_another_quiz, framework_of, republish, retiring, without
from tests.competency.records import School, observe
from training.competency import service as competency
from training.content.documents import Library
from training.db.errors import Conflict
from training.library import service as library
from training.library.models import ItemVersion


@pytest.fixture(autouse=True)
def judged(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(library, "judge_frameworks", competency.refuse_dropped)


def how_many(session: Session) -> int:
    return len(session.scalars(select(ItemVersion.hash).where(ItemVersion.kind == "framework")).all())


def test_what_no_record_was_made_under_may_be_dropped(school: School, shipped: Library) -> None:
    republish(school.session, shipped, lambda one: without(one, "palpation"))
    assert how_many(school.session) == 2


def test_a_competency_in_use_may_not_be_dropped_and_the_mend_is_named(school: School, shipped: Library) -> None:
    observe(school.session, school.person(), school.person())
    with pytest.raises(Conflict, match=r"were made under: chest-wall.*retired: yes"):
        republish(school.session, shipped, lambda one: without(one, "chest-wall"))
    assert how_many(school.session) == 1
    assert competency.current_framework(school.session).framework == framework_of(shipped)


def test_taking_the_whole_file_away_drops_all_of_it(school: School, shipped: Library) -> None:
    observe(school.session, school.person(), school.person())
    others = [item for item in shipped.items if item.kind != "framework"]
    with pytest.raises(Conflict, match="knowledge, pain-science"):
        library.publish(school.session, others, at=LATER)
    library.publish(school.session, others, at=LATER, retire_missing=False)  # says nothing of the framework


def test_retired_it_keeps_its_id_and_is_asked_for_no_more(school: School, shipped: Library) -> None:
    trainee, *_ = school.watched()
    before = competency.readiness_of(school.session, trainee.id)
    republish(school.session, shipped, lambda one: retiring(one, "jurisdiction"))
    after = competency.readiness_of(school.session, trainee.id)
    assert "jurisdiction" in {one.competency.id for one in before.competencies}
    assert "jurisdiction" not in {one.competency.id for one in after.competencies}
    assert after.scope == before.scope


def test_records_name_the_version_that_they_were_made_under(school: School, shipped: Library) -> None:
    first = competency.current_framework(school.session).hash
    trainee, assessor, _ = school.watched()
    proposed = competency.propose(
        school.session,
        trainee_id=trainee.id,
        proposer_id=assessor.id,
        scope={"cervical": "supervised"},
        reason="Met all of it.",
        at=LATER,
    )
    second = republish(school.session, shipped, asking_another_quiz)
    seen = observe(school.session, trainee, assessor, at=LATER)
    (early, *_) = [
        one for one in competency.observations_of(school.session, [trainee.id]) if one.public_id != seen.public_id
    ]
    assert (proposed.framework_hash, early.framework_hash, seen.framework_hash) == (first, first, second)
    # and what the first version knew may not be dropped by the third, though the second is in force
    with pytest.raises(Conflict, match="consent"):
        republish(school.session, shipped, lambda one: without(one, "consent"))


def test_the_application_judges_what_the_command_publishes(app: Flask) -> None:
    assert library.judge_frameworks is not None


Made = Callable[[], Iterator[None]]
