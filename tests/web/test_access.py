"""Who may use which view, for every view there is and those that are not written yet."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.routing import Rule

from tests.makers import NOON, sign_in
from training.accounts import invitations
from training.accounts import service as people
from training.accounts.models import Person
from training.content.documents import Course, Library
from training.db.session import transaction
from training.web import access
from training.web.access import EVERYONE, GRANTS, Permission, Role, SignedIn, local_address, open_to
from training.web.navigation import PLACES

UNKNOWN_ID = "A" * 22
ANSWERS_WITHOUT_PERMISSION = {200, 302, 303, 404, 410, 422}  # never 401, 403, 405 or 500


@dataclass(frozen=True)
class School:
    """Something real for the places in addresses, so that the walk meets pages and not only 404s."""

    known: dict[str, str]

    def address(self, rule: Rule) -> str:
        values = {name: self.known.get(name, UNKNOWN_ID) for name in rule.arguments}
        built = rule.build(values)
        assert built is not None
        return built[1]


@pytest.fixture
def school(app: Flask, published: Library, person_in: Callable[..., Person]) -> School:
    admin = person_in(Role.ADMIN)
    course = next(item.document for item in published.items if isinstance(item.document, Course))
    first_case = next(item.id for item in published.items if item.kind == "case")
    picture = next(asset.hash for item in published.items for asset in item.assets)
    with app.app_context(), transaction() as db:
        cohort = people.add_cohort(db, "Autumn", NOON.date()).public_id
        made = invitations.invite(db, note="x", role=Role.CLINIC, cohort_id=None, days=30, by_id=admin.id, at=NOON)
        token = invitations.token(made, str(app.secret_key))
    return School(
        {
            "public_id": admin.public_id,
            "token": token,
            "cohort": cohort,
            "course_id": course.id,
            "lesson_id": course.lessons[0].id,
            "quiz_id": next(module.quiz_id for module in course.modules if module.quiz_id) or "",
            "case_id": first_case,
            "subject_id": first_case,
            "question_id": "segment",
            "item_id": course.id,
            "name": f"{picture}.svg",
            "filename": "css/segmental.css",
            "code": "0000-0000-0000-0000-0",
            "number": "B-1",
        }
    )


def rules_taking(app: Flask, method: str) -> Iterator[Rule]:
    for rule in app.url_map.iter_rules():
        if method in (rule.methods or ()):
            yield rule


def test_every_view_says_who_may_use_it(app: Flask) -> None:
    silent = [name for name, view in app.view_functions.items() if not hasattr(view, "open_to")]
    assert silent == []


def test_every_view_stands_under_a_place_that_there_is(app: Flask) -> None:
    sections = {name: getattr(view, "section", "") for name, view in app.view_functions.items()}
    assert {name: place for name, place in sections.items() if place and place not in app.view_functions} == {}


def test_every_place_of_the_navigation_is_open_to_those_who_see_it(app: Flask) -> None:
    for permission, endpoint, _label in PLACES:
        rule = app.view_functions[endpoint].open_to  # type: ignore[attr-defined]
        assert rule in (permission, EVERYONE), endpoint


def test_every_permission_is_granted_to_somebody_and_used_somewhere(app: Flask) -> None:
    granted = frozenset().union(*GRANTS.values()) | {Permission.ACCOUNT_OWN}
    used = {getattr(view, "open_to", None) for view in app.view_functions.values()}

    assert set(Permission) == granted
    assert set(Permission) <= used


def test_no_get_view_is_open_to_post_as_well(app: Flask) -> None:
    """GET shows, POST changes: one view that does both is one that can be made to change by a link."""
    both = [rule.endpoint for rule in app.url_map.iter_rules() if {"GET", "POST"} <= (rule.methods or set())]
    assert both == []


def test_a_view_that_says_nothing_answers_nobody(app: Flask, browser_of: Callable[..., FlaskClient]) -> None:
    app.add_url_rule("/forgotten", "forgotten", lambda: "secret")

    assert browser_of().get("/forgotten").status_code == 303
    assert browser_of(*Role).get("/forgotten").status_code == 403


def test_a_rule_that_is_none_is_refused_when_the_view_is_written() -> None:
    with pytest.raises(ValueError, match="neither EVERYONE nor a Permission"):
        open_to("anybody")


@pytest.mark.parametrize("role", [None, *Role], ids=lambda role: role.value if role else "nobody")
def test_each_role_meets_exactly_the_pages_that_it_grants(
    app: Flask, school: School, browser_of: Callable[..., FlaskClient], role: Role | None
) -> None:
    browser = browser_of(role) if role else browser_of()
    wrong = []
    for rule in rules_taking(app, "GET"):
        address = school.address(rule)
        needed = app.view_functions[rule.endpoint].open_to  # type: ignore[attr-defined]
        got = browser.get(address)
        got.close()  # a file of ours is open until then
        if needed == EVERYONE or (role and (needed is Permission.ACCOUNT_OWN or needed in GRANTS[role])):
            as_it_should = got.status_code in ANSWERS_WITHOUT_PERMISSION
            to_sign_in = got.headers.get("Location", "").startswith("/sign-in")
            as_it_should = as_it_should and not to_sign_in
        elif role is None:
            as_it_should = got.status_code == 303 and got.headers["Location"].startswith("/sign-in?next=")
        else:
            as_it_should = got.status_code == 403
        if not as_it_should:
            wrong.append((rule.endpoint, address, got.status_code, got.headers.get("Location")))
    assert wrong == []


@pytest.mark.parametrize("role", [None, *Role], ids=lambda role: role.value if role else "nobody")
def test_nobody_changes_what_their_role_does_not_grant(
    app: Flask, school: School, browser_of: Callable[..., FlaskClient], role: Role | None
) -> None:
    app.config["WTF_CSRF_ENABLED"] = False
    browser = browser_of(role) if role else browser_of()
    wrong = []
    for rule in rules_taking(app, "POST"):
        needed = app.view_functions[rule.endpoint].open_to  # type: ignore[attr-defined]
        if needed == EVERYONE or (role and (needed is Permission.ACCOUNT_OWN or needed in GRANTS[role])):
            continue
        got = browser.post(school.address(rule), data={})
        refused = got.status_code == 403 if role else got.headers.get("Location", "").startswith("/sign-in")
        if not refused:
            wrong.append((rule.endpoint, got.status_code))
    assert wrong == []


def test_an_empty_form_is_never_a_broken_page(
    app: Flask, school: School, browser_of: Callable[..., FlaskClient]
) -> None:
    app.config["WTF_CSRF_ENABLED"] = False
    app.config["PROPAGATE_EXCEPTIONS"] = False
    statuses = {
        rule.endpoint: browser_of(*Role).post(school.address(rule), data={}).status_code
        for rule in rules_taking(app, "POST")
    }
    assert {name: status for name, status in statuses.items() if status >= 500} == {}


@pytest.mark.parametrize(
    "piece", ["%00", "%ff", "..%2f..%2fetc%2fpasswd", "%27%20OR%201=1--", "x" * 3000, "%E2%80%AE", "1e999"]
)
def test_a_made_up_address_is_never_a_broken_page(
    app: Flask, school: School, browser_of: Callable[..., FlaskClient], piece: str
) -> None:
    app.config["PROPAGATE_EXCEPTIONS"] = False
    browser = browser_of(*Role)
    broken = []
    for rule in rules_taking(app, "GET"):
        if not rule.arguments:
            continue
        marked = rule.build(dict.fromkeys(rule.arguments, "MADE"))
        assert marked is not None
        for address in (marked[1].replace("MADE", piece), f"{school.address(rule)}?page={piece}&search={piece}"):
            got = browser.get(address)
            got.close()
            if got.status_code >= 500:
                broken.append((address[:80], got.status_code))
    assert broken == []


def test_a_zero_byte_in_a_form_is_told_and_breaks_nothing(
    app: Flask, school: School, browser_of: Callable[..., FlaskClient]
) -> None:
    app.config["WTF_CSRF_ENABLED"] = False
    app.config["PROPAGATE_EXCEPTIONS"] = False
    names = (
        "email",
        "password",
        "old",
        "again",
        "name",
        "note",
        "search",
        "code",
        "codes",
        "reason",
        "response",
        "nonce",
    )
    data = dict.fromkeys((*names, "starts_on", "heading", "option", "segment", "number", "version"), "a\x00b" * 5)
    for rule in rules_taking(app, "POST"):
        got = browser_of(*Role).post(school.address(rule), data=data)
        assert got.status_code < 500, rule.endpoint


def test_programs_are_told_in_their_own_words(app: Flask, browser_of: Callable[..., FlaskClient]) -> None:
    asked = {"Accept": "application/json"}

    nobody = browser_of().get("/account", headers=asked)
    clinic = browser_of(Role.CLINIC).get("/people", headers=asked)

    assert (nobody.status_code, clinic.status_code) == (401, 403)
    assert nobody.is_json
    assert clinic.json == {"error": "Your roles do not include it. An administrator of your school can change them."}


def test_what_was_posted_without_a_session_leads_back_to_its_page(app: Flask, client: FlaskClient) -> None:
    answer = client.post("/account/password", headers={"Referer": "http://localhost/account"})

    assert answer.headers["Location"] == "/sign-in?next=/account"


def test_a_referrer_from_elsewhere_leads_nowhere(app: Flask, client: FlaskClient) -> None:
    answer = client.post("/account/password", headers={"Referer": "https://evil.example//evil.example"})

    assert answer.headers["Location"] == "/sign-in"


def test_the_navigation_shows_the_places_of_ones_roles_and_marks_where_one_is(
    app: Flask, school: School, browser_of: Callable[..., FlaskClient]
) -> None:
    admin = browser_of(Role.ADMIN).get(f"/people/{school.known['public_id']}").text
    head = admin[admin.index('aria-label="Main"') : admin.index('<main id="main"')]

    assert head.count('aria-current="page"') == 1
    assert 'href="/people" aria-current="page"' in head
    assert "/journal" in head
    assert "/cases" not in head


def test_several_roles_open_what_each_of_them_opens() -> None:
    both = SignedIn(1, "p", "n", "e", "s", frozenset({Role.CLINIC, Role.ADMIN}))
    none = SignedIn(1, "p", "n", "e", "s", frozenset())

    assert {one for one in Permission if both.may(one)} == (
        GRANTS[Role.CLINIC] | GRANTS[Role.ADMIN] | {Permission.ACCOUNT_OWN}
    )
    assert {one for one in Permission if none.may(one)} == {Permission.ACCOUNT_OWN}


def test_who_decides_cannot_propose_by_the_same_role() -> None:
    """Two people: no single role both proposes and decides."""
    for granted in GRANTS.values():
        assert not {Permission.SIGN_OFF_PROPOSE, Permission.SIGN_OFF_DECIDE} <= granted


# --- addresses that stay on this site --------------------------------------------------------------------------


@pytest.mark.parametrize("address", ["/", "/a", "/a?b=c#d", "/courses/x/y", "/a?next=//b", "/a%2f%2fb", "/ü"])
def test_an_address_of_ours_is_kept(address: str) -> None:
    assert local_address(address) == address


@pytest.mark.parametrize(
    "address",
    [
        None,
        "",
        "a",
        "//b",
        "///b",
        "/\\b",
        "\\\\b",
        "http://b",
        "http:b",
        "//b@c",
        " /a",
        "/a\tb",
        "/\n/b",
        "/\t/b",
        "/a\\b",
        "javascript:x",
    ],
)
def test_an_address_that_may_lead_elsewhere_is_dropped(address: str | None) -> None:
    assert local_address(address) is None


@given(
    st.text(alphabet=st.characters(codec="utf-8"), max_size=40) | st.text(alphabet="/\\.:@?#%a\t\r\n 0", max_size=12)
)
def test_whatever_is_kept_begins_on_this_site(address: str) -> None:
    kept = local_address(address)
    if kept is not None:
        assert kept == address
        assert kept[0] == "/"
        assert kept[1:2] not in ("/", "\\")
        # A browser drops tabs and line ends, and reads a backslash as a slash.
        as_read = "".join(one for one in kept if one not in "\t\r\n").replace("\\", "/")
        assert not as_read.startswith("//")


def test_the_signed_in_person_is_loaded_in_one_query(
    app: Flask, person_in: Callable[..., Person], client: FlaskClient
) -> None:
    from tests.query_counts import counted
    from training.db.session import database

    sign_in(client, person_in(*Role))

    @open_to(Permission.ACCOUNT_OWN)
    def bare() -> str:
        return access.me().name

    app.add_url_rule("/bare", "bare", bare)
    with app.app_context(), counted(database.engine) as asked:
        assert client.get("/bare").status_code == 200
    assert len(asked) == 1
