"""From an invitation to a clinic's verification, in one browser after the other."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from playwright.sync_api import Page, expect

from tests.browser.people import PHONE, Site, shot, sign_in
from training.accounts import service as people
from training.db.session import transaction
from training.demo.people import Part
from training.demo.school import School
from training.web.access import Role

OpenPage = Callable[..., Page]
TRAINEE: dict[str, Any] = {
    "name": "Vera Holm",
    "email": "vera.holm@example.org",
    "password": "plum tractor seven lantern",
    "roles": ["trainee"],
}


def test_from_invitation_to_verification(site: Site, open_page: OpenPage) -> None:
    link = invited(site, open_page())
    trainee = open_page(viewport=PHONE, touch=True)
    accept(trainee, link)
    read_the_first_lesson(trainee)
    name_a_segment(trainee)
    bring_the_evidence(site)
    trainee.goto("/progress")
    expect(trainee.get_by_role("heading", level=1)).to_contain_text("What stands between you and sign-off")
    shot(trainee, "progress-ready")

    number = propose(site, open_page())
    code = decide(site, open_page(), number)

    trainee.goto("/my/certificates")
    expect(trainee.get_by_text(code).first).to_be_visible()
    verify(open_page(viewport=PHONE), code)


def invited(site: Site, page: Page) -> str:
    """An administrator makes an invitation; returns its link."""
    sign_in(page, site.person("admin"))
    page.goto("/people/invitations")
    page.get_by_label("For whom").fill("Vera, new in the autumn intake")
    page.get_by_label("Role").select_option("trainee")
    page.get_by_label("Cohort").select_option(label="Autumn intake")
    page.get_by_role("button", name="Make the invitation").click()
    field = page.get_by_label("Link for: Vera, new in the autumn intake")
    expect(field).to_be_visible()
    return field.input_value()


def accept(page: Page, link: str) -> None:
    page.goto(link)
    page.get_by_label("Your name").fill(TRAINEE["name"])
    page.get_by_label("E-mail").fill(TRAINEE["email"])
    page.get_by_label("Password", exact=True).fill(TRAINEE["password"])
    page.get_by_label("Password, once more").fill(TRAINEE["password"])
    page.get_by_role("button", name="Take the invitation").click()
    expect(page.get_by_role("link", name="Begin")).to_be_visible()


def read_the_first_lesson(page: Page) -> None:
    """Begin, answer a question set into the text, leave at a heading, and continue there."""
    page.get_by_role("link", name="Begin").click()
    lesson = page.url
    check = page.locator("section.check").first
    check.locator("label.choice").first.click()
    if check.get_by_text("Asked because this is about safety").count():
        check.get_by_text("I think so").click()
    check.get_by_role("button", name="Answer").click()
    expect(page.locator("section.check").first.locator(".feedback")).to_be_visible()

    heading = page.locator("article h2[id]").nth(2)
    title = heading.inner_text()
    with page.expect_response(lambda answer: answer.url.endswith("/place"), timeout=15_000):
        heading.evaluate("element => element.scrollIntoView()")
    page.goto("/")
    expect(page.get_by_text(f"at “{title}”")).to_be_visible()
    page.get_by_role("link", name="Continue").click()
    expect(page).to_have_url(re.compile(r"#sec-"))
    page.get_by_role("button", name="Done, on to").click()
    expect(page).not_to_have_url(lesson)


def name_a_segment(page: Page) -> None:
    """A practice case on a phone, wrongly, with the reason shown."""
    page.goto("/cases/elbow-climber")
    page.locator("main form button").first.click()
    while page.locator("label.spine-row").count() == 0:
        page.locator("form.case-next button").click()
    page.locator("label.spine-row", has_text="C7").click()
    page.get_by_role("group", name="Side").get_by_text("Right").click()
    expect(page.locator("[data-choice]")).to_have_text("C7 · right")
    shot(page, "case-phone")
    page.get_by_role("button", name="Answer").click()
    feedback = page.locator(".feedback").first
    expect(feedback).to_contain_text("Not correct")
    expect(feedback).to_contain_text("C6")
    expect(page.locator(".reasoning")).to_contain_text("What tells C6 from C7")


def bring_the_evidence(site: Site) -> None:
    """The weeks of study, cases and observations in between, through the services."""
    now = datetime.now(UTC)
    with site.app.app_context(), transaction() as current:
        school = School(current, site.app.extensions["training.config"], {}, now)
        for name in ("Ines Duarte", "Jonas Achterberg", "Karim Haddad"):
            school.ids[name] = people.people(current, search=name)[0].id
        school.ids[TRAINEE["name"]] = people.person_by_email(current, TRAINEE["email"]).id
        school.with_evidence(Part(TRAINEE["name"], (Role.TRAINEE,)), ago=timedelta(days=25))


def propose(site: Site, page: Page) -> str:
    """An assessor records what was seen and proposes; returns the sign-off's number."""
    assessor = site.person("assessor", "Ines Duarte")
    sign_in(page, assessor)
    page.goto("/trainees?search=Vera")
    page.get_by_role("link", name="Vera Holm").first.click()
    page.get_by_label("What did you see?").fill(
        "Found the level before choosing a needle, explained the cramp, and checked the range again afterwards."
    )
    page.get_by_label("Where on the body?").select_option("lumbar")
    page.get_by_role("button", name="Save the words, then rate").click()
    page.locator("input[name=entrustment][value='4']").check()
    page.get_by_label("Your password").fill(assessor["password"])
    page.get_by_role("button", name="Sign the observation").click()
    expect(page.get_by_text("Found the level before choosing a needle").first).to_be_visible()
    page.get_by_label("Why?").fill("Every line is met; I watched several encounters myself.")
    page.locator("input[name=interest][value=taught]").check()
    page.get_by_role("button", name="Propose", exact=True).click()
    number = page.get_by_text(re.compile(r"SO-[0-9A-Z-]+")).first
    expect(number).to_be_visible()
    found = re.search(r"SO-[0-9A-Z*~$=-]+", page.content())
    assert found is not None
    return found.group()


def decide(site: Site, page: Page, number: str) -> str:
    """A second person grants it with a reason and their password; returns the certificate's code."""
    decider = site.person("decider", "Ruth Okafor")
    sign_in(page, decider)
    page.goto(f"/sign-offs/{number}")
    page.locator("input[name=outcome][value=granted]").check()
    page.get_by_label("Your reason").fill("Safe and thorough in every encounter on record.")
    page.get_by_label("Your password").fill(decider["password"])
    page.locator("input[name=interest][value=none]").check()
    page.get_by_role("button", name="Record the decision").click()
    expect(page.get_by_text("Granted").first).to_be_visible()
    found = re.search(r"\b(?:[0-9A-Z]{4}-){4}[0-9A-Z*~$=]\b|\b(?:[0-9A-Z]{4}-){4}[*~$=]", page.content())
    assert found is not None
    return found.group()


def verify(page: Page, code: str) -> None:
    """Anybody, without an account."""
    page.goto("/")
    page.get_by_label("Certificate code").fill(code.lower())
    page.get_by_role("button", name="Check").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Active")
    expect(page.get_by_text("Vera Holm").first).to_be_visible()
    expect(page.get_by_text("Under supervision").first).to_be_visible()
    shot(page, "verified-phone")
