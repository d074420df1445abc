"""What an answer to a question can be counted as: its options, or for a segment how far it lies from the key."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Any

from training.anatomy.segments import POSITION, region_of
from training.assessment.analysis.subjects import plain
from training.assessment.responses import mark
from training.content.documents import REFER, Question

Response = dict[str, Any]

# How a segment answer stands to the key, nearest first.
KEY, OTHER_SIDE, ABOVE, BELOW, SAME_REGION, OTHER_REGION = (
    "key",
    "other-side",
    "one-above",
    "one-below",
    "same-region",
    "other-region",
)
NEEDLED = "needled"  # somebody who had to be referred
NEARNESS = (KEY, OTHER_SIDE, ABOVE, BELOW, SAME_REGION, OTHER_REGION, REFER)
MOST_GIVEN = 6  # of orders and numbers, which have no options of their own
ELSE = "else"


@dataclass(frozen=True)
class Reading:
    """`options` are all there are, `keys` those that are right; `read` says which of them a response took.

    `labels`: what an option says, where its name alone would not.
    """

    options: tuple[str, ...]
    keys: frozenset[str]
    read: Callable[[Response], Collection[str]]
    labels: dict[str, str]


def reading(question: Question, given: Sequence[Response] = ()) -> Reading:
    """How to count the answers to a question. `given`: the different answers, most frequent first, where there are no
    options: of these the first few are counted by themselves."""
    if question.kind in ("choice", "choices"):
        keys = frozenset(option.id for option in question.options if option.right)
        labels = {option.id: plain(option.html, 90) for option in question.options}
        return Reading(tuple(option.id for option in question.options), keys, _ticked, labels)
    if question.kind == "segment":
        if question.segments == (REFER,):
            return Reading((KEY, NEEDLED), frozenset({KEY}), lambda one: (nearness(question, one),), {})
        return Reading(NEARNESS, frozenset({KEY}), lambda one: (nearness(question, one),), {})
    return _frequent(question, given)


def segments_answered(question: Question, given: Sequence[Response]) -> Reading:
    """Every segment that was answered, as an option of its own, whatever the side."""
    answered = {str(one["segment"]) for one in given} | set(question.segments)
    return Reading(tuple(sorted(answered)), frozenset(question.segments), lambda one: (str(one["segment"]),), {})


def nearness(question: Question, response: Response) -> str:
    """Where a segment answer lies, seen from the key; of several keys from the one that flatters most."""
    segment = str(response["segment"])
    if question.segments == (REFER,):
        return KEY if segment == REFER else NEEDLED
    if segment == REFER:
        return REFER
    if segment in question.segments:
        return KEY if mark(question, response).right else OTHER_SIDE
    keys = [one for one in question.segments if one in POSITION]
    steps = {POSITION[segment] - POSITION[one] for one in keys}
    if -1 in steps:
        return ABOVE
    if 1 in steps:
        return BELOW
    return SAME_REGION if region_of(segment) in {region_of(one) for one in keys} else OTHER_REGION


def _ticked(response: Response) -> Collection[str]:
    return response["options"] if "options" in response else (response["option"],)


def _frequent(question: Question, given: Sequence[Response]) -> Reading:
    places = {item.id: str(number) for number, item in enumerate(question.items, start=1)}

    def name(response: Response) -> str:
        if "items" in response:
            return " ".join(places.get(one, "?") for one in response["items"])
        return f"{response['number']:g}"

    keys = {name(one) for one in given if mark(question, one).right}
    keys |= {" ".join(places.values())} if question.kind == "order" else set()
    named = list(dict.fromkeys([*sorted(keys), *(name(one) for one in given)]))
    shown = set(named[: MOST_GIVEN + len(keys)])
    options = tuple(one for one in named if one in shown)
    if len(named) > len(options):
        options = (*options, ELSE)
    return Reading(options, frozenset(keys), lambda one: (name(one) if name(one) in shown else ELSE,), {})
