from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.credentials.makers import EDMONTON
from tests.makers import sign_in
from training.accounts.models import Person
from training.credentials import codes, service
from training.db.session import session, transaction
from training.web.access import Role

NEVER_ISSUED = "7K3M-X0QV-9RTD-2HWN-M"
JSON = {"Accept": "application/json"}
Maker = Callable[..., str]
Queries = Callable[[], AbstractContextManager[list[str]]]
People = Callable[..., Person]


@pytest.fixture
def now() -> datetime:
    return datetime.now(UTC)


@pytest.fixture
def code(certificate_in: Maker, now: datetime) -> str:
    """An active certificate of Asha Rao."""
    return codes.shown(certificate_in(at=now))


@pytest.fixture
def decider(client: FlaskClient, person_in: People) -> Person:
    """Signed in."""
    person = person_in(Role.DECIDER, name="Dana Decider")
    sign_in(client, person)
    return person


def state_of(app: Flask, code: str) -> str:
    with app.app_context():
        found = service.check(session(), code, at=datetime.now(UTC), zone=EDMONTON)
        return found.state if found else "unknown"


def change(client: FlaskClient, code: str, state: str, **fields: str) -> tuple[int, str]:
    data = {"state": state, "reason": "A complaint is looked into.", "final": "yes", **fields}
    response = client.post(f"/certificates/{code}/changes", data=data)
    return response.status_code, response.text


# --- the public check ------------------------------------------------------------------------------------------


def test_anybody_sees_who_is_certified_for_what_until_when(client: FlaskClient, code: str) -> None:
    page = client.get(f"/verify/{code}")

    assert page.status_code == 200
    assert "<title>Active: Asha Rao" in page.text
    for words in (
        "Asha Rao is certified until",
        "that day included",
        "Independent",
        "Under supervision",
        "Not certified",
    ):
        assert words in page.text


def test_the_json_has_exactly_the_fixed_fields(client: FlaskClient, code: str, now: datetime) -> None:
    response = client.get(f"/verify/{code}", headers=JSON)
    answer = response.get_json()
    today = now.astimezone(EDMONTON).date().isoformat()

    assert response.status_code == 200
    assert sorted(answer) == ["checked_at", "code", "expires", "holder", "issued", "scope", "state"]
    assert (answer["code"], answer["state"], answer["holder"]) == (code, "active", "Asha Rao")
    assert answer["scope"] == [
        {"region": "cervical", "level": "independent", "state": "active", "since": today},
        {"region": "lumbar", "level": "supervised", "state": "active", "since": today},
        {"region": "chest-wall", "level": "supervised", "state": "active", "since": today},
    ]
    assert answer["issued"] == today
    assert datetime.fromisoformat(answer["checked_at"]) >= now.replace(microsecond=0)


@pytest.mark.parametrize("typed", [NEVER_ISSUED, NEVER_ISSUED[:-1] + "K", "nonsense", "%00", "x" * 500])
def test_an_unknown_code_is_404_in_both_forms_and_says_nothing_else(client: FlaskClient, code: str, typed: str) -> None:
    page, data = client.get(f"/verify/{typed}"), client.get(f"/verify/{typed}", headers=JSON)

    assert (page.status_code, data.status_code) == (404, 404)
    answer = data.get_json()
    assert {key: answer[key] for key in ("state", "holder", "scope", "issued", "expires")} == {
        "state": "unknown",
        "holder": None,
        "scope": [],
        "issued": None,
        "expires": None,
    }
    assert "Asha Rao" not in page.text + data.text
    assert "Unknown" in page.text


def test_a_mistyped_code_is_told_apart_from_one_that_was_never_issued(client: FlaskClient, code: str) -> None:
    assert "is mistyped" in client.get(f"/verify/{NEVER_ISSUED[:-1]}K").text
    assert "No certificate of this school has this code" in client.get(f"/verify/{NEVER_ISSUED}").text
    assert "this has 8" in client.get("/verify/nonsense").text


@pytest.mark.parametrize("shape", [str.lower, lambda code: code.replace("-", " "), lambda code: code.replace("0", "o")])
def test_the_field_takes_a_code_however_it_is_typed(
    client: FlaskClient, code: str, shape: Callable[[str], str]
) -> None:
    response = client.get("/verify", query_string={"code": f"  {shape(code)} "})

    assert response.status_code == 303
    assert response.location == f"/verify/{code}"


