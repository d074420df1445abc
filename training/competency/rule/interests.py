"""Conflicts of interest that a proposer and a decider declare, and which of them bar a part in a sign-off.

The list is the scheme's own. That impartiality is looked after and written down, bodies that certify are asked for
(ISO/IEC 17024); which ties weigh how much, each scheme says itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

NONE = "none"


@dataclass(frozen=True)
class Interest:
    """A tie to the trainee or, of whoever decides, to the proposer. `in_words`: it has to be described as well."""

    name: str
    bars_proposing: bool
    bars_deciding: bool
    in_words: bool


INTERESTS = (
    Interest(NONE, bars_proposing=False, bars_deciding=False, in_words=False),
    Interest("taught", bars_proposing=False, bars_deciding=False, in_words=False),
    Interest("colleague", bars_proposing=False, bars_deciding=False, in_words=True),
    Interest("employment", bars_proposing=False, bars_deciding=True, in_words=True),
    Interest("business", bars_proposing=True, bars_deciding=True, in_words=True),
    Interest("family", bars_proposing=True, bars_deciding=True, in_words=False),
    Interest("other", bars_proposing=False, bars_deciding=False, in_words=True),
)
BY_NAME = {one.name: one for one in INTERESTS}


@dataclass(frozen=True)
class Declared:
    """What somebody declared: a kind of INTERESTS, and their words."""

    kind: str = NONE
    words: str = ""

    def to_json(self) -> dict[str, str]:
        return {"kind": self.kind, "words": self.words}

    @classmethod
    def from_json(cls, plain: Mapping[str, str] | None) -> Declared | None:
        """None for a record from before declarations were asked for."""
        return cls(plain["kind"], plain["words"]) if plain else None
