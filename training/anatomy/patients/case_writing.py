"""A generated case, and the Markdown of an authored case that says the same."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from training.anatomy.localization import Localization
from training.anatomy.model import Hypothesis
from training.anatomy.observations import Observation
from training.anatomy.patients.explaining import Distractor
from training.anatomy.patients.histories import History
from training.anatomy.patients.patient import LesionSide, Patient
from training.anatomy.patients.referrals import Referral
from training.anatomy.patients.rows import Row, written
from training.anatomy.sentences import named

REFER = "refer"
_HELD = re.compile(r"\{\{.*?\}\}|\d : 1|\d %")
_HOLD = "\N{NO-BREAK SPACE}"
_LINES = re.compile(r"(\S.{0,116})(?: |$)")
_MOST_OPTIONS = 3
_NEAR = 0.005
"""The probability from which a nerve is worth a question."""
_FULL, _SPARED = 0.5, 0.02
"""The supply from which a nerve could explain a finding, and that up to which it could not."""


@dataclass(frozen=True)
class GeneratedCase:
    """An invented patient on paper, the same for the same region, difficulty and seed.

    answer: a segment; "refer" when needling is wrong; the name of a nerve in one half of a contrast pair. truth: the
    hypothesis from which the findings were drawn. side: None with "refer". patient: what is not among the rows, this
    patient shows; the rows go first. localization: what the rows say.
    distractors: the segments that come next, then the nearest nerve. explanation: paragraphs. options: of the safety
    question of a referral, in the order shown; right: the one of them that is. template: the id of the story that its
    history tells, "" for a history of its own.
    """

    id: str
    region: str
    difficulty: int
    seed: int
    truth: Hypothesis
    answer: str
    side: LesionSide | None
    patient: Patient
    history: History
    rows: tuple[Row, ...]
    localization: Localization
    reason: str
    distractors: tuple[Distractor, ...]
    explanation: tuple[str, ...]
    referral: Referral | None = None
    options: tuple[tuple[str, str], ...] = ()
    right: str = ""
    bank: str = "practice"
    template: str = ""

    @property
    def observations(self) -> tuple[Observation, ...]:
        """The findings, in the order of the rows."""
        return tuple(one for row in self.rows for one in row.observations)

    @property
    def red_flags(self) -> tuple[str, ...]:
        return self.referral.flags if self.referral else ()

    def markdown(self) -> str:
        """The file of a case, as docs/authoring.md describes it, ready to be checked.

        Raises ValueError for a nerve as the answer, since the key of a case file is a segment or `refer`.
        """
        if self.answer != REFER and self.truth.segments != (self.answer,):
            raise ValueError(f"{self.answer} cannot be the key of a case file")
        return "\n".join((*_front(self), *_body(self))) + "\n"


def _front(case: GeneratedCase) -> Iterator[str]:
    competencies = [f"dx-{case.region}", *(["safety"] if case.referral else [])]
    yield "---"
    yield f"id: {case.id}"
    yield f"title: {json.dumps(case.history.title, ensure_ascii=False)}"
    yield f"region: {case.region}"
    yield f"answer: {case.answer}"
    if case.side:
        yield f"side: {case.side}"
    yield f"red_flags: [{', '.join(case.red_flags)}]"
    yield f"bank: {case.bank}"
    yield f"difficulty: {case.difficulty}"
    yield f"competencies: [{', '.join(competencies)}]"
    yield "origin: invented"
    if case.template:
        yield f"template: {case.template}"
    yield "---"


def _body(case: GeneratedCase) -> Iterator[str]:
    yield "## History"
    for paragraph in case.history.text.split("\n\n"):
        yield from ("", _wrapped(paragraph))
    yield from ("", "## Examination", "")
    yield from ("| Structure | Finding | Side |", "|---|---|---|")
    yield from (f"| {written(row.structure)} | {row.finding} | {row.side} |" for row in case.rows)
    yield from ("", "## Question: segment", "")
    yield from (
        "Which segment and side best explain these findings, or would you refer?",
        "",
        _wrapped(case.reason, "> "),
        "",
    )
    if case.referral:
        yield from _what_to_do(case)
    elif not case.template:  # what certifies asks for the segment alone
        yield from _beyond_the_nerve(case)
    yield "## Explanation"
    for paragraph in case.explanation:
        yield from ("", _wrapped(paragraph))


def _what_to_do(case: GeneratedCase) -> Iterator[str]:
    yield from ("## Question: choice {#what-now}", "competencies: [safety, planning]", "safety: yes", "")
    yield from ("What do you do today?", "")
    for text, why in case.options:
        yield from _option(text == case.right, text, why)
    yield ""


def _beyond_the_nerve(case: GeneratedCase) -> Iterator[str]:
    """Which findings the nearest nerve leaves unexplained; nothing where no nerve comes near."""
    nerve = case.distractors[-1].hypothesis
    sorted_rows = _by_nerve(case, nerve)
    if case.distractors[-1].probability < _NEAR or {spared for _row, spared in sorted_rows} != {True, False}:
        return
    yield from ("## Question: choices {#beyond-one-nerve}", f"competencies: [dx-{case.region}, examination]", "")
    yield from (f"Which of these findings would a lesion of {named(nerve)} alone leave unexplained?", "")
    for row, spared in sorted_rows:
        text = f"{written(row.structure)}: {row.finding}"
        yield from _option(spared, text[0].upper() + text[1:], _why(row, nerve, spared))
    yield ""


def _by_nerve(case: GeneratedCase, nerve: Hypothesis) -> list[tuple[Row, bool]]:
    """The first abnormal rows, and whether the nerve spares them wherever it is hurt; doubtful ones are left out."""
    its = case.localization.model
    places = [place for place, one in enumerate(its.hypotheses) if one.name == nerve.name and one.kind == "nerve"]
    found: list[tuple[Row, bool]] = []
    for row in case.rows:
        reach = float(its.supply(row.structure)[places].max())
        if row.abnormal and (reach >= _FULL or reach <= _SPARED):
            found.append((row, reach <= _SPARED))
    return found[:_MOST_OPTIONS]


def _why(row: Row, nerve: Hypothesis, spared: bool) -> str:
    if not spared:
        return f"A lesion of {named(nerve)} could explain it too."
    own = row.structure.nerve
    first_word = nerve.name.split(" ")[0]
    if row.structure.kind == "muscle" and own and first_word not in own and "(" not in own:
        return f"It has another supply: {own}."
    return f"{named(nerve)[0].upper()}{named(nerve)[1:]} does not reach it."


def _option(right: bool, text: str, why: str) -> Sequence[str]:
    return f"- [{'x' if right else ' '}] {text}", f"  > {why}"


def _wrapped(text: str, begin: str = "") -> str:
    """Lines of a paragraph. Odds, percentages and claims are not torn apart at the end of one."""
    held = _HELD.sub(lambda found: found[0].replace(" ", _HOLD), text)
    return "\n".join(f"{begin}{line}" for line in _LINES.findall(held)).replace(_HOLD, " ")
