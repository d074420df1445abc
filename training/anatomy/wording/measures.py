"""Numbers in a cell of signs that are no grades: one side compared with the other, vital signs, plain measurements."""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path

from training.anatomy.spelling import plain
from training.anatomy.tables import DATA, read_table

_NUMBER = r"(?:[0-9]{1,4}(?:\.[0-9]{1,2})?)"
_UNIT = (
    r"(?:kg|kgf|lb|lbs|n|cm|mm|m|°|degrees?|deg|%|per cent|percent|seconds?|secs?|s|minutes?|mins?|repetitions?|reps?|"
    r"times|raises?|rises?|steps?|metres?|meters?|°?\s?c|°?\s?f|bpm|ml|mmhg|mm hg|msec|ms|m/s|hours?|days?|weeks?|"
    r"months?|years?)"
)
_COMPARED = re.compile(
    rf"(?<![\w./+-])(?P<here>{_NUMBER})\s?{_UNIT}?\s?(?:,\s?)?(?:compared (?:with|to)|vs\.?|versus|against|v\.?|and)\s"
    rf"(?P<there>{_NUMBER})(?![\w/+.])(?P<rest>[^,;]*)",
    re.IGNORECASE,
)
_ONLY = re.compile(
    r"\s*(?:(?:only|about|approximately|up to|some|at|<|>|≤|≥|=|~|to|less than|more than|over|under|is)\s*){0,3}"
    rf"{_NUMBER}(?:\s?(?:-|–|to|/)\s?{_NUMBER})?\s?(?P<unit>{_UNIT})\s*"
    r"(?:on both sides|each side|each|bilaterally|active|passive|)\s*\.?\s*",
    re.IGNORECASE,
)
_SHARE = re.compile(
    r"(?:about |only |approximately )?(?P<share>[0-9]{1,3})\s?(?:%|per ?cent)\s(?:of|compared (?:with|to))\s"
    r"(?:the |that of the |that on the )?(?:other|right|left|normal|opposite|contralateral|unaffected|healthy)\b[^,;]*",
    re.IGNORECASE,
)
_SYMMETRIC = re.compile(r"\bbut (?=symmetric|equal)", re.IGNORECASE)
_FIRST = re.compile(_NUMBER)
_OTHER_SIDE = re.compile(r"other|right|left|opposite|contralateral|normal|side|^\W*$|^\s*\w+\s*$", re.IGNORECASE)
_NEARLY_EQUAL = 90
"""Per cent of the other side from which on two sides count as equal."""


@lru_cache(maxsize=1)
def _limits(folder: Path = DATA) -> dict[str, tuple[float, float]]:
    """Below and above which a measured test calls for someone to look, by its id."""
    rows = read_table(folder, "measures.csv", ("test", "below", "above", "sources"))
    return {row["test"]: (float(row["below"]), float(row["above"])) for row in rows}


def with_comparisons_in_words(text: str) -> str:
    """ "18 kg compared with 34 kg on the other side" as "reduced"; other numbers are left as they are."""
    text = plain(text)
    if " but " in text:  # "brisk but symmetrical"
        text = _SYMMETRIC.sub("and ", text)
    if not any(letter.isdigit() for letter in text):
        return text
    if share := _SHARE.search(text[:400]):
        word = "reduced" if int(share["share"]) < _NEARLY_EQUAL else "equal"
        return f"{text[: share.start()]}{word}{text[share.end() :]}"
    found = _COMPARED.search(text[:400])
    if found is None or not _OTHER_SIDE.search(found["rest"]):
        return text
    here, there = float(found["here"]), float(found["there"])
    if there == 0 and here == 0:
        return text
    word = "reduced" if here < 0.9 * there else "increased" if here > 1.1 * there else "equal"
    start = text[: found.start()].removesuffix("only ")
    return f"{start}{word}{text[found.end() :]}"


def is_bare_measurement(text: str) -> bool:
    """Whether a cell holds a measurement with its unit and nothing that says if it is normal."""
    return bool(text) and _ONLY.fullmatch(plain(text[:120])) is not None


def measured(test: str, text: str) -> str | None:
    """ "positive" or "negative" for a number on a test with limits; None without either."""
    limits = _limits().get(test)
    number = _FIRST.search(text[:120])
    if limits is None or number is None:
        return None
    value = float(number[0])
    if test == "body-temperature" and value > 60:  # Fahrenheit
        value = (value - 32) / 1.8
    return "positive" if value < limits[0] or value > limits[1] else "negative"
