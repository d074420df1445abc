"""The pages: what each role sees, sends and is told."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from tests.competency.records import SEEN, answer_cases, finish_lessons, know_it_all, observe, take
from tests.makers import PASSWORD, make_person, sign_in
from training.accounts import service as people
from training.accounts.models import Person
from training.accounts.signing_in import FAILURES_PER_ACCOUNT
from training.competency import service
from training.competency.observing.models import Observation
from training.competency.sign_off.models import SignOff
from training.db.base import new_public_id
from training.db.session import session, transaction
from training.journal import service as journal
from training.web.access import Role

WHY = "Seen often, steady hands, sound judgement."
NOW = datetime.now(UTC)
TODAY = NOW.astimezone(ZoneInfo("America/Edmonton")).date()  # where the tests' school is
pytestmark = pytest.mark.usefixtures("published")
People = Callable[..., Person]


@pytest.fixture
def trainee(app: Flask, person_in: People) -> Person:
    """Somebody who may be signed off as independent in the cervical region; watched by two."""
    person, first, second = person_in(name="Tilda Trainee"), person_in(Role.ASSESSOR), person_in(Role.ASSESSOR)
    with app.app_context(), transaction() as db:
        know_it_all(db, person, at=NOW - timedelta(days=9))
        for number, assessor in enumerate((first, second, first)):
            observe(db, person, assessor, at=NOW - timedelta(days=8 - number))
    return person


@pytest.fixture
def proposal(app: Flask, trainee: Person, person_in: People) -> str:
    """The number of an open proposal for the trainee."""
    proposer = person_in(Role.ASSESSOR, Role.DECIDER, name="Petra Proposer")
    with app.app_context(), transaction() as db:
        scope = {"cervical": "independent"}
        made = service.propose(db, trainee_id=trainee.id, proposer_id=proposer.id, scope=scope, reason=WHY, at=NOW)
        return made.number


def as_person(client: FlaskClient, person: Person) -> FlaskClient:
    sign_in(client, person)
    return client


def observation_fields(**changes: str) -> dict[str, str]:
    fields = {
        "seen": SEEN,
        "region": "lumbar",
        "observed_on": (TODAY - timedelta(days=1)).isoformat(),
        "nonce": new_public_id(),
    }
    return {**fields, **changes}


def decision_fields(**changes: str) -> dict[str, str]:
    return {"outcome": "granted", "reason": WHY, "password": PASSWORD, "interest": "none", **changes}


def how_many(app: Flask, what: type[Observation | SignOff]) -> int:
    with app.app_context():
        return session().scalar(select(func.count()).select_from(what)) or 0


def state_of(app: Flask, number: str) -> str:
    with app.app_context():
        return service.sign_off(session(), number).state


def words(page: str) -> str:
    """The page's text with tags away and white space levelled."""
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


# --- progress ---


def test_somebody_new_is_shown_the_first_lesson(client: FlaskClient, person_in: People) -> None:
    page = as_person(client, person_in()).get("/progress").text
    assert "What stands between you and sign-off" in page
    assert 'href="/courses/foundations/what-neuropathic-pain-means"' in page
    assert "0 of 14 lessons" in page
    assert "0 of 15 competencies met" in page


def test_progress_shows_the_numbers_beside_the_rule(app: Flask, client: FlaskClient, person_in: People) -> None:
    person = person_in()
    with app.app_context(), transaction() as db:
        finish_lessons(db, person, but=2)
        take(db, person, "quiz-safety", wrong=3, safety=False)
        answer_cases(db, person, "thoracic", count=6)
    page = words(as_person(client, person).get("/progress").text)
    assert "12 of 14 lessons" in page
    assert "Best so far: 7 of 10 right; 9 pass" in page
    assert "Evidence 4.7 : 1 of the 20 : 1 needed, 6 cases" in page


