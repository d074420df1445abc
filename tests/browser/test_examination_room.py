"""The examination room and practice in a real browser: with script and without, by touch and by keyboard."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.people import DESK, PHONE, faults, sign_in

Opener = Callable[..., Page]
CASE = "elbow-climber"  # C6, right


def meet(page: Page, newcomer: dict[str, str]) -> str:
    """Through the case's page; the patient's address."""
    sign_in(page, newcomer)
    page.goto(f"/cases/{CASE}")
    page.get_by_role("button", name="Meet this patient in the examination room").click()
    expect(page.get_by_role("heading", name="Examine")).to_be_visible()
    return page.url


def choose(page: Page, value: str) -> None:
    """Choose one thing to examine, and wait for what it shows."""
    button = page.locator(f'button[name=choice][value="{value}"]').first
    if not button.is_visible():
        page.locator("details.more > summary").first.click()
    button.click()
    expect(page.locator(f'[data-done="{value}"]').first).to_be_attached()


def tap_right_forearm(page: Page) -> None:
    """Where a finger does: on the arm, not in the middle between the two."""
    chart = page.locator("svg.body-regions")
    box = chart.bounding_box()
    assert box is not None
    chart.click(position={"x": box["width"] * 31 / 394, "y": box["height"] * 211 / 496})
    page.wait_for_url("**area=forearm**")


def decide(page: Page, segment: str = "C6", side: str = "Right") -> None:
    page.get_by_role("link", name="Decide").click()
    page.get_by_role("radio", name=f"{segment}, ").check()
    page.get_by_role("radio", name=side, exact=True).check()
    page.get_by_role("radio", name="Treat this segment").check()
    page.get_by_role("button", name="Decide").click()
    expect(page.locator(".feedback-title")).to_be_visible()


@pytest.mark.parametrize(
    ("viewport", "dark", "script"),
    [(PHONE, False, False), (PHONE, True, True), (DESK, False, True), (DESK, True, False)],
    ids=["phone-no-script", "phone-dark", "desk", "desk-dark-no-script"],
)
def test_a_patient_is_examined_and_debriefed(
    open_page: Opener,
    newcomer: dict[str, str],
    viewport: dict[str, int],
    dark: bool,
    script: bool,
    request: pytest.FixtureRequest,
) -> None:
    label = f"room-{request.node.callspec.id}"
    page = open_page(viewport=viewport, dark=dark, script=script)
    address = meet(page, newcomer)
    wrong = faults(page, f"{label}-met") if script else []
    expect(page.get_by_text("route setter")).to_be_visible()
    tap_right_forearm(page)
    choose(page, "pronator-teres/palpate")
    expect(page.locator(".newest")).to_contain_text("shortened, tender")
    page.get_by_role("navigation", name="Manner of examining").get_by_role("link", name="Test the reflex").click()
    choose(page, "brachioradialis-reflex/tap")
    page.get_by_label("Find by name").fill("triceps")
    page.get_by_role("button", name="Find", exact=True).click()
    choose(page, "triceps-reflex/tap")
    expect(page.locator("#findings .body-list li")).to_have_count(3)
    expect(page.locator(".room-bar")).to_contain_text("3 findings")
    page.locator(".live summary").click()
    expect(page.locator(".live .spine-posterior")).to_be_visible()
    wrong += faults(page, f"{label}-examined") if script else []
    page.goto(address)
    expect(page.locator("#findings .body-list li")).to_have_count(3)  # left and come back
    decide(page)
    expect(page.locator(".feedback-title")).to_contain_text("Correct")
    expect(page.get_by_role("heading", name="Still hidden when you decided")).to_be_visible()
    expect(page.get_by_role("heading", name="Most informative, as expected")).to_be_visible()
    wrong += faults(page, f"{label}-debrief") if script else []
    assert wrong == []


def test_the_live_column_stays_as_it_was_left(open_page: Opener, newcomer: dict[str, str]) -> None:
    page = open_page()
    address = meet(page, newcomer)
    page.locator(".live summary").click()
    page.goto(f"{address}?area=upper-arm&manner=tap")
    expect(page.locator(".live details")).to_have_attribute("open", "")
    choose(page, "triceps-reflex/tap")
    expect(page.locator(".live details")).to_have_attribute("open", "")
    expect(page.locator(".live .spine-posterior")).to_be_visible()
    page.locator("#finding-1").hover()
    expect(page.locator(".mark.finding-on").first).to_be_visible()  # the chart that came with the step answers too
    page.locator(".live summary").click()
    page.reload()
    expect(page.locator(".live details")).not_to_have_attribute("open", "")


def test_the_room_is_worked_by_keyboard_alone(open_page: Opener, newcomer: dict[str, str]) -> None:
    page = open_page()
    meet(page, newcomer)
    page.get_by_role("link", name="Upper arms").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**area=upper-arm**")
    page.get_by_role("link", name="Test the reflex").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**manner=tap**")
    page.locator('button[value="triceps-reflex/tap"]').focus()
    page.keyboard.press("Enter")
    done = page.locator('[data-done="triceps-reflex/tap"]')
    expect(done).to_be_focused()
    expect(page.locator("[data-newest]")).to_contain_text("triceps reflex")
    expect(page.locator("[data-newest]")).to_have_attribute("role", "status")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"#finding-1$"))


def test_a_lost_line_loses_nothing(open_page: Opener, newcomer: dict[str, str]) -> None:
    page = open_page()
    address = meet(page, newcomer)
    page.goto(f"{address}?area=upper-arm&manner=tap")
    page.context.set_offline(True)
    page.locator('button[value="triceps-reflex/tap"]').click()
    expect(page.locator("[data-newest]")).to_contain_text("did not arrive")
    page.context.set_offline(False)
    choose(page, "triceps-reflex/tap")
    expect(page.locator("#findings .body-list li")).to_have_count(1)


@pytest.mark.parametrize(
    ("viewport", "dark", "script"),
    [(PHONE, False, True), (DESK, True, True), (PHONE, True, False)],
    ids=["phone", "desk-dark", "phone-no-script"],
)
def test_practice_goes_on(
    open_page: Opener,
    newcomer: dict[str, str],
    viewport: dict[str, int],
    dark: bool,
    script: bool,
    request: pytest.FixtureRequest,
) -> None:
    label = f"room-{request.node.callspec.id}"
    page = open_page(viewport=viewport, dark=dark, script=script)
    sign_in(page, newcomer)
    page.goto("/cases")
    page.get_by_role("link", name="Practice", exact=True).click()
    wrong = faults(page, f"{label}-wish") if script else []
    page.get_by_role("radio", name="Lumbar").check()
    page.locator(".pair-choice summary").click()
    page.get_by_label("Two that are taken for each other").select_option("L4/L5")
    page.get_by_role("button", name="Give me the findings").click()
    expect(page.get_by_text("never counts towards certification")).to_be_visible()
    wrong += faults(page, f"{label}-given") if script else []
    title = page.get_by_role("heading", level=1).inner_text()
    page.get_by_role("radio", name="L4, ").check()
    page.get_by_role("radio", name="Left", exact=True).check()
    page.get_by_role("button", name="Answer").click()
    expect(page.get_by_role("heading", name="What the findings say")).to_be_visible()
    wrong += faults(page, f"{label}-feedback") if script else []
    page.get_by_role("button", name="Next patient").first.click()
    expect(page.get_by_text("The same story as before")).to_be_visible()
    expect(page.get_by_text("in this run")).to_be_visible()
    assert page.get_by_role("heading", level=1).inner_text() == title
    page.get_by_role("button", name="Examine this one yourself").click()
    expect(page.get_by_role("heading", name="Examine")).to_be_visible()
    page.goto("/practice")
    expect(page.get_by_role("heading", name="Go on", exact=True)).to_be_visible()
    wrong += faults(page, f"{label}-resume") if script else []
    assert wrong == []


def test_the_lists_are_clean(open_page: Opener, newcomer: dict[str, str]) -> None:
    for viewport, dark in ((PHONE, False), (DESK, True)):
        page = open_page(viewport=viewport, dark=dark)
        meet(page, newcomer)
        wrong = []
        for address in ("/room", "/room/patients", "/cases", f"/cases/{CASE}"):
            page.goto(address)
            wrong += faults(page, f"room-{address}-{dark}")
        assert wrong == []
