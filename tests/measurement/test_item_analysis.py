from __future__ import annotations

import json
import time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.measurement.published import BOTH, GIRTH, Published
from tests.measurement.simulated import answers, marks
from training.measurement.analysis_report import as_json, as_text, warnings
from training.measurement.item_analysis import Analysis, analyse
from training.measurement.marks import Marks
from training.measurement.sample_size import Standing, standing

Row = list[float | None]


def codes(analysis: Analysis) -> set[str]:
    return {notice.code for notice in analysis.notices}


def of(*rows: Row) -> Analysis:
    return analyse(Marks.from_rows([f"q{place + 1}" for place in range(len(rows[0]))], rows))


@pytest.mark.parametrize("data", BOTH)
def test_the_published_data_sets_as_json(data: Published) -> None:
    answer = json.loads(json.dumps(as_json(analyse(data.marks())), allow_nan=False))

    assert set(answer) == {"items", "test", "warnings"}
    asked = {"item", "n", "facility", "sd", "discrimination", "difficulty", "difficulty_se", "alpha_if_deleted"}
    assert all(asked <= set(item) for item in answer["items"])
    assert {"n", "mean", "sd", "skewness", "kurtosis", "alpha", "sem"} <= set(answer["test"])
    assert [item["difficulty"] for item in answer["items"]] == pytest.approx(GIRTH[data], abs=2e-4)
    assert answer["test"]["alpha"] == pytest.approx(data.alpha, abs=5e-4)
    assert answer["test"]["n"] == 1000
    assert ["Perfect scores" in one for one in answer["warnings"]] == [True]
    for item in answer["items"]:
        for name in ("facility", "discrimination", "difficulty"):
            assert item[f"{name}_low"] < item[name] < item[f"{name}_high"]


def test_few_people_are_said_and_everything_is_computed_all_the_same() -> None:
    table = answers(35, np.linspace(-1, 1, 6), seed=4)

    assert "few-people" in codes(analyse(marks(table[:9])))
    assert {"some-people", "difficulty-few"} <= codes(analyse(marks(table[:29])))
    assert not {"few-people", "some-people"} & codes(analyse(marks(table)))
    assert analyse(marks(table[:9])).reliability.alpha is not None


def test_gaps_are_counted_and_totals_come_from_complete_rows() -> None:
    table = answers(50, np.linspace(-1, 1, 6))
    table[:10, 2] = np.nan
    analysis = analyse(marks(table))

    assert (analysis.people, analysis.totals.n, analysis.reliability.n) == (50, 40, 40)
    assert analysis.items[2].n == 40
    (notice,) = [one for one in analysis.notices if one.code == "missing"]
    assert (notice.items, dict(notice.counts)) == (("q3",), {"gaps": 10, "complete": 40, "rows": 50})


def test_an_item_nobody_saw_is_named_and_spoils_nothing() -> None:
    table = answers(50, np.linspace(-1, 1, 6))
    alone = analyse(marks(table))
    with_unseen = analyse(marks(np.insert(table, 3, np.nan, axis=1)))

    assert "unseen" in codes(with_unseen)
    assert with_unseen.reliability.alpha == alone.reliability.alpha
    assert with_unseen.difficulties[3] is None
    assert [one for one in with_unseen.difficulties if one is not None] == alone.difficulties


def test_nobody_saw_everything() -> None:
    table = answers(60, np.zeros(4))
    table[:30, 0] = np.nan
    table[30:, 1] = np.nan
    analysis = analyse(marks(table))

    assert "no-complete-rows" in codes(analysis)
    assert (analysis.totals.mean, analysis.reliability.alpha) == (None, None)
    assert all(one is not None for one in analysis.difficulties)


def test_partial_marks_take_the_difficulty_from_their_item_only() -> None:
    table = answers(80, np.linspace(-1, 1, 5))
    partial = np.column_stack([table, np.linspace(0, 1, 80)])
    analysis = analyse(marks(partial))

    assert "partial-marks" in codes(analysis)
    assert analysis.difficulties[5] is None
    assert analysis.difficulties[:5] == analyse(marks(table)).difficulties
    assert analysis.items[5].facility == pytest.approx(0.5)


