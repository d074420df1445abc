from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.measurement.simulated import answers, marks
from training.measurement.item_flags import Flag, flags
from training.measurement.item_statistics import item_statistics, rest_scores
from training.measurement.option_counts import OptionTable, option_counts, score_groups

REST = [0.1, 0.2, 0.3, 0.5, 0.6, 0.9]


def test_options_are_counted_by_score_group() -> None:
    table = option_counts(["b", "c", "b", "a", None, "a"], "abcd", "a", REST)

    a, b, _, d = table.options
    assert (table.n, table.omitted, table.groups) == (5, 1, [2, 1, 2])
    assert (a.is_key, a.count, a.share, a.by_group) == (True, 2, 0.4, [0, 0, 2])
    assert (b.is_key, b.by_group, b.mean_rest_score) == (False, [1, 1, 0], pytest.approx(0.2))
    assert (d.count, d.mean_rest_score, d.correlation) == (0, None, None)
    assert a.correlation == pytest.approx(np.corrcoef([0, 0, 0, 1, 1], [0.1, 0.2, 0.3, 0.5, 0.9])[0, 1])


def test_several_options_may_be_chosen_and_a_rest_score_may_lack() -> None:
    table = option_counts([["a", "b"], [], ["b"]], "ab", ["a", "b"], [0.2, 0.4, float("nan")])

    assert (table.n, table.omitted) == (3, 0)
    assert [one.count for one in table.options] == [1, 2]
    assert sum(table.groups) == 2


def test_nobody_answered() -> None:
    assert option_counts([None, None], "ab", "a", [0.0, 1.0]) == OptionTable(0, 2, [0, 0, 0], [])


def test_what_does_not_fit_is_refused() -> None:
    with pytest.raises(ValueError, match="no such option: z"):
        option_counts(["z"], "ab", "a", [0.0])
    with pytest.raises(ValueError, match="as many"):
        option_counts(["a"], "ab", "a", [])


@given(st.lists(st.integers(0, 5), max_size=40), st.integers(2, 5))
def test_equal_scores_share_a_group_and_groups_rise_with_the_score(scores: list[int], groups: int) -> None:
    placed = score_groups(np.array(scores, dtype=float), groups)

    pairs = sorted(zip(scores, placed, strict=True))
    assert all(low[1] <= high[1] for low, high in itertools.pairwise(pairs))
    assert len(dict(pairs)) == len(set(pairs))
    assert all(0 <= group < groups for group in placed)


def test_thirds_of_distinct_scores_are_equal() -> None:
    assert np.bincount(score_groups(np.arange(30.0), 3).astype(int)).tolist() == [10, 10, 10]


def test_a_wrong_key_is_flagged_and_a_good_item_is_not() -> None:
    table = answers(200, np.linspace(-1, 1, 10))
    chosen = ["a" if right else ("b", "c")[place % 2] for place, right in enumerate(table[:, 5])]
    rest = rest_scores(marks(table), 5).tolist()
    miskeyed = table.copy()
    miskeyed[:, 5] = [one == "b" for one in chosen]

    good = flags(item_statistics(marks(table))[5], option_counts(chosen, "abc", "a", rest))
    wrong = flags(item_statistics(marks(miskeyed))[5], option_counts(chosen, "abcd", "b", rest))

    assert good == []
    assert wrong == [Flag.NEGATIVE, Flag.HARD, Flag.UNUSED, Flag.SUSPECT_KEY]


def test_few_people_raise_no_flag() -> None:
    table = answers(19, np.linspace(-1, 1, 10))
    table[:, 0] = 1 - table[:, 0]
    first = item_statistics(marks(table))[0]
    options = option_counts(["a"] * 19, "ab", "b", [0.5] * 19)

    assert flags(first, options) == []


def test_weak_items_and_rare_options_are_flagged_from_a_hundred_people() -> None:
    chance = np.random.default_rng(3)
    table = answers(150, np.linspace(-1, 1, 10))
    noise = np.where(np.arange(150) % 2, 1.0, 0.0)
    table[:, 0] = noise
    chosen = ["a"] * 100 + ["b"] * 47 + ["c"] * 3
    item = item_statistics(marks(table))[0]

    assert abs(item.discrimination or 0) < 0.15
    assert Flag.RARE in flags(item, option_counts(chosen, "abc", "a", chance.random(150).tolist()))


def test_drift_either_way_is_flagged() -> None:
    item = item_statistics(marks(answers(60, np.zeros(8))))[0]

    assert flags(item, drift=3.5) == [Flag.LEAKED]
    assert flags(item, drift=-3.5) == [Flag.HARDER]
    assert flags(item, drift=2.5) == []
