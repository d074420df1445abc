"""The panel in Chromium: three cases rated by keyboard, without script, and axe on every page."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.browser.people import DESK, PHONE, Site, faults, serving, sign_in
from tests.makers import NOON
from training.accounts import service as people
from training.assessment import service as assessment
from training.assessment.panel.waiting import all_subjects
from training.assessment.service import Rater, Wish
from training.db.session import transaction

OpenPage = Callable[..., Page]
PAGES = (
    "/panel",
    "/panel?bank=sign-off&region=sacral&rated=1",
    "/panel/questions/elbow-climber/segment",
    "/panel/questions/quiz-safety/anticoagulant",
    "/panel/bank",
    "/panel/import",
    "/analysis/queue",
    "/analysis/questions/elbow-climber/segment",
)


def two_have_rated() -> None:
    with transaction() as db:
        for place, name in enumerate(("theo@demo.example", "karim@demo.example")):
            who = Rater(people.person_by_email(db, name).id, sits=False, at=NOON)
            wishes = [
                Wish(one.entry.id, one.entry.version_hash, one.question.id, 20 + (7 * number + 40 * place) % 70)
                for number, one in enumerate(all_subjects(db))
            ]
            assessment.save_ratings(db, who, wishes, NOON)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A school of its own, in which two have rated everything."""
    with serving(tmp_path_factory.mktemp("panel"), two_have_rated) as served:
        yield served


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("viewport", [PHONE, DESK], ids=["phone", "desk"])
def test_every_page_of_the_panel(
    site: Site, open_page: OpenPage, viewport: dict[str, int], dark: bool, request: pytest.FixtureRequest
) -> None:
    page = open_page(viewport=viewport, dark=dark)
    sign_in(page, site.person("author", "Marit Solberg"))
    found = []
    for address in PAGES:
        page.goto(address)
        for summary in page.locator("main summary").all()[:6]:
            summary.click()
        found += faults(page, f"{address} {request.node.callspec.id}")
    assert found == []


def test_three_cases_are_rated_by_keyboard(site: Site, open_page: OpenPage) -> None:
    page = open_page(viewport=DESK)
    sign_in(page, site.person("assessor", "Ines Duarte"))
    page.get_by_role("navigation", name="Main").get_by_role("link", name="Panel").click()
    page.get_by_label("Bank").select_option("sign-off")
    page.get_by_role("button", name="Show").press("Enter")
    begin = page.get_by_role("link", name="Rate the next one")
    begin.focus()
    page.keyboard.press("Enter")
    for share in ("45", "60", "75"):
        expect(page.get_by_role("heading", name="The key")).to_be_visible()
        title = page.locator("h1").inner_text()
        page.get_by_role("link", name="To the rating").press("Enter")
        expect(page.locator("#share")).to_be_focused()
        page.keyboard.type(share)
        assert page.locator("[data-slider]").input_value() == share
        page.keyboard.press("Enter")
        said = page.locator(".just-rated")
        expect(said).to_contain_text(f"You said {share}. 3 panel members")
        expect(said).to_contain_text("It counts.")
        expect(said.get_by_role("link")).to_have_text(title)
        assert faults(page, "rated by keyboard") == []
    page.get_by_role("link", name="Panel").first.click()
    page.goto("/panel")
    expect(page.locator(".panel-progress dd").first).to_contain_text("3 of ")


def test_the_slider_and_the_number_agree(site: Site, open_page: OpenPage) -> None:
    page = open_page(viewport=PHONE)
    sign_in(page, site.person("author", "Marit Solberg"))
    page.goto("/panel/questions/elbow-climber/segment")
    slider = page.locator("[data-slider]")
    expect(slider).to_be_visible()
    slider.focus()
    page.keyboard.press("ArrowRight")
    assert page.locator("#share").input_value() == slider.input_value() == "51"
    page.locator("#share").fill("12")
    assert slider.input_value() == "12"


def test_it_all_works_without_script(site: Site, open_page: OpenPage) -> None:
    page = open_page(viewport=PHONE, script=False)
    sign_in(page, site.person("author", "Marit Solberg"))
    page.goto("/panel/questions/elbow-climber/segment")
    assert not page.locator("[data-slider]").is_visible()
    page.locator("#share").fill("0")
    page.get_by_role("button", name="Save and stay").click()
    expect(page.get_by_text("Give a whole number from 1 to 99")).to_be_visible()
    page.locator("#share").fill("55")
    page.get_by_role("button", name="Save and stay").click()
    expect(page.get_by_text("You said 55. 3 panel members")).to_be_visible()

    page.goto("/panel/import")
    page.get_by_label("or the rows themselves").fill("item,question,share\nelbow-climber,segment,50\nx,y,1\n")
    page.get_by_role("button", name="Look what would be saved").click()
    expect(page.get_by_text("corrects your 55")).to_be_visible()
    page.get_by_role("button", name="Save 1 rating").click()
    expect(page.get_by_text("1 rating saved.")).to_be_visible()

    page.goto("/analysis/queue")
    first = page.locator(".queue-rows > li").first
    title = first.locator("h3").inner_text()
    first.locator("summary").click()
    first.get_by_label("What did you find").fill("They read it differently; the stem is clearer now.")
    first.get_by_role("button", name="Put it aside").click()
    expect(page.locator("#looked")).to_be_visible()
    expect(page.locator(".queue-rows").last).to_contain_text(title)
