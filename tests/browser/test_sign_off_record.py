"""On a phone: evidence, proposal, decision, certificate; then a link, an audit, the reversal, and an appeal."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from playwright.sync_api import Page, expect

from tests.browser.people import PHONE, Site, faults, sign_in
from training.accounts import service as people
from training.db.session import transaction
from training.demo.people import Part
from training.demo.school import School
from training.web.access import Role

OpenPage = Callable[..., Page]
TRAINEE: dict[str, Any] = {
    "name": "Wanda Reeves",
    "email": "wanda.reeves@example.org",
    "password": "plum tractor seven lantern",
}
SEEN_IN_SECRET = "I have watched four encounters myself."


def test_a_sign_off_is_made_shared_audited_and_taken_back_on_a_phone(site: Site, open_page: OpenPage) -> None:
    person = somebody_with_evidence(site)
    found: list[str] = []

    assessor = open_page(viewport=PHONE, touch=True)
    sign_in(assessor, site.person("assessor", "Ines Duarte"))
    assessor.goto(f"/trainees/{person}")
    found += faults(assessor, "sign-off-trainee")
    assessor.get_by_label("Why?").fill(f"Every line is met. {SEEN_IN_SECRET}")
    assessor.get_by_text("Taught or supervised them").click()
    assessor.get_by_role("button", name="Propose", exact=True).click()
    expect(assessor.get_by_role("heading", level=1)).to_contain_text("Waiting for a decision")
    number = assessor.url.rsplit("/", 1)[1]
    found += faults(assessor, "sign-off-proposed")

    decider = open_page(viewport=PHONE, touch=True)
    who = site.person("decider", "Ruth Okafor")
    sign_in(decider, who)
    decider.goto(f"/sign-offs/{number}")
    expect(decider.get_by_text("Tied to those concerned: Taught or supervised them")).to_be_visible()
    decider.locator("input[name=outcome][value=granted]").check()
    say_why(decider, who, "Safe and thorough in every encounter on record.")
    decider.get_by_role("button", name="Record the decision").click()
    expect(decider.get_by_role("heading", level=1)).to_contain_text("Granted")
    code = decider.locator("a.code[href^='/verify/']").inner_text()
    found += faults(decider, "sign-off-granted")
    decider.get_by_role("link", name="Audit").click()
    expect(decider.get_by_text("It holds: the rule gives the same again.")).to_be_visible()
    found += faults(decider, "sign-off-audit")

    trainee = open_page(viewport=PHONE, touch=True)
    sign_in(trainee, TRAINEE)
    link = shared_by(trainee, number, found)
    stranger = open_page(viewport=PHONE, dark=True)
    stranger.goto(link)
    expect(stranger.get_by_role("heading", level=1)).to_contain_text("Granted")
    assert SEEN_IN_SECRET not in stranger.content()
    assert TRAINEE["name"] not in stranger.content()
    found += faults(stranger, "sign-off-shared")

    decider.goto(f"/sign-offs/{number}")
    decider.get_by_text("I want to reverse this sign-off").click()
    say_why(decider, who, "Two of the observations were of another person.")
    found += faults(decider, "sign-off-reversing")
    decider.get_by_role("button", name="Reverse the sign-off").click()
    expect(decider.get_by_role("heading", level=1)).to_contain_text("Reversed")
    found += faults(decider, "sign-off-reversed")
    stranger.goto(f"/verify/{code}")
    expect(stranger.get_by_role("heading", level=1)).to_contain_text("Withdrawn")

    appeal_and_answer(site, trainee, open_page(viewport=PHONE, touch=True), number, found)
    assert found == []


def somebody_with_evidence(site: Site) -> str:
    """A trainee who has all that is asked for, through the services; returns the name of their page."""
    now = datetime.now(UTC)
    with site.app.app_context(), transaction() as current:
        made = people.add_person(current, roles=[Role.TRAINEE], at=now - timedelta(days=40), by_id=None, **TRAINEE)
        school = School(current, site.app.extensions["training.config"], {}, now)
        for name in ("Ines Duarte", "Jonas Achterberg", "Karim Haddad"):
            school.ids[name] = people.people(current, search=name)[0].id
        school.ids[TRAINEE["name"]] = made.id
        school.with_evidence(Part(TRAINEE["name"], (Role.TRAINEE,)), ago=timedelta(days=25))
        return made.public_id


def say_why(page: Page, who: dict[str, Any], reason: str) -> None:
    """A reason, no tie to anybody, and the password."""
    page.get_by_label("Your reason").fill(reason)
    page.get_by_text("Not at all", exact=True).last.click()
    page.get_by_label("Your password").fill(who["password"])


def shared_by(page: Page, number: str, found: list[str]) -> str:
    """The trainee makes a link to the decision about them; returns it."""
    page.goto("/progress")
    page.get_by_role("link", name=number).first.click()
    page.get_by_role("button", name="Make a link").click()
    field = page.get_by_label(re.compile("^Open until"))
    expect(field).to_be_visible()
    found += faults(page, "sign-off-own")
    return field.input_value()


def appeal_and_answer(site: Site, trainee: Page, decider: Page, number: str, found: list[str]) -> None:
    """The trainee appeals; the other decider, who had no part in it, answers."""
    trainee.goto(f"/progress/sign-offs/{number}")
    expect(trainee.get_by_role("heading", level=1)).to_contain_text("Reversed")
    trainee.get_by_role("link", name="Appeal against the decision").click()
    trainee.get_by_label("What happened").fill("All of the observations were of me; the assessors can tell you.")
    found += faults(trainee, "appeal-new")
    trainee.get_by_role("button", name="File it").click()
    expect(trainee.get_by_role("heading", level=1)).to_contain_text("Filed")

    sign_in(decider, site.person("decider", "Karim Haddad"))
    decider.goto("/appeals")
    found += faults(decider, "appeals-list")
    decider.get_by_role("link", name=f"Appeal against {number}").click()
    decider.get_by_role("button", name="Acknowledge").click()
    decider.get_by_text("Upheld", exact=True).click()
    decider.get_by_label("Why, and what is done now").fill("The assessors confirm it. It is proposed anew.")
    found += faults(decider, "appeal-one")
    decider.get_by_role("button", name="Record the answer").click()
    expect(decider.get_by_role("heading", level=1)).to_contain_text("Upheld")

    trainee.reload()
    expect(trainee.get_by_text("It is proposed anew.")).to_be_visible()
    found += faults(trainee, "appeal-answered")
