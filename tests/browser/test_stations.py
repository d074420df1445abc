"""A practical exam from opening to release, and a judge's sheet, in Chromium, with axe and the width of each page."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.people import DESK, PHONE, Site, faults, sign_in

OpenPage = Callable[..., Page]
STATION = "Over the chest wall: surface anatomy and depth"


def test_a_practical_exam_from_opening_to_release(site: Site, open_page: OpenPage) -> None:
    instructor = open_page(viewport=DESK, dark=True)
    sign_in(instructor, site.person("assessor", "Ines Duarte"))
    instructor.goto("/trainees")
    instructor.get_by_role("link", name="Practical exams").click()
    wrong = faults(instructor, "practicals")
    instructor.get_by_role("link", name="Open a session").click()
    instructor.get_by_label("Name").fill("A session in a browser")
    instructor.get_by_label(STATION).check()
    instructor.get_by_text("Single people").click()
    instructor.get_by_label("Nora Feld").check()
    wrong += faults(instructor, "practical-new")
    instructor.get_by_role("button", name="Open the session").click()
    wrong += faults(instructor, "practical-open")
    address = instructor.url

    examiner = open_page(viewport=PHONE, script=False)
    sign_in(examiner, site.person("assessor", "Jonas Achterberg"))
    examiner.goto(address)
    examiner.get_by_role("link", name=STATION).first.click()
    examiner.get_by_role("link", name="Nora Feld").click()
    for box in examiner.locator("input[name=done]").all():
        box.check()
    examiner.get_by_label("4 · Good").check()
    examiner.get_by_role("button", name="Save the score").click()
    expect(examiner.get_by_text("Saved: Nora Feld.")).to_be_visible()

    phone = open_page(viewport=PHONE)
    sign_in(phone, site.person("assessor", "Ines Duarte"))
    phone.goto(f"{address}/stations/chest-wall-depth")
    wrong += faults(phone, "station-phone")
    phone.get_by_role("link", name="Nora Feld").click()
    wrong += faults(phone, "score-given-phone")

    candidate = open_page(viewport=PHONE, dark=True)
    sign_in(candidate, site.person("trainee", "Nora Feld"))
    candidate.goto("/progress/stations")
    expect(candidate.get_by_text("A session in a browser")).to_have_count(0)

    decider = open_page(viewport=DESK)
    sign_in(decider, site.person("decider", "Ruth Okafor"))
    decider.goto(address)
    wrong += faults(decider, "practical-release")
    decider.get_by_role("button", name="Release").click()
    expect(decider.get_by_text("The results are released.")).to_be_visible()
    decider.goto("/practicals")
    decider.get_by_role("link", name="Practical exam, autumn").click()
    wrong += faults(decider, "practical-released")
    decider.get_by_role("link", name="See it drawn").first.click()
    wrong += faults(decider, "practical-standard")

    candidate.reload()
    expect(candidate.get_by_text("A session in a browser")).to_be_visible()
    wrong += faults(candidate, "practical-own")
    assert wrong == []


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_a_judges_sheet(site: Site, open_page: OpenPage, dark: bool) -> None:
    page = open_page(viewport=PHONE if dark else DESK, dark=dark)
    sign_in(page, site.person("assessor", "Karim Haddad"))
    page.goto("/exams/ims-written/standard")
    wrong = faults(page, f"angoff-exam-{dark}")
    opening = page.get_by_role("button", name="Open a sheet")
    if opening.count():
        opening.click()
    else:
        page.locator("main .rows a").first.click()
    wrong += faults(page, f"angoff-summary-{dark}")
    page.goto("/panel/angoff")
    wrong += faults(page, f"angoff-list-{dark}")
    page.get_by_role("link", name="The written exam").click()
    page.locator("#share-1").fill("60")
    page.get_by_role("button", name="Hand in this round").click()
    expect(page.get_by_text("Question 2 is not rated yet.").first).to_be_visible()
    expect(page.locator("#share-1")).to_have_value("60")
    wrong += faults(page, f"angoff-sheet-{dark}")
    assert wrong == []
