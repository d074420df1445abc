from __future__ import annotations

import json
import random
from dataclasses import replace

import numpy as np
import pytest

from tests.assessment.makers import CHOICE, CHOICES, NUMBER, ORDER, PRACTICE, QUIZ, SEGMENT
from training.assessment.analysis.confusion import by_confidence, confusion, decision
from training.assessment.analysis.figures import Pool, tally
from training.assessment.analysis.readings import nearness, reading
from training.assessment.analysis.subjects import Row, Subject, plain, subjects
from training.content.documents import Question, Quiz
from training.library.service import Entry
from training.measurement.item_flags import Flag
from training.measurement.option_counts import option_counts

ENTRY = Entry("quiz-small", "quiz", "A small quiz", "now", None, None, None)


def subject(question: Question, rows: list[Row]) -> Subject:
    return Subject(ENTRY, False, question, 1, tuple(rows), tuple(rows), {"now": question})


def answered(option: str, right: int, person: int) -> Row:
    return Row(person, "now", right, json.dumps({"option": option}), None)


# --- options ---------------------------------------------------------------------------------------------------


def test_a_tally_is_what_the_measurement_part_counts() -> None:
    chance = random.Random(4)
    picks = [[one for one in "abc" if chance.random() < 0.5] for _ in range(60)]
    rest = np.array([chance.random() if chance.random() < 0.9 else np.nan for _ in picks])
    how = reading(CHOICES)

    ours = tally([json.dumps({"options": pick}) for pick in picks], how, rest)

    theirs = option_counts(picks, how.options, how.keys, rest.tolist())
    assert (ours.n, ours.groups) == (theirs.n, theirs.groups)
    for mine, other in zip(ours.options, theirs.options, strict=True):
        assert (mine.option, mine.is_key, mine.count, mine.by_group) == (
            other.option,
            other.is_key,
            other.count,
            other.by_group,
        )
        assert mine.correlation == pytest.approx(other.correlation)
        assert mine.mean_rest_score == pytest.approx(other.mean_rest_score)
        assert mine.share_interval == pytest.approx(other.share_interval)


@pytest.mark.parametrize(
    ("segment", "side", "found"),
    [
        ("C6", "right", "key"),
        ("C6", "left", "other-side"),
        ("C5", "right", "one-above"),
        ("C7", "left", "one-below"),
        ("C3", "right", "same-region"),
        ("L5", "right", "other-region"),
        ("refer", None, "refer"),
    ],
)
def test_how_near_a_segment_lies_to_the_key(segment: str, side: str | None, found: str) -> None:
    response = {"segment": segment, "side": side} if side else {"segment": segment}
    assert nearness(SEGMENT, response) == found


def test_of_several_keys_the_one_that_flatters_most_counts() -> None:
    either = replace(SEGMENT, segments=("C5", "C7"))
    assert nearness(either, {"segment": "C6", "side": "right"}) in ("one-above", "one-below")
    assert nearness(either, {"segment": "C8", "side": "right"}) == "one-below"
    assert nearness(either, {"segment": "T1", "side": "right"}) == "other-region"


def test_a_patient_to_refer_is_either_referred_or_needled() -> None:
    refer = replace(SEGMENT, segments=("refer",), side=None)
    assert [nearness(refer, {"segment": one}) for one in ("refer", "C6")] == ["key", "needled"]


def test_orders_and_numbers_are_counted_by_what_was_given_most() -> None:
    orders = [{"items": list(one)} for one in ("abc", "bac", "cab", "cba", "acb", "bca")]
    how = reading(ORDER, orders)
    assert how.keys == {"1 2 3"}
    assert how.read({"items": ["b", "a", "c"]}) == ("2 1 3",)
    numbers = [{"number": float(one)} for one in range(30, 60)]
    how = reading(NUMBER, numbers)
    assert how.keys == {"30"}
    assert how.options[-1] == "else"
    assert how.read({"number": 59.0}) == ("else",)


# --- a pool ----------------------------------------------------------------------------------------------------


def test_a_wrong_key_is_flagged_and_stands_first() -> None:
    chance = random.Random(1)
    ability = {person: chance.random() for person in range(60)}
    plain_ones = []
    for number in range(6):
        right = {one: ability[one] > chance.random() for one in ability}
        rows = [answered("a" if right[one] else "b", int(right[one]), one) for one in ability]
        plain_ones.append(subject(replace(CHOICE, id=f"q{number}"), rows))
    miskeyed = subject(
        replace(CHOICE, id="miskeyed"),
        [answered("b", 0, one) if ability[one] > 0.4 else answered("a", 1, one) for one in ability],
    )

    found = {one.subject.question.id: one for one in Pool([*plain_ones, miskeyed]).figures()}

    assert Flag.NEGATIVE in found["miskeyed"].flags
    assert Flag.SUSPECT_KEY in found["miskeyed"].flags
    assert found["miskeyed"].urgency < found["q0"].urgency


def test_a_question_that_suddenly_everybody_knows_is_flagged() -> None:
    people = range(80)
    others = [
        subject(replace(CHOICE, id=f"q{number}"), [answered("a", int((one + number) % 2), one) for one in people])
        for number in range(8)
    ]
    leaked = subject(replace(CHOICE, id="leaked"), [answered("a", int(one >= 50), one) for one in people])

    found = Pool([*others, leaked]).figures()[-1]

    assert Flag.LEAKED in found.flags


