"""Review as a person does it, without script: the card, its answer, the end of the day."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, insert, select

from tests.assessment.makers import QUIZ
from tests.makers import NOON, sign_in
from tests.query_counts import counted
from tests.study.review.makers import miss
from training.accounts.models import Person
from training.anatomy.drills import drills
from training.config import ROOT
from training.db.base import new_public_id
from training.db.session import database, transaction
from training.library import service as library
from training.study.review import service
from training.study.review.models import Review, ReviewCard
from training.web.access import Role

JSON = {"Accept": "application/json"}
MakePerson = Callable[..., Person]


@pytest.fixture
def trainee(client: FlaskClient, person_in: MakePerson, small: None) -> Person:
    """A trainee who is signed in with the client."""
    person = person_in()
    sign_in(client, person)
    return person


def hidden(page: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', page)
    assert found, page
    return html.unescape(found[1])


def sent(page: str, *, right: bool = True) -> dict[str, str]:
    """The fields of the page's form, filled in."""
    fields = {name: hidden(page, name) for name in ("question", "nonce", "kind")}
    drill = drills()[fields["question"]]
    if drill.on_spine:
        return {**fields, "segment": drill.right[0] if right else "S5" if "S5" not in drill.right else "C1"}
    options = [html.unescape(one) for one in re.findall(r'name="option" value="([^"]*)"', page)]
    return {**fields, "option": next(one for one in options if (one in drill.right) is right)}


def main_of(page: str) -> str:
    return page[page.index('<main id="main"') : page.index("</main>")]


def count(app: Flask, table: type) -> int:
    with app.app_context(), transaction() as db:
        return db.scalar(select(func.count()).select_from(table)) or 0


# --- the way through -------------------------------------------------------------------------------------------


def test_somebody_new_is_told_what_this_is(client: FlaskClient, trainee: Person) -> None:
    page = main_of(client.get("/review").text)
    assert "8 cards today" in page
    assert "Nothing to remember yet" in page
    assert "Not begun yet today" in main_of(client.get("/review/today").text)


def test_a_card_is_answered_and_the_next_follows(app: Flask, client: FlaskClient, trainee: Person) -> None:
    card = client.get("/review/next")
    assert "0 of 8 today" in card.text
    assert count(app, ReviewCard) == 0, "reading writes nothing"
    reply = client.post("/review/answers", data=sent(card.text, right=False))
    assert reply.status_code == 303
    look = main_of(client.get(reply.location).text)
    for said in ("Not correct", "Right answer", "Your answer", "Sources", "Comes back in a few minutes", "autofocus"):
        assert said in look
    assert "1 of 8 today" in client.get("/review/next").text
    end = main_of(client.get("/review/today").text)
    assert "Stopped for now" in end
    assert "What had faded" in end
    assert "0 of 1 answers right" in end
    assert "cards left" not in end
    assert "15 cards" not in end


def test_the_day_is_worked_through_to_its_end(app: Flask, client: FlaskClient, trainee: Person) -> None:
    for _ in range(30):
        card = client.get("/review/next")
        if card.status_code == 302:
            break
        client.post("/review/answers", data=sent(card.text))
    assert card.location == "/review/today"
    end = main_of(client.get("/review/today").text)
    assert "Done for today" in end
    assert "Nothing had faded" in end
    assert "8 cards reviewed" in end
    assert "Nothing is due now" in main_of(client.get("/review").text)
    assert count(app, Review) >= 16  # a card that was answered slowly, as on a busy machine, is asked once more


def test_a_double_post_is_one_review(app: Flask, client: FlaskClient, trainee: Person) -> None:
    page = client.get("/review/next").text
    first, second = (client.post("/review/answers", data=sent(page)) for _ in range(2))
    assert first.location == second.location
    other = client.post("/review/answers", data=sent(page, right=False))
    assert other.status_code == 409
    assert "Your first answer stands" in other.text
    as_json = client.post("/review/answers", data=sent(page, right=False), headers=JSON)
    assert as_json.status_code == 409
    assert as_json.json is not None
    assert (as_json.json["state"], as_json.json["location"]) == ("kept", first.location)
    assert count(app, Review) == 1


def test_two_tabs_show_the_same_card_and_count_once(app: Flask, client: FlaskClient, trainee: Person) -> None:
    tabs = [client.get("/review/next").text for _ in range(2)]
    places = {client.post("/review/answers", data=sent(page)).location for page in tabs}
    assert len(places) == 1
    assert count(app, Review) == 1


