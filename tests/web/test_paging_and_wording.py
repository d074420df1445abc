from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from training.anatomy.segments import SEGMENTS
from training.web.access import Role
from training.web.paging import Page, asked_page
from training.web.wording import day, moment, named, percent


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("", 1),
        ("1", 1),
        ("7", 7),
        ("0", 1),
        ("-3", 1),
        ("x", 1),
        ("1.5", 1),
        ("9" * 40, 100_000),
        ("9" * 5000, 100_000),
        ("²", 1),
        ("٣", 3),
    ],
)
def test_whatever_stands_in_the_address_is_a_page(app: Flask, text: str, number: int) -> None:
    with app.test_request_context("/people", query_string={"page": text}):
        assert asked_page() == number


@given(st.lists(st.integers(), max_size=30), st.integers(1, 10))
def test_a_page_shows_at_most_its_size_and_knows_whether_more_follow(rows: list[int], size: int) -> None:
    asked = rows[: size + 1]

    page = Page.of(asked, 1, size)

    assert list(page.rows) == rows[:size]
    assert page.more == (len(rows) > size)


def test_another_page_keeps_the_filters(app: Flask) -> None:
    with app.test_request_context("/people?search=a+b&role=admin&page=2"):
        assert Page.of([1], 2).address(3) == "/people?search=a+b&role=admin&page=3"


def test_a_filter_of_a_reserved_name_breaks_no_address(app: Flask) -> None:
    with app.test_request_context("/people?_external=1&_anchor=x&_scheme=ftp&endpoint=y&_method=POST"):
        assert Page.of([1], 1).address(2).startswith("/people?")


def test_days_are_those_of_the_school(app: Flask) -> None:
    late = datetime(2026, 11, 22, 5, 30, tzinfo=UTC)  # still the evening before in Edmonton
    with app.test_request_context("/"):
        assert day(late) == "21 Nov 2026"
        assert day(date(2026, 11, 22)) == "22 Nov 2026"
        assert moment(late) == "21 Nov 2026, 22:30 MST"


@pytest.mark.parametrize(
    ("share", "said"), [(0.0, "0 %"), (0.29, "29 %"), (0.9999, "99 %"), (1.0, "100 %"), (2 / 3, "66 %")]
)
def test_a_share_is_never_rounded_up(share: float, said: str) -> None:
    assert percent(share) == said


@given(st.integers(1, 500).flatmap(lambda asked: st.tuples(st.integers(0, asked), st.just(asked))))
def test_only_all_is_a_hundred_per_cent(counts: tuple[int, int]) -> None:
    right, asked = counts
    assert (percent(right / asked) == "100 %") == (right == asked)


def test_every_role_has_a_name_and_a_segment_is_its_own(app: Flask) -> None:
    with app.test_request_context("/"):
        assert all(named(role.value) != role.value for role in Role)
        assert all(named(segment) == segment for segment in SEGMENTS)