def test_the_field_says_what_is_wrong_with_what_is_no_code(client: FlaskClient) -> None:
    page = client.get("/verify", query_string={"code": "<script>alert(1)</script>"})

    assert page.status_code == 422
    assert "<title>Error: " in page.text
    assert 'aria-describedby="code-hint code-error"' in page.text
    assert "<script>alert" not in page.text
    assert client.get("/verify", query_string={"code": "nonsense"}, headers=JSON).get_json()["state"] == "unknown"


def test_an_empty_field_shows_the_page(client: FlaskClient) -> None:
    assert client.get("/verify?code=+").status_code == 200


@pytest.mark.parametrize("state", ["suspended", "withdrawn"])
def test_a_change_shows_at_once_with_its_words(
    app: Flask, client: FlaskClient, code: str, decider: Person, state: str
) -> None:
    assert change(client, code, state)[0] == 303
    answer = client.get(f"/verify/{code}", headers=JSON).get_json()

    assert answer["state"] == state
    assert {line["state"] for line in answer["scope"]} == {state}
    page = client.get(f"/verify/{code}").text
    assert f"verdict-{state}" in page
    assert "A complaint is looked into." not in page


def test_an_expired_certificate_says_so(client: FlaskClient, certificate_in: Maker, now: datetime) -> None:
    code = certificate_in(at=now - timedelta(days=62), valid_months=1)

    assert client.get(f"/verify/{code}", headers=JSON).get_json()["state"] == "expired"
    assert "by this certificate is not any more" in client.get(f"/verify/{code}").text


def test_a_superseded_certificate_tells_of_a_newer_one_but_not_its_code(
    client: FlaskClient, certificate_in: Maker, person_in: People, now: datetime
) -> None:
    trainee = person_in(Role.TRAINEE, name="Asha Rao")
    first = certificate_in(trainee, at=now - timedelta(days=9))
    second = certificate_in(trainee, at=now)
    page = client.get(f"/verify/{first}").text

    assert "newer certificate" in page
    assert second not in page.replace("-", "")
    assert second not in client.get(f"/verify/{first}", headers=JSON).text.replace("-", "")


def test_answers_are_kept_by_no_cache_and_found_by_no_search_engine(client: FlaskClient, code: str) -> None:
    for address in ("/verify", f"/verify/{code}", f"/verify/{NEVER_ISSUED}"):
        headers = client.get(address).headers
        assert (headers["X-Robots-Tag"], headers["Cache-Control"]) == ("noindex", "no-store")
    assert client.get(f"/verify/{code}").headers["Vary"] == "Accept, Cookie"


def test_a_check_asks_the_database_at_most_three_times(
    client: FlaskClient, code: str, person_in: People, queries: Queries
) -> None:
    client.get(f"/verify/{code}")
    with queries() as asked:
        client.get(f"/verify/{code}")
    assert len(asked) == 1

    sign_in(client, person_in(Role.CLINIC))
    with queries() as asked:
        client.get(f"/verify/{code}")
    assert len(asked) <= 3


# --- managing --------------------------------------------------------------------------------------------------


def test_the_list_finds_by_name_and_state(client: FlaskClient, code: str, decider: Person) -> None:
    assert code in client.get("/certificates").text
    assert code in client.get("/certificates?search=asha&state=active").text
    assert "No certificate fits" in client.get("/certificates?state=withdrawn").text
    assert code in client.get("/certificates?state=nonsense&page=0").text


def test_the_list_goes_page_by_page(client: FlaskClient, certificate_in: Maker, decider: Person, now: datetime) -> None:
    for _ in range(51):
        certificate_in(at=now)
    first, second = client.get("/certificates").text, client.get("/certificates?page=2").text

    assert (first.count("certificate-row"), second.count("certificate-row")) == (50, 1)
    assert "Next" in first
    assert "Previous" in second


def test_suspending_asks_for_a_reason_on_a_page_of_its_own(client: FlaskClient, code: str, decider: Person) -> None:
    manage = client.get(f"/certificates/{code}").text
    assert f"/certificates/{code}/change?state=suspended" in manage
    assert "/change?state=active" not in manage
    page = client.get(f"/certificates/{code}/change?state=suspended")
    assert page.status_code == 200
    assert "From now on the check says" in page.text

    status, text = change(client, code, "suspended", reason=" ")
    assert status == 422
    assert "<title>Error: " in text
    assert 'id="reason-error"' in text


def test_withdrawing_asks_twice(app: Flask, client: FlaskClient, code: str, decider: Person) -> None:
    status, text = change(client, code, "withdrawn", final="")

    assert status == 422
    assert 'id="final-error"' in text
    assert state_of(app, code) == "active"
    assert change(client, code, "withdrawn")[0] == 303
    assert state_of(app, code) == "withdrawn"


