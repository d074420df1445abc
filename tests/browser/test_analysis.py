"""The analysis in Chromium, with a cohort large enough to draw: axe, width, both sizes and schemes."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.assessment.analysis.makers import answer_everything, big_quiz, cases, make_cohort
from tests.browser.people import DESK, PHONE, Site, serving, sign_in
from tests.browser.test_pages import look
from training.db.session import transaction

OpenPage = Callable[..., Page]
PAGES = (
    "/analysis",
    "/analysis?flagged=1&sort=flags",
    "/analysis?kind=quiz&sort=facility&page=2",
    "/analysis?region=sacral&kind=quiz&flagged=1",
    "/analysis/quizzes/quiz-big",
    "/analysis/quizzes/quiz-safety",
    "/analysis/questions/quiz-big/q2",
    "/analysis/questions/case-c6/segment",
    "/analysis/questions/case-refer/segment",
    "/analysis/questions/elbow-climber/segment",
    "/analysis/cohorts/everybody",
)


def sixty_answer() -> None:
    with transaction() as current:
        _cohort, ids = make_cohort(current, "Sixty", 60)
        answer_everything(current, [big_quiz(36), *cases()], ids)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A school of its own, so that a cohort of sixty changes nothing for other tests."""
    with serving(tmp_path_factory.mktemp("analysis"), sixty_answer) as served:
        yield served


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("viewport", [PHONE, DESK], ids=["phone", "desk"])
def test_every_page_of_the_analysis(
    site: Site, open_page: OpenPage, viewport: dict[str, int], dark: bool, request: pytest.FixtureRequest
) -> None:
    page = open_page(viewport=viewport, dark=dark)
    sign_in(page, site.person("author", "Marit Solberg"))
    faults = [fault for address in PAGES for fault in look(page, address, request.node.callspec.id)]
    assert faults == []


def test_tables_unfold_without_fault(site: Site, open_page: OpenPage) -> None:
    page = open_page(viewport=PHONE)
    sign_in(page, site.person("author", "Marit Solberg"))
    for address in ("/analysis/cohorts/everybody", "/analysis/questions/case-c6/segment", "/analysis/quizzes/quiz-big"):
        page.goto(address)
        for summary in page.locator("details.behind > summary").all():
            summary.click()
        assert page.locator("details.behind[open] table").count() == page.locator("details.behind").count() > 0
        assert not page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")


def test_the_list_is_sorted_and_filtered_without_script(site: Site, open_page: OpenPage) -> None:
    page = open_page(viewport=DESK, script=False)
    sign_in(page, site.person("author", "Marit Solberg"))
    page.goto("/analysis")
    page.get_by_label("Kind").select_option("case")
    page.get_by_role("button", name="Show").click()
    page.get_by_role("columnheader", name="Facility").get_by_role("link").click()
    expect(page.locator("th[aria-sort=ascending]")).to_contain_text("Facility")
    assert "kind=case" in page.url
    page.locator("table.items th[scope=row] a").first.click()
    expect(page.get_by_role("heading", name="Who answered what")).to_be_visible()


def test_an_assessor_finds_the_analysis_and_no_sign_off_case(site: Site, open_page: OpenPage) -> None:
    page = open_page(viewport=DESK)
    sign_in(page, site.person("assessor", "Ines Duarte"))
    page.get_by_role("navigation", name="Main").get_by_role("link", name="Analysis").click()
    expect(page.get_by_role("heading", name="Analysis")).to_be_visible()
    page.goto("/analysis?bank=sign-off")
    expect(page.get_by_text("No question fits")).to_be_visible()