def test_a_closed_gate_says_plainly_what_opens_it(app: Flask, client: FlaskClient, person_in: People) -> None:
    person = person_in()
    with app.app_context(), transaction() as db:
        take(db, person, "quiz-safety", wrong=1, confidence="sure")
    page = as_person(client, person).get("/progress").text
    assert "The safety gate is closed" in page
    assert 'href="/cases/neck-potter"' in page
    assert "one new observation at entrustment 3 or above" in page


def test_who_waits_for_a_decision_sees_it(client: FlaskClient, trainee: Person, proposal: str) -> None:
    page = words(as_person(client, trainee).get("/progress").text)
    assert "Your sign-off waits for a decision" in page
    assert proposal in page


def test_what_could_be_signed_off_is_said_until_it_is(
    app: Flask, client: FlaskClient, trainee: Person, person_in: People
) -> None:
    page = words(as_person(client, trainee).get("/progress").text)
    assert "more than you are signed off for: Cervical, Thoracic, Lumbar, Sacral. An assessor" in page
    assessor = person_in(Role.ASSESSOR)
    with app.app_context(), transaction() as db:
        scope = dict(service.readiness_of(db, trainee.id).scope)
        made = service.propose(db, trainee_id=trainee.id, proposer_id=assessor.id, scope=scope, reason=WHY, at=NOW)
        number = made.number
    with app.app_context(), transaction() as db:
        decider = make_person(db, Role.DECIDER)
        service.decide(db, number, decider_id=decider.id, outcome="granted", reason=WHY, at=NOW)
    page = words(client.get("/progress").text)
    assert "An assessor can propose it" not in page
    assert "Earlier decisions" in page


def test_a_trainee_reads_what_was_written_about_them_and_nobody_else(
    client: FlaskClient, trainee: Person, person_in: People
) -> None:
    page = words(as_person(client, trainee).get("/progress/observations").text)
    assert page.count(SEEN) == 3
    assert "4: Alone" in page
    page = words(as_person(client, person_in()).get("/progress/observations").text)
    assert SEEN not in page
    assert "Nobody has watched you yet" in page


def test_progress_is_for_trainees(client: FlaskClient, person_in: People) -> None:
    assert as_person(client, person_in(Role.CLINIC)).get("/progress").status_code == 403


# --- the queue ---


def test_whoever_can_be_proposed_comes_first(client: FlaskClient, person_in: People, trainee: Person) -> None:
    person_in(name="Aaron Early")
    page = as_person(client, person_in(Role.ASSESSOR)).get("/trainees").text
    assert page.index("Tilda Trainee") < page.index("Aaron Early")
    assert "Can be proposed" in page


def test_the_queue_is_searched_and_filtered(app: Flask, client: FlaskClient, person_in: People) -> None:
    person_in(name="Nora North")
    south = person_in(name="Sam South")
    with app.app_context(), transaction() as db:
        people.join_cohort(db, people.add_cohort(db, "Spring & Sun", date(2026, 3, 1)).id, south.id)
    as_person(client, person_in(Role.ASSESSOR))
    assert "Sam South" not in client.get("/trainees?search=nora").text
    cohort = client.get("/trainees", query_string={"cohort": "Spring & Sun"}).text
    assert "Sam South" in cohort
    assert "Nora North" not in cohort
    assert "Nobody fits" in client.get("/trainees?search=%25").text


def test_the_queue_is_paged(client: FlaskClient, person_in: People) -> None:
    for number in range(27):
        person_in(name=f"Trainee {number:02}")
    as_person(client, person_in(Role.DECIDER))
    assert "Trainee 26" not in client.get("/trainees").text
    assert "Trainee 26" in client.get("/trainees?page=2").text
    assert client.get("/trainees?page=99").status_code == 200


def test_an_empty_school_says_what_happens_next(client: FlaskClient, person_in: People) -> None:
    assert "No trainee yet" in as_person(client, person_in(Role.ASSESSOR)).get("/trainees").text


@pytest.mark.parametrize("role", [Role.TRAINEE, Role.CLINIC, Role.ADMIN, Role.AUTHOR])
def test_the_queue_is_not_for_everybody(client: FlaskClient, person_in: People, trainee: Person, role: Role) -> None:
    as_person(client, person_in(role))
    for address in ("/trainees", f"/trainees/{trainee.public_id}", "/sign-offs"):
        assert client.get(address).status_code == 403


