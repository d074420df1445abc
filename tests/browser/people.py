"""The served school, and what a person does in a browser again and again."""

from __future__ import annotations

import atexit
import os
import re
import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from tempfile import mkdtemp
from typing import Any
from zoneinfo import ZoneInfo

from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from playwright.sync_api import Page
from werkzeug.serving import make_server

from training.cli.database import upgrade_database
from training.cli.demo import create_demo
from training.config import Config
from training.db.session import database
from training.demo import school
from training.factory import create_app

RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
PHONE, DESK = {"width": 360, "height": 740}, {"width": 1440, "height": 900}


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


def config_of(folder: Path) -> Config:
    return Config(
        mode="development",
        secret_key="a key for browser tests only",
        database_url=f"sqlite:///{folder / 'segmental.sqlite3'}",
        timezone=ZoneInfo("America/Edmonton"),
        instance=folder,
    )


@cache
def made_school() -> Path:
    """A folder with the demonstration school, made once a process and copied by whoever serves it."""
    folder = Path(mkdtemp(prefix="segmental-school-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    config = config_of(folder)
    with create_app(config).app_context():
        upgrade_database()
        create_demo(config)
        database.engine.dispose()
    return folder


@contextmanager
def serving(folder: Path, prepare: Callable[[], None] = lambda: None) -> Iterator[Site]:
    """The demonstration school, served from a folder; `prepare` adds to it before anybody asks."""
    shutil.copytree(made_school(), folder, dirs_exist_ok=True)
    config = config_of(folder)
    app = create_app(config)
    with app.app_context():
        prepare()
        shown = school.show(config)
    assert shown is not None
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield Site(f"http://127.0.0.1:{server.server_port}", app, shown)
    server.shutdown()
    thread.join()


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


def faults(page: Page, label: str) -> list[str]:
    """What axe finds wrong with the page as it stands, and whether it is wider than the window; keeps a picture."""
    page.wait_for_load_state()  # a click returns when the next page has begun, which may have no <html> yet
    found = [
        f"{label}: {one['id']}: {one['nodes'][0]['html'][:160]}"
        for one in Axe().run(page, options=RULES).response["violations"]
    ]
    if page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
        found.append(f"{label}: wider than the window")
    shot(page, re.sub(r"\W+", "-", label).strip("-"))
    return found
