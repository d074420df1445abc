"""A served demonstration school and a real browser that complains about everything it dislikes."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tests.browser.people import DESK, Site, serving
from tests.makers import NOON, PASSWORD
from training.accounts import service as people
from training.db.base import new_public_id
from training.db.session import transaction
from training.web.access import Role

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
REQUIRED = os.environ.get("SEGMENTAL_BROWSER_TESTS") == "required"
# The development server forgets to close a static file whose reader went to another page in the middle of it.
CUT_LINE = r"ignore:Exception ignored in. <_io.FileIO name='.*/static/:pytest.PytestUnraisableExceptionWarning"
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "tests/browser" in item.path.as_posix():
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.filterwarnings(CUT_LINE))
            if CHROMIUM is None and not REQUIRED:
                item.add_marker(pytest.mark.skip(reason="Chromium is not installed (apt-get install chromium)"))


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with serving(tmp_path_factory.mktemp("site")) as served:
        yield served


@pytest.fixture
def newcomer(site: Site) -> dict[str, str]:
    """A trainee who has not begun: nothing read, answered or met."""
    email = f"{new_public_id().lower()}@example.org"
    with site.app.app_context(), transaction() as current:
        people.add_person(
            current, name="Newcomer", email=email, password=PASSWORD, roles=[Role.TRAINEE], at=NOON, by_id=None
        )
    return {"email": email, "password": PASSWORD}


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    assert CHROMIUM is not None, "browser tests are required here, and Chromium is not installed"
    with sync_playwright() as driver:
        made = driver.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS))
        yield made
        made.close()


@pytest.fixture
def open_page(browser: Browser, site: Site, request: pytest.FixtureRequest) -> Iterator[Callable[..., Page]]:
    """`open_page(viewport=PHONE, dark=True, script=False)`: a fresh browser window on the site.

    At the end the test fails when a page logged an error, broke the content security policy or asked another host.
    """
    complaints: list[str] = []
    contexts = []

    def watch(page: Page) -> None:
        def on_console(message: Any) -> None:
            expected = "status of 4" in message.text or "ERR_" in message.text  # pages that mean to refuse
            if message.type == "error" and not expected:
                complaints.append(f"{page.url}: {message.text}")

        def on_request(asked: Any) -> None:
            if not asked.url.startswith((site.url, "data:", "blob:", "about:")):
                complaints.append(f"asked another host: {asked.url}")

        page.on("console", on_console)
        page.on("pageerror", lambda error: complaints.append(f"{page.url}: {error}"))
        page.on("request", on_request)

    def make(
        *,
        viewport: dict[str, int] = DESK,
        dark: bool = False,
        script: bool = True,
        touch: bool = False,
        zone: str = "UTC",
    ) -> Page:
        context = browser.new_context(
            base_url=site.url,
            viewport=viewport,  # type: ignore[arg-type]
            color_scheme="dark" if dark else "light",
            java_script_enabled=script,
            has_touch=touch,
            locale="en-GB",
            timezone_id=zone,
        )
        context.set_default_timeout(10_000)
        contexts.append(context)
        page = context.new_page()
        watch(page)
        return page

    yield make
    for context in contexts:
        context.close()
    assert complaints == []
