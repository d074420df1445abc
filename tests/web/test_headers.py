"""Headers of every answer, whatever it is."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from training.config import ROOT, Config
from training.content.documents import Library
from training.factory import create_app
from training.web.access import EVERYONE, Role, open_to


def policy_of(answer: TestResponse) -> dict[str, str]:
    parts = (part.split(" ", 1) for part in answer.headers["Content-Security-Policy"].split("; "))
    return {part[0]: part[1] if len(part) > 1 else "" for part in parts}


def assert_guarded(answer: TestResponse) -> None:
    policy = policy_of(answer)
    assert policy["default-src"] == "'none'"
    for of, allowed in policy.items():
        assert "unsafe" not in allowed, of
        assert "http" not in allowed, of
        assert "*" not in allowed, of
    assert policy["frame-ancestors"] == policy["base-uri"] == "'none'"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Referrer-Policy"] == "same-origin"
    assert answer.headers["Cross-Origin-Opener-Policy"] == "same-origin"
    answer.close()


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/", 200),
        ("/sign-in", 200),
        ("/verify", 200),
        ("/nowhere", 404),
        ("/account", 303),
        ("/sign-out", 405),
        ("/healthz", 200),
        ("/readyz", 200),
        ("/invitations/x", 404),
        ("/static/css/segmental.css", 200),
        ("/static/none.css", 404),
    ],
)
def test_every_answer_is_guarded(client: FlaskClient, path: str, status: int) -> None:
    answer = client.get(path)

    assert answer.status_code == status
    assert_guarded(answer)


def test_a_broken_page_is_guarded_and_tells_no_secret(app: Flask) -> None:
    @open_to(EVERYONE)
    def broken() -> str:
        raise RuntimeError("the secret of the house")

    app.add_url_rule("/broken", "broken", broken)
    app.config["PROPAGATE_EXCEPTIONS"] = False

    answer = app.test_client().get("/broken")

    assert answer.status_code == 500
    assert "secret of the house" not in answer.text
    assert "Traceback" not in answer.text
    assert re.search(r"Reference:</?\w*>? ?<code>[0-9a-f]{8}</code>|<code>[0-9a-f]{8}</code>", answer.text)
    assert_guarded(answer)


def test_pages_are_not_kept_by_caches_between_us_and_a_person(browser_of: Callable[..., FlaskClient]) -> None:
    for path in ("/", "/account"):
        assert browser_of(Role.ADMIN).get(path).headers["Cache-Control"] == "private, no-cache"


def test_our_own_files_are_kept_for_ever_under_the_name_of_their_content(client: FlaskClient) -> None:
    page = client.get("/sign-in").text
    (address,) = re.findall(r'href="(/static/css/segmental\.css\?v=[0-9a-f]{12})"', page)

    with client.get(address) as named, client.get("/static/css/segmental.css") as plain:
        assert named.headers["Cache-Control"] == "public, max-age=31536000, immutable"
        assert "immutable" not in plain.headers.get("Cache-Control", "")


def test_https_is_insisted_upon_in_production_only(config: Config) -> None:
    for mode, said in (("production", "max-age=31536000"), ("development", None)):
        app = create_app(replace(config, mode=mode))
        assert app.test_client().get("/healthz").headers.get("Strict-Transport-Security") == said
        assert app.config["SESSION_COOKIE_SECURE"] is (mode == "production")


def test_the_demonstration_is_marked_outside_production_only(config: Config) -> None:
    for mode, marked in (("production", False), ("development", True)):
        page = create_app(replace(config, mode=mode)).test_client().get("/sign-in").text
        assert ("nobody here is real" in page) is marked


def test_no_template_needs_more_than_the_policy_allows() -> None:
    """No script or style inside a page, no attribute that is either."""
    forbidden = re.compile(r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son[a-z]+=|javascript:", re.IGNORECASE)
    found = {
        path.relative_to(ROOT).as_posix(): forbidden.findall(text)
        for path in (ROOT / "templates").rglob("*.html")
        if forbidden.search(text := path.read_text())
    }
    assert found == {}


def test_nothing_is_loaded_from_another_host() -> None:
    asks = re.compile(
        r"""(?:src|srcset|action|poster)=["']\s*(?:https?:)?//|<link[^>]+href=["'](?:https?:)?//|@import|url\(["']?(?:https?:)?//|(?:fetch|import)\(["'`](?:https?:)?//"""
    )
    found = [
        path.relative_to(ROOT).as_posix()
        for folder in ("templates", "static")
        for path in (ROOT / folder).rglob("*")
        if path.suffix in (".html", ".css", ".js", ".svg") and asks.search(path.read_text())
    ]
    assert found == []


def test_a_figure_may_style_itself_and_do_nothing_else(app: Flask, client: FlaskClient, published: Library) -> None:
    asset = next(asset for item in published.items for asset in item.assets)

    answer = client.get(f"/media/{asset.hash}.svg")

    assert answer.status_code == 200
    assert answer.data == asset.data
    assert answer.headers["Content-Type"].split(";")[0] == "image/svg+xml"
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'; style-src 'unsafe-inline'; sandbox"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert client.get(f"/media/{'0' * 64}.svg").status_code == 404
