"""Whether an assessor's words name something that was done: a hint for whoever writes, never a gate.

Words that only judge ("good, did well") tell the reader nothing to act on, and no one else can check them. The hint
looks for a verb of something seen or heard, after taking out phrases that judge. It knows English and cannot understand:
a text may name behaviour in words that are not in its list (then the hint is wrong and is passed over), and may hold a
verb and say nothing (then there is no hint).
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

DATA = Path(__file__).parent / "data" / "behaviour.toml"
_WORD = re.compile(r"[a-z]+(?:'[a-z]+)?")
_VOWELS = "aeiou"


@dataclass(frozen=True)
class Hint:
    """Why the words may say too little: they only judge, by these phrases; or nothing that was done was found."""

    kind: Literal["judges", "no-behaviour"]
    phrases: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Lists:
    verbs: frozenset[str]
    judgement: re.Pattern[str]
    english: frozenset[str]


def hint_for(text: str) -> Hint | None:
    """None when something that was done is named, when there is no text, and when the text is no English."""
    lists = _lists()
    # A comma or a full stop ends a phrase: "looked, good" is not "looked good".
    plain = re.sub(r"[^a-z']+", lambda gap: " " if gap.group().isspace() else " . ", text.lower().replace("’", "'"))
    words = _WORD.findall(plain)
    if not words:
        return None
    judged = tuple(dict.fromkeys(lists.judgement.findall(plain)))
    left = _WORD.findall(lists.judgement.sub(" ", plain))
    if any(word in lists.verbs for word in left):
        return None
    if judged:
        return Hint("judges", judged)
    return Hint("no-behaviour") if any(word in lists.english for word in words) else None


@cache
def _lists() -> _Lists:
    with DATA.open("rb") as file:
        data = tomllib.load(file)
    verbs = {form for verb in data["verbs"] for form in forms(verb)}
    verbs.update(form for written in data["irregular"].values() for form in written)
    phrases = sorted(data["judgement"]["phrases"], key=len, reverse=True)
    judgement = re.compile(rf"\b(?:{'|'.join(map(re.escape, phrases))})\b")
    return _Lists(frozenset(verbs), judgement, frozenset(data["english"]["words"]))


def forms(verb: str) -> tuple[str, ...]:
    """A regular verb with its -s, -ed and -ing; the last consonant is kept single and doubled, since either may be."""
    if verb.endswith("e"):
        return verb, f"{verb}s", f"{verb}d", f"{verb[:-1]}ing"
    if verb.endswith("y") and verb[-2] not in _VOWELS:
        return verb, f"{verb[:-1]}ies", f"{verb[:-1]}ied", f"{verb}ing"
    plural = f"{verb}es" if verb.endswith(("s", "sh", "ch", "x", "z")) else f"{verb}s"
    doubled = verb + verb[-1]
    return verb, plural, f"{verb}ed", f"{verb}ing", f"{doubled}ed", f"{doubled}ing"
