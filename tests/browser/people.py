"""The served school, and what a person does in a browser again and again."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from flask import Flask
from playwright.sync_api import Page

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
