"""What the pictures show, in words: their points and bars, and the texts that stand for them."""

from __future__ import annotations

from collections.abc import Sequence

from flask_babel import gettext

from training.assessment.analysis.confusion import Confusion
from training.assessment.analysis.figures import Figures
from training.assessment.analysis.pictures import Bar, Point
from training.assessment.analysis.readings import NEARNESS
from training.assessment.analysis.reports import QuestionReport
from training.assessment.analysis.service import Ground
from training.measurement.intervals import Interval
from training.measurement.item_flags import Flag
from training.measurement.sample_size import Standing
from training.web.wording import named

LOOKS = 6  # classes part-1 to part-6
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
OF_OPTIONS = {Flag.UNUSED, Flag.RARE}  # they say nothing of where the question lies in the plane
TOLD = 4  # confusions that the text of the heat map names


def cohort_pairs(on: Ground) -> list[tuple[str, str]]:
    return [(one.public_id, one.name) for one in on.cohorts]


def interval(ends: tuple[float, float]) -> Interval:
    return Interval(*ends)


def points_of(lines: Sequence[Figures]) -> list[Point]:
    """Questions that have both figures."""
    return [
        Point(
            one.facility,
            one.discrimination,
            str(one.subject.number),
            f"{one.subject.number}. {one.subject.stem}",
            hollow=one.discrimination_standing is Standing.GREY,
            odd=bool(set(one.flags) - OF_OPTIONS),
        )
        for one in lines
        if one.facility is not None and one.discrimination is not None
    ]


def looks_of(report: QuestionReport) -> dict[str, str]:
    """The class in which each option is drawn: the key's, or one of the others'; nearness has always the same."""
    if report.options is None:
        return {}
    others = [one.option for one in report.options.options if not one.is_key]
    found = {}
    for one in report.options.options:
        place = NEARNESS.index(one.option) - 1 if one.option in NEARNESS else 0
        if one.option not in NEARNESS and not one.is_key:
            place = others.index(one.option)
        found[one.option] = "part-key" if one.is_key else f"part-{1 + place % LOOKS}"
    return found


def letters_of(report: QuestionReport) -> list[str]:
    """What stands in the parts of the bars: an option's own letter, or one in turn."""
    options = report.options.options if report.options else []
    if report.question.kind in ("choice", "choices"):
        return [one.option.upper() for one in options]
    return [LETTERS[place % len(LETTERS)] for place in range(len(options))]


def bars_of(report: QuestionReport) -> list[Bar]:
    """The thirds, highest first."""
    assert report.options is not None
    names = gettext("Lowest third"), gettext("Middle third"), gettext("Highest third")
    sizes = report.options.groups
    return [
        Bar(
            gettext("%(group)s: %(number)s people", group=name, number=sizes[place]),
            [one.by_group[place] for one in report.options.options],
        )
        for place, name in reversed(list(enumerate(names)))
    ]


def options_text(report: QuestionReport) -> str:
    """The bars in a sentence: who took the key, weakest third first."""
    assert report.options is not None
    taken = [0, 0, 0]
    for one in report.options.options:
        if one.is_key:
            taken = [had + more for had, more in zip(taken, one.by_group, strict=True)]
    (low, middle, high), sizes = taken, report.options.groups
    text: str = gettext(
        "The key was taken %(low)s times by %(lows)s in the lowest third, %(middle)s times by %(middles)s in the "
        "middle and %(high)s times by %(highs)s in the highest. The table has every answer.",
        low=low,
        lows=sizes[0],
        middle=middle,
        middles=sizes[1],
        high=high,
        highs=sizes[2],
    )
    return text


def segment_shares(report: QuestionReport) -> dict[str, float]:
    """Of all answers, by segment, to whole per cent: the spine cuts off what is below."""
    whole = sum(report.segments.values())
    return {segment: round(count / whole, 2) for segment, count in report.segments.items() if segment != "refer"}


def confusion_text(found: Confusion) -> str:
    """The heat map in a sentence: what was taken for what most often."""
    wrong = sorted(
        ((count, key, answer) for (key, answer), count in found.counts.items() if key != answer and count),
        key=lambda one: -one[0],
    )
    said = "; ".join(
        gettext("%(key)s answered as %(answer)s: %(count)s", key=named(key), answer=named(answer), count=count)
        for count, key, answer in wrong[:TOLD]
    )
    text: str = (
        gettext("Most often confused: %(said)s. The table has every count.", said=said)
        if wrong
        else gettext("Every answer named the key's segment.")
    )
    return text
