"""Sign-off cases on a phone until a session ends, and an instructor who watches them and withholds one."""

from __future__ import annotations

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.browser.people import DESK, PHONE, Site, faults, sign_in

OpenPage = Callable[..., Page]
MOST_CASES = 12  # wrong answers end a session after some five to eight


def work_wrongly(page: Page, label: str = "") -> list[str]:
    """Answer the case that is open, its segment wrongly; what axe says of its steps where they are named."""
    found = faults(page, f"{label}, history") if label else []
    page.get_by_role("button", name="Go on to the examination").click()
    page.get_by_role("button", name=re.compile("Go on to the question")).click()
    page.get_by_role("radio", name="S5").check()
    page.get_by_role("radio", name="Left", exact=True).check()
    found += faults(page, f"{label}, question") if label else []
    send(page)
    expect(page.get_by_role("radio", name="S5")).to_have_count(0)
    while not page.get_by_role("button", name="Draw the next case").count():
        page.get_by_role("button", name="Next question").click()
        page.locator("form.question input[type=radio], form.question input[type=checkbox]").first.check()
        send(page)
    expect(page.get_by_text("Your answers are recorded.")).to_be_visible()
    for told in ("Correct", "Not correct"):
        assert page.get_by_role("heading", name=told, exact=True).count() == 0
    return found + (faults(page, f"{label}, recorded") if label else [])


def send(page: Page) -> None:
    if page.get_by_text("Asked because this is about safety.").count():
        page.locator(".confidence label", has_text="Sure").click()
    with page.expect_navigation():
        page.get_by_role("button", name="Answer").click()


def test_cases_are_drawn_and_answered_until_the_session_ends(open_page: OpenPage, newcomer: dict[str, str]) -> None:
    page = open_page(viewport=PHONE)
    sign_in(page, newcomer)
    page.goto("/sign-off")
    found = faults(page, "sign-off, before")
    for region in ("Thoracic", "Lumbar", "Sacral"):
        page.get_by_role("checkbox", name=region).uncheck()
    page.get_by_role("button", name="Begin and draw a case").click()
    found += work_wrongly(page, "sign-off case")
    page.get_by_role("link", name="How the evidence stands").click()
    expect(page.locator("svg.evidence")).to_have_count(1)
    expect(page.get_by_text("1 case answered")).to_be_visible()
    found += faults(page, "sign-off, under way")
    for _ in range(MOST_CASES):
        page.get_by_role("button", name="Draw the next case").click()
        if page.url.endswith(("/sign-off/next", "/sign-off")):
            break
        work_wrongly(page)
    page.goto("/sign-off")
    expect(page.get_by_text("Not yet: this session was ended")).to_be_visible()
    expect(page.get_by_text("20 more practice cases or patients")).to_be_visible()
    expect(page.get_by_role("checkbox", name="Cervical")).to_have_count(0)
    found += faults(page, "sign-off, not yet")
    assert found == []


def test_a_case_is_withheld_and_given_back(site: Site, open_page: OpenPage) -> None:
    reviewer = next(one for one in site.shown["people"] if one["roles"] == ["reviewer"])
    found: list[str] = []
    for size, dark in ((PHONE, False), (DESK, True)):
        page = open_page(viewport=size, dark=dark)
        sign_in(page, reviewer)
        page.goto("/panel/bank")
        page.get_by_role("link", name="Watch the sign-off cases").click()
        found += faults(page, f"bank watched, {size['width']}")
        page.locator("#cases ~ .table-scroll a").first.click()
        found += faults(page, f"case watched, {size['width']}")
        page.get_by_label("Why?").fill("It was shared in a chat group.")
        page.get_by_label("I have read what happens.").check()
        page.get_by_role("button", name="Withhold the case").click()
        expect(page.get_by_text("nobody is given this case from now on")).to_be_visible()
        found += faults(page, f"case withheld, {size['width']}")
        page.get_by_label("Why?").fill("It was another case.")
        page.get_by_label("I have read what happens.").check()
        page.get_by_role("button", name="Give it back").click()
        expect(page.get_by_text("it may be drawn again")).to_be_visible()
    assert found == []