# --- the review, and observing ---


def test_the_review_shows_the_evidence_item_by_item(client: FlaskClient, trainee: Person, person_in: People) -> None:
    page = words(as_person(client, person_in(Role.ASSESSOR)).get(f"/trainees/{trainee.public_id}").text)
    assert page.count(SEEN) == 3
    assert "cervical-1-0" in page
    assert "Record an observation" in page
    assert "Propose a sign-off" in page


def test_a_decider_reads_the_review_without_forms(client: FlaskClient, trainee: Person, person_in: People) -> None:
    page = as_person(client, person_in(Role.DECIDER)).get(f"/trainees/{trainee.public_id}").text
    assert "Record an observation" not in page
    assert 'name="reason"' not in page


def test_who_is_no_trainee_has_no_review(client: FlaskClient, person_in: People) -> None:
    as_person(client, person_in(Role.ASSESSOR))
    for public_id in (person_in(Role.AUTHOR).public_id, "nobody"):
        assert client.get(f"/trainees/{public_id}").status_code == 404


def test_words_are_saved_once_however_often_they_are_sent_and_nothing_is_rated(
    app: Flask, client: FlaskClient, trainee: Person, person_in: People
) -> None:
    as_person(client, person_in(Role.ASSESSOR))
    address, fields = f"/trainees/{trainee.public_id}/observations", observation_fields(entrustment="5")
    first, again = client.post(address, data=fields), client.post(address, data=fields)
    assert (first.status_code, first.location) == (303, again.location)
    assert first.location.startswith("/observations/")
    assert how_many(app, Observation) == 3, "a rating that is sent with the words is not read"


def test_faults_in_words_stand_at_their_fields_and_nothing_is_lost(
    app: Flask, client: FlaskClient, trainee: Person, person_in: People
) -> None:
    as_person(client, person_in(Role.ASSESSOR))
    fields = observation_fields(seen="Short & <b>bold</b>", region="moon", observed_on="soon")
    answer = client.post(f"/trainees/{trainee.public_id}/observations", data=fields)
    assert answer.status_code == 422
    assert "<title>Error:" in answer.text
    for name in ("seen", "region", "observed_on"):
        assert f'id="{name}-error"' in answer.text
    assert "Short &amp; &lt;b&gt;bold&lt;/b&gt;" in answer.text
    assert fields["nonce"] in answer.text
    assert how_many(app, Observation) == 3


def test_what_the_form_cannot_know_is_said_by_the_service(
    client: FlaskClient, trainee: Person, person_in: People
) -> None:
    as_person(client, person_in(Role.ASSESSOR))
    address = f"/trainees/{trainee.public_id}/observations"
    old = (TODAY - timedelta(days=60)).isoformat()
    assert client.post(address, data=observation_fields(observed_on=old)).status_code == 422
    ahead = (TODAY + timedelta(days=3)).isoformat()
    assert "still to come" in client.post(address, data=observation_fields(observed_on=ahead)).text


def test_nobody_observes_or_proposes_themselves(app: Flask, client: FlaskClient, person_in: People) -> None:
    both = person_in(Role.TRAINEE, Role.ASSESSOR)
    with app.app_context(), transaction() as db:
        know_it_all(db, both)
    as_person(client, both)
    page = client.get(f"/trainees/{both.public_id}").text
    assert "This is you" in page
    assert 'name="seen"' not in page
    assert client.post(f"/trainees/{both.public_id}/observations", data=observation_fields()).status_code == 403
    fields = {"level-cervical": "supervised", "reason": WHY, "interest": "none"}
    assert client.post(f"/trainees/{both.public_id}/proposals", data=fields).status_code == 403
    assert (how_many(app, Observation), how_many(app, SignOff)) == (0, 0)


