"""Answering in a real browser: nothing that was sent is lost, whatever the line, the tab or the session does."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page, Route, expect

from tests.browser.people import PHONE, Site, shot, sign_in

CASE = "hand-cellist"  # C8, left
Opener = Callable[..., Page]


def open_questions(page: Page, newcomer: dict[str, str]) -> None:
    sign_in(page, newcomer)
    page.goto(f"/cases/{CASE}")
    page.get_by_role("button", name="Start").click()
    page.get_by_role("button", name="Go on to the examination").click()
    page.get_by_role("button", name="Go on to the questions").click()


def choose(page: Page, segment: str = "C8", side: str = "Left") -> None:
    page.get_by_role("radio", name=segment).check()
    page.get_by_role("radio", name=side, exact=True).check()


def send(page: Page) -> None:
    page.get_by_role("button", name="Answer").click()


def unsent(page: Page) -> int:
    count: int = page.evaluate("Object.keys(JSON.parse(localStorage.getItem('segmental-answers') ?? '{}')).length")
    return count


def test_an_answer_gets_its_feedback(open_page: Opener, newcomer: dict[str, str]) -> None:
    page = open_page()
    open_questions(page, newcomer)
    choose(page)
    expect(page.locator("[data-choice]")).to_have_text("C8 · left")
    send(page)
    expect(page.get_by_role("heading", name="Correct")).to_be_visible()
    expect(page.get_by_role("radio", name="C8")).to_have_count(0)
    assert unsent(page) == 0


def test_the_same_works_without_script(open_page: Opener, newcomer: dict[str, str]) -> None:
    page = open_page(script=False, viewport=PHONE)
    open_questions(page, newcomer)
    page.get_by_role("radio", name="C7").check()
    send(page)
    expect(page.get_by_text("Choose the side as well.")).to_be_visible()
    expect(page.get_by_role("radio", name="C7")).to_be_checked()
    page.get_by_role("radio", name="Left", exact=True).check()
    send(page)
    expect(page.get_by_role("heading", name="Not correct")).to_be_visible()


def test_the_spine_is_answered_by_keyboard_alone(open_page: Opener, newcomer: dict[str, str]) -> None:
    page = open_page()
    open_questions(page, newcomer)
    page.get_by_role("radio", name="Do not needle").focus()
    for typed, chosen in (("t12", "T12"), ("c6", "C6"), ("l", "L1"), ("r", "Do not needle: refer")):
        page.keyboard.type(typed)
        expect(page.locator("[data-choice]")).to_have_text(chosen)
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("radio", name="C1, cervical")).to_be_checked()
    page.keyboard.type("c8")
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    expect(page.locator("[data-choice]")).to_have_text("C8 · left")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Correct")).to_be_visible()


def test_a_lost_line_is_waited_for(open_page: Opener, newcomer: dict[str, str]) -> None:
    page = open_page()
    open_questions(page, newcomer)
    choose(page)
    page.context.set_offline(True)
    send(page)
    expect(page.get_by_text("Not saved yet")).to_be_visible()
    assert unsent(page) == 1
    page.context.set_offline(False)
    expect(page.get_by_role("heading", name="Correct")).to_be_visible()
    assert unsent(page) == 0


def test_a_server_that_cannot_answer_now_is_waited_for(open_page: Opener, newcomer: dict[str, str]) -> None:
    page = open_page()
    open_questions(page, newcomer)
    choose(page)
    failures: list[str] = []

    def fail_twice(route: Route) -> None:
        if len(failures) < 2:
            failures.append(route.request.url)
            route.fulfill(status=429, content_type="application/json", body='{"error": "later"}')
        else:
            route.continue_()

    page.route("**/answers", fail_twice)
    send(page)
    expect(page.get_by_role("heading", name="Correct")).to_be_visible()
    assert len(failures) == 2


def test_a_reply_that_was_lost_counts_nothing_twice(open_page: Opener, newcomer: dict[str, str]) -> None:
    page = open_page()
    open_questions(page, newcomer)
    choose(page)
    sent: list[str] = []

    def lose_first_reply(route: Route) -> None:
        if not sent:
            sent.append(route.request.post_data or "")
            route.fetch()
            route.abort()
        else:
            route.continue_()

    page.route("**/answers", lose_first_reply)
    send(page)
    expect(page.get_by_role("heading", name="Correct")).to_be_visible()
    assert unsent(page) == 0


def test_a_tab_that_was_killed_is_sent_when_the_page_comes_back(open_page: Opener, newcomer: dict[str, str]) -> None:
    page = open_page()
    open_questions(page, newcomer)
    address = page.url
    choose(page)
    page.context.set_offline(True)
    send(page)
    expect(page.get_by_text("Not saved yet")).to_be_visible()
    context = page.context
    page.close()
    context.set_offline(False)
    page = context.new_page()
    page.goto(address)
    expect(page.get_by_role("heading", name="Correct")).to_be_visible()
    assert unsent(page) == 0


def test_a_session_that_ended_keeps_the_answer(open_page: Opener, newcomer: dict[str, str]) -> None:
    page = open_page()
    open_questions(page, newcomer)
    choose(page)
    page.context.clear_cookies()
    send(page)
    expect(page.get_by_text("Your answer is kept on this device")).to_be_visible()
    page.locator("[data-state] a").click()
    page.get_by_label("E-mail").fill(newcomer["email"])
    page.get_by_label("Password", exact=True).fill(newcomer["password"])
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", name="Correct")).to_be_visible()


def test_somebody_elses_kept_answer_is_not_sent(open_page: Opener, newcomer: dict[str, str], site: Site) -> None:
    page = open_page()
    open_questions(page, newcomer)
    choose(page)
    page.context.set_offline(True)
    send(page)
    expect(page.get_by_text("Not saved yet")).to_be_visible()
    page.context.set_offline(False)
    asked: list[str] = []
    page.goto("about:blank")
    page.context.clear_cookies()
    sign_in(page, site.person("trainee"))
    page.on("request", lambda request: asked.append(request.url) if request.method == "POST" else None)
    page.goto("/quizzes/quiz-safety")
    page.locator("main form button").click()
    page.wait_for_load_state("networkidle")
    assert [url for url in asked if "/answers" in url] == []


def test_a_second_tab_shows_the_answer_that_stands(open_page: Opener, newcomer: dict[str, str]) -> None:
    page = open_page()
    open_questions(page, newcomer)
    second = page.context.new_page()
    second.goto(page.url)
    choose(page)
    send(page)
    expect(page.get_by_role("heading", name="Correct")).to_be_visible()
    choose(second, "C6", "Right")
    send(second)
    expect(second.get_by_text("Your first answer stands")).to_be_visible()
    second.get_by_role("link", name="Show the answer that stands").click()
    expect(second.get_by_role("heading", name="Correct")).to_be_visible()


def test_side_and_button_stay_within_reach_on_a_phone(open_page: Opener, newcomer: dict[str, str]) -> None:
    page = open_page(viewport=PHONE, touch=True)
    open_questions(page, newcomer)
    page.get_by_role("radio", name="T6").check()
    expect(page.get_by_role("button", name="Answer")).to_be_in_viewport()
    expect(page.get_by_role("radio", name="Left", exact=True)).to_be_in_viewport()
    expect(page.locator("[data-choice]")).to_have_text("T6")
    heights = page.evaluate(
        "[...document.querySelectorAll('.spine-row')].map(row => row.getBoundingClientRect().height)"
    )
    assert len(heights) == 30
    assert min(heights) >= 24
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    shot(page, "spine-phone")
