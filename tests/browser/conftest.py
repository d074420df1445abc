"""A served demonstration school and a real browser that complains about everything it dislikes."""

from __future__ import annotations

import os
import shutil
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, sync_playwright
from werkzeug.serving import make_server

from training.cli import create_demo, upgrade_database
from training.config import Config
from training.demo import school
from training.factory import create_app

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
REQUIRED = os.environ.get("SEGMENTAL_BROWSER_TESTS") == "required"
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
PHONE, DESK = {"width": 360, "height": 740}, {"width": 1440, "height": 900}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "tests/browser" in item.path.as_posix():
            item.add_marker(pytest.mark.browser)
            if CHROMIUM is None and not REQUIRED:
                item.add_marker(pytest.mark.skip(reason="Chromium is not installed (apt-get install chromium)"))


class Site:
    """A served school: `url`, and the password of each person by role."""

    def __init__(self, url: str, app: Flask, shown: dict[str, Any]) -> None:
        self.url = url
        self.app = app
        self.shown = shown

    def person(self, role: str, name: str = "") -> dict[str, Any]:
        """Somebody of the school with a role, and with a name when it is given."""
        return next(
            person
            for person in self.shown["people"]
            if role in person["roles"] and (not name or person["name"] == name)
        )


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    folder = tmp_path_factory.mktemp("site")
    config = Config(
        mode="development",
        secret_key="a key for browser tests only",
        database_url=f"sqlite:///{folder / 'segmental.sqlite3'}",
        timezone=ZoneInfo("America/Edmonton"),
        instance=folder,
    )
    app = create_app(config)
    with app.app_context():
        upgrade_database()
        create_demo(config)
        shown = school.show(config)
    assert shown is not None
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield Site(f"http://127.0.0.1:{server.server_port}", app, shown)
    server.shutdown()
    thread.join()


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

    At the end the test fails when a page logged an error, broke the content security policy or asked another host for something.
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

    def make(*, viewport: dict[str, int] = DESK, dark: bool = False, script: bool = True, touch: bool = False) -> Page:
        context = browser.new_context(
            base_url=site.url,
            viewport=viewport,  # type: ignore[arg-type]
            color_scheme="dark" if dark else "light",
            java_script_enabled=script,
            has_touch=touch,
            locale="en-GB",
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


def sign_in(page: Page, person: dict[str, Any]) -> None:
    """Through the form, as a person does."""
    page.goto("/sign-in")
    page.get_by_label("E-mail").fill(person["email"])
    page.get_by_label("Password", exact=True).fill(person["password"])
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(lambda url: "/sign-in" not in url)


def shot(page: Page, name: str) -> None:
    """Keep a picture for a person to look at, when a folder for it is named."""
    folder = os.environ.get("SEGMENTAL_SHOTS")
    if folder:
        page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)