@pytest.mark.parametrize("role", [Role.TRAINEE, Role.DECIDER, Role.ADMIN, Role.CLINIC])
def test_only_assessors_observe_and_propose(
    app: Flask, client: FlaskClient, trainee: Person, person_in: People, role: Role
) -> None:
    as_person(client, person_in(role))
    for what, fields in (
        ("observations", observation_fields()),
        ("proposals", {"level-cervical": "supervised", "interest": "none"}),
    ):
        assert client.post(f"/trainees/{trainee.public_id}/{what}", data=fields).status_code == 403


# --- proposing ---


def test_the_most_that_the_evidence_allows_is_chosen_beforehand(
    client: FlaskClient, trainee: Person, person_in: People
) -> None:
    page = as_person(client, person_in(Role.ASSESSOR)).get(f"/trainees/{trainee.public_id}").text
    cervical = page[page.index('id="level-cervical"') :].split("</select>")[0]
    assert '<option value="independent" selected>' in cervical
    lumbar = page[page.index('id="level-lumbar"') :].split("</select>")[0]
    assert '<option value="supervised" selected>' in lumbar
    assert "independent" not in lumbar
    assert 'id="level-chest-wall"' not in page


def test_a_proposal_leads_to_its_page_and_a_double_click_to_the_same(
    app: Flask, client: FlaskClient, trainee: Person, person_in: People
) -> None:
    as_person(client, person_in(Role.ASSESSOR))
    fields = {"level-cervical": "independent", "reason": WHY, "interest": "none"}
    first = client.post(f"/trainees/{trainee.public_id}/proposals", data=fields)
    again = client.post(f"/trainees/{trainee.public_id}/proposals", data=fields)
    assert (first.status_code, first.location) == (303, again.location)
    assert how_many(app, SignOff) == 1


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"level-cervical": "independent", "reason": "ok"}, 422),
        ({"reason": WHY, "interest": "none"}, 422),
        ({"level-cervical": "not-certified", "reason": WHY, "interest": "none"}, 422),
        ({"level-cervical": "wizard", "reason": WHY, "interest": "none"}, 422),
        ({"level-lumbar": "independent", "reason": WHY, "interest": "none"}, 403),
        ({"level-chest-wall": "supervised", "reason": WHY, "interest": "none"}, 403),
    ],
)
def test_a_proposal_that_cannot_be_made_says_why(
    app: Flask, client: FlaskClient, trainee: Person, person_in: People, fields: dict[str, str], status: int
) -> None:
    as_person(client, person_in(Role.ASSESSOR))
    answer = client.post(f"/trainees/{trainee.public_id}/proposals", data=fields)
    assert answer.status_code == status
    assert 'role="alert"' in answer.text
    assert how_many(app, SignOff) == 0


def test_another_proposal_while_one_is_open_is_a_conflict(
    client: FlaskClient, trainee: Person, proposal: str, person_in: People
) -> None:
    as_person(client, person_in(Role.ASSESSOR))
    answer = client.post(
        f"/trainees/{trainee.public_id}/proposals",
        data={"level-cervical": "supervised", "reason": WHY, "interest": "none"},
    )
    assert answer.status_code == 409
    assert proposal in answer.text


# --- deciding ---


def test_a_decider_grants_and_the_record_shows_certificate_and_hash(
    app: Flask, client: FlaskClient, trainee: Person, proposal: str, person_in: People
) -> None:
    as_person(client, person_in(Role.DECIDER))
    assert "Your password" in client.get(f"/sign-offs/{proposal}").text
    answer = client.post(f"/sign-offs/{proposal}/decision", data=decision_fields())
    assert (answer.status_code, answer.location) == (303, f"/sign-offs/{proposal}")
    page = client.get(answer.location).text
    with app.app_context():
        row = service.sign_off(session(), proposal)
        assert row.bundle_hash is not None
        assert row.bundle_hash in page
        assert re.search(r'href="/verify/[0-9A-Z*~$=U-]+"', page)
        assert service.replay_sign_off(session(), proposal).holds
        kinds = [one.kind for one in journal.latest(session(), limit=10)]
        assert kinds[0] == "sign-off.granted"
        assert {"sign-off.proposed", "observation.recorded"} <= set(kinds)
        assert list(journal.faults(session())) == []