def test_one_region_is_suspended_and_restored(client: FlaskClient, code: str, decider: Person) -> None:
    change(client, code, "suspended", region="lumbar")
    lines = client.get(f"/verify/{code}", headers=JSON).get_json()["scope"]
    assert [line["state"] for line in lines] == ["active", "suspended", "active"]

    change(client, code, "active", region="lumbar", reason="It was a mistake.")
    page = client.get(f"/certificates/{code}").text
    assert "It was a mistake." in page
    assert "Lumbar: Active" in page


@pytest.mark.parametrize(
    "fields",
    [{"state": "superseded"}, {"state": ""}, {"state": "suspended", "region": "knee"}],
)
def test_tampered_fields_change_nothing(
    app: Flask, client: FlaskClient, code: str, decider: Person, fields: dict[str, str]
) -> None:
    assert change(client, code, **fields)[0] == 404
    assert state_of(app, code) == "active"


def test_a_region_that_the_certificate_lacks_is_not_found(client: FlaskClient, code: str, decider: Person) -> None:
    assert change(client, code, "suspended", region="sacral")[0] == 404
    assert client.get(f"/certificates/{code}/change?state=suspended&region=sacral").status_code == 303


def test_the_second_of_two_clicks_comes_to_the_same_page(client: FlaskClient, code: str, decider: Person) -> None:
    page = client.get(f"/certificates/{code}/change?state=suspended").text
    seen = re.search(r'name="seen" value="(\d+)"', page)
    assert seen
    assert [change(client, code, "suspended", seen=seen[1])[0] for _ in range(2)] == [303, 303]
    assert client.get(f"/certificates/{code}").text.count("A complaint is looked into.") == 1


def test_a_form_opened_before_somebody_elses_change_is_refused(
    app: Flask, client: FlaskClient, code: str, decider: Person, person_in: People
) -> None:
    page = client.get(f"/certificates/{code}/change?state=withdrawn").text
    seen = re.search(r'name="seen" value="(\d+)"', page)
    assert seen
    other = person_in(Role.DECIDER)
    with app.app_context(), transaction() as db:
        service.change_state(
            db, code, "suspended", reason="First.", by_id=other.id, at=datetime.now(UTC), zone=EDMONTON
        )

    status, text = change(client, code, "withdrawn", seen=seen[1])
    assert (status, "meanwhile" in text) == (409, True)
    assert state_of(app, code) == "suspended"


def test_nobody_can_change_their_own(
    app: Flask, client: FlaskClient, certificate_in: Maker, person_in: People, now: datetime
) -> None:
    person = person_in(Role.TRAINEE, Role.DECIDER)
    code = codes.shown(certificate_in(person, at=now))
    sign_in(client, person)

    assert "/change?" not in client.get(f"/certificates/{code}").text
    assert change(client, code, "suspended")[0] == 403
    assert state_of(app, code) == "active"


@pytest.mark.parametrize("role", [Role.TRAINEE, Role.ASSESSOR, Role.AUTHOR, Role.CLINIC, Role.ADMIN])
def test_only_deciders_manage(app: Flask, client: FlaskClient, code: str, person_in: People, role: Role) -> None:
    sign_in(client, person_in(role))

    assert client.get("/certificates").status_code == 403
    assert client.get(f"/certificates/{code}").status_code == 403
    assert change(client, code, "suspended")[0] == 403
    assert state_of(app, code) == "active"


def test_an_unknown_code_has_no_page_to_manage(client: FlaskClient, decider: Person) -> None:
    assert client.get(f"/certificates/{NEVER_ISSUED}").status_code == 404
    assert change(client, NEVER_ISSUED, "suspended")[0] == 404


# --- one's own -------------------------------------------------------------------------------------------------


def test_a_trainee_sees_their_own_certificates_only(
    client: FlaskClient, certificate_in: Maker, person_in: People, code: str, now: datetime
) -> None:
    trainee = person_in(Role.TRAINEE)
    mine = codes.shown(certificate_in(trainee, at=now))
    sign_in(client, trainee)
    page = client.get("/my/certificates").text

    assert f"http://localhost/verify/{mine}" in page
    assert code not in page


def test_without_a_certificate_the_page_says_what_leads_there(client: FlaskClient, person_in: People) -> None:
    sign_in(client, person_in(Role.TRAINEE))
    page = client.get("/my/certificates").text

    assert "No certificate yet" in page
    assert 'href="/progress"' in page