def test_negative_discrimination_accuses_the_key_only_from_twenty_people_on() -> None:
    table = answers(400, np.linspace(-1, 1, 8))
    table[:, 0] = 1 - table[:, 0]
    many = analyse(marks(table))
    few = analyse(marks(table[:19]))

    assert [one.items for one in many.notices if one.code == "negative-discrimination"] == [("q1",)]
    assert "negative-discrimination" not in codes(few)


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([[1.0, 0.0]], {"few-people", "alpha-few", "no-difficulty-extreme"}),
        ([[1.0], [0.0], [1.0]], {"few-people", "one-item"}),
        ([[1.0, 1.0]] * 3, {"few-people", "zero-variance", "alpha-no-spread", "no-difficulty-extreme"}),
        ([[0.5, 0.5]] * 3, {"few-people", "zero-variance", "alpha-no-spread", "partial-marks", "difficulty-one"}),
        (
            [[1.0, 0.0], [0.0, 1.0], [1.0, 0.0]],
            {"few-people", "negative-by-chance", "alpha-no-spread", "difficulty-few"},
        ),
        ([[None, None], [None, None]], {"few-people", "unseen", "empty-rows", "one-item", "no-complete-rows"}),
        (
            [[1.0, 0.0, 1.0], [1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 1.0, 1.0], [1.0, 1.0, 0.0], [0.0, 0.0, 1.0]],
            {"few-people", "negative-by-chance", "alpha-negative", "difficulty-few"},
        ),
        (
            [[1.0, 1.0, 0.0], [1.0, 0.0, 0.0], [1.0, 1.0, 1.0], [0.0, 0.0, 0.0]],
            {"few-people", "no-difficulty-apart"},
        ),
    ],
)
def test_what_cannot_be_computed_is_said(rows: list[Row], expected: set[str]) -> None:
    analysis = of(*rows)

    assert codes(analysis) == expected
    assert all(one and "{" not in one for one in warnings(analysis))
    json.dumps(as_json(analysis), allow_nan=False)
    assert as_text(analysis)


def test_every_notice_has_its_words() -> None:
    long = analyse(Marks.from_rows([f"q{place}" for place in range(20)], [[1.0] * 20] * 40))

    (said,) = [one for one in warnings(long) if "zero variance" in one]
    assert "q11 and 8 more" in said
    assert warnings(long, ["from the file"])[0] == "from the file"


def test_what_pages_show() -> None:
    assert [standing("facility", people) for people in (9, 10, 29, 30)] == [
        Standing.HIDDEN,
        Standing.SHOWN,
        Standing.SHOWN,
        Standing.SHOWN,
    ]
    assert [standing("alpha", people) for people in (9, 10, 29, 30)] == [
        Standing.HIDDEN,
        Standing.GREY,
        Standing.GREY,
        Standing.SHOWN,
    ]
    assert standing("n", 1) is Standing.SHOWN


@settings(max_examples=150, deadline=None)
@given(
    st.integers(1, 6).flatmap(
        lambda width: st.lists(
            st.lists(st.sampled_from([0.0, 1.0, 1.0, 0.3, None]), min_size=width, max_size=width), max_size=15
        ).map(lambda rows: Marks.from_rows([f"q{place}" for place in range(width)], rows))
    )
)
def test_any_table_gives_clean_json_and_text(table: Marks) -> None:
    analysis = analyse(table)

    answer = json.loads(json.dumps(as_json(analysis), allow_nan=False))
    assert len(answer["items"]) == len(table.items)
    assert as_text(analysis).count("\n") >= len(table.items)


@pytest.mark.parametrize("missing", [0.0, 0.1])
def test_a_thousand_people_and_two_hundred_items_take_less_than_two_seconds_of_processor(missing: float) -> None:
    table = marks(answers(1000, np.random.default_rng(1).normal(0, 1, 200), missing=missing))

    started = time.thread_time()
    analysis = analyse(table)

    assert time.thread_time() - started < 2
    assert analysis.rasch is not None
    assert analysis.rasch.converged


def test_a_hundred_thousand_rows_are_no_trouble() -> None:
    analysis = analyse(marks(answers(100_000, np.linspace(-1, 1, 8), missing=0.05)))

    assert analysis.people == 100_000
    assert analysis.difficulties == pytest.approx(np.linspace(-1, 1, 8), abs=0.06)