def test_a_wrong_password_decides_nothing_and_is_counted(
    app: Flask, client: FlaskClient, proposal: str, person_in: People
) -> None:
    as_person(client, person_in(Role.DECIDER))
    for _ in range(FAILURES_PER_ACCOUNT):
        answer = client.post(f"/sign-offs/{proposal}/decision", data=decision_fields(password="not my password"))
        assert answer.status_code == 422
        assert "not your password" in answer.text
        assert "not my password" not in answer.text
    assert client.post(f"/sign-offs/{proposal}/decision", data=decision_fields()).status_code == 429
    assert state_of(app, proposal) == "proposed"


def test_another_deciders_password_does_not_do(
    app: Flask, client: FlaskClient, proposal: str, person_in: People
) -> None:
    decider = person_in(Role.DECIDER)
    with app.app_context(), transaction() as db:
        decider.session_stamp = people.change_password(db, decider.id, PASSWORD, "a password of my own")
    as_person(client, decider)
    assert client.post(f"/sign-offs/{proposal}/decision", data=decision_fields()).status_code == 422
    assert state_of(app, proposal) == "proposed"


@pytest.mark.parametrize(
    "changes", [{"reason": ""}, {"reason": "fine"}, {"outcome": ""}, {"outcome": "proposed"}, {"password": ""}]
)
def test_an_incomplete_decision_is_not_taken(
    app: Flask, client: FlaskClient, proposal: str, person_in: People, changes: dict[str, str]
) -> None:
    as_person(client, person_in(Role.DECIDER))
    answer = client.post(f"/sign-offs/{proposal}/decision", data=decision_fields(**changes))
    assert answer.status_code == 422
    assert "<title>Error:" in answer.text
    assert state_of(app, proposal) == "proposed"


def test_who_may_not_decide_is_told_before_any_form(
    app: Flask, client: FlaskClient, trainee: Person, proposal: str, person_in: People
) -> None:
    with app.app_context():
        row = service.sign_off(session(), proposal)
        proposer = session().get_one(Person, row.proposer_id)
        session().expunge(proposer)
    as_person(client, proposer)
    page = client.get(f"/sign-offs/{proposal}").text
    assert "You proposed this sign-off. A second person must decide." in page
    assert 'name="password"' not in page
    assert "You proposed this sign-off" in client.get("/sign-offs").text
    answer = client.post(f"/sign-offs/{proposal}/decision", data=decision_fields())
    assert answer.status_code == 403
    assert state_of(app, proposal) == "proposed"


@pytest.mark.parametrize("role", [Role.ASSESSOR, Role.TRAINEE, Role.ADMIN, Role.CLINIC])
def test_another_role_decides_nothing(
    app: Flask, client: FlaskClient, proposal: str, person_in: People, role: Role
) -> None:
    as_person(client, person_in(role))
    assert client.post(f"/sign-offs/{proposal}/decision", data=decision_fields()).status_code == 403
    assert state_of(app, proposal) == "proposed"


def test_whoever_comes_second_is_told_who_was_first(
    app: Flask, client: FlaskClient, proposal: str, person_in: People
) -> None:
    as_person(client, person_in(Role.DECIDER, name="Fern First"))
    client.post(f"/sign-offs/{proposal}/decision", data=decision_fields())
    as_person(client, person_in(Role.DECIDER))
    answer = client.post(f"/sign-offs/{proposal}/decision", data=decision_fields(outcome="refused"))
    assert answer.status_code == 409
    assert "Fern First decided upon" in answer.text
    assert state_of(app, proposal) == "granted"


