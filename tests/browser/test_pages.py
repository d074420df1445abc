"""Every page of every role: nothing for axe to find, nothing sideways, in both sizes and both schemes."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.browser.people import DESK, PHONE, Site, faults, sign_in

OpenPage = Callable[..., Page]
VISITOR = ("/", "/sign-in", "/verify", "/verify/0000-0000", "/framework", "/no/such/page")
BY_PERSON = {
    "Luca Merlo": (
        "/",
        "/courses",
        "/courses/foundations",
        "/courses/foundations/signs-of-neuropathy",
        "/courses/foundations/reading-the-signs",
        "/cases",
        "/cases/elbow-climber",
        "/cases/so-baker",
        "/attempts",
        "/quizzes/quiz-supersensitivity",
        "/progress",
        "/my/certificates",
        "/account",
        "/people",
    ),
    "Aisha Rahman": ("/", "/progress"),
    "Owen Clarke": ("/progress",),
    "Nora Feld": ("/", "/progress", "/my/certificates", "/attempts", "/progress/practice"),
    "Samuel Osei": ("/", "/progress", "/my/certificates", "/jurisdictions"),
    "Ines Duarte": ("/", "/trainees", "/cohort", "/sign-offs", "/renewals", "/jurisdictions"),
    "Ruth Okafor": ("/", "/certificates", "/sign-offs", "/framework/versions"),
    "Ada Lindqvist": ("/people", "/people/invitations", "/people/cohorts", "/journal", "/library"),
    "Marit Solberg": ("/", "/library", "/library/heel-usher"),
    "Riverbank Physiotherapy": ("/clinic",),
}
# Pages that are found by following the first link that fits.
FOLLOWED = {
    "Luca Merlo": (("/attempts", r"/attempts/[\w-]{22}"),),
    "Ines Duarte": (("/trainees", r"/trainees/[\w-]{22}"),),
    "Ruth Okafor": (
        ("/sign-offs", r"/sign-offs/SO-"),
        ("/certificates", r"/certificates/\w"),
    ),
    "Ada Lindqvist": (("/people", r"/people/[\w-]{22}"),),
}


def pages_of(page: Page, name: str) -> Iterator[str]:
    yield from BY_PERSON[name]
    for listing, pattern in FOLLOWED.get(name, ()):
        page.goto(listing)
        links = page.locator("main a").evaluate_all("all => all.map(one => one.getAttribute('href'))")
        yield next(link for link in links if link and re.match(pattern, link))


def look(page: Page, address: str, label: str) -> list[str]:
    """What is wrong with the page at an address; empty when nothing is."""
    page.goto(address)
    return faults(page, f"{label}{address}")


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("viewport", [PHONE, DESK], ids=["phone", "desk"])
def test_pages_for_visitors(
    site: Site, open_page: OpenPage, viewport: dict[str, int], dark: bool, request: pytest.FixtureRequest
) -> None:
    page = open_page(viewport=viewport, dark=dark)
    codes = [f"/verify/{one['code']}" for one in site.shown["certificates"]]

    assert [fault for address in (*VISITOR, *codes) for fault in look(page, address, label(request))] == []


@pytest.mark.parametrize("name", BY_PERSON)
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_pages_for_people(
    site: Site, open_page: OpenPage, name: str, dark: bool, request: pytest.FixtureRequest
) -> None:
    """Light on the phone, dark at the desk; the other two pairs are covered by the visitors' pages and by the eye."""
    page = open_page(viewport=DESK if dark else PHONE, dark=dark)
    person = next(one for one in site.shown["people"] if one["name"] == name)
    sign_in(page, person)

    assert [fault for address in pages_of(page, name) for fault in look(page, address, label(request))] == []


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_every_stage_of_a_case(site: Site, open_page: OpenPage, dark: bool, request: pytest.FixtureRequest) -> None:
    page = open_page(viewport=PHONE if dark else DESK, dark=dark)
    sign_in(page, site.person("trainee", "Luca Merlo"))
    page.goto("/cases/neck-potter" if dark else "/cases/back-teacher")
    page.locator("main form button").first.click()
    wrong = []
    for stage in range(12):
        wrong += look(page, page.url, f"{label(request)}-stage{stage}")
        if page.locator("form[data-answer]").count():
            answer_somehow(page)
        elif page.locator("form.case-next").count():
            page.locator("form.case-next button").click()
        else:
            break
    assert page.get_by_role("heading", name="Explanation").count() == 1
    assert wrong == []


def answer_somehow(page: Page) -> None:
    form = page.locator("form[data-answer]").first
    kind = form.locator("input[name=kind]").input_value()
    if kind == "segment":
        form.locator(".spine-refer").click()
    elif kind in ("choice", "choices"):
        form.locator("label.choice:has(input[name^=option])").first.click()
    if form.get_by_text("Asked because this is about safety").count():
        form.get_by_text("I think so").click()
    before = page.locator(".feedback").count()
    form.get_by_role("button", name="Answer").click()
    expect(page.locator(".feedback")).to_have_count(before + 1)


def label(request: pytest.FixtureRequest) -> str:
    return request.node.callspec.id.replace(" ", "-").lower()