def test_nobody_expects_every_segment_to_be_taken() -> None:
    rows = [Row(one, "now", int(one % 2), json.dumps({"segment": "C6", "side": "right"}), None) for one in range(120)]
    found = Pool([subject(SEGMENT, rows), subject(CHOICE, [answered("a", one % 3 == 0, one) for one in range(120)])])
    assert not {Flag.UNUSED, Flag.RARE} & set(found.figures()[0].flags)


def test_one_person_has_counts_and_no_figures() -> None:
    only = Pool([subject(CHOICE, [answered("a", 1, 1)])]).figures()[0]
    assert (only.n, only.facility, only.discrimination, only.flags) == (1, None, None, ())


# --- versions --------------------------------------------------------------------------------------------------


def test_a_question_that_was_rewritten_is_another_question() -> None:
    now = Quiz("quiz-small", "T", "c", 0.5, 1, (CHOICE,))
    renamed = replace(now, title="Another title")
    rewritten = replace(now, questions=(replace(CHOICE, stem_html="<p>Else?</p>"),))
    rows = [answered("a", 1, one)._replace(version=version) for one, version in enumerate(["now", "same", "else"])]

    found = subjects(
        [(ENTRY, False)], {"now": now, "same": renamed, "else": rewritten}, {("quiz-small", "first"): rows}
    )[0]

    assert [row.version for row in found.rows] == ["now", "same"]
    assert len(found.all_rows) == 3


def test_another_examination_is_another_question() -> None:
    entry = replace(ENTRY, id=PRACTICE.id, kind="case", region="cervical", bank="practice", difficulty=2)
    other = replace(PRACTICE, findings=PRACTICE.findings[:1])
    rows = [Row(1, "old", 1, json.dumps({"segment": "C6", "side": "right"}), None)]

    found = subjects([(entry, False)], {"now": PRACTICE, "old": other}, {(PRACTICE.id, "segment"): rows})[0]

    assert found.rows == ()
    assert (found.region, found.difficulty, found.pool) == ("cervical", 2, "cases/practice")


def test_a_question_nobody_answered_or_that_is_gone_is_left_out() -> None:
    assert subjects([(ENTRY, False)], {"now": QUIZ}, {("quiz-small", "gone"): [answered("a", 1, 1)]}) == []
    assert subjects([(ENTRY, False)], {"now": QUIZ}, {}) == []


def test_markup_becomes_words() -> None:
    assert plain("<p>A &lt; B &amp; <b>C</b></p>") == "A < B & C"
    assert plain("<p>" + "word " * 50 + "</p>", 20) == "word word word word …"


# --- confusion -------------------------------------------------------------------------------------------------


def test_a_pair_counts_both_ways_and_comes_by_its_lower_end() -> None:
    found = confusion(
        [
            (("L5",), "L5", 30),
            (("L5",), "S1", 10),
            (("S1",), "L5", 6),
            (("S1",), "S1", 34),
            (("C5",), "C6", 1),
            (("C5", "C6"), "C6", 5),
        ]
    )
    first = found.pairs[0]
    assert (first.upper, first.lower, first.down, first.up, first.asked) == ("L5", "S1", 10, 6, 80)
    assert found.n == 86
    assert found.counts["C6", "C6"] == 5
    assert [(one.upper, one.lower) for one in found.pairs] == [("L5", "S1"), ("C5", "C6")]


def test_of_several_keys_a_wrong_answer_counts_under_the_nearest() -> None:
    assert confusion([(("C5", "T1"), "C8", 1)]).counts == {("T1", "C8"): 1}


def test_referring_and_needling_are_judged_apart() -> None:
    found = decision(
        confusion(
            [
                (("refer",), "refer", 15),
                (("refer",), "C6", 5),
                (("C6",), "C6", 70),
                (("C6",), "C7", 20),
                (("C6",), "refer", 10),
            ]
        )
    )
    assert (found.missed.count, found.missed.n) == (5, 20)
    assert (found.needless.count, found.needless.n) == (10, 100)
    assert (found.over_needling.count, found.over_needling.n) == (5, 95)
    # H = 15.5/21, F = 10.5/101 by hand: z = 0.637 and -1.259
    assert found.sensitivity is not None
    assert found.bias is not None
    assert found.sensitivity[0] == pytest.approx(1.896, abs=0.003)
    assert found.bias[0] == pytest.approx(0.311, abs=0.003)
    low, high = found.sensitivity[1]
    assert low < found.sensitivity[0] < high


def test_few_answers_have_no_sensitivity() -> None:
    found = decision(confusion([(("refer",), "refer", 3), (("C6",), "C6", 50)]))
    assert (found.sensitivity, found.bias) == (None, None)
    assert found.missed.hidden
    assert not found.needless.hidden


def test_nothing_is_a_share_of_nothing() -> None:
    found = confusion([])
    assert (found.n, found.pairs, found.keys) == (0, [], ())
    assert decision(found).missed.value is None
    assert by_confidence([])["sure"].value is None


def test_confidence_is_counted_where_it_was_said() -> None:
    found = by_confidence([("sure", 1), ("sure", 0), (None, 1), ("guess", 0)])
    assert [(one.count, one.n) for one in found.values()] == [(0, 1), (0, 0), (1, 2)]


def test_many_answers_of_few_people_are_counts_and_no_shares() -> None:
    answers = [(("refer",), "refer", 40), (("C6",), "C6", 50), (("C6",), "C7", 20)]
    few, many = confusion(answers, people=4), confusion(answers, people=40)
    assert [one.share.hidden for one in (few.pairs[0], many.pairs[0])] == [True, False]
    assert few.pairs[0].share.of_few_people
    assert decision(few).sensitivity is None
    assert decision(many).sensitivity is not None
