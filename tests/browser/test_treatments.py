"""The treatment log on a phone: twenty seconds with a line, without one, and without script."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.browser.people import DESK, PHONE, Site, faults, sign_in
from training.competency.treatments.routes import today_here

Opener = Callable[..., Page]
HAS_COPY = """() => caches.open("segmental-log").then((kept) => kept.match("/log/offline", { ignoreVary: true }))
  .then((copy) => Boolean(copy && navigator.serviceWorker.controller))"""


def wait_for_copy(page: Page) -> None:
    """Until the phone has the form for when there is no line, and a worker that shows it."""
    for _ in range(100):
        if page.evaluate(HAS_COPY):
            return
        page.wait_for_timeout(50)
    raise AssertionError("the form was not kept")


def tap(page: Page, group: str, name: str) -> None:
    page.locator(f"#{group} .chip", has_text=name).first.click()


def fill(page: Page, *, region: str = "Lumbar", segment: str = "L5", note: str = "") -> None:
    tap(page, "region", region)
    tap(page, "segment", segment)
    page.get_by_role("button", name=f"+ multifidus {segment}").click()
    tap(page, "supervision", "Assessor in the room")
    tap(page, "grasp", "Yes")
    page.get_by_label("Did anything go wrong?").select_option("none")
    page.get_by_label("Note").fill(note)


def log(page: Page) -> None:
    page.get_by_role("button", name="Log the treatment").click()


def test_a_lost_line_loses_no_treatment(open_page: Opener, newcomer: dict[str, str]) -> None:
    page = open_page(viewport=PHONE)
    sign_in(page, newcomer)
    page.goto("/progress")
    page.get_by_role("link", name="Log a treatment").click()
    wrong = faults(page, "log-phone")
    fill(page)
    page.get_by_label("Muscle 1").fill("gluteus medius")
    page.get_by_label("Muscle 1").press("Enter")
    expect(page.get_by_role("button", name="Take out gluteus medius")).to_be_visible()
    page.get_by_label("Did anything go wrong?").select_option("lung")
    expect(page.get_by_text("First the patient, then this log.")).to_be_visible()
    wrong += faults(page, "log-phone-filled")
    page.get_by_label("Did anything go wrong?").select_option("none")
    log(page)
    expect(page.locator("[data-state]")).to_have_text("Logged.")

    wait_for_copy(page)
    page.context.set_offline(True)
    page.goto("/log")
    expect(page.get_by_text("There is no line.")).to_be_visible()
    assert "Newcomer" not in page.content()
    fill(page, region="Cervical", segment="C6", note="Mrs Smith cramped")
    log(page)
    expect(page.get_by_role("heading", name="Kept on this phone, not sent yet (1)")).to_be_visible()
    fill(page, region="Cervical", segment="C7")
    log(page)
    expect(page.get_by_role("heading", name="Kept on this phone, not sent yet (2)")).to_be_visible()
    page.reload()
    expect(page.get_by_role("heading", name="Kept on this phone, not sent yet (2)")).to_be_visible()
    wrong += faults(page, "log-phone-offline")

    page.context.set_offline(False)
    expect(page.get_by_text("“Mrs Smith” looks like somebody's name.")).to_be_visible()
    expect(page.get_by_role("heading", name="Kept on this phone, not sent yet (1)")).to_be_visible()
    wrong += faults(page, "log-phone-refused")
    page.get_by_role("button", name="Mend it").click()
    page.get_by_label("Note").fill("cramped")
    log(page)
    expect(page.locator("[data-state]")).to_have_text("Logged.")
    expect(page.locator("[data-kept]")).to_be_hidden()
    page.goto("/log/entries")
    expect(page.locator(".log-line")).to_have_count(3)
    wrong += faults(page, "log-entries-phone")
    page.locator(".log-line a").first.click()
    page.get_by_text("Strike this entry out").click()
    page.get_by_label("Why?").fill("logged twice")
    page.get_by_role("button", name="Strike it out").click()
    expect(page.get_by_text("It stays readable and counts no more")).to_be_visible()
    assert wrong == []


def test_the_kept_form_asks_for_the_day_of_the_school_whatever_zone_the_phone_is_in(
    open_page: Opener, site: Site
) -> None:
    """On the phone it is tomorrow already for all but three hours of a day; sent, that would be a day still to come."""
    page = open_page(viewport=PHONE, zone="Pacific/Kiritimati")
    page.goto("/log/offline")
    with site.app.app_context():
        here = today_here().isoformat()
    expect(page.get_by_label("Day", exact=True)).to_have_value(here)
    expect(page.get_by_label("Day", exact=True)).to_have_attribute("max", here)


def test_nobody_logs_in_the_name_of_who_signed_out(open_page: Opener, newcomer: dict[str, str]) -> None:
    page = open_page(viewport=PHONE)
    sign_in(page, newcomer)
    page.goto("/log")
    wait_for_copy(page)
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_load_state()
    page.context.set_offline(True)
    page.goto("/log")
    fill(page)
    log(page)
    expect(page.locator("[data-state]")).to_contain_text("Nobody is signed in on this phone")
    assert page.evaluate("localStorage.getItem('segmental-log')") in (None, "{}")


def test_it_works_without_script(open_page: Opener, newcomer: dict[str, str]) -> None:
    page = open_page(viewport=PHONE, script=False)
    sign_in(page, newcomer)
    page.goto("/log")
    tap(page, "region", "Sacral")
    tap(page, "segment", "S1")
    page.get_by_label("Muscle 1").fill("lateral gastrocnemius")
    tap(page, "supervision", "Alone")
    tap(page, "grasp", "Unsure")
    page.get_by_label("Did anything go wrong?").select_option("bruising")
    log(page)
    expect(page.get_by_text("The treatment is logged.")).to_be_visible()
    expect(page.locator(".log-line")).to_have_count(1)


def test_a_drift_after_a_sign_off_asks_for_an_observation(open_page: Opener, site: Site) -> None:
    page = open_page(viewport=DESK, dark=True)
    sign_in(page, site.person("trainee", "Samuel Osei"))
    page.goto("/progress")
    expect(page.get_by_role("heading", name="Asks for an observation")).to_be_visible()
    page.get_by_role("link", name="Your learning curve").click()
    expect(page.get_by_role("img", name="Cervical, 11 results")).to_be_visible()
    wrong = faults(page, "curve-desk-dark")
    phone = open_page(viewport=PHONE)
    sign_in(phone, site.person("assessor", "Ines Duarte"))
    phone.goto("/trainees?search=Samuel")
    expect(phone.get_by_text("Asks for an observation")).to_be_visible()
    phone.get_by_role("link", name="Samuel Osei").click()
    expect(phone.get_by_role("heading", name="Asks for an observation")).to_be_visible()
    wrong += faults(phone, "trainee-asks-phone")
    phone.get_by_role("link", name="Learning curve").first.click()
    wrong += faults(phone, "curve-phone")
    assert wrong == []
