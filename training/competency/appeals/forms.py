"""An appeal or complaint, and an answer, as they were sent."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from flask_babel import gettext

from training.competency.appeals.answering import OUTCOMES
from training.competency.appeals.service import LEAST_WORDS
from training.db.base import is_public_id, new_public_id


@dataclass(frozen=True)
class FilingForm:
    """`number` of one's own sign-off for an appeal; otherwise a complaint, `about` a certificate's code or nothing."""

    words: str = ""
    number: str = ""
    about: str = ""
    public_id: str = field(default_factory=new_public_id)
    errors: dict[str, str] = field(default_factory=dict)

    @classmethod
    def parse(cls, fields: Mapping[str, str]) -> FilingForm:
        errors = {}
        words = fields.get("words", "").strip()
        if len(words) < LEAST_WORDS:
            errors["words"] = too_few()
        given = fields.get("form", "")
        public_id = given if is_public_id(given) else new_public_id()
        return cls(words, fields.get("number", "")[:40], fields.get("about", "")[:80], public_id, errors)


@dataclass(frozen=True)
class AnswerForm:
    outcome: str = ""
    words: str = ""
    errors: dict[str, str] = field(default_factory=dict)

    @classmethod
    def parse(cls, fields: Mapping[str, str]) -> AnswerForm:
        errors = {}
        outcome, words = fields.get("outcome", ""), fields.get("words", "").strip()
        if outcome not in OUTCOMES:
            errors["outcome"] = gettext("Choose to uphold, to uphold in part, or to dismiss.")
        if len(words) < LEAST_WORDS:
            errors["words"] = too_few()
        return cls(outcome, words, errors)


def too_few() -> str:
    return str(gettext("Say it in your own words, in at least %(least)s characters.", least=LEAST_WORDS))
