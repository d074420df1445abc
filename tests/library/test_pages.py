from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.makers import NOON, sign_in
from tests.query_counts import counted
from training.accounts.models import Person
from training.content.documents import Library
from training.db.session import database, transaction
from training.library import service
from training.web.access import Role
from training.web.paging import PAGE_SIZE


@pytest.fixture
def author(client: FlaskClient, person_in: Callable[..., Person], published: Library) -> FlaskClient:
    sign_in(client, person_in(Role.AUTHOR))
    return client


def pages(author: FlaskClient, query: str = "") -> list[str]:
    """Every page of the list, until one has no next."""
    found: list[str] = []
    while not found or 'rel="next"' in found[-1]:
        found.append(author.get(f"/library?page={len(found) + 1}{query}").text)
    return found


def shown(page: str) -> list[str]:
    return re.findall(r'href="/library/([\w-]+)"', page)


def test_everything_published_is_listed_once_by_kind(author: FlaskClient, published: Library) -> None:
    every = pages(author)

    listed = [item_id for page in every for item_id in shown(page)]
    assert sorted(listed) == sorted(item.id for item in published.items)
    assert all(len(shown(page)) <= PAGE_SIZE for page in every)
    for heading in ("Case", "Course", "Lesson", "Quiz", "Framework"):
        assert any(f">{heading} <span" in page for page in every)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("search=ELBOW-CLIMB", True),
        ("kind=case&search=elbow-climber", True),
        ("bank=practice&region=cervical", True),
        ("kind=quiz", False),
        ("bank=sign-off", False),
        ("region=lumbar", False),
        ("bank=nonsense&region=x&kind=case&search=elbow-climber", True),
    ],
)
def test_the_list_is_searched_and_filtered(author: FlaskClient, query: str, found: bool) -> None:
    assert ("elbow-climber" in [one for page in pages(author, f"&{query}") for one in shown(page)]) is found


def test_filters_stay_while_turning_pages_and_many_cases_take_one_query(
    app: Flask, author: FlaskClient, published: Library
) -> None:
    case = next(item for item in published.items if item.id == "elbow-climber")
    many = [replace(case, id=f"copy-{number:03}", hash=f"{number:064}") for number in range(130)]
    with app.app_context(), transaction() as session:
        service.publish(session, many, at=NOON, retire_missing=False)
        engine = database.engine

    with counted(engine) as queries:
        first = author.get("/library?bank=practice&region=cervical&search=copy-").text

    assert len(queries) <= 3  # who asks, and the list
    assert len(shown(first)) == PAGE_SIZE
    assert '>Case <span class="soft number">130</span>' in first
    assert "bank=practice&amp;region=cervical&amp;search=copy-&amp;page=2" in first
    assert len([one for page in pages(author, "&search=copy-") for one in shown(page)]) == 130


@pytest.mark.parametrize("number", ["0", "-1", "99", "9" * 40, "x"])
def test_a_page_that_there_is_not_has_a_way_back(author: FlaskClient, number: str) -> None:
    answer = author.get(f"/library?kind=course&page={number}")

    assert answer.status_code == 200
    assert shown(answer.text) or "The list is shorter than that" in answer.text


def test_a_search_that_finds_nothing_has_a_way_back(author: FlaskClient) -> None:
    page = author.get("/library?search=<script>").text

    assert "Nothing here goes by that" in page
    assert "<script>" not in page.replace("<script type", "")


def test_an_item_shows_its_source_and_versions_as_text(author: FlaskClient, published: Library) -> None:
    case = next(item for item in published.items if item.kind == "case")

    page = author.get(f"/library/{case.id}").text

    assert case.path in page
    assert case.hash[:12] in page
    assert "answer:" in page
    assert "<pre" in page


def test_source_that_looks_like_markup_stays_text(app: Flask, author: FlaskClient, published: Library) -> None:
    quiz = next(item for item in published.items if item.kind == "quiz")
    hostile = replace(quiz, hash="e" * 64, source="<script>alert(1)</script>", title="<b>bold</b>")
    with app.app_context(), transaction() as db:
        service.publish(db, [hostile], at=NOON, retire_missing=False)

    page = author.get(f"/library/{quiz.id}").text

    assert "<script>alert" not in page
    assert "<b>bold" not in page
    assert "&lt;script&gt;alert(1)" in page


def test_an_older_version_is_shown_when_it_is_asked_for(app: Flask, author: FlaskClient, published: Library) -> None:
    quiz = next(item for item in published.items if item.kind == "quiz")
    with app.app_context(), transaction() as db:
        service.publish(db, [replace(quiz, hash="e" * 64, source="the newer text")], at=NOON, retire_missing=False)

    assert "the newer text" in author.get(f"/library/{quiz.id}").text
    assert "the newer text" not in author.get(f"/library/{quiz.id}?version={quiz.hash}").text
    assert author.get(f"/library/{quiz.id}?version={'0' * 64}").status_code == 404
    case = next(item for item in published.items if item.kind == "case")
    assert author.get(f"/library/{quiz.id}?version={case.hash}").status_code == 404, "another item's version"


def test_a_retired_item_is_said_to_be(app: Flask, author: FlaskClient, published: Library) -> None:
    case = next(item for item in published.items if item.kind == "case")
    with app.app_context(), transaction() as db:
        service.publish(db, [item for item in published.items if item.id != case.id], at=NOON)

    assert "retired" in author.get(f"/library?search={case.id}").text
    assert "Retired on 1 Jun 2026" in author.get(f"/library/{case.id}").text


def test_an_unknown_item_is_a_404(author: FlaskClient) -> None:
    assert author.get("/library/no-such-item").status_code == 404


def test_trainees_never_see_a_source_and_its_keys(
    client: FlaskClient, person_in: Callable[..., Person], published: Library
) -> None:
    sign_in(client, person_in(Role.TRAINEE, Role.ASSESSOR, Role.DECIDER, Role.CLINIC))

    for item in published.items:
        assert client.get(f"/library/{item.id}").status_code == 403


def test_few_queries_however_much_is_published(app: Flask, author: FlaskClient, published: Library) -> None:
    for path in ("/library", f"/library/{published.items[0].id}"):
        with app.app_context(), counted(database.engine) as asked:
            assert author.get(path).status_code == 200
        assert len(asked) <= 3, path


@pytest.mark.parametrize("name", ["", ".svg", "x", "x.svg", "../../etc/passwd", "%00.svg"])
def test_a_picture_that_is_not_there_is_a_404(client: FlaskClient, name: str) -> None:
    assert client.get(f"/media/{name}").status_code in (400, 404)


def test_every_figure_that_ships_is_served_as_what_it_is(client: FlaskClient, published: Library) -> None:
    assets = {asset.hash: asset for item in published.items for asset in item.assets}
    assert assets

    for asset in assets.values():
        answer = client.get(f"/media/{asset.hash}.{'svg' if 'svg' in asset.media_type else 'png'}")
        assert answer.data == asset.data
        assert answer.mimetype == asset.media_type
        assert answer.mimetype in ("image/svg+xml", "image/png")
