"""The treatment log: what it takes, what it refuses and why, and who reads it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import delete, func, select, update
from sqlalchemy.exc import DatabaseError

from tests.competency.records import School
from tests.makers import NOON, sign_in
from training.accounts.models import Person
from training.competency.evidence import gather
from training.competency.treatments import service
from training.competency.treatments.entry import DAYS_BACK, Entry, offered_muscles
from training.competency.treatments.events import EVENTS
from training.competency.treatments.forms import EVENT
from training.competency.treatments.models import StruckTreatment, Treatment
from training.config import ROOT
from training.content.documents import Library
from training.db.base import new_public_id
from training.db.errors import Conflict, Invalid, NotFound
from training.db.session import database, transaction
from training.journal import service as journal
from training.web.access import Role

TODAY = NOON.date()
ENTRY = Entry(TODAY, "cervical", ("C6",), ("multifidus C6",), 3, "yes", "better", "none")
People = Callable[..., Person]


def log(school: School, person: Person, entry: Entry = ENTRY, nonce: str = "") -> Treatment:
    return service.log_treatment(school.session, person.id, entry, nonce=nonce or new_public_id(), today=TODAY, at=NOON)


def test_what_is_logged_is_kept_in_order_and_by_its_own_names(school: School) -> None:
    given = replace(
        ENTRY, segments=("C7", "C6", "C7"), muscles=("ECRB", "extensor carpi radialis brevis", "multifidus C6")
    )
    made = log(school, school.person(), given)
    assert (made.segments, made.muscles) == (["C6", "C7"], ["extensor carpi radialis brevis", "multifidus C6"])


def test_it_is_journaled_without_its_note(school: School) -> None:
    made = log(school, school.person(), replace(ENTRY, note="cramped late"))
    (entry,) = journal.latest(school.session, limit=5, subject=f"treatment/{made.public_id}")
    assert entry.kind == "treatment.logged"
    assert "cramped" not in str(entry.payload)
    assert list(journal.faults(school.session)) == []


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"treated_on": TODAY + timedelta(days=1)}, "still to come"),
        ({"treated_on": TODAY - timedelta(days=DAYS_BACK + 1)}, "within 14 days"),
        ({"region": "head"}, "where on the body"),
        ({"segments": ()}, "at least one segment"),
        ({"segments": ("L5",)}, "L5 does not belong"),
        ({"region": "chest-wall"}, "C6 does not belong"),
        ({"muscles": ()}, "at least one muscle"),
        ({"muscles": ("upper traps",)}, "Did you mean: upper trapezius"),
        ({"muscles": ("patella",)}, "No muscle is called"),
        ({"muscles": ("all muscles",)}, "No muscle is called"),
        ({"supervision": 5}, "who was with you"),
        ({"grasp": ""}, "grasp"),
        ({"range_change": "great"}, "range"),
        ({"event": "hiccup"}, "went wrong"),
        ({"note": "x" * 201}, "at most 200"),
        ({"note": "Mrs Smith again"}, "“Mrs Smith” looks like somebody's name"),
        ({"note": "pt JD"}, "“pt JD” looks like somebody's initials"),
    ],
)
def test_what_cannot_be_kept_is_refused_with_the_mend(school: School, changes: dict[str, object], why: str) -> None:
    with pytest.raises(Invalid, match=why):
        log(school, school.person(), replace(ENTRY, **changes))  # type: ignore[arg-type]
    assert school.session.scalar(select(func.count()).select_from(Treatment)) == 0


@pytest.mark.parametrize("days", [0, DAYS_BACK])
def test_today_and_the_last_day_that_is_allowed_are_taken(school: School, days: int) -> None:
    assert log(school, school.person(), replace(ENTRY, treated_on=TODAY - timedelta(days=days))).id


def test_a_form_sent_twice_is_one_treatment_and_with_something_else_refused(school: School) -> None:
    person, nonce = school.person(), new_public_id()
    first = log(school, person, nonce=nonce)
    assert log(school, person, nonce=nonce).id == first.id
    with pytest.raises(Conflict, match="sent before"):
        log(school, person, replace(ENTRY, grasp="no"), nonce=nonce)
    assert log(school, school.person(), replace(ENTRY, grasp="no"), nonce=nonce).id != first.id


def test_what_was_acknowledged_and_lost_on_the_way_is_acknowledged_again_however_late(school: School) -> None:
    person, nonce = school.person(), new_public_id()
    first = log(school, person, nonce=nonce)
    late = {"today": TODAY + timedelta(days=90), "at": NOON + timedelta(days=90)}
    assert service.log_treatment(school.session, person.id, ENTRY, nonce=nonce, **late).id == first.id  # type: ignore[arg-type]


@pytest.mark.parametrize("nonce", ["short", "x" * 23, "no spaces allowed here"])
def test_an_incomplete_form_is_refused(school: School, nonce: str) -> None:
    with pytest.raises(Invalid, match="not complete"):
        log(school, school.person(), nonce=nonce)


# --- striking out ---


def strike(school: School, person: Person, made: Treatment, reason: str = "wrong day") -> StruckTreatment:
    return service.strike(school.session, person.id, made.public_id, reason=reason, at=NOON)


def test_what_is_struck_out_stays_readable_and_counts_no_more(school: School) -> None:
    person = school.person()
    made, kept = log(school, person), log(school, person)
    strike(school, person, made)
    rows = service.log_of(school.session, person.id)
    assert {row.treatment.id: row.struck is not None for row in rows} == {made.id: True, kept.id: False}
    evidence = gather(school.session, [person.id]).evidence[person.id]
    assert [one.public_id for one in evidence.treatments] == [kept.public_id]
    assert service.how_many(school.session, person.id) == 1


def test_striking_out_twice_is_once_and_for_another_reason_refused(school: School) -> None:
    person = school.person()
    made = log(school, person)
    assert strike(school, person, made).id == strike(school, person, made).id
    with pytest.raises(Conflict, match="before"):
        strike(school, person, made, "another reason")


@pytest.mark.parametrize(
    ("reason", "why"), [("no", "at least 5"), ("was Mr Fox", "“Mr Fox”"), ("x" * 201, "at most 200")]
)
def test_a_reason_that_says_nothing_or_too_much_is_refused(school: School, reason: str, why: str) -> None:
    person = school.person()
    with pytest.raises(Invalid, match=why):
        strike(school, person, log(school, person), reason)


def test_anothers_treatment_is_not_there(school: School) -> None:
    made = log(school, school.person())
    with pytest.raises(NotFound):
        strike(school, school.person(), made)


@pytest.mark.parametrize("model", [Treatment, StruckTreatment])
def test_the_database_itself_refuses_to_change_or_remove(school: School, model: type) -> None:
    person = school.person()
    strike(school, person, log(school, person))
    school.session.flush()
    changed = {"note": "x"} if model is Treatment else {"reason": "other"}
    for statement in (update(model).values(**changed), delete(model)):
        with pytest.raises(DatabaseError, match="append-only"), school.session.begin_nested():
            school.session.execute(statement)


# --- the lists of the form ---


def test_every_event_has_its_words_and_a_source_that_is_registered() -> None:
    registered = (ROOT / "courses" / "references.yaml").read_text()
    assert {one.id for one in EVENTS} == set(EVENT)
    missing = [key for one in EVENTS for key in one.sources if f"\n{key}:" not in registered]
    assert missing == []
    assert [one.id for one in EVENTS if not one.sources] == ["none"]


def test_every_muscle_that_is_offered_is_taken_and_no_dangerous_one_is_suggested(school: School) -> None:
    offered = offered_muscles()
    person = school.person()
    for start in range(0, len(offered), 12):
        log(school, person, replace(ENTRY, muscles=tuple(one.name for one in offered[start : start + 12])))
    suggested = {one.name for one in offered if one.segments}
    assert {"multifidus C6", "infraspinatus"} <= suggested
    assert not {"psoas major", "scalenus anterior", "intercostals", "diaphragm", "pectoralis minor"} & suggested


# --- pages ---


@pytest.fixture
def trainee(app: Flask, client: FlaskClient, published: Library, person_in: People) -> Person:
    person = person_in(Role.TRAINEE, name="Tess Trainee")
    sign_in(client, person)
    return person


def fields(**changes: object) -> dict[str, object]:
    today = datetime.now(UTC).astimezone(ZoneInfo("America/Edmonton")).date().isoformat()
    sent: dict[str, object] = {
        "treated_on": today,
        "region": "lumbar",
        "segment": ["L5"],
        "muscle": ["multifidus L5", "", ""],
        "supervision": "3",
        "grasp": "yes",
        "range_change": "not-measured",
        "event": "none",
        "note": "",
        "nonce": new_public_id(),
    }
    return {**sent, **changes}


def test_a_treatment_is_logged_without_script_and_the_next_form_begins_with_it(
    client: FlaskClient, trainee: Person
) -> None:
    reply = client.post("/log", data=fields())
    assert (reply.status_code, reply.headers["Location"]) == (303, "/log")
    page = client.get("/log").text
    assert "The treatment is logged." in page
    assert 'value="lumbar" checked' in page
    assert 'name="grasp" value="yes" checked' not in page


def test_a_faulty_form_keeps_what_was_typed_and_says_what_is_wrong(client: FlaskClient, trainee: Person) -> None:
    reply = client.post("/log", data=fields(muscle=["patella"], note="call 403-555-0199", treated_on="yesterday"))
    assert reply.status_code == 422
    for words in ("No muscle is called “patella”", "“403-555-0199” looks like a telephone number", "in a calendar"):
        assert words in reply.text
    assert 'value="patella"' in reply.text


def test_something_serious_leads_to_what_to_do(client: FlaskClient, trainee: Person) -> None:
    reply = client.post("/log", data=fields(event="lung"))
    page = client.get(reply.headers["Location"]).text
    assert "Call emergency services" in page
    assert "within 15 days" in page


def test_a_phone_is_told_in_json(client: FlaskClient, trainee: Person) -> None:
    sent, json = fields(), {"Accept": "application/json"}
    first = client.post("/log", data=sent, headers=json)
    again = client.post("/log", data=sent, headers=json)
    assert (first.status_code, first.json) == (200, again.json)
    assert client.post("/log", data={**sent, "grasp": "no"}, headers=json).status_code == 409
    wrong = client.post("/log", data=fields(note="Mrs Smith"), headers=json)
    assert wrong.status_code == 422
    assert list(wrong.json["errors"]) == ["note"]
    client.post("/sign-out")
    assert client.post("/log", data=fields(), headers=json).status_code == 401


def test_the_kept_form_holds_nobody(app: Flask, client: FlaskClient, trainee: Person) -> None:
    page = client.get("/log/offline").text
    for private in (trainee.name, trainee.public_id, "csrf_token"):
        assert private not in page
    worker = client.get("/log/worker.js")
    assert worker.headers["Service-Worker-Allowed"] == "/log"
    assert worker.mimetype == "text/javascript"
    assert "default-src 'none'" in worker.headers["Content-Security-Policy"]


def test_whose_phone_it_is_ends_with_the_session(client: FlaskClient, trainee: Person) -> None:
    client.get("/log")
    cookie = client.get_cookie("segmental-log", path="/log")
    assert cookie is not None
    assert cookie.value == trainee.public_id
    client.post("/sign-out")
    assert client.get_cookie("segmental-log", path="/log") is None


def test_an_entry_is_struck_out_on_its_page_and_only_by_its_owner(
    app: Flask, client: FlaskClient, trainee: Person, person_in: People
) -> None:
    made = client.post("/log", data=fields(), headers={"Accept": "application/json"}).json["recorded"]
    assert client.post(f"/log/entries/{made}/strike", data={"reason": "x"}).status_code == 422
    assert client.post(f"/log/entries/{made}/strike", data={"reason": "wrong region"}).status_code == 303
    assert "wrong region" in client.get(f"/log/entries/{made}").text
    sign_in(client, person_in(Role.TRAINEE))
    assert client.get(f"/log/entries/{made}").status_code == 404
    assert client.post(f"/log/entries/{made}/strike", data={"reason": "not mine"}).status_code == 404


def test_the_log_is_filtered_paged_and_a_file(app: Flask, client: FlaskClient, trainee: Person) -> None:
    with app.app_context(), transaction() as db:
        for number in range(27):
            entry = replace(ENTRY, note=f"={number}") if number else replace(ENTRY, region="lumbar", segments=("L4",))
            service.log_treatment(db, trainee.id, entry, nonce=new_public_id(), today=TODAY, at=NOON)
    first, second = client.get("/log/entries").text, client.get("/log/entries?page=2").text
    assert (first.count('class="log-line"'), second.count('class="log-line"')) == (25, 2)
    assert client.get("/log/entries?region=lumbar").text.count('class="log-line"') == 1
    file = client.get("/log/entries.csv").text
    assert file.count("\n") == 28
    assert ",'=3," in file


def test_an_assessor_reads_a_trainees_log_and_curve_and_can_change_nothing(
    app: Flask, client: FlaskClient, trainee: Person, person_in: People
) -> None:
    made = client.post("/log", data=fields(), headers={"Accept": "application/json"}).json["recorded"]
    sign_in(client, person_in(Role.ASSESSOR))
    page = client.get(f"/trainees/{trainee.public_id}/log").text
    assert "multifidus L5" in page
    assert "strike" not in page.lower()
    assert client.get(f"/log/entries/{made}").status_code == 403
    curve = client.get(f"/trainees/{trainee.public_id}/learning-curve").text
    assert 'role="img" aria-label="Lumbar, 1 results' in curve


def test_logging_takes_few_queries(
    app: Flask, client: FlaskClient, trainee: Person, queries: Callable[[], object]
) -> None:
    client.post("/log", data=fields())
    with queries() as asked:  # type: ignore[attr-defined]
        client.get("/log")
    assert len(asked) <= 4, asked  # the person, the last one, the latest, and whether they may needle where they are
    with queries() as asked:  # type: ignore[attr-defined]
        client.post("/log", data=fields())
    assert len([one for one in asked if not one.startswith(("SAVEPOINT", "RELEASE"))]) <= 8, asked
    with app.app_context():
        assert database.session.scalar(select(func.count()).select_from(Treatment)) == 2
