"""Sample encounters: words before the rating, the rating before what was expected; and assessors beside each other."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from tests.competency.records import SEEN, School, observe
from tests.makers import NOON, sign_in
from tests.query_counts import counted
from training.accounts.models import Person
from training.competency.calibrating import service
from training.competency.calibrating.models import CalibrationRating
from training.competency.stringency.service import assessors, beside_others
from training.content.documents import Calibration, Library
from training.db.errors import Conflict, Invalid, NotFound
from training.db.session import database, session, transaction
from training.journal import service as journal
from training.measurement.sample_size import Standing
from training.web.access import Role

SAMPLE = "sample-ribs-corrected"  # expected: 2
SOON = NOON + timedelta(seconds=30)
People = Callable[..., Person]


def rate(school: School, person: Person, level: int, sample: str = SAMPLE) -> CalibrationRating:
    service.write_words(school.session, person.id, sample, words=SEEN, at=NOON)
    return service.rate(school.session, person.id, sample, entrustment=level, at=SOON)


def test_what_ships_is_said_to_be_its_authors_judgement(shipped: Library) -> None:
    (item,) = (one for one in shipped.items if one.kind == "calibration")
    assert isinstance(item.document, Calibration)
    assert len(item.document.encounters) >= 8
    assert "not that of a panel" in item.document.note
    levels = {level for one in item.document.encounters for level in range(one.low, one.high + 1)}
    assert levels == {1, 2, 3, 4, 5}
    assert len({one.region for one in item.document.encounters}) == 5


def test_nothing_is_rated_before_there_are_words(school: School) -> None:
    person = school.person()
    with pytest.raises(Invalid, match="Write first"):
        service.rate(school.session, person.id, SAMPLE, entrustment=2, at=NOON)
    service.write_words(school.session, person.id, SAMPLE, words=SEEN, at=NOON)
    with pytest.raises(Invalid, match="Write first"):
        service.rate(school.session, person.id, SAMPLE, entrustment=2, at=NOON)
    with pytest.raises(Invalid, match="from 1 to 5"):
        service.rate(school.session, person.id, SAMPLE, entrustment=6, at=SOON)
    with pytest.raises(Invalid, match="at least 20"):
        service.write_words(school.session, person.id, SAMPLE, words="short", at=NOON)
    with pytest.raises(NotFound):
        service.write_words(school.session, person.id, "elsewhere", words=SEEN, at=NOON)


def test_a_rating_stands_and_is_journaled_once(school: School) -> None:
    person = school.person()
    made = rate(school, person, 3)
    assert rate(school, person, 3) is made
    with pytest.raises(Conflict, match="3 before"):
        rate(school, person, 2)
    with pytest.raises(Conflict, match="Your words stand"):
        service.write_words(school.session, person.id, SAMPLE, words=f"{SEEN} Anew.", at=SOON)
    kinds = [one.kind for one in journal.latest(school.session, limit=5)]
    assert kinds.count("calibration.rated") == 1


@pytest.mark.parametrize(("level", "verdict"), [(1, "below"), (2, "within"), (3, "above")])
def test_a_rating_beside_the_expected_range(school: School, level: int, verdict: str) -> None:
    person = school.person()
    rate(school, person, level)
    found = service.sample_for(school.session, person.id, SAMPLE)
    assert (found.verdict, found.entrustment) == (verdict, level)
    assert service.sample_for(school.session, school.person().id, SAMPLE).verdict is None


def test_colleagues_are_shown_when_they_are_five(school: School) -> None:
    person = school.person()
    rate(school, person, 5)
    found = service.sample_for(school.session, person.id, SAMPLE)
    for number, level in enumerate((2, 2, 3, 1, 2)):
        assert service.colleagues(school.session, found, person.id) is None, number
        rate(school, school.person(), level)
    assert service.colleagues(school.session, found, person.id) == [(1, 1), (2, 3), (3, 1), (4, 0), (5, 0)]


# --- the pages ---


@pytest.mark.usefixtures("published")
def test_the_expected_range_is_nowhere_on_the_page_before_the_rating(client: FlaskClient, person_in: People) -> None:
    sign_in(client, person_in(Role.ASSESSOR))
    address = f"/observing/samples/{SAMPLE}"
    why = "was stopped by you, not by him"
    assert why not in client.get(address).text
    assert client.post(f"{address}/rating", data={"entrustment": "2"}).status_code == 422
    assert client.post(f"{address}/words", data={"seen": "short"}).status_code == 422
    assert client.post(f"{address}/words", data={"seen": SEEN}).status_code == 303
    page = client.get(address).text
    assert why not in page
    assert 'name="entrustment"' in page
    assert 'name="seen"' in client.get(f"{address}?words=1").text
    assert client.post(f"{address}/rating", data={}).status_code == 422
    assert client.post(f"{address}/rating", data={"entrustment": "3"}).status_code == 303
    page = client.get(address).text
    assert why in page
    assert "More lenient than expected" in page
    assert "as soon as 5 colleagues" in page
    assert client.post(f"{address}/rating", data={"entrustment": "1"}).status_code == 409
    assert "more lenient" in client.get("/observing").text
    assert client.get("/observing/samples/elsewhere").status_code == 404


# --- beside the others ---


def observed(school: School, levels: dict[Person, int], trainees: int) -> None:
    for number in range(trainees):
        trainee = school.person()
        for assessor, level in levels.items():
            observe(school.session, trainee, assessor, entrustment=level, at=NOON + timedelta(days=number))


def test_the_strictest_come_first_and_others_have_no_names_for_an_assessor(school: School) -> None:
    strict, usual, third, lenient = (school.person(name=name) for name in ("S", "U", "T", "L"))
    observed(school, {strict: 2, usual: 3, third: 3, lenient: 4}, trainees=5)
    rows = assessors(school.session)
    assert [rows[0].name, rows[-1].name] == ["S", "L"]
    assert all(row.figure and row.figure.standing is Standing.SHOWN for row in rows)
    found = beside_others(school.session, strict.id)
    assert found.own is not None
    assert found.own.difference == pytest.approx(2 - 10 / 3)
    assert found.others == pytest.approx([0, 0, 4 / 3])


def test_two_others_would_be_known_without_a_name(school: School) -> None:
    first, second, third = school.person(), school.person(), school.person()
    observed(school, {first: 2, second: 3, third: 4}, trainees=5)
    assert beside_others(school.session, first.id).others is None
    assert beside_others(school.session, school.person().id).own is None


@pytest.mark.usefixtures("published")
def test_the_pages_take_few_queries_and_say_what_is_missing(app: Flask, client: FlaskClient, person_in: People) -> None:
    decider, assessor = person_in(Role.DECIDER), person_in(Role.ASSESSOR)
    sign_in(client, decider)
    assert "Nobody has observed yet" in client.get("/assessors").text
    assert client.get("/observing").status_code == 403
    with app.app_context(), transaction() as db:
        made = School(db)
        observed(made, {made.person(name="Ann"): 3, made.person(name="Bob"): 4}, trainees=2)
        only = db.scalars(select(Person.id).where(Person.name == "Ann")).one()
    with app.app_context():
        engine = database.engine
    with counted(engine) as asked:
        page = client.get("/assessors").text
    assert len(asked) <= 7, asked
    assert "2 of at least 5 trainees" in page
    sign_in(client, assessor)
    assert "You have signed no observation yet" in client.get("/observing").text
    assert client.get("/assessors").status_code == 403
    with app.app_context():
        assert beside_others(session(), only).others is None
