"""Observed practice on two phones: a trainee shows a code, an assessor opens it, writes, rates and signs; with axe."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.people import DESK, PHONE, Site, faults, sign_in

OpenPage = Callable[..., Page]
WORDS = "Compared both sides, named L5 before the needle, and stopped when the patient asked."


def ask(site: Site, page: Page, focus: str) -> str:
    """Through the page, from progress to the code; returns the link."""
    sign_in(page, site.person("trainee", "Owen Clarke"))
    page.goto("/progress")
    page.get_by_role("link", name="Ask for an observation").first.click()
    page.get_by_label("Where on the body will it be?").select_option("lumbar")
    page.get_by_label("What should they watch?").fill(focus)
    page.get_by_role("button", name="Make the code").click()
    picture = page.get_by_role("img", name="Code of this request")
    expect(picture).to_be_visible()
    page.wait_for_load_state()  # the picture is a file of its own
    assert picture.evaluate("image => image.complete && image.naturalWidth > 0")
    return page.get_by_label("Or send them the link").input_value()


def test_a_trainee_shows_a_code_and_an_assessor_signs(site: Site, open_page: OpenPage) -> None:
    shown = open_page(viewport=PHONE, touch=True)
    link = ask(site, shown, "The angle at the spine")
    found = faults(shown, "observing code")

    page, assessor = open_page(viewport=PHONE, touch=True), site.person("assessor", "Ines Duarte")
    page.goto(link)
    page.get_by_label("E-mail").fill(assessor["email"])
    page.get_by_label("Password", exact=True).fill(assessor["password"])
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", name="You watched Owen Clarke")).to_be_visible()
    expect(page.get_by_text("The angle at the spine")).to_be_visible()
    expect(page.get_by_label("Where on the body?")).to_have_value("lumbar")
    assert page.locator("input[name=entrustment]").count() == 0
    found += faults(page, "observing words")

    page.get_by_label("What did you see?").fill("Good job, very confident and safe.")
    page.get_by_role("button", name="Save the words, then rate").click()
    expect(page.get_by_role("note")).to_contain_text("“good job”")
    found += faults(page, "observing hint")
    page.get_by_role("link", name="Change the words").click()
    page.get_by_label("What did you see?").fill(WORDS)
    page.get_by_role("button", name="Save the words, then rate").click()
    expect(page.get_by_role("note")).to_have_count(0)
    expect(page.locator("blockquote")).to_have_text(WORDS)
    assert page.locator("input[name=entrustment]:checked").count() == 0
    page.get_by_text("4 · Alone").click()
    page.get_by_label("Your password").fill("not mine at all")
    page.get_by_role("button", name="Sign the observation").click()
    expect(page.get_by_text("That is not your password").first).to_be_visible()
    found += faults(page, "observing rating")
    page.get_by_label("Your password").fill(assessor["password"])
    page.get_by_role("button", name="Sign the observation").click()
    expect(page.get_by_text("The observation is recorded.")).to_be_visible()

    shown.get_by_role("link", name="Look whether it was used").click()
    expect(shown.get_by_text("Ines Duarte has signed.")).to_be_visible()
    shown.get_by_role("link", name="Read what they saw").click()
    expect(shown.get_by_text(WORDS)).to_be_visible()
    page.goto(link)
    expect(page.get_by_text("You have signed by this request already.")).to_be_visible()
    found += faults(page, "observing closed")
    shown.goto(link)
    found += faults(shown, "observing own link")
    assert found == []


def test_without_script_and_of_two_assessors_one_is_told(site: Site, open_page: OpenPage) -> None:
    link = ask(site, open_page(viewport=PHONE, script=False), "")
    phones = []
    for name in ("Ines Duarte", "Jonas Achterberg"):
        page, who = open_page(viewport=PHONE, script=False), site.person("assessor", name)
        sign_in(page, who)
        page.goto(link)
        page.get_by_label("What did you see?").fill(WORDS)
        page.get_by_role("button", name="Save the words, then rate").click()
        phones.append((page, who))
    for page, who in phones:
        page.locator("input[name=entrustment][value='3']").check()
        page.get_by_label("Your password").fill(who["password"])
        page.get_by_role("button", name="Sign the observation").click()
    expect(phones[0][0].get_by_text("The observation is recorded.")).to_be_visible()
    late = phones[1][0]
    expect(late.get_by_role("alert")).to_contain_text("Ines Duarte was first")
    found = faults_without_script(late)
    late.get_by_role("button", name="Go on without the request").click()
    expect(late.get_by_text("Your words stand on their own now.")).to_be_visible()
    late.locator("input[name=entrustment][value='2']").check()
    late.get_by_label("Your password").fill(phones[1][1]["password"])
    late.get_by_role("button", name="Sign the observation").click()
    expect(late.get_by_text("The observation is recorded.")).to_be_visible()
    assert found == []


def faults_without_script(page: Page) -> list[str]:
    """axe needs script; what can be said without it is that nothing is wider than the phone."""
    wide = page.locator("main").bounding_box()
    return [] if wide is not None and wide["width"] <= PHONE["width"] else ["wider than the window"]


def test_a_sample_encounter_is_rated_before_anything_is_expected(site: Site, open_page: OpenPage) -> None:
    page = open_page(viewport=PHONE)
    sign_in(page, site.person("assessor", "Karim Haddad"))
    page.goto("/trainees")
    page.get_by_role("link", name="Your observing, and sample encounters").click()
    page.get_by_role("link", name="Watched by a beginner").click()
    found = faults(page, "sample to read")
    page.get_by_label("What would you write?").fill(
        "Said why at each step, let the beginner feel the rib, dealt with a faint."
    )
    page.get_by_role("button", name="Save the words, then rate").click()
    assert "Expected" not in page.locator("main").inner_text()
    found += faults(page, "sample to rate")
    page.get_by_text("4 · Alone").click()
    page.get_by_role("button", name="Rate, and see what was expected").click()
    expect(page.get_by_role("heading", name="Stricter than expected")).to_be_visible()
    expect(page.get_by_text("not that of a panel")).to_be_visible()
    found += faults(page, "sample rated")
    assert found == []


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("viewport", [PHONE, DESK], ids=["phone", "desk"])
def test_pages_of_observing(
    site: Site, open_page: OpenPage, viewport: dict[str, int], dark: bool, request: pytest.FixtureRequest
) -> None:
    page = open_page(viewport=viewport, dark=dark)
    sign_in(page, site.person("decider", "Karim Haddad"))
    found = []
    for address in ("/observing", "/assessors"):
        page.goto(address)
        for summary in page.locator("main summary").all():
            summary.click()
        found += faults(page, f"{address} {request.node.callspec.id}")
    trainee = open_page(viewport=viewport, dark=dark)
    sign_in(trainee, site.person("trainee", "Pia Zimmer"))
    for address in ("/progress/observations/ask", "/progress"):
        trainee.goto(address)
        found += faults(trainee, f"{address} {request.node.callspec.id}")
    assert found == []
