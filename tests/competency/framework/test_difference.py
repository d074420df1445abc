"""In what two versions differ, in words, and whom that affects."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.competency.framework.makers import asking_another_quiz, framework_of, retiring, with_competency, without
from tests.competency.makers import FRAMEWORK, LESSONS, OFFERED, finished, quiz_try
from training.competency.rule.difference import Change, changes, lines_moved
from training.competency.rule.facts import Evidence
from training.competency.rule.standing import Said
from training.competency.rule.wording import asked_words
from training.content.documents import (
    CasesAsked,
    ExamAsked,
    Framework,
    Library,
    MasteryAsked,
    ObservationsAsked,
    QuizAsked,
    Refresh,
    SafetyGateAsked,
)

TITLES = {"quiz-safety": "Check yourself: safety"}


def english(said: Said) -> str:
    return said.message % said.values


def said(change: Change) -> tuple[str, str, str, list[str], list[str]]:
    words = english(change.what)
    return change.kind, change.about, words, list(map(english, change.gone)), list(map(english, change.new))


def test_a_version_differs_from_itself_in_nothing(shipped: Library) -> None:
    found = framework_of(shipped)
    assert changes(found, found, TITLES) == ()


def test_a_changed_rule_says_what_came_and_what_went(shipped: Library) -> None:
    old = framework_of(shipped)
    new = asking_another_quiz(old)
    (there,) = changes(old, new, TITLES)
    (back,) = changes(new, old, TITLES)
    assert said(there) == ("rule", "Safety", "The rule changed.", [], ["The quiz “quiz-of-tomorrow” passed"])
    assert said(back) == ("rule", "Safety", "The rule changed.", ["The quiz “quiz-of-tomorrow” passed"], [])


def test_a_competency_that_came_went_or_was_retired_and_the_scope_are_told(shipped: Library) -> None:
    old = framework_of(shipped)
    dropped, retired = (
        changes(old, without(old, "chest-wall"), TITLES),
        changes(old, retiring(old, "chest-wall"), TITLES),
    )
    added = changes(without(old, "chest-wall"), old, TITLES)
    assert [(one.kind, one.about) for one in dropped] == [("dropped", "Over the chest wall"), ("scope", "")]
    assert [(one.kind, one.about) for one in retired] == [("retired", "Over the chest wall"), ("scope", "")]
    assert ("added", "Over the chest wall") in {(one.kind, one.about) for one in added}
    scope = next(one for one in retired if one.kind == "scope")
    assert (scope.lines, list(map(english, scope.gone))) == (("chest-wall",), ["Over the chest wall"])
    assert english(scope.what) == "What both levels ask for changed."
    together = changes(old, retiring(old, "safety"), TITLES)[-1]
    assert together.lines == ("cervical", "thoracic", "lumbar", "sacral", "chest-wall")
    (apart,) = [one for one in changes(old, retiring(old, "consent"), TITLES) if one.kind == "scope"]
    assert english(apart.what) == "What independent practice asks for changed."
    (back, *_) = changes(retiring(old, "chest-wall"), old, TITLES)
    assert said(back)[:3] == ("back", "Over the chest wall", "Asked for again.")


def test_months_refreshing_words_and_where_it_is_judged_are_told(shipped: Library) -> None:
    old = framework_of(shipped)
    new = replace(old, valid_months=12, refresh=Refresh(0.7, 9))
    new = with_competency(new, "palpation", lambda one: replace(one, judged_with=("planning",)))
    new = with_competency(new, "consent", lambda one: replace(one, title="Consent"))
    told = {one.kind: said(one)[2] for one in changes(old, new, TITLES)}
    assert told == {
        "judged": "Where it is judged changed.",
        "words": "Its title, its meaning or its tags were written anew.",
        "certificate": "A certificate is valid for 12 months, no longer 24.",
        "refresh": "Refreshing is due below 70 % recall over 9 cards or more; it was 80 % and 5.",
    }


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        (QuizAsked("quiz-safety"), "The quiz “Check yourself: safety” passed"),
        (ExamAsked("ims-written"), "The exam “ims-written” passed"),
        (CasesAsked("lumbar", 8, 0.65), "Sign-off cases (lumbar) at first sight: 8 right, and 65 % of those answered"),
        (
            MasteryAsked("lumbar", provisional=False),
            "Sign-off cases (lumbar) at first sight, rated by a panel, until the evidence suffices",
        ),
        (SafetyGateAsked(("a", "b")), "The safety gate open; one of these cases opens it again: a, b"),
        (
            ObservationsAsked("any", 3, 2, 3),
            "3 observations in any region at entrustment 3 or above, by 2 or more assessors",
        ),
        (
            ObservationsAsked("sacral", 2, 2, 4),
            "2 observations (sacral) at entrustment 4 or above, by 2 or more assessors",
        ),
    ],
)
def test_every_kind_of_requirement_has_words(asked: QuizAsked, words: str) -> None:
    assert english(asked_words(asked, TITLES)) == words


# --- whom it affects ---

STUDIED = Evidence(offered=OFFERED, lessons=tuple(map(finished, LESSONS)), quizzes=(quiz_try(8),))


def only_knowledge(framework: Framework, *more: QuizAsked) -> Framework:
    line = replace(framework.scope[0], supervised=("knowledge",), independent=("knowledge", "care"))
    changed = with_competency(framework, "knowledge", lambda one: replace(one, rule=(*one.rule, *more)))
    return replace(changed, scope=(line, *framework.scope[1:]))


def test_a_harder_rule_takes_a_line_and_what_was_granted_is_named() -> None:
    old, new = only_knowledge(FRAMEWORK), only_knowledge(FRAMEWORK, QuizAsked("another"))
    (moved,) = lines_moved(old, new, STUDIED, {"cervical": "supervised"})
    assert (moved.region, moved.before, moved.now, moved.granted) == (
        "cervical", "supervised", "not-certified", "supervised",
    )  # fmt: skip
    assert moved.less
    assert moved.below_granted
    assert lines_moved(old, old, STUDIED, {}) == ()


def test_an_easier_rule_gives_a_line_and_takes_none() -> None:
    old, new = only_knowledge(FRAMEWORK, QuizAsked("another")), only_knowledge(FRAMEWORK)
    (moved,) = lines_moved(old, new, STUDIED, {})
    assert (moved.less, moved.below_granted, moved.now) == (False, False, "supervised")
