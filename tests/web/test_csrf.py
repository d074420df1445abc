"""A form from another site changes nothing."""

from __future__ import annotations

import re
from collections.abc import Callable

from flask import Flask
from flask.testing import FlaskClient

from tests.makers import PASSWORD
from training.accounts.models import Person
from training.web.access import Role


def test_every_post_is_refused_without_its_token(app: Flask, browser_of: Callable[..., FlaskClient]) -> None:
    assert app.config.get("WTF_CSRF_ENABLED", True)
    browser = browser_of(*Role)
    open_doors = []
    for rule in app.url_map.iter_rules():
        if "POST" in (rule.methods or ()):
            built = rule.build(dict.fromkeys(rule.arguments, "A" * 22))
            assert built is not None
            answer = browser.post(built[1], data={})
            if answer.status_code != 400 or "Reload its page" not in answer.text:
                open_doors.append((rule.endpoint, answer.status_code))
    assert open_doors == []


def test_a_token_of_another_session_is_refused(app: Flask, browser_of: Callable[..., FlaskClient]) -> None:
    mine, another = browser_of(Role.ADMIN), browser_of(Role.ADMIN)
    token = token_on(another.get("/people/cohorts").text)
    mine.get("/people/cohorts")

    answer = mine.post("/people/cohorts", data={"csrf_token": token, "name": "Autumn", "starts_on": "2026-09-01"})

    assert answer.status_code == 400
    assert "Autumn" not in mine.get("/people/cohorts").text


def test_every_form_that_posts_carries_its_token(app: Flask, browser_of: Callable[..., FlaskClient]) -> None:
    browser = browser_of(Role.ADMIN)
    for path in ("/account", "/people/cohorts", "/people/invitations"):
        page = browser.get(path).text
        forms = re.findall(r'<form[^>]*method="post".*?</form>', page, re.DOTALL)
        assert len(forms) >= 2, path
        assert [form for form in forms if 'name="csrf_token"' not in form] == []


def test_signing_in_works_with_the_token_of_its_page(app: Flask, person_in: Callable[..., Person]) -> None:
    browser, person = app.test_client(), person_in()
    token = token_on(browser.get("/sign-in").text)

    answer = browser.post("/sign-in", data={"csrf_token": token, "email": person.email, "password": PASSWORD})

    assert answer.status_code == 303
    page = browser.get("/account").text
    assert token_on(page) != token, "the token changes with the session"
    assert browser.post("/sign-out", data={"csrf_token": token_on(page)}).status_code == 303


def token_on(page: str) -> str:
    found = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert found is not None
    return found[1]