def test_our_script_gets_json(client: FlaskClient, trainee: Person) -> None:
    page = client.get("/review/next").text
    empty = {**sent(page), "segment": "", "option": ""}
    bad = client.post("/review/answers", data=empty, headers=JSON)
    assert bad.status_code == 422
    good = client.post("/review/answers", data=sent(page), headers=JSON)
    assert good.json is not None
    assert good.json["state"] == "saved"
    assert client.get(good.json["location"]).status_code == 200


def test_an_empty_answer_is_asked_again_on_its_card(app: Flask, client: FlaskClient, trainee: Person) -> None:
    page = client.get("/review/next").text
    fields = {**sent(page), "segment": "", "option": ""}
    reply = client.post("/review/answers", data=fields)
    assert reply.status_code == 422
    assert "<title>Error: " in reply.text
    assert hidden(reply.text, "question") == fields["question"]
    assert client.post("/review/answers", data=sent(reply.text)).status_code == 303
    assert count(app, Review) == 1


@pytest.mark.parametrize("token", ["", "x", "ü" * 50, "W10.abc", "A" * 5000])
def test_a_form_that_is_none_of_ours_is_refused(app: Flask, client: FlaskClient, trainee: Person, token: str) -> None:
    fields = {**sent(client.get("/review/next").text), "nonce": token}
    assert client.post("/review/answers", data=fields).status_code == 422
    assert client.post("/review/answers", data={}).status_code == 422
    assert count(app, ReviewCard) == 0


def test_anothers_form_and_answers_are_not_there(
    app: Flask, client: FlaskClient, trainee: Person, person_in: MakePerson
) -> None:
    page = client.get("/review/next").text
    place = client.post("/review/answers", data=sent(page)).location
    other = app.test_client()
    sign_in(other, person_in())
    assert other.get(place).status_code == 404
    assert other.post("/review/answers", data=sent(page)).status_code == 422
    assert other.get("/review/answers/unknown").status_code == 404


def test_a_missed_question_is_answered_on_its_own_form(app: Flask, client: FlaskClient, trainee: Person) -> None:
    with app.app_context(), transaction() as db:
        miss(db, trainee.id, "case-practice", purpose="case")
    page = client.get("/review/next").text
    for said in ("Missed once", "A painter with a thumb", "brachioradialis reflex", "The history of a painter"):
        assert said in page
    assert "The explanation says" not in page
    fields = {name: hidden(page, name) for name in ("question", "nonce", "kind")}
    reply = client.post("/review/answers", data={**fields, "segment": "C6", "side": "right"})
    look = client.get(reply.location).text
    assert "The thumb decides for C6" in look
    asked_again = client.post("/review/answers", data={**fields, "nonce": "x"})
    assert asked_again.status_code == 422


def test_amounts_are_kept_and_faults_are_said(client: FlaskClient, trainee: Person) -> None:
    bad = client.post("/review/amounts", data={"cards_a_day": "none", "new_a_day": "51"})
    assert bad.status_code == 422
    assert "from 1 to 200" in bad.text
    assert "from 0 to 50" in bad.text
    assert 'value="none"' in bad.text
    assert client.post("/review/amounts", data={"cards_a_day": "5", "new_a_day": "3"}).location == "/review"
    page = client.get("/review").text
    assert "5 cards, 3 of them new" in page
    assert "3 cards today" in page
    client.post("/review/amounts", data={"cards_a_day": "5", "new_a_day": "0"})
    assert client.get("/review/next").location == "/review/today"
    assert "Nothing is due today" in client.get("/review/today").text


def test_the_first_page_says_how_many_and_leads_there(client: FlaskClient, trainee: Person) -> None:
    page = main_of(client.get("/").text)
    assert "Review 8 cards" in page
    assert 'href="/review/next"' in page
    client.post("/review/amounts", data={"cards_a_day": "5", "new_a_day": "0"})
    assert "No card is due for review" in main_of(client.get("/").text)


