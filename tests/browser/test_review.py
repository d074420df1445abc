"""Spaced review in a real browser: by key, by thumb and without script."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.people import DESK, PHONE, Site, faults, sign_in
from tests.makers import NOON
from training.accounts import service as people
from training.anatomy.drills import drills
from training.db.session import transaction
from training.demo.learners import Learner

Opener = Callable[..., Page]


def answer(page: Page, *, right: bool = True, by_tap: bool = False) -> str:
    """Answer the drill that the page shows; its kind."""
    drill = drills()[page.locator("form.drill [name=question]").input_value()]
    if drill.on_spine:
        segment = drill.right[0] if right else "S5" if "S5" not in drill.right else "C1"
        page.locator(f'.drill-spine input[value="{segment}"]').check()
        page.get_by_role("button", name="Answer").click()
    else:
        values = [one.input_value() for one in page.locator('[name="option"]').all()]
        choice = page.locator(
            f'[name="option"][value="{next(one for one in values if (one in drill.right) is right)}"]'
        )
        if by_tap:
            choice.locator("xpath=..").click()
        else:
            choice.check()
            page.get_by_role("button", name="Answer").click()
    page.wait_for_url("**/review/answers/*")
    return drill.kind


@pytest.mark.parametrize(
    ("viewport", "dark", "script"),
    [(PHONE, False, True), (PHONE, True, False), (DESK, False, False), (DESK, True, True)],
    ids=["phone", "phone-dark-no-script", "desk-no-script", "desk-dark"],
)
def test_a_day_of_cards(
    open_page: Opener,
    newcomer: dict[str, str],
    viewport: dict[str, int],
    dark: bool,
    script: bool,
    request: pytest.FixtureRequest,
) -> None:
    label = f"review-{request.node.callspec.id}"
    page = open_page(viewport=viewport, dark=dark, script=script)
    sign_in(page, newcomer)
    page.goto("/review")
    expect(page.get_by_text("Nothing to remember yet")).to_be_visible()
    wrong = faults(page, f"{label}-empty") if script else []
    page.goto("/")
    page.get_by_role("link", name="Review 8 cards").click()  # one tap from the first page
    seen: set[str] = set()
    for number in range(30):
        if page.url.endswith("/review/today"):
            break
        kind = page.locator("form.drill [name=question]").input_value().partition(":")[0]
        if script and kind not in seen:
            wrong += faults(page, f"{label}-card-{kind}")
            if viewport == PHONE:
                tall = page.evaluate("document.documentElement.scrollHeight")
                assert tall <= PHONE["height"], f"{kind}: a card fits one screen"
        answer(page, right=number not in (0, 3), by_tap=script)
        expect(page.locator(".feedback-title")).to_contain_text("Correct" if number not in (0, 3) else "Not correct")
        wrong += faults(page, f"{label}-look-{kind}") if script and kind not in seen else []
        seen.add(kind)
        page.get_by_role("link", name="Next card").click()
    expect(page.get_by_role("heading", name="Done for today")).to_be_visible()
    expect(page.get_by_role("heading", name="What had faded")).to_be_visible()
    wrong += faults(page, f"{label}-end") if script else []
    page.goto("/review")
    expect(page.get_by_role("table").first).to_contain_text("In a week without review")
    wrong += faults(page, f"{label}-overview") if script else []
    assert wrong == []


def test_keys_are_enough(open_page: Opener, newcomer: dict[str, str]) -> None:
    page = open_page()
    sign_in(page, newcomer)
    page.goto("/review/next")
    kinds: set[bool] = set()
    for _ in range(30):
        if page.url.endswith("/review/today"):
            break
        drill = drills()[page.locator("form.drill [name=question]").input_value()]
        if drill.on_spine:
            page.keyboard.type(drill.right[0].lower())
            expect(page.locator("[data-choice]")).to_have_text(drill.right[0])
            page.keyboard.press("Enter")
        else:
            values = [one.input_value() for one in page.locator('[name="option"]').all()]
            page.keyboard.press(str(next(place for place, one in enumerate(values, 1) if one in drill.right)))
        kinds.add(drill.on_spine)
        page.wait_for_url("**/review/answers/*")
        expect(page.get_by_role("link", name="Next card")).to_be_focused()
        expect(page.locator(".feedback-title")).to_contain_text("Correct")
        page.keyboard.press("Enter")
        page.wait_for_url(re.compile(r"/review/(next|today)$"))
    expect(page.get_by_role("heading", name="Done for today")).to_be_visible()
    assert kinds == {True, False}


def test_arrows_walk_the_spine(open_page: Opener, newcomer: dict[str, str]) -> None:
    page = open_page()
    sign_in(page, newcomer)
    page.goto("/review/next")
    while page.locator(".drill-spine").count() == 0:
        answer(page)
        page.get_by_role("link", name="Next card").click()
    page.keyboard.press("ArrowDown")
    for _ in range(3):
        page.keyboard.press("ArrowDown")
    expect(page.locator("[data-choice]")).to_have_text(re.compile("^C[45]$"))


def test_a_lost_line_loses_no_answer(open_page: Opener, newcomer: dict[str, str]) -> None:
    page = open_page()
    sign_in(page, newcomer)
    page.goto("/review/next")
    while page.locator(".drill-spine").count() == 0:
        answer(page)
        page.get_by_role("link", name="Next card").click()
    page.context.set_offline(True)
    page.locator('.drill-spine input[value="C5"]').check()
    page.get_by_role("button", name="Answer").click()
    expect(page.locator("[data-state]")).to_contain_text("kept on this device")
    page.context.set_offline(False)
    page.wait_for_url("**/review/answers/*")


def test_stopping_leaves_the_rest_for_later(open_page: Opener, newcomer: dict[str, str]) -> None:
    page = open_page(viewport=PHONE)
    sign_in(page, newcomer)
    page.goto("/review/next")
    answer(page)
    page.get_by_role("link", name="Stop here").click()
    expect(page.get_by_role("heading", name="Stopped for now")).to_be_visible()
    page.get_by_role("link", name="Go on").click()
    expect(page.get_by_text("1 of 8 today")).to_be_visible()


@pytest.mark.parametrize(("viewport", "dark"), [(PHONE, False), (DESK, True)], ids=["phone", "desk-dark"])
def test_a_missed_case_comes_back(
    open_page: Opener,
    site: Site,
    newcomer: dict[str, str],
    viewport: dict[str, int],
    dark: bool,
    request: pytest.FixtureRequest,
) -> None:
    label = f"review-{request.node.callspec.id}"
    with site.app.app_context(), transaction() as db:
        person = people.person_by_email(db, newcomer["email"])
        Learner(db, person.id, NOON).work_case("shin-hiker", right=False)
    page = open_page(viewport=viewport, dark=dark)
    sign_in(page, newcomer)
    page.goto("/review/next")
    expect(page.get_by_text("Missed once")).to_be_visible()
    wrong = faults(page, f"{label}-case")
    page.locator('.spine-row input[value="C6"]').check()
    page.get_by_role("radio", name="Left", exact=True).check()
    page.get_by_role("button", name="Answer").click()
    page.wait_for_url("**/review/answers/*")
    expect(page.locator(".feedback-title")).to_contain_text("Not correct")
    wrong += faults(page, f"{label}-case-look")
    assert wrong == []
