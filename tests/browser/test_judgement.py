"""A person's judgement, and what feedback says by degrees, in Chromium: axe, width, both sizes and schemes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from tests.assessment.judgement.makers import answer, many_patients
from tests.assessment.makers import CHOICES, NUMBER, ORDER, PRACTICE, QUIZ, SEGMENT, WRONG, publish
from tests.browser.people import DESK, PHONE, Site, faults, serving, sign_in
from tests.browser.test_pages import look
from training.accounts.models import Person
from training.db.session import transaction

OpenPage = Callable[..., Page]
KINDS = replace(QUIZ, id="quiz-kinds", title="Every kind", draw=4, questions=(CHOICES, ORDER, NUMBER, SEGMENT))


def somebody_answers() -> None:
    with transaction() as current:
        person = current.scalars(select(Person.id).where(Person.name == "Luca Merlo")).one()
        answer(current, person, PRACTICE, SEGMENT, WRONG["segment"])
        many_patients(current, person, 120)
        publish(current, KINDS)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A school of its own, in which one trainee met many patients."""
    with serving(tmp_path_factory.mktemp("judgement"), somebody_answers) as served:
        yield served


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("viewport", [PHONE, DESK], ids=["phone", "desk"])
def test_the_page_of_ones_judgement(
    site: Site,
    open_page: OpenPage,
    newcomer: dict[str, str],
    viewport: dict[str, int],
    dark: bool,
    request: pytest.FixtureRequest,
) -> None:
    label = request.node.callspec.id
    page = open_page(viewport=viewport, dark=dark)
    sign_in(page, site.person("trainee", "Luca Merlo"))
    wrong = look(page, "/judgement", label)
    for summary in page.locator("details.behind > summary").all():
        summary.click()
    assert page.locator("details.behind[open] table").count() >= 8
    wrong += faults(page, f"{label}-unfolded")
    fresh = open_page(viewport=viewport, dark=dark)
    sign_in(fresh, newcomer)
    assert [*wrong, *look(fresh, "/judgement", f"{label}-newcomer")] == []


def test_an_assessor_reads_it_from_the_trainees_page(site: Site, open_page: OpenPage) -> None:
    page = open_page(viewport=PHONE)
    sign_in(page, site.person("assessor", "Ines Duarte"))
    page.goto("/trainees")
    page.get_by_role("link", name="Luca Merlo").click()
    page.get_by_role("link", name="Judgement: referral").click()
    expect(page.get_by_role("heading", name="Judgement of Luca Merlo")).to_be_visible()
    assert faults(page, "assessor-judgement") == []


@pytest.mark.parametrize("script", [True, False], ids=["script", "no-script"])
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_every_kind_is_answered_by_keyboard_and_graded(
    site: Site, open_page: OpenPage, newcomer: dict[str, str], script: bool, dark: bool
) -> None:
    """Each control by its name alone, first empty, then wrongly; the error stands at its field and describes it."""
    page = open_page(viewport=PHONE if dark else DESK, dark=dark, script=script)
    sign_in(page, newcomer)
    page.goto("/quizzes/quiz-kinds")
    page.get_by_role("button", name="Start").press("Enter")
    wrong: list[str] = []
    graded: list[str] = []

    def found(label: str) -> list[str]:
        return faults(page, label) if script else []  # axe is a script itself

    for _ in range(4):
        kind = page.locator("input[name=kind]").input_value()
        label = f"kinds-{kind}-{'dark' if dark else 'light'}{'' if script else '-plain'}"
        if kind in ("number", "segment"):
            page.get_by_role("button", name="Answer").press("Enter")
            error = page.locator("form [data-error]:not([hidden])").first
            expect(error).to_be_visible()
            said = error.get_attribute("id")
            assert page.locator(f'[aria-describedby~="{said}"]').count(), f"{kind}: nothing is described by its error"
            if kind == "number":
                expect(page.get_by_label("Your answer")).to_have_attribute("aria-invalid", "true")
            wrong += found(f"{label}-error")
        answer_wrongly(page, kind, script)
        wrong += found(f"{label}-form")
        page.get_by_role("button", name="Answer").press("Enter")
        expect(page.locator(".feedback")).to_be_visible()
        graded.append(page.locator(".graded").inner_text())
        wrong += found(f"{label}-feedback")
        page.locator("main .actions a.button").press("Enter")
    expect(page.get_by_text("Graded by degrees")).to_be_visible()
    wrong += found(f"kinds-result-{'dark' if dark else 'light'}")
    assert all(one.startswith("Graded 0.") for one in graded), graded
    assert wrong == []


def answer_wrongly(page: Page, kind: str, script: bool) -> None:
    if kind == "choices":
        page.get_by_role("checkbox", name="C4").press("Space")
    elif kind == "number":
        page.get_by_label("Your answer").fill("31")
    elif kind == "segment":
        page.get_by_role("radio", name="C7").press("Space")
        page.get_by_role("radio", name="Right").press("Space")
    elif script:
        while [one.inner_text() for one in page.locator(".step-text").all()] != ["Neck", "Loin", "Chest"]:
            first = page.locator(".step-text").first.inner_text()
            later = "Loin" if first == "Neck" else "Neck"
            page.get_by_role("button", name=f"Move up: {later}").press("Enter")
    else:
        for step, place in (("Neck", "1"), ("Loin", "2"), ("Chest", "3")):
            page.get_by_label(f"Place of: {step}").select_option(place)
