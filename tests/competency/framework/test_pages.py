"""The framework's page, its versions and whom a new one affects, through requests; and the two states on the pages."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.competency.framework.makers import LATER, asking_another_quiz, framework_of, republish, with_competency
from tests.competency.records import finish_lessons, know_it_all, take
from tests.makers import NOON, make_person, sign_in
from training.accounts.models import Person
from training.competency import service
from training.competency.sign_off import service as sign_offs
from training.content.documents import Library
from training.db.session import transaction
from training.study.review.models import ReviewCard
from training.study.review.scheduling import GOOD, schedule
from training.web.access import Role

People = Callable[..., Person]
Counter = Callable[[], AbstractContextManager[list[str]]]
WHY = "Met all that is asked for."


@pytest.fixture(autouse=True)
def content(published: Library) -> Library:
    return published


def words(page: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


def as_person(client: FlaskClient, person: Person) -> FlaskClient:
    sign_in(client, person)
    return client


@pytest.fixture
def changed(app: Flask, shipped: Library) -> str:
    """The hash of a second version, which asks for a quiz more."""
    with app.app_context(), transaction() as db:
        return republish(db, shipped, asking_another_quiz)


# --- for everybody ---


def test_everybody_reads_the_rules_and_how_each_is_tested(client: FlaskClient) -> None:
    page = words(client.get("/framework").text)
    assert "Every lesson of “Foundations of IMS”" in page
    assert "Can be tested by: simulated station, observed on a patient." in page
    assert "Judged as a part of: Examination" in page
    assert "Not judged here yet. No case ends with a report yet." in page
    assert "2 observations (cervical) at entrustment 4 or above, by 2 or more assessors" in page
    assert "Whom they affect" not in page


def test_a_retired_competency_is_named_as_such(app: Flask, client: FlaskClient, shipped: Library) -> None:
    with app.app_context(), transaction() as db:
        republish(
            db,
            shipped,
            lambda one: with_competency(one, "combining-treatment", lambda each: replace(each, retired=True)),
        )
    page = words(client.get("/framework").text)
    assert "Not asked for any more. Older records still name them. Combining with other treatment" in page


def test_without_a_framework_there_is_no_page(app: Flask, client: FlaskClient) -> None:
    from training.library import service as library

    with app.app_context(), transaction() as db:
        library.publish(db, [], at=LATER)
    assert client.get("/framework").status_code == 404
    assert client.get("/ims/case/v1p1/CFDocuments").json == {"CFDocuments": []}


# --- versions ---


def test_versions_are_for_deciders_and_administrators(client: FlaskClient, person_in: People) -> None:
    assert client.get("/framework/versions").status_code == 303
    for role, status in ((Role.DECIDER, 200), (Role.ADMIN, 200), (Role.ASSESSOR, 403), (Role.TRAINEE, 403)):
        assert as_person(client, person_in(role)).get("/framework/versions").status_code == status


def test_one_version_has_nothing_to_be_compared_with(client: FlaskClient, person_in: People) -> None:
    page = words(as_person(client, person_in(Role.ADMIN)).get("/framework/versions").text)
    assert "There is only one version so far." in page
    assert "In force" in page


def test_a_new_version_says_what_changed_and_whom_it_affects(
    app: Flask, client: FlaskClient, shipped: Library, person_in: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sign_offs, "when_granted", lambda *_: "CODE")
    person, proposer, decider = person_in(name="Tilda Trainee"), person_in(Role.ASSESSOR), person_in(Role.DECIDER)
    person_in(name="Nobody Yet")
    with app.app_context(), transaction() as db:
        know_it_all(db, person)
        scope = {"cervical": "supervised"}
        number = service.propose(
            db, trainee_id=person.id, proposer_id=proposer.id, scope=scope, reason=WHY, at=NOON + timedelta(days=1)
        ).number
        at = NOON + timedelta(days=2)
        service.decide(db, number, decider_id=decider.id, outcome="granted", reason=WHY, at=at)
        first = service.current_framework(db).hash
        republish(db, shipped, asking_another_quiz)
    page = words(as_person(client, decider).get("/framework/versions").text)
    assert "What changed from version 2.0 to 2.1" in page
    assert "Safety The rule changed. + New: The quiz “quiz-of-tomorrow” passed" in page
    assert "1 trainee gets another level in some line. 2 were looked at." in page
    assert (
        "Tilda Trainee Cervical: under supervision before, not certified now. Granted: under supervision; the new"
        in page
    )
    assert "A granted certificate stands until it expires or somebody decides about it" in page
    assert first[:12] in page
    assert "Nobody Yet" not in page


def test_two_older_versions_are_compared_without_people(
    app: Flask, client: FlaskClient, shipped: Library, person_in: People, changed: str
) -> None:
    with app.app_context(), transaction() as db:
        republish(db, shipped, lambda one: replace(one, version="3.0", valid_months=12), at=LATER + timedelta(days=9))
        oldest = service.versions(db)[-1].hash
    admin = as_person(client, person_in(Role.ADMIN))
    page = words(admin.get(f"/framework/versions?old={oldest}&new={changed}").text)
    assert "What changed from version 2.0 to 2.1" in page
    assert "Whom it affects" not in page
    assert admin.get("/framework/versions?old=abcdef").status_code == 404
    assert admin.get("/framework/versions?old=" + "%00" * 3).status_code == 404


def test_a_version_that_comes_back_is_the_one_in_force(app: Flask, shipped: Library, changed: str) -> None:
    with app.app_context(), transaction() as db:
        republish(db, shipped, lambda one: one, at=LATER + timedelta(days=1))
        found = service.versions(db)
    assert [one.hash == changed for one in found] == [False, True, False]
    assert [one.current for one in found] == [True, False, False]
    assert found[0].framework == framework_of(shipped)


def test_the_affected_are_found_in_as_many_queries_for_one_as_for_many(
    app: Flask, client: FlaskClient, person_in: People, changed: str, queries: Counter
) -> None:
    person_in()
    as_person(client, person_in(Role.DECIDER))
    client.get("/framework/versions")
    with queries() as few:
        client.get("/framework/versions")
    with app.app_context(), transaction() as db:
        for _ in range(20):
            person = make_person(db)
            finish_lessons(db, person)
            take(db, person, "quiz-safety")
    with queries() as many:
        client.get("/framework/versions")
    assert len(many) == len(few) <= 14, many


# --- met once, still met ---


def remember(app: Flask, person: Person, *, cards: int, days_ago: int) -> None:
    """Cards of questions about safety that were answered rightly once, so many days ago."""
    then = datetime.now(UTC) - timedelta(days=days_ago)
    made = schedule({}, GOOD, 10.0, then)
    questions = ("node-clearance", "anticoagulant", "before-today", "worst-neck-pain", "chest-wall-way", "faint")
    with app.app_context(), transaction() as db:
        for name in questions[:cards]:
            db.add(
                ReviewCard(
                    person_id=person.id,
                    kind="question",
                    key=f"quiz-safety#{name}",
                    item_id="quiz-safety",
                    fsrs=made.card,
                    due_at=made.due_at,
                    stability=made.stability,
                    reviews=1,
                    today=1,
                    lapses=0,
                    added_at=then,
                    reviewed_at=then,
                )
            )


def test_what_was_met_says_when_and_what_faded_says_refresh_due(
    app: Flask, client: FlaskClient, person_in: People
) -> None:
    person, assessor = person_in(), person_in(Role.ASSESSOR)
    with app.app_context(), transaction() as db:
        take(db, person, "quiz-safety")
    remember(app, person, cards=5, days_ago=400)
    page = as_person(client, person).get("/progress").text
    assert "Refresh due" in page
    assert 'href="/review"' in page
    assert f"Met once: {NOON.day} " in words(page)
    assert "Safety Met Refresh due" in words(page)
    with app.app_context(), transaction() as db:
        assert service.readiness_of(db, person.id).competencies[1].met  # no level is taken away
    page = words(as_person(client, assessor).get(f"/trainees/{person.public_id}").text)
    assert "It takes no level away; the trainee can review." in page


@pytest.mark.parametrize(("cards", "days_ago"), [(4, 400), (5, 0)])
def test_few_cards_and_fresh_ones_ask_for_nothing(
    app: Flask, client: FlaskClient, person_in: People, cards: int, days_ago: int
) -> None:
    person = person_in()
    with app.app_context(), transaction() as db:
        take(db, person, "quiz-safety")
    remember(app, person, cards=cards, days_ago=days_ago)
    page = words(as_person(client, person).get("/progress").text)
    assert "Refresh due" not in page
    assert "Remembered now:" in page


def test_another_persons_cards_say_nothing_of_mine(app: Flask, client: FlaskClient, person_in: People) -> None:
    mine, other = person_in(), person_in()
    with app.app_context(), transaction() as db:
        take(db, mine, "quiz-safety")
    remember(app, other, cards=6, days_ago=400)
    assert "Refresh due" not in as_person(client, mine).get("/progress").text
