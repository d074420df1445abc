"""Names of structures as clinicians write them, resolved or refused with the nearest names; never guessed."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from training.anatomy.catalogue import Vocabulary, load, vocabulary
from training.anatomy.segments import REGIONS, parse_segment, region_of, span
from training.anatomy.spelling import key, nearest, plain
from training.anatomy.structures import KINDS, Family, Structure, StructureKind, over_levels
from training.anatomy.tables import DataError
from training.anatomy.wording.index import Implied, Meaning
from training.anatomy.wording.levels import find_levels
from training.anatomy.wording.phrases import listed
from training.anatomy.wording.words import words

_KIND_WORDS: dict[str, StructureKind] = {
    **{kind: kind for kind in KINDS},
    "muscles": "muscle", "tendon": "muscle", "motion": "movement", "strength": "movement", "power": "movement",
    "jerk": "reflex", "reflexes": "reflex", "dermatome": "skin", "skin area": "skin", "joints": "joint",
    "sign": "test", "tests": "test",
}  # fmt: skip
_IN_PARENTHESES = re.compile(r"\s*\(([^()]*)\)\s*$")
_SKIN_OF = re.compile(r"^skin (?:over|of|on|at)(?: the)? (?P<rest>.+)$", re.IGNORECASE)
_LEVEL = re.compile(
    r"\b(?P<first>(?:C|TH|T|L|S)\s?[0-9]{1,2})"
    r"(?:\s?(?:-|/|to\b|and\b)\s?(?P<last>(?:(?:C|TH|T|L|S)\s?)?[0-9]{1,2}))?\b",
    re.IGNORECASE,
)
_LISTED_LEVELS = re.compile(r"\b(?:C|TH|T|L|S)[0-9]{1,2}\s*[,;]\s*(?:C|TH|T|L|S)[0-9]{1,2}\b", re.IGNORECASE)
_BARE: dict[StructureKind | None, str] = {"skin": "dermatome", "joint": "vertebral-level"}
_LINK_WORDS = frozenset({"at", "level", "of", "segment", "from", "over"})
_SUGGESTIONS = 3


@dataclass(frozen=True)
class Unknown:
    """Something written that the vocabulary does not hold, or holds more than once; the nearest names, best first."""

    given: str
    suggestions: tuple[str, ...]


@lru_cache(maxsize=16_384)
def resolve_structure(text: str) -> Structure | Unknown:
    """The structure that text names.

    Takes case, dashes, plurals, British and American spelling, synonyms, "(skin)"-like types, "skin over the ...",
    levels ("multifidus C5-C6", "paraspinals at L5"), and body parts and movements in any order of words
    ("dorsiflexion of the foot", "outer aspect of the forearm"). A list is Unknown: a row names one structure. A name
    that fits several kinds is Unknown, with each of them as a suggestion, because a silent guess would change what the
    examination says.
    """
    name, kind = _split_kind(plain(text[:400]))
    name = _LEVEL.sub(_full_level, name)
    if _LISTED_LEVELS.search(name):
        return Unknown(text, tuple(f"dermatome {level}" for level in find_levels(words(name))[0][:_SUGGESTIONS]))
    wanted = key(name)
    found = [structure for structure in vocabulary().names.get(wanted, ()) if kind in (None, structure.kind)]
    if len(found) > 1:  # without a type "deltoid" is the muscle, though one can say it of the skin over it
        found = [structure for structure in found if structure.kind == "muscle"] if _only_skin_besides(found) else found
    if len(found) == 1:
        return found[0]
    if found:
        return Unknown(text, tuple(structure.label for structure in found))
    if wanted in vocabulary().family_names:
        family = vocabulary().family_names[wanted]
        return Unknown(text, tuple(f"{family.name} {level}" for level in _ends(family)))
    levelled = _resolve_level(name, kind)
    if isinstance(levelled, Structure) and not (_SKIN_OF.match(plain(text)) and levelled.id.startswith("dermatome-")):
        return levelled
    if isinstance(levelled, Structure):  # "skin over C7": the skin beside the spine, or the dermatome?
        return Unknown(text, tuple(f"{one} {name.strip()}" for one in ("dermatome", "paraspinal skin")))
    phrased = () if levelled else _phrased(name, kind)
    if len(phrased) == 1 and len(phrased[0]) == 1:
        return phrased[0][0]
    if len(phrased) > 1:
        return Unknown(text, tuple(dict.fromkeys(meaning[0].label for meaning in phrased)))
    return Unknown(text, levelled or _suggest(wanted, kind))


def _phrased(name: str, kind: StructureKind | None) -> tuple[Meaning, ...]:
    """What the phrase says outright when it is one item and no list, of the kind asked for."""
    items = listed(words(name))
    if len(items) != 1:
        return ()
    return tuple(one for one in items[0] if not isinstance(one, Implied) and kind in (None, one[0].kind))


def _only_skin_besides(found: list[Structure]) -> bool:
    kinds = sorted(structure.kind for structure in found)
    return kinds == ["muscle", "skin"]


def _ends(family: Family) -> tuple[str, ...]:
    levels = tuple(family.levels)
    return tuple(dict.fromkeys((levels[0], levels[-1])))


def _split_kind(text: str) -> tuple[str, StructureKind | None]:
    """Take off a type in parentheses, or "skin over the ..."; other parentheses belong to the name."""
    if found := _IN_PARENTHESES.search(text):
        kind = _KIND_WORDS.get(found[1].strip().casefold())
        if kind is not None:
            rest, inner = _split_kind(text[: found.start()])
            return rest, inner or kind
    if skin := _SKIN_OF.match(text):
        return skin["rest"], "skin"
    return text, None


def _full_level(found: re.Match[str]) -> str:
    """ "L4/5" and "L4 to L5" as "L4-L5"; what are no segments stays as it was."""
    first, last = found["first"].replace(" ", "").upper(), (found["last"] or "").replace(" ", "").upper()
    if last and last[0].isdigit():
        last = f"{parse_segment(first) or first}"[0] + last
    levels = [parse_segment(level) for level in (first, last) if level]
    return found[0] if None in levels else "-".join(level for level in levels if level)


def _resolve_level(name: str, kind: StructureKind | None) -> Structure | tuple[str, ...]:
    """A structure of one or several levels, or suggestions (none when no level is named)."""
    found = _LEVEL.search(name)
    if found is None:
        return ()
    first = parse_segment(found["first"])
    last = parse_segment(found["last"]) if found["last"] else first
    if first is None or last is None:
        return ()
    segments = span(first, last)
    rest = key(f"{name[: found.start()]} {name[found.end() :]}")
    words = [word for word in rest.split() if word not in _LINK_WORDS]
    if segments and words and words[0] in REGIONS and words[0] == region_of(segments[0]):
        words = words[1:]
    families = vocabulary().family_names
    family = families.get(" ".join(words)) or families.get(rest)
    if family is None and not words:
        family = vocabulary().families.get(_BARE.get(kind, ""))
    if family is None:
        near = nearest(" ".join(words), families)
        kinds = {families[one].name: families[one] for one in near} or (
            {} if words else {one.name: one for one in vocabulary().families.values() if one.id in _PLAIN_LEVELS}
        )
        return tuple(f"{one.name} {first}" for one in kinds.values() if first in one.levels)
    if kind not in (None, family.kind):
        return (f"{family.name} {first} ({family.kind})",)
    structure = over_levels(family, segments)
    if structure is None:
        return tuple(f"{family.name} {level}" for level in _ends(family))
    return structure


_PLAIN_LEVELS = frozenset({"multifidus", "dermatome", "paraspinal-skin", "vertebral-level"})


def _suggest(wanted: str, kind: StructureKind | None) -> tuple[str, ...]:
    """The nearest names, those of the wanted kind first; the type is added where the name alone is ambiguous."""
    names = vocabulary().names
    if not wanted:
        return ()
    exact = tuple(structure.label for structure in names.get(wanted, ()))
    of_kind = (name for name, them in names.items() if kind is None or any(one.kind == kind for one in them))
    begun = [name for name in names if name.startswith(f"{wanted} ")]
    found = [*begun, *nearest(wanted, of_kind), *(nearest(wanted, names) if kind else ())]
    fitting = [one for name in found for one in names[name] if kind in (None, one.kind)]
    labels = [_shortest_label(structure) for structure in fitting]
    return tuple(dict.fromkeys((*exact, *labels)))[:_SUGGESTIONS]


def suggest_structures(text: str) -> tuple[str, ...]:
    """The names nearest to what was written, best first; empty when nothing is near."""
    name, kind = _split_kind(plain(text[:400]))
    return _suggest(key(name), kind)


def _shortest_label(structure: Structure) -> str:
    alone = len(vocabulary().names[key(structure.name)]) == 1
    return structure.name if alone else structure.label


__all__ = [
    "DataError",
    "Structure",
    "Unknown",
    "Vocabulary",
    "load",
    "resolve_structure",
    "suggest_structures",
    "vocabulary",
]
