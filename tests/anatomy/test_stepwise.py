from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from training.anatomy.localization import localize
from training.anatomy.observations import Observation
from training.anatomy.patients.generation import DIFFICULTIES, generate
from training.anatomy.segments import REGIONS
from training.anatomy.stepwise import stepwise


def observations(region: str, difficulty: int, seed: int) -> list[Observation]:
    return [one for row in generate(region, difficulty, seed).rows for one in row.observations]


@settings(deadline=None, max_examples=30)
@given(st.sampled_from(REGIONS), st.sampled_from(DIFFICULTIES), st.integers(0, 10**6))
def test_each_stage_is_the_localization_of_what_was_seen_so_far(region: str, difficulty: int, seed: int) -> None:
    rows = observations(region, difficulty, seed)
    stages = stepwise(rows, ("C1",))
    assert [one for stage in stages for one in stage.observations] == rows
    count = 0
    for stage in stages:
        count += len(stage.observations)
        found = dict(localize(rows[:count]).segments)
        assert dict(stage.shares) == pytest.approx({segment: found[segment] for segment, _share in stage.shares})
        assert "C1" in dict(stage.shares)
        assert len({(one.structure.id, one.side) for one in stage.observations}) == 1
        assert stage.told >= 0
        assert [share for _segment, share in stage.shares] == sorted((s for _, s in stage.shares), reverse=True)


def test_nothing_examined_is_nothing_to_explain() -> None:
    assert stepwise(()) == ()


def test_the_last_stage_names_the_answer() -> None:
    case = generate("cervical", 1, 5)
    stages = stepwise([one for row in case.rows for one in row.observations], (case.truth.id,))
    assert stages[-1].shares[0][0] == case.truth.id
    assert stages[0].shares[0][1] < stages[-1].shares[0][1]
