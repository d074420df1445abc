from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from tests.assessment.makers import nonce
from tests.assessment.room.makers import EASY, ROOM_CASE
from tests.makers import sign_in
from tests.query_counts import counted
from training.accounts.models import Person
from training.anatomy.chart.areas import AREAS
from training.anatomy.information import manners
from training.assessment.room import practice, service
from training.assessment.room.models import Encounter, EncounterStep
from training.config import ROOT
from training.db.session import database, transaction
from training.library import service as library
from training.web.access import Role

pytestmark = pytest.mark.usefixtures("waiting")
JSON = {"Accept": "application/json"}
TAP = {"choice": "triceps-reflex/tap"}


@pytest.fixture
def trainee(client: FlaskClient, person_in: Callable[..., Person], waiting: None) -> Person:
    """A trainee who is signed in with the client."""
    person = person_in()
    sign_in(client, person)
    return person


@pytest.fixture
def patient(client: FlaskClient, trainee: Person) -> str:
    """The address of a patient whom the trainee has met."""
    return client.post(f"/cases/{ROOM_CASE.id}/room").location


@pytest.fixture
def given(client: FlaskClient, trainee: Person) -> str:
    """The address of a generated patient, one to be treated, whose findings are given."""
    runs = (letter * 22 for letter in "ABCDEFGH")
    run = next(run for run in runs if practice.pinned(EASY, run, 1)["keys"] != ["refer"])
    wish = {"run": run, "region": "cervical", "difficulty": "1", "mode": "given"}
    return client.post("/practice", data=wish).location


def answer(segment: str = "C6", side: str = "right", **more: str) -> dict[str, str]:
    return {"question": "segment", "nonce": nonce(), "segment": segment, "side": side, "plan": "treat", **more}


def count(app: Flask, table: type) -> int:
    with app.app_context(), transaction() as current:
        return current.scalar(select(func.count()).select_from(table)) or 0


# --- the room --------------------------------------------------------------------------------------------------


def test_the_findings_are_hidden_until_they_are_looked_for(client: FlaskClient, patient: str) -> None:
    page = client.get(patient).text
    assert "The history of a painter" in page
    for hidden in ("trophoedema", "very tender", "Examined standing", "The explanation says", "The thumb decides"):
        assert hidden not in page
    page = client.get(f"{patient}?area=forearm&manner=palpate").text
    assert 'value="pronator-teres/palpate"' in page
    assert "shortened, very tender" not in page
    reply = client.post(f"{patient}/steps", data={"choice": "pronator-teres/palpate", "area": "forearm"})
    assert reply.status_code == 303
    assert reply.location == f"{patient}?shown=1&area=forearm#shown"
    page = client.get(reply.location).text
    assert "shortened, very tender" in page
    assert 'value="pronator-teres/palpate"' not in page.replace("data-done", "")
    assert "15 s" in page


def test_the_decision_page_keeps_the_key(client: FlaskClient, patient: str) -> None:
    client.post(f"{patient}/steps", data=TAP)
    page = client.get(f"{patient}/decision").text
    assert "triceps reflex" in page
    assert "The explanation says" not in page


def test_the_answer_brings_the_debrief(client: FlaskClient, patient: str) -> None:
    client.post(f"{patient}/steps", data=TAP)
    client.post(f"{patient}/steps", data={"choice": "pronator-teres/strength"})
    reply = client.post(f"{patient}/decision", data=answer(confidence="sure"))
    assert (reply.status_code, reply.location) == (303, patient)
    page = client.get(patient).text
    for said in (
        "Correct",
        "The explanation says C6",
        "author",
        "simulated",
        "Still hidden",
        "Most informative",
        "bit",
    ):
        assert said in page
    assert client.get(f"{patient}/decision").location == patient


def test_a_step_posted_twice_is_one_step(app: Flask, client: FlaskClient, patient: str) -> None:
    first, second = (client.post(f"{patient}/steps", data=TAP) for _ in range(2))
    assert first.location == second.location
    assert count(app, EncounterStep) == 1


