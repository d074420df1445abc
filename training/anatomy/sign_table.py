"""The signs that ship, the grades they come in, and the red flags, read from their files."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from training.anatomy.spelling import key
from training.anatomy.structures import KINDS
from training.anatomy.tables import DATA, read_table

_GRADE_COLUMNS = ("name", "synonyms", "sources")
_FLAG_COLUMNS = ("name", "synonyms", "action", "sources")


@dataclass(frozen=True)
class Sign:
    """A sign that the vocabulary holds.

    group: motor, sensory, autonomic, trophic, reflex, test or any.
    finding_class: what it counts as in localization: "normal", or a class of sensitivities.csv ("motor-loss" ...).
    kinds: the kinds of structure that can show it; the others certainly cannot.
    kind_order: all kinds, those that it is most likely said of first, for a name that several kinds share.
    alarm: the kinds on which it makes needling wrong until someone has looked.
    """

    name: str
    synonyms: tuple[str, ...]
    group: str
    finding_class: str
    kinds: frozenset[str]
    alarm: frozenset[str]
    sources: tuple[str, ...]
    kind_order: tuple[str, ...] = KINDS


@dataclass(frozen=True)
class SignVocabulary:
    """Signs by name, and the keys of every spelling of signs, grades and red flags.

    flag_actions: what each red flag asks for: "refer", or "adapt" where needling stays possible with care.
    """

    signs: dict[str, Sign]
    names: dict[str, str]
    grades: dict[str, str]
    red_flags: tuple[str, ...]
    flag_names: dict[str, str]
    flag_actions: dict[str, str]


def load(folder: Path = DATA) -> SignVocabulary:
    """Read and check the files of signs, grades and red flags; DataError for a wrong row."""
    signs: dict[str, Sign] = {}
    names: dict[str, str] = {}
    grades: dict[str, str] = {}
    flags: dict[str, str] = {}
    for row in read_table(folder, "signs.csv", ("name", "synonyms", "group", "class", "kinds", "alarm", "sources")):
        signs[row["name"]] = Sign(
            row["name"], row.many("synonyms"), row["group"], row["class"], frozenset(row.many("kinds")),
            frozenset(row.many("alarm")), row.many("sources"),
            tuple(dict.fromkeys((*row.many("kinds"), *KINDS))),
        )  # fmt: skip
        for name in (row["name"], *row.many("synonyms")):
            if names.setdefault(key(name), row["name"]) != row["name"]:
                raise row.fault(f"{name!r} already means {names[key(name)]!r}")
    actions: dict[str, str] = {}
    for file, columns, index in (("grades.csv", _GRADE_COLUMNS, grades), ("red_flags.csv", _FLAG_COLUMNS, flags)):
        for row in read_table(folder, file, columns):
            if index is flags:
                if row["action"] not in ("refer", "adapt"):
                    raise row.fault(f"action: {row['action']!r} is neither refer nor adapt")
                actions[row["name"]] = row["action"]
            for name in (row["name"], *row.many("synonyms")):
                if index.setdefault(key(name), row["name"]) != row["name"]:
                    raise row.fault(f"{name!r} already means {index[key(name)]!r}")
    return SignVocabulary(signs, names, grades, tuple(dict.fromkeys(flags.values())), flags, actions)


@lru_cache(maxsize=1)
def sign_vocabulary() -> SignVocabulary:
    """The signs that ship, read once."""
    return load()