def test_evidence_that_fell_away_takes_grant_off_the_form(
    app: Flask, client: FlaskClient, trainee: Person, proposal: str, person_in: People
) -> None:
    with app.app_context(), transaction() as db:
        take(db, trainee, "quiz-safety", wrong=1, at=NOW)
    as_person(client, person_in(Role.DECIDER))
    page = client.get(f"/sign-offs/{proposal}").text
    assert "no longer supports the proposed level" in page
    assert 'value="granted"' not in page
    answer = client.post(f"/sign-offs/{proposal}/decision", data=decision_fields())
    assert answer.status_code == 403
    assert client.post(f"/sign-offs/{proposal}/decision", data=decision_fields(outcome="deferred")).status_code == 303
    assert state_of(app, proposal) == "deferred"


def test_a_number_is_found_however_it_is_typed_and_a_wrong_one_is_not(
    client: FlaskClient, proposal: str, person_in: People
) -> None:
    as_person(client, person_in(Role.ASSESSOR))
    assert client.get(f"/sign-offs/{proposal.lower()}").status_code == 200
    for number in ("SO-0000-0000-000", "nothing", "%00"):
        assert client.get(f"/sign-offs/{number}").status_code == 404


def test_sign_offs_list_open_ones_before_decided_ones(
    app: Flask, client: FlaskClient, trainee: Person, proposal: str, person_in: People
) -> None:
    as_person(client, person_in(Role.DECIDER))
    page = words(client.get("/sign-offs").text)
    assert "You may decide." in page
    assert "No sign-off was decided yet." in page
    client.post(f"/sign-offs/{proposal}/decision", data=decision_fields(outcome="refused"))
    page = words(client.get("/sign-offs").text)
    assert "Nothing waits for a decision" in page
    assert "Tilda Trainee Refused" in page


# --- queries ---


Counter = Callable[[], AbstractContextManager[list[str]]]


def test_the_queue_of_two_hundred_takes_ten_queries(
    app: Flask, client: FlaskClient, trainee: Person, proposal: str, person_in: People, queries: Counter
) -> None:
    with app.app_context(), transaction() as db:
        for number in range(199):
            person = make_person(db)
            finish_lessons(db, person, but=number % 13)
            if number % 5 == 0:
                take(db, person, "quiz-safety", wrong=1)
    as_person(client, person_in(Role.ASSESSOR))
    client.get("/trainees")
    with queries() as asked:
        page = client.get("/trainees").text
    assert "200 trainees" in page
    assert len(asked) <= 10, asked


def test_progress_takes_eleven_queries(client: FlaskClient, trainee: Person, proposal: str, queries: Counter) -> None:
    as_person(client, trainee)
    client.get("/progress")
    with queries() as asked:
        assert client.get("/progress").status_code == 200
    assert len(asked) <= 11, (
        asked
    )  # the person, six for readiness, their sign-offs, place of practice, certificate, recall


def test_a_list_of_sign_offs_takes_as_many_queries_for_one_as_for_many(
    app: Flask, client: FlaskClient, proposal: str, person_in: People, queries: Counter
) -> None:
    as_person(client, person_in(Role.DECIDER))
    client.get("/sign-offs")
    with queries() as one:
        client.get("/sign-offs")
    proposer = person_in(Role.ASSESSOR)
    for _ in range(3):
        person = person_in()
        with app.app_context(), transaction() as db:
            know_it_all(db, person)
            scope = {"cervical": "supervised"}
            service.propose(db, trainee_id=person.id, proposer_id=proposer.id, scope=scope, reason=WHY, at=NOW)
    with queries() as many:
        client.get("/sign-offs")
    assert len(many) == len(one) <= 5


def test_strangers_who_fail_to_sign_in_do_not_keep_a_decider_from_deciding(
    app: Flask, client: FlaskClient, proposal: str, person_in: People
) -> None:
    decider = person_in(Role.DECIDER)
    stranger = app.test_client()
    for _ in range(FAILURES_PER_ACCOUNT + 1):
        stranger.post(
            "/sign-in", data={"email": decider.email, "password": "a guess"}, environ_base={"REMOTE_ADDR": "192.0.2.9"}
        )
    as_person(client, decider)

    assert client.post(f"/sign-offs/{proposal}/decision", data=decision_fields()).status_code == 303
    assert state_of(app, proposal) == "granted"