def test_an_answer_posted_twice_stands_once(client: FlaskClient, patient: str) -> None:
    sent = answer()
    for _ in range(2):
        assert client.post(f"{patient}/decision", data=sent).status_code == 303
    refused = client.post(f"{patient}/decision", data=answer("C7"))
    assert refused.status_code == 409
    assert "Your first answer stands" in refused.text
    as_json = client.post(f"{patient}/decision", data=answer("C7"), headers=JSON)
    assert as_json.status_code == 409
    assert as_json.json is not None
    assert as_json.json["state"] == "kept"


def test_our_script_gets_json(client: FlaskClient, patient: str) -> None:
    bad = client.post(f"{patient}/decision", data=answer(plan=""), headers=JSON)
    assert (bad.status_code, bad.json) == (422, {"errors": {"plan": "Say what you would do next."}})
    good = client.post(f"{patient}/decision", data=answer(), headers=JSON)
    assert good.json == {"state": "saved", "location": patient}


@pytest.mark.parametrize(
    ("sent", "message"),
    [
        ({}, "The form is not one of ours"),
        ({"nonce": "A" * 22}, "Choose a segment"),
        (answer("C6", ""), "Choose the side"),
        (answer("X1"), "none of the thirty"),
        (answer(plan="x"), "Say what you would do next"),
        (answer(confidence="x" * 500), "Choose how sure"),
    ],
)
def test_what_cannot_be_read_is_asked_again(
    client: FlaskClient, patient: str, sent: dict[str, str], message: str
) -> None:
    reply = client.post(f"{patient}/decision", data=sent)
    assert reply.status_code == 422
    assert message in reply.text
    assert "<title>Error: " in reply.text
    if sent.get("segment") == "C6":
        assert re.search(r'value="C6" checked', reply.text)


@pytest.mark.parametrize("choice", ["", "x", "triceps-reflex", "triceps-reflex/roll", "/" * 300, "a/b/c"])
def test_what_nobody_can_examine_says_so(app: Flask, client: FlaskClient, patient: str, choice: str) -> None:
    reply = client.post(f"{patient}/steps", data={"choice": choice})
    assert reply.status_code == 422
    assert "cannot be examined" in reply.text
    assert count(app, EncounterStep) == 0


def test_an_examination_that_went_on_too_long_says_so(
    client: FlaskClient, patient: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service, "MOST_STEPS", 1)
    client.post(f"{patient}/steps", data=TAP)
    reply = client.post(f"{patient}/steps", data={"choice": "biceps-reflex/tap", "area": "upper-arm"})
    assert reply.status_code == 403
    assert "Decide now" in reply.text
    assert f'href="{patient}/decision"' in reply.text  # on the patient's page, where one goes on


def test_findings_say_in_what_manner_they_were_come_by(client: FlaskClient, patient: str) -> None:
    for manner in ("stroke", "look"):
        client.post(f"{patient}/steps", data={"choice": f"thumb-skin/{manner}"})
    for address in (patient, f"{patient}/decision"):
        ways = re.findall(r'class="body-way">([^<]*)<', client.get(address).text)
        assert ways == ["stroke and prick", "look and feel"]


def test_no_id_stands_twice_on_a_page(client: FlaskClient, patient: str) -> None:
    for query in (*(f"manner={one}" for one in manners()), *(f"area={one}" for one in AREAS)):
        ids = re.findall(r'\sid="([^"]+)"', client.get(f"{patient}?{query}").text)
        assert sorted(ids) == sorted(set(ids)), query


@pytest.mark.parametrize(
    "query",
    ["area=nowhere", "manner=kick", "area=hand&manner=tap", "q=%00", "q=<b>", "shown=99", "shown=x", "manner=palpate"],
)
def test_a_place_that_is_none_is_left_out(client: FlaskClient, patient: str, query: str) -> None:
    assert client.get(f"{patient}?{query}").status_code == 200


def test_a_name_is_found_or_the_nearest_are_offered(client: FlaskClient, patient: str) -> None:
    assert 'value="triceps-reflex/tap"' in client.get(f"{patient}?q=tricep").text
    page = client.get(f"{patient}?q=brachioradalis").text
    assert "Did you mean" in page
    assert "brachioradialis" in page
    assert "nothing is near it" in client.get(f"{patient}?q=zzzzqqqq").text


def test_after_the_answer_the_examination_is_over(client: FlaskClient, patient: str) -> None:
    client.post(f"{patient}/decision", data=answer())
    reply = client.post(f"{patient}/steps", data=TAP)
    assert reply.status_code == 409
    assert "the examination is over" in reply.text


