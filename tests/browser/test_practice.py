"""Practice in a real browser: the whole way by keyboard, on a phone's width and at a desk, light and dark."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.people import DESK, PHONE, Site, faults, sign_in

Opener = Callable[..., Page]
LOOKS = [(PHONE, False), (PHONE, True), (DESK, False), (DESK, True)]
NAMES = ["phone", "phone-dark", "desk", "desk-dark"]


def answer_by_key(page: Page, segment: str) -> None:
    """Type the segment, go to the sides, choose the first and send."""
    page.wait_for_load_state()
    wanted = page.locator(f'[data-spine] input[value="{segment}"]')
    page.keyboard.press("ArrowDown")
    for _ in range(3):  # a busy machine may type more slowly than the spine waits for a second key
        if not wanted.is_checked():
            page.keyboard.type(segment)
    expect(wanted).to_be_checked()
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    expect(page.locator('[name="side"]:checked')).to_have_count(1)
    page.keyboard.press("Enter")
    expect(page.locator(".feedback-title")).to_be_visible()


@pytest.mark.parametrize(("viewport", "dark"), LOOKS, ids=NAMES)
def test_patient_after_patient_by_keyboard(
    open_page: Opener, newcomer: dict[str, str], viewport: dict[str, int], dark: bool, request: pytest.FixtureRequest
) -> None:
    label = f"practice-{request.node.callspec.id}"
    page = open_page(viewport=viewport, dark=dark)
    sign_in(page, newcomer)
    page.goto("/practice")
    wrong = faults(page, f"{label}-hub-new")
    page.get_by_role("button", name="Start").press("Enter")
    expect(page.get_by_text("Block C6: nothing answered yet")).to_be_visible()
    wrong += faults(page, f"{label}-patient")
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_contain_text("walk the spine")
    wrong += faults(page, f"{label}-keys")
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_be_hidden()
    answer_by_key(page, "S5")
    expect(page.locator(".telling-first")).to_be_visible()
    page.keyboard.press("f")
    expect(page.locator("[data-flag] button")).to_have_attribute("aria-pressed", "true")
    page.keyboard.press("n")
    page.keyboard.type("fen? 12 C6")
    expect(page.locator("#note-words")).to_have_value("fen? 12 C6")
    expect(page.locator("[data-note] [data-state]")).to_have_text("Saved")
    wrong += faults(page, f"{label}-feedback")
    page.locator("[data-note] summary").focus()
    page.keyboard.press("e")
    expect(page.get_by_role("heading", name="Once more, finding by finding")).to_be_visible()
    wrong += faults(page, f"{label}-again")
    page.keyboard.press("Enter")
    expect(page.locator("#note-words")).to_have_value("fen? 12 C6")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Patient 2")).to_be_visible()
    answer_by_key(page, "C7")
    page.goto("/practice")
    wrong += faults(page, f"{label}-hub")
    page.get_by_label("Segments that I pick").check()
    page.get_by_label("L5, lumbar").check()
    page.get_by_label("S1, sacral").check()
    wrong += faults(page, f"{label}-picking")
    page.get_by_role("button", name="Give me the findings").press("Enter")
    expect(page.get_by_text("Block L5: nothing answered yet")).to_be_visible()
    page.goto("/practice/confusions")
    page.locator("details").first.click()
    wrong += faults(page, f"{label}-confusions")
    page.goto("/notes")
    expect(page.get_by_text("fen? 12 C6")).to_be_visible()
    wrong += faults(page, f"{label}-notes")
    page.get_by_role("button", name="Delete").first.click()
    page.get_by_role("button", name="Bring it back").click()
    expect(page.get_by_text("fen? 12 C6")).to_be_visible()
    assert wrong == []


def test_a_quiz_by_number_and_enter(open_page: Opener, newcomer: dict[str, str]) -> None:
    page = open_page(viewport=PHONE)
    sign_in(page, newcomer)
    page.goto("/quizzes/quiz-safety")
    page.get_by_role("button", name="Start").press("Enter")
    expect(page.get_by_role("heading", name="Question 1 of")).to_be_visible()
    for number in range(3):
        page.wait_for_load_state()  # a key before the modules are there is lost, as on every page
        kind = page.locator("[name=kind]").input_value()
        if kind not in ("choice", "choices"):
            break
        page.keyboard.press("1")
        expect(page.locator('[name^="option"]').first).to_be_checked()
        page.locator('[name="confidence"]').first.check()
        page.keyboard.press("Enter")
        expect(page.locator(".feedback-title")).to_be_visible()
        page.wait_for_load_state()
        page.keyboard.press("Enter")
        expect(page.get_by_role("heading", name=f"Question {number + 2} of")).to_be_visible()
    assert faults(page, "practice-quiz") == []


def test_a_case_by_keyboard(open_page: Opener, newcomer: dict[str, str]) -> None:
    page = open_page(viewport=PHONE)
    sign_in(page, newcomer)
    page.goto("/cases?region=cervical")
    page.locator(".case-title").first.click()
    page.get_by_role("button", name="Start").press("Enter")
    page.wait_for_url("**/attempts/*")
    for _ in range(2):
        page.keyboard.press("Enter")
        page.wait_for_load_state()
        page.wait_for_timeout(200)
    answer_by_key(page, "S5")
    expect(page.locator(".telling-first")).to_be_visible()
    page.wait_for_load_state()  # keys are listened to from then on
    page.keyboard.press("e")
    expect(page.get_by_role("heading", name="Once more, finding by finding")).to_be_visible()


@pytest.mark.parametrize(("viewport", "dark"), LOOKS, ids=NAMES)
def test_the_queue_of_reports(
    open_page: Opener,
    site: Site,
    newcomer: dict[str, str],
    viewport: dict[str, int],
    dark: bool,
    request: pytest.FixtureRequest,
) -> None:
    label = f"reports-{request.node.callspec.id}"
    page = open_page(viewport=viewport, dark=dark)
    sign_in(page, newcomer)
    page.goto("/cases?region=cervical")
    page.locator(".case-title").first.click()
    page.get_by_role("button", name="Start").click()
    page.get_by_text("Report a problem").click()
    page.get_by_label("What is wrong?").select_option("words")
    page.get_by_label("In your words").fill("Which thumb is meant?")
    wrong = faults(page, f"{label}-form")
    page.get_by_role("button", name="Send the report").click()
    expect(page.get_by_text("Reported. An instructor reads it")).to_be_visible()
    page.get_by_role("button", name="Sign out").click()
    sign_in(page, site.person("author"))
    page.goto("/analysis/reports")
    wrong += faults(page, f"{label}-queue")
    page.get_by_label("Your answer").last.fill("The right one.")
    page.get_by_role("button", name="Answer").last.press("Enter")
    page.wait_for_load_state()
    page.get_by_role("link", name="Answered").click()
    expect(page.get_by_text("The right one.").first).to_be_visible()
    wrong += faults(page, f"{label}-answered")
    assert wrong == []
