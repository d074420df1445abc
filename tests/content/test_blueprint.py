"""Forms from blueprints: whatever the bank, a form is sound, reproducible, and as full as it can be."""

from __future__ import annotations

from itertools import combinations

from hypothesis import given, settings
from hypothesis import strategies as st

from training.content.blueprint import ExamQuestion, draw, shortfalls, unseen
from training.content.documents import BlueprintRow

COMPETENCIES = ("a", "b", "c")


@st.composite
def questions(draw_from: st.DrawFn) -> list[ExamQuestion]:
    count = draw_from(st.integers(0, 9))
    made = []
    for number in range(count):
        case = draw_from(st.integers(0, 3))
        patients = (f"case/{number}", f"history/{case}") if case else ()
        story = draw_from(st.sampled_from(["", "template/x", "template/y"])) if case else ""
        held = draw_from(st.sets(st.sampled_from(COMPETENCIES), min_size=1))
        made.append(
            ExamQuestion(
                f"i{number}", "q", "h", "choice", tuple(sorted(held)), "", number % 5 + 1, False, patients, story
            )
        )
    return made


rows = st.lists(st.builds(BlueprintRow, st.sampled_from(COMPETENCIES), st.integers(1, 2)), min_size=1, max_size=3)


def together(one: ExamQuestion, other: ExamQuestion) -> bool:
    """Whether two questions may stand in one form."""
    return set(one.patients).isdisjoint(other.patients) and not (one.story and one.story == other.story)


@given(questions(), rows, st.text(max_size=5))
@settings(deadline=None)
def test_a_form_is_sound(pool: list[ExamQuestion], asked: list[BlueprintRow], seed: str) -> None:
    form = draw(asked, pool, seed)

    assert all(one.question.fits(asked[one.row]) for one in form.placed)
    assert all(together(one.question, other.question) for one, other in combinations(form.placed, 2))
    assert len({one.question.ref for one in form.placed}) == len(form.placed)
    for number, row in enumerate(asked):
        filled = sum(one.row == number for one in form.placed)
        short = [one for one in form.shortfalls if one.row == number]
        assert filled == (short[0].filled if short else row.count)


@given(questions(), rows, st.text(max_size=5))
@settings(deadline=None)
def test_the_same_seed_draws_the_same_whatever_the_order(
    pool: list[ExamQuestion], asked: list[BlueprintRow], seed: str
) -> None:
    assert draw(asked, pool, seed) == draw(asked, list(reversed(pool)), seed)


@given(questions(), rows)
@settings(deadline=None, max_examples=60)
def test_a_shortfall_means_that_no_filling_is_larger(pool: list[ExamQuestion], asked: list[BlueprintRow]) -> None:
    """Against trying everything, with the questions that may not stand together counted as one."""
    groups: list[set[str]] = []
    for one in pool:
        names = {one.item_id, *one.patients, *([one.story] if one.story else [])}
        joined = [group for group in groups if group & names]
        groups = [group for group in groups if not group & names] + [names.union(*joined)]
    fits = [
        {number for number, group in enumerate(groups) for one in pool if one.item_id in group and one.fits(row)}
        for row in asked
    ]
    places = [number for number, row in enumerate(asked) for _ in range(row.count)]

    def best(place: int, used: frozenset[int]) -> int:
        if place == len(places):
            return 0
        free = fits[places[place]] - used
        return max([best(place + 1, used), *(1 + best(place + 1, used | {one}) for one in free)])

    lacking = sum(one.count - one.filled for one in shortfalls(asked, pool))
    assert len(places) - lacking == best(0, frozenset())


def test_the_least_seen_come_first_and_equals_by_chance() -> None:
    pool = [ExamQuestion(f"i{n}", "q", "h", "choice", ("a",), "", 3, False) for n in range(6)]
    exposure = {("i0", "q"): 5, ("i1", "q"): 2, ("i2", "q"): 2}
    row = [BlueprintRow("a", 3)]

    assert {one.question.item_id for one in draw(row, pool, "seed", exposure=exposure).placed} == {"i3", "i4", "i5"}
    drawn = {one.question.item_id for n in range(40) for one in draw(row, pool, f"{n}").placed}
    assert len(drawn) == 6


def test_above_the_cap_only_where_nothing_else_fits() -> None:
    pool = [ExamQuestion(f"i{n}", "q", "h", "choice", ("a",), "", 3, False) for n in range(3)]
    exposure = {("i0", "q"): 9, ("i1", "q"): 9, ("i2", "q"): 10}
    one = draw([BlueprintRow("a", 1)], pool, "s", exposure=exposure, most=10)
    every = draw([BlueprintRow("a", 3)], pool, "s", exposure=exposure, most=1)

    assert one.placed[0].question.item_id != "i2"
    assert every.shortfalls == ()


def test_a_template_that_was_met_is_drawn_last() -> None:
    cases = [
        ExamQuestion(f"c{n}", "segment", "h", "segment", ("a",), "cervical", 3, False, (f"case/c{n}",), f"template/{n}")
        for n in range(2)
    ]
    for seed in range(10):
        form = draw([BlueprintRow("a", 1)], cases, str(seed), stories={"template/0"})
        assert form.placed[0].question.item_id == "c1"


def test_a_patient_met_before_is_not_met_again() -> None:
    one, other = (
        ExamQuestion("c", name, "h", "choice", ("a",), "", 3, False, ("case/c", "history/1")) for name in ("x", "y")
    )
    twin = ExamQuestion("d", "x", "h", "choice", ("a",), "", 3, False, ("case/d", "history/1"))
    free = ExamQuestion("e", "x", "h", "choice", ("a",), "", 3, False, ("case/e", "history/2"))

    assert unseen([one, other, twin, free], {("c", "x")}, [one]) == [free]
    assert unseen([one, other, twin, free], {("c", "x")}, []) == [twin, free]  # a version that nobody knows any more