def test_meeting_again_resumes(app: Flask, client: FlaskClient, patient: str) -> None:
    assert client.post(f"/cases/{ROOM_CASE.id}/room").location == patient
    assert count(app, Encounter) == 1
    assert "Under way" in client.get("/room").text


def test_a_sign_off_case_is_not_met_here(app: Flask, client: FlaskClient, trainee: Person) -> None:
    reply = client.post("/cases/case-sign-off/room")
    assert reply.status_code == 403
    assert count(app, Encounter) == 0
    for address in ("/room", "/cases/case-sign-off"):
        assert "/cases/case-sign-off/room" not in client.get(address).text
    assert f"/cases/{ROOM_CASE.id}/room" in client.get(f"/cases/{ROOM_CASE.id}").text


def test_another_persons_patients_are_not_there(
    app: Flask, client: FlaskClient, patient: str, given: str, person_in: Callable[..., Person]
) -> None:
    other = app.test_client()
    sign_in(other, person_in())
    for address in (patient, f"{patient}/decision", given):
        assert other.get(address).status_code == 404
    for address, sent in (
        (f"{patient}/steps", TAP),
        (f"{patient}/decision", answer()),
        (f"{given}/answer", answer()),
        (f"{given}/next", {}),
        (f"{given}/room", {}),
    ):
        assert other.post(address, data=sent).status_code == 404
    assert "A climber" not in other.get("/room/patients").text


@pytest.mark.parametrize("role", [Role.AUTHOR, Role.ASSESSOR, Role.CLINIC, Role.ADMIN])
def test_who_works_no_cases_meets_nobody(app: Flask, person_in: Callable[..., Person], role: Role) -> None:
    other = app.test_client()
    sign_in(other, person_in(role))
    for address in ("/room", "/practice", "/room/patients"):
        assert other.get(address).status_code == 403


# --- practice --------------------------------------------------------------------------------------------------


def test_practice_goes_on_patient_by_patient(app: Flask, client: FlaskClient, given: str) -> None:
    page = client.get(given).text
    assert "never counts towards certification" in page
    assert "What the findings say" not in page
    assert client.post(f"{given}/answer", data=answer("T5", "left")).location == given
    page = client.get(given).text
    assert "Not correct" in page
    assert "What the findings say" in page
    assert "0 of 1 right" in page
    second = client.post(f"{given}/next", data={"mode": "given"}).location
    assert client.post(f"{given}/next", data={"mode": "given"}).location == second != given
    assert "Patient 2" in client.get(second).text
    in_room = client.post(f"{second}/room").location
    assert in_room.startswith("/room/")
    assert "Generated from the model" in client.get(in_room).text
    assert count(app, Encounter) == 3
    page = client.get("/practice").text
    assert second in page
    assert in_room in page


def test_a_generated_patient_is_examined_answered_and_debriefed(client: FlaskClient, given: str) -> None:
    room = client.post(f"{given}/room").location
    client.post(f"{room}/steps", data=TAP)
    client.post(f"{room}/decision", data=answer("refer", ""))
    page = client.get(room).text
    assert "Most informative" in page
    assert client.post(f"/practice{room.removeprefix('/room')}/next").location.startswith("/room/")


@pytest.mark.parametrize("segment", ["nerve", "C6", "refer"])
def test_any_answer_to_a_patient_who_must_be_referred_is_debriefed(
    app: Flask, client: FlaskClient, given: str, segment: str
) -> None:
    room = client.post(f"{given}/room").location
    with app.app_context(), transaction() as current:
        for row in current.scalars(select(Encounter)):
            row.patient = {**row.patient, "keys": ["refer"], "side": None}
    for address, to in ((room, f"{room}/decision"), (given, f"{given}/answer")):
        assert client.post(to, data=answer(segment)).status_code == 303
        reply = client.get(address)
        assert reply.status_code == 200
        assert "whatever segment the findings favour" in reply.text
        assert "Nearness" not in reply.text  # to refer is no matter of degree


