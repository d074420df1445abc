"""Answers that are sent twice, sent late, or sent without script; and a case by keyboard alone."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page, Route, expect
from sqlalchemy import func, select

from tests.browser.people import DESK, PHONE, Site, sign_in
from training.assessment.models import Answer, Attempt
from training.db.session import session

OpenPage = Callable[..., Page]


def at_the_spine(page: Page, case: str) -> None:
    """Begin a case and open its parts up to the spine."""
    page.goto(f"/cases/{case}")
    page.locator("main form button").first.click()
    while page.locator("label.spine-row").count() == 0:
        page.locator("form.case-next button").click()


def choose(page: Page, segment: str, side: str) -> None:
    page.locator("label.spine-row", has_text=segment).first.click()
    page.get_by_role("group", name="Side").get_by_text(side).click()


def stored(site: Site, page: Page) -> int:
    """How many answers the attempt that the page shows has."""
    public_id = page.url.split("/attempts/")[1].split("?")[0].split("#")[0]
    with site.app.app_context():
        query = select(func.count()).select_from(Answer).join(Attempt, Attempt.id == Answer.attempt_id)
        return session().scalar(query.where(Attempt.public_id == public_id)) or 0


def test_a_lost_line_loses_nothing_and_the_answer_is_sent_when_it_is_back(site: Site, open_page: OpenPage) -> None:
    page = open_page(viewport=PHONE)
    sign_in(page, site.person("trainee", "Nora Feld"))
    at_the_spine(page, "hand-cellist")
    choose(page, "C8", "Left")
    page.context.set_offline(True)
    page.get_by_role("button", name="Answer").click()
    expect(page.locator("[data-state]")).to_contain_text("Not saved yet")
    assert stored(site, page) == 0

    page.context.set_offline(False)

    expect(page.locator(".feedback").first).to_be_visible(timeout=30_000)
    assert stored(site, page) == 1


def test_a_reply_that_is_lost_on_the_way_counts_nothing_twice(site: Site, open_page: OpenPage) -> None:
    page = open_page()
    sign_in(page, site.person("trainee", "Nora Feld"))
    at_the_spine(page, "shin-hiker")
    choose(page, "L5", "Left")
    lost: list[int] = []

    def lose_the_first_reply(route: Route) -> None:
        if lost:
            route.continue_()
            return
        lost.append(route.fetch().status)  # the server saves it, the browser never hears
        route.abort()

    page.route("**/answers", lose_the_first_reply)
    page.get_by_role("button", name="Answer").click()

    expect(page.locator(".feedback").first).to_be_visible(timeout=30_000)
    assert lost == [200]
    assert stored(site, page) == 1


def test_a_closed_page_sends_its_answer_when_it_is_opened_again(site: Site, open_page: OpenPage) -> None:
    page = open_page()
    sign_in(page, site.person("trainee", "Nora Feld"))
    at_the_spine(page, "groin-organist")
    choose(page, "L1", "Right")
    address = page.url
    page.context.set_offline(True)
    page.get_by_role("button", name="Answer").click()
    expect(page.locator("[data-state]")).to_contain_text("Not saved yet")
    other = page.context.new_page()
    page.close()
    page.context.set_offline(False)

    other.goto(address)

    expect(other.locator(".feedback").first).to_be_visible(timeout=30_000)
    expect(other.locator(".feedback").first).to_contain_text("L1")


def test_a_second_tab_is_told_which_answer_stands(site: Site, open_page: OpenPage) -> None:
    page = open_page()
    sign_in(page, site.person("trainee", "Nora Feld"))
    at_the_spine(page, "rib-printer")
    second = page.context.new_page()
    second.goto(page.url)
    choose(page, "T6", "Right")
    page.get_by_role("button", name="Answer").click()
    expect(page.locator(".feedback").first).to_be_visible()

    choose(second, "T7", "Right")
    second.get_by_role("button", name="Answer").click()

    expect(second.get_by_text("Your first answer stands").first).to_be_visible()
    assert stored(site, page) == 1


def test_a_double_click_counts_once(site: Site, open_page: OpenPage) -> None:
    page = open_page()
    sign_in(page, site.person("trainee", "Nora Feld"))
    at_the_spine(page, "flank-stonemason")
    choose(page, "T10", "Left")

    page.get_by_role("button", name="Answer").dblclick()

    expect(page.locator(".feedback").first).to_be_visible()
    assert stored(site, page) == 1


def test_a_case_can_be_worked_without_script(site: Site, open_page: OpenPage) -> None:
    page = open_page(viewport=PHONE, script=False)
    sign_in(page, site.person("trainee", "Nora Feld"))
    at_the_spine(page, "neck-translator")
    choose(page, "C4", "Left")
    page.get_by_role("button", name="Answer").click()

    expect(page.locator(".feedback").first).to_contain_text("✓ Correct")


def test_a_whole_case_by_keyboard_alone(site: Site, open_page: OpenPage) -> None:
    page = open_page(viewport=DESK)
    sign_in(page, site.person("trainee", "Nora Feld"))
    page.goto("/cases/seat-weaver")
    press_on(page, page.locator("main form button").first)
    for _ in range(30):
        if page.locator("label.spine-row").count():
            break
        press_on(page, page.locator("form.case-next button"))
    segments = page.locator("input[name=segment]")
    tab_to(page, "segment")
    page.keyboard.press("Space")
    while page.evaluate("document.activeElement.value") != "S2":
        page.keyboard.press("ArrowDown")
    expect(segments.locator("xpath=self::*[@value='S2']")).to_be_checked()
    tab_to(page, "side")
    page.keyboard.press("Space")
    while page.evaluate("document.activeElement.value") != "left":
        page.keyboard.press("ArrowDown")
    press_on(page, page.get_by_role("button", name="Answer"))

    expect(page.locator(".feedback").first).to_contain_text("✓ Correct")


def press_on(page: Page, button: object) -> None:
    """Reach a button with the tab key, and press it."""
    for _ in range(120):
        page.keyboard.press("Tab")
        if button.evaluate("element => element === document.activeElement"):  # type: ignore[attr-defined]
            with page.expect_event("domcontentloaded"):
                page.keyboard.press("Enter")
            return
    raise AssertionError("the tab key does not reach the button")


def tab_to(page: Page, name: str) -> None:
    """Reach a group of radio buttons with the tab key."""
    for _ in range(120):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.name") == name:
            return
    raise AssertionError(f"the tab key does not reach {name}")
