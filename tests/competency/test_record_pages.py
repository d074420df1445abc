"""The pages that come after a decision: reversal, audit, links, one's own page, appeals."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.competency.records import SEEN, know_it_all, observe
from tests.makers import PASSWORD, sign_in
from training.accounts.models import Person
from training.competency import service
from training.competency.appeals import service as appeals
from training.competency.rule.interests import Declared
from training.db.base import new_public_id
from training.db.session import session, transaction
from training.web.access import Role

PROPOSED_BECAUSE = "Seen often, steady hands, sound judgement."
GRANTED_BECAUSE = "Every line of the record bears it out."
REVERSED_BECAUSE = "Two of the observations were of another person."
TIE = "We were at school together, long ago."
WORDS = "The observation of March was not counted, though it was signed."
NOW = datetime.now(UTC)
pytestmark = pytest.mark.usefixtures("published")
People = Callable[..., Person]
Counter = Callable[[], AbstractContextManager[list[str]]]


@pytest.fixture
def trainee(app: Flask, person_in: People) -> Person:
    person, first, second = person_in(name="Tilda Trainee"), person_in(Role.ASSESSOR), person_in(Role.ASSESSOR)
    with app.app_context(), transaction() as db:
        know_it_all(db, person, at=NOW - timedelta(days=9))
        for number, assessor in enumerate((first, second, first)):
            observe(db, person, assessor, at=NOW - timedelta(days=8 - number))
    return person


@pytest.fixture
def decider(person_in: People) -> Person:
    return person_in(Role.DECIDER, name="Dora Decider")


@pytest.fixture
def granted(app: Flask, trainee: Person, decider: Person, person_in: People) -> str:
    """The number of a granted sign-off, proposed by Petra and decided by Dora."""
    proposer = person_in(Role.ASSESSOR, Role.DECIDER, name="Petra Proposer")
    scope = {"cervical": "independent"}
    with app.app_context(), transaction() as db:
        number = service.propose(
            db,
            trainee_id=trainee.id,
            proposer_id=proposer.id,
            scope=scope,
            reason=PROPOSED_BECAUSE,
            declared=Declared("other", TIE),
            at=NOW - timedelta(days=1),
        ).number
        service.decide(db, number, decider_id=decider.id, outcome="granted", reason=GRANTED_BECAUSE, at=NOW)
    return number


def as_person(client: FlaskClient, person: Person) -> FlaskClient:
    sign_in(client, person)
    return client


def proposer_of(app: Flask, number: str) -> Person:
    with app.app_context():
        found = session().get_one(Person, service.sign_off(session(), number).proposer_id)
        session().expunge(found)
    return found


def standing(app: Flask, number: str) -> str:
    with app.app_context():
        return service.sign_off(session(), number).standing


def words(page: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


def reversal_fields(**changes: str) -> dict[str, str]:
    return {
        "outcome": "reversed",
        "reason": REVERSED_BECAUSE,
        "password": PASSWORD,
        "interest": "none",
        **changes,
    }


# --- reversing ---


def test_a_decider_reverses_and_the_certificate_is_withdrawn_for_everybody(
    app: Flask, client: FlaskClient, granted: str, trainee: Person, decider: Person
) -> None:
    as_person(client, decider)
    page = client.get(f"/sign-offs/{granted}").text
    code = re.search(r'href="/verify/([^"]+)"', page)
    assert code is not None
    for _ in range(2):
        answer = client.post(f"/sign-offs/{granted}/reversal", data=reversal_fields())
        assert (answer.status_code, answer.location) == (303, f"/sign-offs/{granted}")
    page = words(client.get(f"/sign-offs/{granted}").text)
    assert "Tilda Trainee Reversed" in page
    assert "Reversed by Dora Decider" in page
    assert REVERSED_BECAUSE in page
    assert "Reverse it" not in page
    assert "Withdrawn" in app.test_client().get(f"/verify/{code.group(1)}").text
    own = words(as_person(client, trainee).get(f"/progress/sign-offs/{granted}").text)
    assert REVERSED_BECAUSE in own
    assert "more than you are signed off for" in words(client.get("/progress").text)


@pytest.mark.parametrize(
    ("changes", "where"),
    [
        ({"reason": "no"}, "reason-error"),
        ({"password": "not mine"}, "password-error"),
        ({"password": ""}, "password-error"),
        ({"interest": ""}, "interest-error"),
        ({"interest": "other"}, "interest_words-error"),
        ({"outcome": "granted"}, "<title>Error:"),
    ],
)
def test_an_incomplete_reversal_is_not_taken_and_says_what_is_missing(
    app: Flask, client: FlaskClient, granted: str, decider: Person, changes: dict[str, str], where: str
) -> None:
    as_person(client, decider)
    answer = client.post(f"/sign-offs/{granted}/reversal", data=reversal_fields(**changes))
    assert answer.status_code == 422
    assert where in answer.text
    assert standing(app, granted) == "granted"


def test_who_may_not_reverse_has_no_form_and_is_refused(
    app: Flask, client: FlaskClient, granted: str, decider: Person, person_in: People
) -> None:
    as_person(client, proposer_of(app, granted))
    assert "Reverse it" not in client.get(f"/sign-offs/{granted}").text
    answer = client.post(f"/sign-offs/{granted}/reversal", data=reversal_fields())
    assert (answer.status_code, "You proposed this" in answer.text) == (403, True)
    as_person(client, decider)
    barred = client.post(f"/sign-offs/{granted}/reversal", data=reversal_fields(interest="family"))
    assert (barred.status_code, "somebody else must decide" in barred.text) == (403, True)
    for role in (Role.ASSESSOR, Role.TRAINEE, Role.ADMIN, Role.CLINIC):
        as_person(client, person_in(role))
        assert client.post(f"/sign-offs/{granted}/reversal", data=reversal_fields()).status_code == 403
    assert standing(app, granted) == "granted"


# --- the evidence, item by item ---


def test_a_review_shows_each_kind_of_evidence_with_the_versions_answered(
    client: FlaskClient, granted: str, decider: Person
) -> None:
    page = as_person(client, decider).get(f"/sign-offs/{granted}").text
    shown = words(page)
    assert SEEN in shown
    for heading in (
        "Observations 3",
        "Sign-off cases at first sight 64/64",
        "Quizzes",
        "Exams 0/0",
        "Lessons",
        "Safety",
    ):
        assert heading in shown
    assert "+0.0*" in shown  # the rating of the day, a provisional one
    assert TIE in shown
    assert 'href="/library/' not in page  # a decider reads no sources, so there is nothing to follow


def test_versions_are_links_for_who_may_read_sources(client: FlaskClient, granted: str, person_in: People) -> None:
    as_person(client, person_in(Role.DECIDER, Role.AUTHOR))
    page = client.get(f"/sign-offs/{granted}").text
    link = re.search(r'href="(/library/quiz-safety\?version=[0-9a-f]{64})"', page)
    assert link is not None
    assert client.get(link.group(1)).status_code == 200


# --- auditing ---


def test_an_auditor_sees_bundle_hash_replay_and_journal(
    app: Flask, client: FlaskClient, granted: str, person_in: People
) -> None:
    as_person(client, person_in(Role.ADMIN))
    page = words(client.get(f"/sign-offs/{granted}/audit").text)
    assert "It holds: the rule gives the same again." in page
    assert "Sign-off granted" in page
    assert "Sign-off proposed" in page
    answer = client.get(f"/sign-offs/{granted}/bundle.json")
    digest = hashlib.sha256(answer.data).hexdigest()
    assert digest in page
    assert answer.headers["Cache-Control"] == "no-store"
    with app.app_context():
        assert service.sign_off(session(), granted).bundle_hash == digest


def test_an_audit_of_a_reversed_sign_off_says_so(client: FlaskClient, granted: str, decider: Person) -> None:
    as_person(client, decider)
    client.post(f"/sign-offs/{granted}/reversal", data=reversal_fields())
    page = words(client.get(f"/sign-offs/{granted}/audit").text)
    assert "It does not hold." in page
    assert "It was reversed on" in page
    assert "The reversal has a bundle of its own" in page
    assert "Sign-off reversed" in page


def test_an_audit_of_a_proposal_has_nothing_to_replay(
    app: Flask, client: FlaskClient, person_in: People, decider: Person
) -> None:
    person, proposer = person_in(), person_in(Role.ASSESSOR)
    with app.app_context(), transaction() as db:
        know_it_all(db, person)
        number = service.propose(
            db,
            trainee_id=person.id,
            proposer_id=proposer.id,
            scope={"cervical": "supervised"},
            reason=PROPOSED_BECAUSE,
            at=NOW,
        ).number
    as_person(client, decider)
    assert "nothing to replay" in client.get(f"/sign-offs/{number}/audit").text
    assert client.get(f"/sign-offs/{number}/bundle.json").status_code == 404


@pytest.mark.parametrize("role", [Role.TRAINEE, Role.ASSESSOR, Role.AUTHOR, Role.CLINIC])
def test_others_do_not_audit(client: FlaskClient, granted: str, person_in: People, role: Role) -> None:
    as_person(client, person_in(role))
    for what in ("audit", "bundle.json"):
        assert client.get(f"/sign-offs/{granted}/{what}").status_code == 403


# --- links ---


def share(client: FlaskClient, address: str, **fields: str) -> str:
    """Make a link; returns its path."""
    answer = client.post(f"{address}/shares", data={"days": "7", "form": new_public_id(), **fields})
    assert answer.status_code == 303
    found = re.search(r'value="http://[^/]+(/shared/[^"]+)"', client.get(address).text)
    assert found is not None
    return found.group(1)


def test_behind_a_link_stand_scope_rule_and_numbers_and_nobodys_words(
    app: Flask, client: FlaskClient, granted: str, trainee: Person
) -> None:
    path = share(as_person(client, trainee), f"/progress/sign-offs/{granted}")
    answer = app.test_client().get(path)
    page = words(answer.text)
    assert answer.status_code == 200
    assert granted in page
    assert "Granted" in page
    assert "14 of 14 lessons" in page
    for secret in (SEEN, PROPOSED_BECAUSE, GRANTED_BECAUSE, TIE, "Tilda Trainee", "Petra Proposer", "Dora Decider"):
        assert secret not in answer.text
    assert "by an assessor" in page
    assert '<meta name="robots" content="noindex">' in answer.text
    assert answer.headers["X-Robots-Tag"] == "noindex"
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Referrer-Policy"] == "no-referrer"


def test_names_are_shown_only_where_they_were_chosen(
    app: Flask, client: FlaskClient, granted: str, decider: Person
) -> None:
    path = share(as_person(client, decider), f"/sign-offs/{granted}", names="yes")
    page = app.test_client().get(path).text
    for name in ("Tilda Trainee", "Petra Proposer", "Dora Decider"):
        assert name in page
    assert GRANTED_BECAUSE not in page


def test_a_link_ends_when_it_is_withdrawn(app: Flask, client: FlaskClient, granted: str, trainee: Person) -> None:
    own = f"/progress/sign-offs/{granted}"
    path = share(as_person(client, trainee), own)
    form = re.search(rf'action="({own}/shares/[\w-]+/withdrawal)"', client.get(own).text)
    assert form is not None
    assert client.post(form.group(1)).status_code == 303
    answer = app.test_client().get(path)
    assert answer.status_code == 404
    assert "shows nothing any more" in answer.text


@pytest.mark.parametrize("fields", [{"days": "8"}, {"days": "abc"}, {"days": ""}, {"days": "²"}])
def test_a_link_of_another_length_is_not_made(
    client: FlaskClient, granted: str, trainee: Person, fields: dict[str, str]
) -> None:
    as_person(client, trainee)
    assert client.post(f"/progress/sign-offs/{granted}/shares", data=fields).status_code == 422
    odd = {"days": "7", "form": "\x00" * 22}
    assert client.post(f"/progress/sign-offs/{granted}/shares", data=odd).status_code == 303


def test_anothers_sign_off_is_not_there(client: FlaskClient, granted: str, person_in: People) -> None:
    as_person(client, person_in(Role.TRAINEE))
    address = f"/progress/sign-offs/{granted}"
    assert client.get(address).status_code == 404
    assert client.post(f"{address}/shares", data={"days": "7"}).status_code == 404
    assert client.post(f"{address}/shares/{new_public_id()}/withdrawal").status_code == 404
    assert client.post(f"/sign-offs/{granted}/shares", data={"days": "7"}).status_code == 403


# --- appeals ---


def appeal(client: FlaskClient, number: str) -> str:
    """File it twice, as a double click does; returns its address."""
    fields = {"number": number, "words": WORDS, "form": new_public_id()}
    first, second = (client.post("/appeals", data=fields) for _ in range(2))
    assert (first.status_code, second.location) == (303, first.location)
    return first.location


def test_an_appeal_goes_from_the_decision_to_an_answer_and_back(
    client: FlaskClient, granted: str, trainee: Person, decider: Person, person_in: People
) -> None:
    as_person(client, trainee)
    assert f'href="/appeals/new?number={granted}"' in client.get(f"/progress/sign-offs/{granted}").text
    assert "not a regulation" in client.get(f"/appeals/new?number={granted}").text
    address = appeal(client, granted)

    as_person(client, decider)
    assert "You had a part in the decision" in client.get(address).text
    refused = client.post(f"{address}/answer", data={"outcome": "dismissed", "words": WORDS})
    assert (refused.status_code, 'role="alert"' in refused.text) == (403, True)
    assert client.post(f"{address}/notes", data={"note": WORDS}).status_code == 403
    assert address in client.get(f"/sign-offs/{granted}").text

    as_person(client, person_in(Role.DECIDER, name="Una Umpire"))
    assert address in client.get("/appeals").text
    assert client.post(f"{address}/acknowledgement").status_code == 303
    assert client.post(f"{address}/answer", data={"outcome": "upheld", "words": "short"}).status_code == 422
    answer = client.post(f"{address}/answer", data={"outcome": "upheld", "words": "It counts; it is proposed anew."})
    assert answer.status_code == 303
    again = client.post(f"{address}/answer", data={"outcome": "dismissed", "words": WORDS})
    assert again.status_code == 409

    page = words(as_person(client, trainee).get(address).text)
    for said in ("Upheld", "Una Umpire", "It counts; it is proposed anew."):
        assert said in page


def test_a_clinic_complains_by_code_and_sees_its_own_alone(
    client: FlaskClient, granted: str, trainee: Person, person_in: People
) -> None:
    clinic = as_person(client, person_in(Role.CLINIC, name="Riverside"))
    answer = clinic.post("/appeals", data={"about": "7K3M-9QX2", "words": WORDS, "form": new_public_id()})
    assert answer.status_code == 303
    assert "about 7K3M-9QX2" in words(clinic.get(answer.location).text)
    assert "To be answered" not in clinic.get("/appeals").text
    for what in ("acknowledgement", "answer"):
        assert clinic.post(f"{answer.location}/{what}").status_code == 403
    as_person(client, trainee)
    assert client.get(answer.location).status_code == 404
    assert client.post(f"{answer.location}/withdrawal").status_code == 404
    assert client.post(f"{answer.location}/notes", data={"note": WORDS}).status_code == 404


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"words": ""}, 422),
        ({"words": "\x00" * 30}, 422),
        ({"words": WORDS, "number": "SO-0000-0000-000"}, 404),
        ({"words": WORDS, "about": "\x00" * 10}, 303),
        ({"words": WORDS, "form": "\x00" * 22}, 303),
    ],
)
def test_what_cannot_be_filed_says_why(
    client: FlaskClient, person_in: People, fields: dict[str, str], status: int
) -> None:
    as_person(client, person_in(Role.TRAINEE))
    assert client.post("/appeals", data=fields).status_code == status


def test_odd_addresses_of_appeals_are_not_there(client: FlaskClient, person_in: People) -> None:
    as_person(client, person_in(Role.DECIDER))
    for odd in ("nothing", "%00", "x" * 22, "%F0%9F%92%89"):
        assert client.get(f"/appeals/{odd}").status_code == 404
        assert client.post(f"/appeals/{odd}/acknowledgement").status_code == 404


def test_a_broken_promise_is_shown_to_who_answers(
    app: Flask, client: FlaskClient, person_in: People, decider: Person
) -> None:
    filer, long_ago = person_in(Role.CLINIC), NOW - timedelta(days=40)
    with app.app_context(), transaction() as db:
        appeals.file_complaint(db, person_id=filer.id, about="", words=WORDS, today=long_ago.date(), at=long_ago)
    assert "Overdue" in as_person(client, decider).get("/appeals").text


def test_the_list_of_appeals_takes_as_many_queries_for_one_as_for_many(
    app: Flask, client: FlaskClient, person_in: People, decider: Person, queries: Counter
) -> None:
    def file() -> None:
        filer = person_in(Role.CLINIC)
        with app.app_context(), transaction() as db:
            appeals.file_complaint(db, person_id=filer.id, about="", words=WORDS, today=NOW.date(), at=NOW)

    as_person(client, decider)
    file()
    client.get("/appeals")
    with queries() as one:
        client.get("/appeals")
    for _ in range(4):
        file()
    with queries() as many:
        client.get("/appeals")
    assert len(many) == len(one) <= 11, one