@pytest.mark.parametrize(("mode", "form", "send_to"), [("given", "", "/answer"), ("room", "/decision", "/decision")])
def test_root_or_nerve_can_be_answered(
    client: FlaskClient, trainee: Person, mode: str, form: str, send_to: str
) -> None:
    wish = {"run": nonce(), "pair": "root/nerve", "mode": mode}
    first = client.post("/practice", data=wish).location
    assert 'value="nerve"' in client.get(f"{first}{form}").text
    second = client.post(f"{first.replace('/room/', '/practice/')}/next").location
    verdicts = []
    for address in (first, second):
        client.post(f"{address}{send_to}", data=answer("nerve", "left"))
        verdicts.append("Behind it: the " in client.get(address).text)
    assert sorted(verdicts) == [False, True]


@pytest.mark.parametrize(
    "wish",
    [
        {"region": "head", "difficulty": "9", "pair": "C1/S5", "mode": "x"},
        {"difficulty": "-1"},
        {"difficulty": "2.5", "region": ""},
    ],
)
def test_a_wish_that_is_none_is_the_plainest_one(client: FlaskClient, trainee: Person, wish: dict[str, str]) -> None:
    reply = client.post("/practice", data={"run": nonce(), **wish})
    assert reply.status_code == 303
    assert reply.location.startswith("/practice/")


@pytest.mark.parametrize("run", ["", "x", "ü" * 22])
def test_a_run_that_is_none_of_ours_is_refused(client: FlaskClient, trainee: Person, run: str) -> None:
    assert client.post("/practice", data={"run": run}).status_code == 422


def test_a_bad_practice_answer_is_asked_again(client: FlaskClient, given: str) -> None:
    reply = client.post(f"{given}/answer", data=answer("C6", ""))
    assert reply.status_code == 422
    assert "Choose the side" in reply.text
    assert client.post(f"{given}/answer", data=answer("C6", ""), headers=JSON).status_code == 422
    sent = answer("C6", "left")
    assert client.post(f"{given}/answer", data=sent, headers=JSON).json == {"state": "saved", "location": given}
    assert client.post(f"{given}/answer", data=sent).status_code == 303
    assert client.post(f"{given}/answer", data=answer("C7", "left")).status_code == 409
    assert client.post(f"{given}/answer", data=answer("C7", "left"), headers=JSON).status_code == 409


def test_given_and_room_do_not_mix(client: FlaskClient, given: str, patient: str) -> None:
    assert client.get(given.replace("/practice/", "/room/")).status_code == 404
    assert client.get(patient.replace("/room/", "/practice/")).status_code == 404
    assert client.post(f"{patient.replace('/room/', '/practice/')}/next").status_code == 404  # no run: an authored case


# --- budgets ---------------------------------------------------------------------------------------------------


def weight(app: Flask, page: str, kind: str) -> int:
    names = {name.split("?")[0] for name in re.findall(rf'"/static/([^"]+\.{kind}\?[^"]*)"', page)}
    return sum((ROOT / "static" / name).stat().st_size for name in names)


def test_pages_stay_within_their_budgets(app: Flask, client: FlaskClient, patient: str, given: str) -> None:
    way = [f"{name}-c{level}/palpate" for name in ("multifidus", "erector-spinae") for level in range(2, 9)]
    for choice in (*way, "triceps-reflex/tap", "thumb-skin/roll", "deltoid/strength", "deltoid/palpate"):
        client.post(f"{patient}/steps", data={"choice": choice})
    pages = [
        "/room", "/room/patients", "/practice", given, patient, f"{patient}?area=back&manner=palpate",
        f"{patient}?area=head-neck&manner=palpate", f"{patient}?manner=perform", f"{patient}?q=extensor",
        f"{patient}/decision",
    ]  # fmt: skip
    looked_at = [(address, look(app, client, address)) for address in pages]
    client.post(f"{patient}/decision", data=answer("C7"))
    client.post(f"{given}/answer", data=answer("S2"))
    looked_at += [(address, look(app, client, address)) for address in (patient, given)]
    heavy = [
        (address, queries, html, css, script)
        for address, (queries, html, css, script) in looked_at
        if queries > 6 or html > 60_000 or css > 40_000 or script > 30_000
    ]
    assert heavy == []


def look(app: Flask, client: FlaskClient, address: str) -> tuple[int, int, int, int]:
    library._documents.clear()
    with app.app_context():
        engine = database.engine
    with counted(engine) as statements:
        reply = client.get(address)
    assert reply.status_code == 200
    page = reply.text
    assert "style=" not in page
    return len(statements), len(reply.data), weight(app, page, "css"), weight(app, page, "js")


