"""The pages of observed practice: a trainee's request, the assessor's two steps, and what is refused."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from tests.competency.records import SEEN
from tests.makers import PASSWORD, sign_in
from tests.web.test_weight import heavy
from training.accounts.models import Person
from training.competency.observing.models import Observation, ObservationDraft, ObservationRequest
from training.db.base import new_public_id
from training.db.session import session, transaction
from training.web.access import Role

People = Callable[..., Person]
NOW = datetime.now(UTC)
TODAY = NOW.date()
pytestmark = pytest.mark.usefixtures("published")


def words_fields(**changes: str) -> dict[str, str]:
    fields = {"seen": SEEN, "region": "lumbar", "observed_on": (TODAY - timedelta(days=1)).isoformat()}
    return {**fields, "nonce": new_public_id(), **changes}


def ask(client: FlaskClient, trainee: Person, **changes: str) -> str:
    """A new request of the trainee; returns the path of its link."""
    sign_in(client, trainee)
    fields = {"region": "lumbar", "focus": "The angle", "public_id": new_public_id(), **changes}
    answer = client.post("/progress/observations/ask", data=fields)
    assert answer.status_code == 303, answer.text
    found = re.search(r'value="https?://[^/"]+(/o/[\w-]{22})"', client.get(answer.location).text)
    assert found is not None
    return found[1]


def write(client: FlaskClient, assessor: Person, link: str, **changes: str) -> str:
    """The words by a link; returns the path of the rating."""
    sign_in(client, assessor)
    answer = client.post(link, data=words_fields(**changes))
    assert answer.status_code == 303, answer.text
    return answer.location


def observations(app: Flask) -> list[Observation]:
    with app.app_context():
        return list(session().scalars(select(Observation)))


def how_many(app: Flask, what: type[Observation | ObservationDraft | ObservationRequest]) -> int:
    with app.app_context():
        return session().scalar(select(func.count()).select_from(what)) or 0


# --- the whole way ---


def test_from_the_code_to_the_record(app: Flask, client: FlaskClient, person_in: People) -> None:
    trainee, assessor = person_in(name="Tess"), person_in(Role.ASSESSOR, name="Ann")
    link = ask(client, trainee)
    sign_in(client, assessor)
    page = client.get(link).text
    assert "You watched Tess" in page
    assert "The angle" in page
    assert '<option value="lumbar" selected>' in page
    assert 'name="entrustment"' not in page
    rating = write(client, assessor, link)
    page = client.get(rating).text
    assert SEEN in page
    assert "checked" not in page
    answer = client.post(rating, data={"entrustment": "4", "password": PASSWORD})
    assert answer.location == f"/trainees/{trainee.public_id}#observations"
    (row,) = observations(app)
    assert row.words_at is not None
    assert (row.entrustment, row.assessor_id, row.words_at < row.recorded_at) == (4, assessor.id, True)
    assert client.post(rating, data={"entrustment": "4", "password": PASSWORD}).status_code == 303
    assert client.post(rating, data={"entrustment": "5", "password": PASSWORD}).status_code == 409
    assert client.get(rating).status_code == client.get(f"{rating}/words").status_code == 303
    assert how_many(app, Observation) == 1
    sign_in(client, trainee)
    assert "Ann has signed" in client.get(request_page(client)).text


def request_page(client: FlaskClient) -> str:
    found = re.search(r"/progress/observations/requests/[\w-]{22}", client.get("/progress/observations/ask").text)
    assert found is not None
    return found[0]


def test_who_is_not_signed_in_returns_to_the_link(client: FlaskClient, person_in: People) -> None:
    link = ask(client, person_in())
    assessor = person_in(Role.ASSESSOR)
    client.post("/sign-out")
    answer = client.get(link)
    assert (answer.status_code, answer.location) == (303, f"/sign-in?next={link}")
    back = client.post(answer.location, data={"email": assessor.email, "password": PASSWORD})
    assert back.location == link
    assert "What did you see?" in client.get(link).text


def test_the_code_is_a_picture_of_ours_and_gone_when_the_request_is_closed(
    client: FlaskClient, person_in: People
) -> None:
    ask(client, person_in())
    page = request_page(client)
    code = client.get(f"{page}/code.svg")
    assert (code.status_code, code.mimetype) == (200, "image/svg+xml")
    assert b"<path" in code.data
    assert b"style" not in code.data
    assert code.headers["Cache-Control"] == "private, no-store"
    assert client.post(f"{page}/cancel").status_code == 303
    assert client.get(f"{page}/code.svg").status_code == 404
    assert "Taken back" in client.get(page).text
    assert "code.svg" not in client.get(page).text


# --- what no rating gets past ---


def test_a_rating_needs_words_a_level_and_the_password(app: Flask, client: FlaskClient, person_in: People) -> None:
    assessor = person_in(Role.ASSESSOR)
    link = ask(client, person_in())
    rating = write(client, assessor, link)
    for fields in ({}, {"entrustment": "6", "password": PASSWORD}, {"entrustment": "4"}, {"password": PASSWORD}):
        assert client.post(rating, data=fields).status_code == 422
    wrong = client.post(rating, data={"entrustment": "4", "password": "somebody else's"})
    assert wrong.status_code == 422
    assert "That is not your password" in wrong.text
    assert SEEN in wrong.text
    assert 'value="4" required checked' in wrong.text
    assert how_many(app, Observation) == 0
    assert client.post(f"/observations/{new_public_id()}", data={"entrustment": "4"}).status_code == 404


def test_guessing_the_password_is_throttled(app: Flask, client: FlaskClient, person_in: People) -> None:
    rating = write(client, person_in(Role.ASSESSOR), ask(client, person_in()))
    for _ in range(8):
        assert client.post(rating, data={"entrustment": "4", "password": "wrong again"}).status_code == 422
    assert client.post(rating, data={"entrustment": "4", "password": PASSWORD}).status_code == 429
    assert how_many(app, Observation) == 0


def test_words_that_only_judge_get_a_hint_and_are_not_stopped(
    app: Flask, client: FlaskClient, person_in: People
) -> None:
    rating = write(
        client, person_in(Role.ASSESSOR), ask(client, person_in()), seen="Did well & good, very professional."
    )
    assert "They judge" in client.get(rating).text
    assert client.post(rating, data={"entrustment": "3", "password": PASSWORD}).status_code == 303
    assert how_many(app, Observation) == 1


def test_words_can_be_changed_until_they_are_signed_and_thrown_away(
    app: Flask, client: FlaskClient, person_in: People
) -> None:
    rating = write(client, person_in(Role.ASSESSOR), ask(client, person_in()))
    assert SEEN in client.get(f"{rating}/words").text
    assert client.post(f"{rating}/words", data=words_fields(seen="short")).status_code == 422
    client.post(f"{rating}/words", data=words_fields(seen=f"{SEEN} And then waited.", region="sacral"))
    page = client.get(rating).text
    assert "And then waited." in page
    assert "Sacral" in page
    assert client.post(f"{rating}/discard").location == "/observing"
    assert client.get(rating).status_code == 404
    assert how_many(app, ObservationDraft) == 0


def test_a_draft_is_its_assessors_alone(client: FlaskClient, person_in: People) -> None:
    rating = write(client, person_in(Role.ASSESSOR), ask(client, person_in()))
    sign_in(client, person_in(Role.ASSESSOR))
    assert client.get(rating).status_code == client.get(f"{rating}/words").status_code == 404
    for what in ("", "/words", "/own", "/discard"):
        data = {**words_fields(), "entrustment": "5", "password": PASSWORD}
        assert client.post(f"{rating}{what}", data=data).status_code == 404


# --- links that open nothing ---


def test_ones_own_link_is_refused_with_the_way_to_the_code(app: Flask, client: FlaskClient, person_in: People) -> None:
    both = person_in(Role.TRAINEE, Role.ASSESSOR)
    link = ask(client, both)
    page = client.get(link)
    assert page.status_code == 403
    assert "This is your own request" in page.text
    assert "Show its code" in page.text
    assert client.post(link, data=words_fields()).status_code == 403
    assert how_many(app, ObservationDraft) == 0


@pytest.mark.parametrize("role", [Role.TRAINEE, Role.DECIDER, Role.CLINIC, Role.ADMIN])
def test_a_foreign_link_says_nothing_of_its_trainee(client: FlaskClient, person_in: People, role: Role) -> None:
    link = ask(client, person_in(name="Tess Secret"), focus="A private wish")
    sign_in(client, person_in(role))
    page = client.get(link)
    assert page.status_code == 403
    assert "This link is for an assessor" in page.text
    assert "Secret" not in page.text
    assert "private wish" not in page.text
    assert client.post(link, data=words_fields()).status_code == 403


def test_a_link_that_we_did_not_make_opens_nothing(client: FlaskClient, person_in: People) -> None:
    sign_in(client, person_in(Role.ASSESSOR))
    for token in ("x" * 22, "x", "é" * 22, "x" * 500):
        assert "Scan the code again" in client.get(f"/o/{token}").text
        assert client.post(f"/o/{token}", data=words_fields()).status_code == 404


def test_an_expired_link_leads_to_the_trainee(app: Flask, client: FlaskClient, person_in: People) -> None:
    trainee = person_in(name="Tess")
    link = ask(client, trainee)
    with app.app_context(), transaction() as db:
        db.scalars(select(ObservationRequest)).one().expires_at = NOW - timedelta(minutes=1)
    sign_in(client, person_in(Role.ASSESSOR))
    page = client.get(link)
    assert page.status_code == client.post(link, data=words_fields()).status_code == 410
    assert "has expired" in page.text
    assert f'href="/trainees/{trainee.public_id}"' in page.text
    sign_in(client, trainee)
    assert "Expired" in client.get(request_page(client)).text


def test_of_two_assessors_one_wins_and_the_other_keeps_their_words(
    app: Flask, client: FlaskClient, person_in: People
) -> None:
    ann, bob = person_in(Role.ASSESSOR, name="Ann"), person_in(Role.ASSESSOR, name="Bob")
    link = ask(client, person_in())
    first, second = (
        write(client, ann, link),
        write(client, bob, link, seen="Bob saw the needle turn, and the wait after it."),
    )
    signature = {"entrustment": "4", "password": PASSWORD}
    sign_in(client, ann)
    assert client.post(first, data=signature).status_code == 303
    sign_in(client, bob)
    told = client.post(second, data=signature)
    assert told.status_code == 409
    assert "Ann was first" in told.text
    assert "Bob saw the needle turn" in told.text
    assert "Ann was first" in client.get(link).text
    assert client.post(f"{second}/own").status_code == 303
    assert client.post(second, data=signature).status_code == 303
    assert {one.request_id is None for one in observations(app)} == {True, False}


def test_a_request_of_another_trainee_is_not_there(client: FlaskClient, person_in: People) -> None:
    ask(client, person_in())
    page = request_page(client)
    sign_in(client, person_in())
    for address in (page, f"{page}/code.svg"):
        assert client.get(address).status_code == 404
    assert client.post(f"{page}/cancel").status_code == 404


def test_a_request_is_made_once_and_faults_stand_at_their_fields(
    app: Flask, client: FlaskClient, person_in: People
) -> None:
    sign_in(client, person_in())
    fields = {"region": "lumbar", "focus": "x", "public_id": new_public_id()}
    assert len({client.post("/progress/observations/ask", data=fields).location for _ in range(2)}) == 1
    bad = client.post("/progress/observations/ask", data={"region": "moon", "focus": "<i>" * 100})
    assert bad.status_code == 422
    assert 'id="region-error"' in bad.text
    assert 'id="focus-error"' in bad.text
    assert "&lt;i&gt;" in bad.text
    assert client.post("/progress/observations/ask", data={**fields, "public_id": "short"}).status_code == 422
    assert how_many(app, ObservationRequest) == 1


def test_reading_writes_nothing_and_pages_are_light(app: Flask, client: FlaskClient, person_in: People) -> None:
    link = ask(client, person_in())
    assert heavy(client, "/progress/observations/ask", request_page(client)) == []
    sign_in(client, person_in(Role.ASSESSOR))
    assert heavy(client, link, "/observing") == []
    assert how_many(app, ObservationDraft) == 0
    rating = client.post(link, data=words_fields()).location
    assert heavy(client, rating, f"{rating}/words", "/observing", "/observing/samples/sample-neck-by-the-book") == []
