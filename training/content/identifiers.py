"""Words that could tell who a patient is, found in a short note; for refusing it with the words and the reason.

It looks for what people write by habit: a name after a title or after "named", a date of birth or any whole date, a
telephone number, an e-mail address, a postal code, a health number, initials. It cannot know a bare first name or a
rare story: the page says so, and the person who writes answers for it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

Kind = Literal["name", "birth", "date", "phone", "e-mail", "postal-code", "health-number", "initials"]

_CAPITAL = r"(?=[^\W\d_a-zß-öø-ÿ])"
_NAME = r"[^\W\d_][\w'’-]+"
_WHO = rf"(?P<who>(?-i:{_CAPITAL}{_NAME}(?:\s+{_CAPITAL}{_NAME})?))"
_PERSON = r"(?:patient|pt|client|husband|wife|son|daughter|mother|father)"
_MONTH = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sept?|oct|nov|dec)[a-z]*\.?"
_YEAR = r"(?:1[89]|20)\d\d"
_DAY = r"\d{1,2}(?:st|nd|rd|th)?"
_NUMBERED = r"(?:phn|uli|mrn|ohip|ramq|nhs|ahc|hcn|chart|file|health (?:card|number))"

# In this order: what one pattern has taken is not looked at again, so "born 12 March 1980" is a birth and no date.
# `who` is the part that may turn out to be nobody: a word or an abbreviation that is in use for something else.
_WRITTEN: tuple[tuple[Kind, bool, str], ...] = (
    ("e-mail", True, r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+"),
    ("birth", True, r"\b(?:d\.?\s?o\.?\s?b\b\.?|date of birth|birth\s?date|birthday|born)\b[^,;\n]{0,24}"),
    ("health-number", True, rf"\b{_NUMBERED}\b\W{{0,3}}(?:no\.?|number|#)?\W{{0,3}}\d[\d -]{{2,}}\d"),
    ("health-number", False, r"\b[A-Z]{4}\s?\d{4}\s?\d{4}\b"),
    ("phone", False, r"(?<![\w/])(?:\+?1[\s.-]?)?(?:\(\d{3}\)\s?|\d{3}[\s.-])\d{3}[\s.-]?\d{4}(?!\w)"),
    ("phone", False, r"(?<![\w/])\+\d{1,3}[\s.-]?\d{1,4}(?:[\s.-]?\d{2,4}){2,4}(?!\w)"),
    ("phone", False, r"(?<![\w/.-])\d{3}[-.]\d{4}(?![\w/])"),
    ("date", False, rf"\b{_YEAR}[-/.]\d{{1,2}}[-/.]\d{{1,2}}\b"),
    ("date", False, rf"\b\d{{1,2}}[-/.]\d{{1,2}}[-/.](?:{_YEAR}|\d\d)\b"),
    ("date", True, rf"\b{_DAY}\s+(?:of\s+)?{_MONTH},?\s+{_YEAR}\b"),
    ("date", True, rf"\b{_MONTH}\s+{_DAY},?\s+{_YEAR}\b"),
    ("health-number", False, r"(?<![\w/.-])\d(?:[ -]?\d){7,}(?![\w/])"),
    ("postal-code", True, r"\b[ABCEGHJ-NPRSTVXY]\d[A-Z][ -]?\d[A-Z]\d\b"),
    ("name", True, rf"\b(?:mr|mrs|ms|mx|miss|dr|prof|sir|madam|mme|mlle|herr|frau)\b\.?\s+{_WHO}"),
    ("name", True, rf"\b(?:mr|mrs)\b\.?\s+{_NAME}"),
    ("initials", True, rf"\b(?:initials?|{_PERSON})\b[:.]?\s+(?P<who>(?-i:[A-Z]{{2,3}}|[A-Z]\.\s?[A-Z]\.?))(?![\w-])"),
    ("name", True, rf"\b(?:named|called|name is|name was|name:|{_PERSON}\b[:.]?)\s+{_WHO}"),
    ("initials", False, r"(?<![\w.])(?P<who>(?:[A-Z]\.\s?){2,4})(?!\w)"),
)  # kind, whether small letters and capitals are one, pattern
PATTERNS = tuple((kind, re.compile(pattern, re.IGNORECASE if blind else 0)) for kind, blind, pattern in _WRITTEN)

# Capital letters that are no initials of anybody, and capitalised words that are no names.
NOT_INITIALS = frozenset(
    (
        "AC", "ADL", "AP", "AROM", "CN", "DN", "EMG", "ER", "FCR", "FCU", "GP", "HEP", "IR", "IMS", "IT", "LBP",
        "MC", "MTP", "MVC", "NSAID", "OA", "PA", "PIP", "PROM", "PT", "RA", "ROM", "SCM", "SI", "SIJ", "SLR", "TFL",
        "TL", "UT", "XR", "MRI", "CT", "US",
    )
)  # fmt: skip
NOT_NAMES = frozenset(
    (
        "Achilles", "Adson", "Babinski", "Baker", "Both", "Bruising", "C", "Gunn", "Hoffmann", "L", "Left",
        "Lasegue", "Lhermitte", "Multifidus", "No", "None", "Phalen", "Right", "S", "Slump", "Spurling", "T",
        "Tinel", "Trendelenburg", "Upper", "Lower", "Yes",
    )
)  # fmt: skip
_SEGMENT = re.compile(r"[CTLS]\d{1,2}(?:[-/]\w+)?")


@dataclass(frozen=True)
class Identifier:
    """Words that may name somebody, and what they look like."""

    kind: Kind
    words: str


def identifiers(text: str) -> tuple[Identifier, ...]:
    """What in a text could tell who it is about, in the order of the text; empty when nothing was found."""
    left = text
    found: list[tuple[int, Identifier]] = []
    for kind, pattern in PATTERNS:
        for one in list(pattern.finditer(left)):
            if _is_nobody(one.groupdict().get("who")):
                continue
            found.append((one.start(), Identifier(kind, one[0].strip(" ,;:"))))
            left = left[: one.start()] + "\n" * len(one[0]) + left[one.end() :]
    return tuple(one for _, one in sorted(found, key=lambda each: each[0]))


def _is_nobody(who: str | None) -> bool:
    """Whether what stands where a name would stand is only words of the trade."""
    if who is None:
        return False
    spelled = re.sub(r"[.\s]", "", who)
    words = (one.strip(".") for one in who.split())
    return spelled in NOT_INITIALS or all(
        one in NOT_NAMES or one in NOT_INITIALS or bool(_SEGMENT.fullmatch(one)) for one in words
    )