@pytest.mark.parametrize(
    ("role", "status"), [(Role.TRAINEE, 200), (Role.AUTHOR, 200), (Role.CLINIC, 403), (Role.ADMIN, 403)]
)
def test_who_studies_may_review(app: Flask, person_in: MakePerson, role: Role, status: int) -> None:
    visitor = app.test_client()
    assert visitor.get("/review").status_code == 303
    sign_in(visitor, person_in(role))
    for address in ("/review", "/review/next", "/review/today"):
        assert visitor.get(address).status_code == status


def test_without_content_the_drills_are_there(client: FlaskClient, person_in: MakePerson) -> None:
    sign_in(client, person_in())
    assert client.get("/review").status_code == 200
    assert client.get("/review/next").status_code == 200


# --- budgets ---------------------------------------------------------------------------------------------------


def many_cards(app: Flask, person_id: int) -> None:
    """As after a year: every drill a card, many of them due, with their reviews."""
    at = datetime.now(UTC) - timedelta(days=3)
    rows = [
        {
            "public_id": new_public_id(), "person_id": person_id, "kind": "drill", "key": key, "fsrs": {},
            "due_at": at + timedelta(days=number % 40 - 20), "stability": 5.0, "reviews": 9, "today": 1, "lapses": 0,
            "added_at": NOON, "reviewed_at": at,
        }
        for number, key in enumerate(drills())
    ]  # fmt: skip
    with app.app_context(), transaction() as db:
        db.execute(insert(ReviewCard), rows)
        ids = db.scalars(select(ReviewCard.id)).all()
        reviews = [
            {
                "public_id": new_public_id(), "card_id": one, "person_id": person_id, "number": number, "kind": "drill",
                "response": {}, "offered": [], "right": True, "grade": 3, "seconds": 4.0, "log": {}, "due_at": at,
                "reviewed_at": at - timedelta(days=number),
            }
            for one in ids
            for number in range(1, 10)
        ]  # fmt: skip
        db.execute(insert(Review), reviews)


def weight(page: str, kind: str) -> int:
    names = {name.split("?")[0] for name in re.findall(rf'"/static/([^"]+\.{kind}\?[^"]*)"', page)}
    return sum((ROOT / "static" / name).stat().st_size for name in names)


@pytest.mark.parametrize("cards", ["none", "many"])
def test_pages_stay_within_their_budgets(app: Flask, client: FlaskClient, trainee: Person, cards: str) -> None:
    with app.app_context(), transaction() as db:
        miss(db, trainee.id, "case-practice", purpose="case")
        miss(db, trainee.id, QUIZ.id)
        card = service.next_card(service.day_of(db, trainee.id, datetime.now(UTC), app_zone(app)), trainee.public_id)
        assert card is not None
    if cards == "many":
        many_cards(app, trainee.id)
    page = client.get("/review/next").text
    if cards == "many":
        place = client.post("/review/answers", data=sent(page)).location
    else:
        fields = {name: hidden(page, name) for name in ("question", "nonce", "kind")}
        place = client.post("/review/answers", data={**fields, "segment": "C6", "side": "right"}).location
    heavy = []
    for address in ("/review", "/review/next", "/review/today", place):
        library._documents.clear()
        with app.app_context():
            engine = database.engine
        with counted(engine) as statements:
            reply = client.get(address)
        assert reply.status_code == 200
        assert "style=" not in reply.text
        found = (len(statements), len(reply.data), weight(reply.text, "css"), weight(reply.text, "js"))
        if found[0] > 6 or found[1] > 60_000 or found[2] > 40_000 or found[3] > 30_000:
            heavy.append((address, found))
    assert heavy == []


def app_zone(app: Flask) -> object:
    return app.extensions["training.config"].timezone


@pytest.mark.parametrize("cards", ["none", "many"])
def test_an_answer_asks_the_database_at_most_six_times(
    app: Flask, client: FlaskClient, trainee: Person, cards: str
) -> None:
    if cards == "many":
        many_cards(app, trainee.id)
    page = client.get("/review/next").text
    with app.app_context():
        engine = database.engine
    for _ in range(2):
        with counted(engine) as statements:
            assert client.post("/review/answers", data=sent(page)).status_code == 303
        assert len(statements) <= 6, statements


def test_the_first_pages_count_is_one_query(app: Flask, trainee: Person) -> None:
    many_cards(app, trainee.id)
    with app.app_context(), transaction() as db, counted(database.engine) as statements:
        service.left_today(db, trainee.id, NOON, app_zone(app))  # type: ignore[arg-type]
    assert len(statements) == 1
