"""Templates of cases: `cases/templates/<region>/<id>.md`, a story from which several cases are made."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Literal

from pydantic import Field

from training.anatomy.patients.referrals import Referral, referrals
from training.anatomy.patients.stories import Story
from training.anatomy.segments import describe, parse_segment, region_of, segments_of
from training.content.documents import REFER, Region
from training.content.faults import Faults, did_you_mean, quoted
from training.content.front_matter import FrontMatter, Keys, Mapped, Slug, Text
from training.content.markdown import Renderer
from training.content.sections import Section, split_sections
from training.content.story_text import check_history, check_title

_LEVEL = Annotated[int, Field(ge=2, le=5)]
_AGE = Annotated[int, Field(ge=16, le=95)]


class TemplateKeys(Keys):
    """Front matter of a template."""

    id: Annotated[Slug, Field(max_length=59)]  # a case's id adds a hyphen and four digits
    title: Text
    region: Region
    answers: Annotated[list[str], Field(min_length=1)]
    referral: Slug | None = None
    bank: Literal["sign-off", "exam"]
    difficulty: list[_LEVEL]
    ages: list[_AGE]
    variants: Annotated[int, Field(ge=1, le=9)]


def read_template(keys: TemplateKeys, front: FrontMatter, renderer: Renderer) -> Story | None:
    """The story, or None when it has problems; they go to the renderer's faults."""
    faults, mapped, sound = renderer.faults, front.mapped, keys.model_fields_set
    answers: tuple[str, ...] = ()
    if "answers" in sound:
        answers = _answers(keys, mapped, faults, "region" in sound)
        _check_referral(keys, answers, mapped, faults, "region" in sound)
    if "title" in sound:
        check_title(keys.title, mapped.line("title"), faults)
    difficulty = _range(keys.difficulty, "difficulty", mapped, faults) if "difficulty" in sound else (2, 2)
    ages = _range(keys.ages, "ages", mapped, faults) if "ages" in sound else (16, 16)
    history = _history(front, faults)
    if history is not None:
        check_history(history.body, history.line, renderer, alarming=REFER in answers)
    if len(faults) or history is None:
        return None
    text = "\n".join(history.body.lines).strip("\n")
    return Story(
        keys.id, keys.title, keys.region, answers, keys.referral or "", keys.bank, difficulty, ages, keys.variants, text
    )


def _answers(keys: TemplateKeys, mapped: Mapped, faults: Faults, region_known: bool) -> tuple[str, ...]:
    found: list[str] = []
    for number, text in enumerate(keys.answers):
        line = mapped.line("answers", number)
        segment = REFER if text.strip().casefold() == REFER else parse_segment(text)
        if segment is None:
            faults.add(line, f"unknown segment {quoted(text)}", "use C1-C8, T1-T12, L1-L5, S1-S5, or refer alone")
        elif segment in found:
            faults.add(line, f"{segment} stands twice", "delete one")
        else:
            found.append(segment)
            if region_known and segment != REFER and region_of(segment) != keys.region:
                inside = describe(segments_of(keys.region))
                faults.add(line, f"{segment} is not {keys.region}",
                           f"the {keys.region} segments are {inside}: correct region or answers")  # fmt: skip
    if REFER in found and len(found) > 1:
        faults.add(mapped.line("answers"), "refer stands beside segments", "write answers: [refer], or segments only")
    return tuple(found)


def _check_referral(
    keys: TemplateKeys, answers: Sequence[str], mapped: Mapped, faults: Faults, region_known: bool
) -> None:
    """A referral with refer and with nothing else, one that the region can have."""
    if "referral" in mapped.values and "referral" not in keys.model_fields_set:
        return  # it is there and wrong in itself, which was said
    if keys.referral is None:
        if answers == (REFER,):
            faults.add(mapped.line("answers"), "refer without a referral",
                       f"add referral: one of {', '.join(_fitting(keys, region_known))}")  # fmt: skip
        return
    line = mapped.line("referral")
    if REFER not in answers:
        faults.add(line, "a referral beside answers that are segments", "delete it, or write answers: [refer]")
        return
    known = {one.id: one for one in referrals()}
    if keys.referral not in known:
        faults.add(line, f"unknown referral {quoted(keys.referral)}",
                   did_you_mean(keys.referral, _fitting(keys, region_known)))  # fmt: skip
    elif region_known and not fits(known[keys.referral], keys.region):
        faults.add(line, f"the referral {quoted(keys.referral)} is not one of the {keys.region} region",
                   f"use one of: {', '.join(_fitting(keys, region_known))}")  # fmt: skip


def fits(referral: Referral, region: Region) -> bool:
    """Whether the examination beneath the danger can be one of the region."""
    inside = not referral.segments or any(region_of(segment) == region for segment in referral.segments)
    return region in referral.regions and inside


def _fitting(keys: TemplateKeys, region_known: bool) -> list[str]:
    return [one.id for one in referrals() if not region_known or fits(one, keys.region)]


def _range(given: Sequence[int], name: str, mapped: Mapped, faults: Faults) -> tuple[int, int]:
    if len(given) != 2:
        faults.add(mapped.line(name), f"{name} holds {len(given)} numbers", "write the lowest and the highest: [2, 4]")
        return (2, 2)
    if given[0] > given[1]:
        faults.add(mapped.line(name), f"{name} falls from {given[0]} to {given[1]}", "write the lower number first")
    return given[0], given[1]


def _history(front: FrontMatter, faults: Faults) -> Section | None:
    """The one section; missing, doubled, unknown ones and text before it become problems."""
    before, sections = split_sections(front.body, front.body_line)
    if not before.blank:
        first = next(number for number, line in enumerate(before.lines) if line.strip())
        faults.add(before.line + first, "text before the first heading", "put it below ## History")
    found: Section | None = None
    for section in sections:
        if section.title in ("Examination", "Explanation") or section.title.startswith("Question"):
            faults.add(section.line, f"a template has no {section.title.split(':')[0]}",
                       "delete the part: it is made for each case")  # fmt: skip
        elif section.title != "History":
            faults.add(section.line, f"unknown part {quoted(section.title)}",
                       did_you_mean(section.title.title(), ("History",)))  # fmt: skip
        elif found is not None:
            faults.add(section.line, f"History stands twice (first in line {found.line})", "join the two")
        else:
            found = section
    if found is None:
        faults.add(front.body_line, "the part History is missing", "add ## History")
    return found