def test_what_changes_asks_the_database_at_most_six_times(app: Flask, client: FlaskClient, patient: str) -> None:
    with app.app_context():
        engine = database.engine
    for address, sent in (
        (f"/cases/{ROOM_CASE.id}/room", {}),
        (f"{patient}/steps", TAP),
        (f"{patient}/decision", answer()),
        ("/practice", {"run": nonce()}),
    ):
        library._documents.clear()
        with counted(engine) as statements:
            assert client.post(address, data=sent).status_code == 303
        assert len(statements) <= 6, (address, statements)


# --- by the plan -----------------------------------------------------------------------------------------------


def test_the_hub_offers_what_is_next_and_goes_on(client: FlaskClient, trainee: Person) -> None:
    page = client.get("/practice").text
    for said in ("Worth doing next", "Begin with C6", "What I keep confusing", "Mixed at once", "How the plan works"):
        assert said in page
    fields = {"focus": "segments", "segment": ["C6", "C7"], "run": nonce(), "mode": "given"}
    address = client.post("/practice", data=fields).location
    assert client.post("/practice", data=fields).location == address
    page = client.get(address).text
    assert "Block C6:" in page
    assert "nothing answered yet" in page
    assert "Go on" in client.get("/practice").text
    client.post(f"{address}/answer", data=answer("S2"))
    page = client.get(address).text
    assert "Leave block C6" in page
    assert "Explain again" in page
    following = client.post(f"{address}/next", data={"leave": "C6"}).location
    assert client.post(f"{address}/next", data={"mode": "given"}).location == following
    assert "Block C7:" in client.get(following).text


def test_authored_cases_are_a_manner_too(client: FlaskClient, trainee: Person) -> None:
    reply = client.post("/practice", data={"focus": "competency", "competency": "dx-lumbar", "mode": "cases"})
    assert (reply.status_code, reply.location) == (303, "/cases?region=lumbar")
    assert client.post("/practice", data={"focus": "all", "mode": "cases"}).location == "/cases"


@pytest.mark.parametrize("run", ["", "a", "\x00" * 22])
def test_a_form_that_is_none_of_ours_is_refused(client: FlaskClient, trainee: Person, run: str) -> None:
    assert client.post("/practice", data={"focus": "all", "run": run}).status_code == 422


def test_the_picture_of_confusions_leads_to_practice(client: FlaskClient, trainee: Person, given: str) -> None:
    assert "No answers yet" in client.get("/practice/confusions").text
    client.post(f"{given}/answer", data=answer("C1"))
    page = client.get("/practice/confusions").text
    assert "heat-map" in page
    assert "Practise C1 against" in page


def test_it_is_explained_again_only_after_the_answer_and_only_to_oneself(
    client: FlaskClient, given: str, patient: str, person_in: Callable[..., Person]
) -> None:
    assert client.get(f"{given}/again").status_code == 404
    assert client.get(f"{patient}/again").status_code == 404
    client.post(f"{given}/answer", data=answer("C1"))
    client.post(f"{patient}/decision", data=answer("C7"))
    for address in (given, patient):
        page = client.get(f"{address}/again").text
        assert "finding by finding" in page
        assert "stepwise-key" in page
    assert "telling-first" in client.get(given).text
    assert "telling-first" in client.get(patient).text
    sign_in(client, person_in())
    assert client.get(f"{given}/again").status_code == 404


def test_pages_of_the_plan_stay_within_their_budgets(app: Flask, client: FlaskClient, trainee: Person) -> None:
    address = client.post("/practice", data={"focus": "all", "run": nonce()}).location
    for _ in range(12):
        client.post(f"{address}/answer", data=answer("S2"))
        address = client.post(f"{address}/next").location
    done = client.post(f"{address}/answer", data=answer("C7")).location
    looked_at = [(one, look(app, client, one)) for one in ("/practice", "/practice/confusions", done, f"{done}/again")]
    heavy = [one for one in looked_at if one[1][0] > 6 or one[1][1] > 60_000 or one[1][2] > 40_000]
    assert heavy == []
    with app.app_context():
        engine = database.engine
    with counted(engine) as statements:
        client.post(f"{done}/next")
    assert len(statements) <= 6, statements
