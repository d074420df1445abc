"""An exam on a phone: answered by keyboard, the line lost and back, a second page, handed in, released, seen."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from tests.assessment.exams.makers import EXAM, make_sitting, publish_exam
from tests.browser.people import DESK, PHONE, Site, faults, serving, sign_in
from training.accounts import service as people
from training.assessment.exams import taking
from training.assessment.exams.models import ExamAnswer, ExamAttempt
from training.db.session import database, transaction
from training.web.access import Role

OpenPage = Callable[..., Page]
HOUR = timedelta(hours=1)


def set_an_exam() -> None:
    now = datetime.now(UTC)
    with transaction() as db:
        publish_exam(db)
        assessor = people.directory(db, role=Role.ASSESSOR)[0]
        row = people.person_of(db, assessor.id)
        make_sitting(db, row, opens=now - 2 * HOUR, closes=now + 8 * HOUR)  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with serving(tmp_path_factory.mktemp("exam"), set_an_exam) as served:
        yield served


def saved(site: Site) -> list[tuple[int, int]]:
    """Place and number of every save."""
    with site.app.app_context():
        rows = database.session.execute(select(ExamAnswer.number, ExamAnswer.save).order_by(ExamAnswer.id))
        return [(number, save) for number, save in rows]


def answer(page: Page, *, first: bool = True) -> None:
    """Choose by keyboard and see that it is saved."""
    if page.locator("fieldset[data-spine]").count():
        page.locator('input[name="segment"]').first.focus()
        page.keyboard.type("c6" if first else "c7")
        page.locator(".spine-sides label", has_text="Right").click()
    else:
        page.locator("h1").click()
        page.keyboard.press("1" if first else "2")
    if page.get_by_text("Asked because this is about safety.").count():
        page.locator(".confidence label", has_text="Sure").click()


def test_an_exam_from_the_first_page_to_the_result(site: Site, open_page: OpenPage) -> None:
    found: list[str] = []
    page = open_page(viewport=PHONE)
    trainee = site.person("trainee", "Diego Fuentes")  # no sitting of the school itself is open to him
    sign_in(page, trainee)
    page.goto("/")
    page.get_by_role("link", name="To the exams").click()
    found += faults(page, "exam list")
    page.get_by_role("link", name="Read what to know, and start").click()
    found += faults(page, "exam before")
    page.get_by_role("button", name="Start now: 6 questions in 30 minutes").click()
    expect(page.get_by_role("heading", name="Question 1 of 6")).to_be_visible()
    expect(page.locator("[data-clock]")).to_have_text("29 min left")

    # By keyboard: the answer is saved by itself, Enter goes on.
    answer(page)
    expect(page.locator("[data-state]")).to_contain_text("1 of 6 answered")
    page.evaluate("scrollTo(0, 0)")  # or the bar at the foot of the window may cover half a row of the spine
    found += faults(page, "exam question")
    page.locator("h1").click()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Question 2 of 6")).to_be_visible()
    assert [number for number, _ in saved(site)][-1] == 1

    # The line is lost: the answer is kept on the device, changed there, and sent when the line is back.
    before = len(saved(site))
    page.context.set_offline(True)
    answer(page)
    expect(page.locator("[data-state]")).to_contain_text("kept on this device")
    assert len(saved(site)) == before
    page.context.set_offline(False)
    expect(page.locator("[data-state]")).to_contain_text("2 of 6 answered")
    expect(page.locator('[data-place="2"]')).to_have_class("exam-place exam-place-answered")

    # Flagged, left and found again.
    page.get_by_role("button", name="Flag for later").click()
    expect(page.get_by_role("button", name="Flag for later")).to_have_attribute("aria-pressed", "true")
    page.reload()
    expect(page.get_by_role("button", name="Flag for later")).to_have_attribute("aria-pressed", "true")
    assert page.locator('form[data-exam-answer] input[type="radio"]:checked').count() >= 1

    # A second device: told of, and what is older there overwrites nothing.
    desk = open_page(viewport=DESK, dark=True)
    sign_in(desk, trainee)
    desk.goto(page.url)
    expect(desk.get_by_text("also open in another browser")).to_be_visible()
    answer(page, first=False)
    expect(page.locator("[data-state]")).to_contain_text("2 of 6 answered")
    answer(desk, first=False)
    expect(desk.locator("[data-state]")).to_contain_text("2 of 6 answered")  # the same as what stands
    answer(page, first=True)
    expect(page.locator("[data-state]")).to_contain_text("Saved")
    numbers = [save for number, save in saved(site) if number == 2]
    desk.goto(desk.url.replace("question=2", "question=3"))
    found += faults(desk, "exam question desk dark")
    answer(page, first=False)
    assert max(numbers) <= max(save for number, save in saved(site) if number == 2)

    # The others, and the end.
    for number in (3, 4, 5, 6):
        page.locator(f'[data-place="{number}"]').click()
        expect(page.get_by_role("heading", name=f"Question {number} of 6")).to_be_visible()
        if number == 6:
            break
        answer(page)
        expect(page.locator("[data-state]")).to_contain_text("Saved")
    found += faults(page, "exam last question")
    page.get_by_role("link", name="Hand in …").click()
    expect(page.get_by_text("1 question is open:")).to_be_visible()
    found += faults(page, "exam hand in")
    page.get_by_role("button", name="Hand in").click()
    expect(page.get_by_text("5 of 6 answers are saved")).to_be_visible()
    found += faults(page, "exam handed in")
    assert "right" not in page.locator("main").inner_text().lower()

    # The instructor closes it, looks, and releases.
    desk.context.clear_cookies()
    sign_in(desk, site.person("assessor"))
    desk.goto("/analysis")
    desk.get_by_role("link", name="Exams", exact=True).click()
    found += faults(desk, "exam sittings dark")
    desk.locator(".exam-sitting a", has_text=EXAM.title).click()
    found += faults(desk, "exam sitting dark")
    desk.get_by_role("link", name="Change the times").click()
    found += faults(desk, "exam edit dark")
    desk.get_by_label("Closes").fill(local(site, datetime.now(UTC) - timedelta(minutes=1)))
    desk.get_by_role("button", name="Save").click()
    desk.get_by_role("link", name="Figures and release").click()
    found += faults(desk, "exam figures dark")
    desk.get_by_role("button", name="Release the results").click()
    expect(desk.get_by_text("Released to 1 candidate.")).to_be_visible()
    found += faults(desk, "exam results dark")
    desk.goto(f"/exams/figures/{EXAM.id}")
    found += faults(desk, "exam coverage dark")

    page.goto("/exams")
    page.locator("main .rows a").first.click()
    expect(page.get_by_text("provisional, set by the authors")).to_be_visible()
    page.locator("details.again > summary").first.click()
    found += faults(page, "exam result")
    assert found == []


def local(site: Site, when: datetime) -> str:
    zone = site.app.extensions["training.config"].timezone
    return when.astimezone(zone).strftime("%Y-%m-%dT%H:%M")


def test_what_is_older_shows_both_and_the_clock_ends_it(
    site: Site, open_page: OpenPage, newcomer: dict[str, str]
) -> None:
    with site.app.app_context():
        now = datetime.now(UTC)
        with transaction() as db:
            assessor = people.person_of(db, people.directory(db, role=Role.ASSESSOR)[0].id)
            sitting = make_sitting(db, assessor, opens=now - 2 * HOUR, closes=now + 8 * HOUR)  # type: ignore[arg-type]
            person = next(one for one in people.directory(db, role=Role.TRAINEE) if one.email == newcomer["email"])
            attempt = taking.start(db, sitting, person.id, "elsewhere", now)
    page, other = open_page(viewport=PHONE), open_page(viewport=PHONE)
    for one in (page, other):
        sign_in(one, newcomer)
        one.goto(f"/exams/attempts/{attempt}?question=1")
    answer(page, first=True)
    expect(page.locator("[data-state]")).to_contain_text("Saved")
    answer(other, first=False)
    expect(other.get_by_text("Saved meanwhile")).to_be_visible()
    assert faults(other, "exam both shown") == []
    other.get_by_role("button", name="Save", exact=True).click()
    expect(other.locator("[data-state]")).to_contain_text("Saved")
    with site.app.app_context(), transaction() as db:
        row = db.scalars(select(ExamAttempt).where(ExamAttempt.public_id == attempt)).one()
        row.deadline_at = datetime.now(UTC) + timedelta(seconds=4)
    page.reload()
    expect(page.get_by_role("alert").filter(has_text="Five minutes left")).to_be_visible()
    page.wait_for_url(lambda url: "/result" in url)
    expect(page.get_by_text("The time is over")).to_be_visible()
    with site.app.app_context():
        how = database.session.scalar(select(ExamAttempt.finished_how).where(ExamAttempt.public_id == attempt))
    assert how == "time"
