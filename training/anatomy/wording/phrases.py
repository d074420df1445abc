"""What a phrase of clinical wording names: structures by their names, by body part and position, by movement, by level.

A phrase may mean several things ("thumb" is skin and a joint) and each of them may be several structures ("C6, C7").
Nothing here decides between meanings: that needs the sign (see `observations`).
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from training.anatomy.catalogue import vocabulary
from training.anatomy.segments import REGIONS
from training.anatomy.structures import Structure, StructureKind
from training.anatomy.wording.digits import SIDEWAYS, digits_of, long_muscle_to, numbered_digits
from training.anatomy.wording.index import Implied, Meaning, Meanings, index
from training.anatomy.wording.levels import find_levels
from training.anatomy.wording.places import below_a_level, place_of
from training.anatomy.wording.words import HINTS, SEPARATORS, Phrase, canonical, words

LONGEST_PHRASE = 40
_LEVELLED: tuple[tuple[str, StructureKind], ...] = (("dermatome", "skin"), ("myotome", "muscle"))
_PATH = frozenset({"from", "to", "into", "down", "onto", "towards", "toward", "through", "along", "via", "across"})


@lru_cache(maxsize=16_384)
def meanings(given: tuple[str, ...]) -> Meanings:
    """Everything that the words can name as one phrase, by the strictest reading that finds any; () for nothing."""
    if not given or len(given) > LONGEST_PHRASE:
        return ()
    phrase = canonical(given)
    found = _of_the_hand(index().exact.get(given, ()), phrase) or _exact_of_kind(given, phrase)
    levelled = _levels(given)
    if found or levelled:
        return _with_others(found, levelled, phrase)
    if below_a_level(given):
        return place_of(given, meanings)
    if muscle := long_muscle_to(given):
        return (muscle,)
    if not phrase.bag:
        return () if SEPARATORS & set(given) else _general(phrase)
    if SEPARATORS & set(given) and (phrase.mixed or len(_ACTIONS & set(phrase.bag)) > 1):
        return ()
    if numbered := numbered_digits(given):
        return numbered
    for bag in _bags(phrase, alone=not SEPARATORS & set(given)):
        if fitting := _fitting(index().named(bag), phrase):
            return _of_the_hand(tuple((one,) for one in fitting), phrase)
    return digits_of(phrase) or place_of(given, meanings)


def _of_the_hand(found: Meanings, phrase: Phrase) -> Meanings:
    """Of muscles that hand and foot both have, those of the hand are meant where no foot is named: "interossei"."""
    if len(found) < 2 or _OF_THE_FOOT & set(phrase.bag):
        return found
    hands = {one[0].id.removesuffix("-hand") for one in found if one[0].id.endswith("-hand")}
    return tuple(one for one in found if one[0].id.removesuffix("-foot") not in hands or one[0].id.endswith("-hand"))


_OF_THE_FOOT = frozenset({"foot", "toe", "plantar", "pedi", "littletoe", "greattoe"})


def _exact_of_kind(given: tuple[str, ...], phrase: Phrase) -> Meanings:
    """A literal name with a word for its kind before or behind: "shoulder tip (skin)", "power of EHL"."""
    if phrase.hints is None:
        return ()
    bare = tuple(word for word in given if not (canonical((word,)).hints or word in _LINKS))
    kinds = phrase.hints
    return tuple(one for one in index().exact.get(bare, ()) if one[0].kind in kinds) if bare != given else ()


_LINKS = frozenset({"of", "in", "over", "at", "on"})


def _with_others(found: Meanings, levelled: Meanings, phrase: Phrase) -> Meanings:
    """What a literal name can be said for besides: "resisted wrist extension" is a test, and the movement as well when
    it is weak; "biceps" is the reflex when it is absent; "arm" is skin, and all its muscles."""
    resisted = "resisted" in phrase.fillers
    bare = index().named(phrase.without(*phrase.fillers) if resisted else phrase.bag)
    kinds = {one[0].kind for one in found}
    wanted = {"muscle", "reflex", *(("movement",) if resisted else ())} - kinds
    besides = (one for one in bare if one.sweep or one.kind in wanted)
    implied = (Implied((one,)) for one in besides if _hinted(one, phrase))
    return tuple(dict.fromkeys((*found, *levelled, *implied)))


def _general(phrase: Phrase) -> Meanings:
    """ "Power", "reflexes", "sensation" alone: all of the examination of that kind; "the rest": all of it."""
    structures = vocabulary().structures
    if phrase.hints == HINTS["test"]:
        return ()  # "root signs"
    if phrase.hints is None:
        return ((structures["neurological-examination"],),) if phrase.sweeping else ()
    general = {"muscle": "all-muscles", "reflex": "all-reflexes", "skin": "all-skin"}
    return tuple((structures[name],) for kind, name in general.items() if kind in phrase.hints)


def _bags(phrase: Phrase, alone: bool) -> Iterable[tuple[str, ...]]:
    """The phrase's words, then fewer: without fillers, then the area that holds the named part of it.

    alone: nothing in it can be a list, of which fewer words might be another item.
    """
    yield phrase.bag
    bare = phrase.without(*phrase.fillers)
    yield bare
    for sense in ("jps", "vibrationsense"):
        if sense in bare:
            yield (sense,)
    if "tinel" in bare:
        yield from (("tinel", nerve) for nerve in sorted(_NERVES & set(bare)))
    if _ACTIONS & set(bare):  # "thigh flexion at the hip"
        for part, joint in _SAME_JOINT:
            if part in bare and joint in bare:
                yield tuple(word for word in bare if word != part)
                yield tuple(word for word in bare if word != joint)
    if not alone:
        return
    if phrase.positions:
        for one, other in _SAME_PART:
            if one in bare:
                yield tuple(sorted({*bare} - {one} | {other}))
    if phrase.heights and (rest := tuple(word for word in bare if word not in phrase.heights)):
        yield rest
        for one, other in _SAME_PART:
            if one in rest:
                yield tuple(sorted({*rest} - {one} | {other}))
    if (_DIGIT_PARTS | _NERVES) & set(bare):
        yield tuple(word for word in bare if word not in _CONTAINERS)
        if phrase.positions:
            kept = SIDEWAYS if {"finger", "toe"} & set(bare) else frozenset()
            loose = {*phrase.positions, *phrase.heights, *_CONTAINERS} - kept
            yield tuple(word for word in bare if word not in loose)


_SAME_JOINT = (
    ("thigh", "hip"), ("leg", "hip"), ("lowerlimb", "hip"), ("arm", "shoulder"), ("upperarm", "shoulder"),
    ("forearm", "elbow"), ("arm", "elbow"), ("hand", "wrist"), ("foot", "ankle"), ("leg", "knee"), ("lowerleg", "knee"),
    ("finger", "mcp"),
)  # fmt: skip
_SAME_PART = (("upperarm", "arm"), ("arm", "upperarm"), ("lowerleg", "leg"))
_CONTAINERS = frozenset({"hand", "foot"})
_NERVES = frozenset({"mediannerve", "ulnarnerve", "radialnerve", "median"})
_DIGIT_PARTS = frozenset(
    {"thumb", "indexfinger", "middlefinger", "ringfinger", "littlefinger", "finger",
     "greattoe", "secondtoe", "thirdtoe", "fourthtoe", "littletoe", "toe"}
)  # fmt: skip


def _fitting(found: tuple[Structure, ...], phrase: Phrase) -> tuple[Structure, ...]:
    """Those of the hinted kinds; where "other" or "all" is said, those that sweep."""
    fitting = [one for one in found if _hinted(one, phrase)]
    if phrase.sweeping and any(one.sweep for one in fitting):
        return tuple(one for one in fitting if one.sweep)
    return tuple(fitting)


def _hinted(structure: Structure, phrase: Phrase) -> bool:
    """Whether the phrase's hints leave the structure; a whole examination is never of one kind."""
    if phrase.hints is None:
        return structure.kind != "reflex" or not _NO_JERK & set(phrase.bag)  # "finger flexion" is no jerk
    if structure.kind == "test" and phrase.hints == HINTS["sensory"] and structure.id not in _OF_SENSATION:
        return False
    return structure.kind in phrase.hints and not (structure.sweep and structure.kind == "test")


_OF_SENSATION = frozenset(
    {"vibration-sense-at-the-ankle", "joint-position-sense", "sensory-level", "monofilament-test", "cranial-nerves",
     "ring-finger-splitting", "dissociated-sensory-loss", "bladder-function"}
)  # fmt: skip


@lru_cache(maxsize=8_192)
def _levels(given: tuple[str, ...]) -> Meanings:
    """Levels of a family ("multifidus C6"), or levels alone, which are skin or muscles, each by itself."""
    segments, _ranged, rest = find_levels(given)
    if not segments:
        return ()
    phrase = canonical(rest)
    bag = phrase.without(*phrase.fillers)
    families = vocabulary().families
    if not bag:
        wanted = [(name, kind) for name, kind in _LEVELLED if phrase.hints is None or kind in phrase.hints]
        if "dermatome" in rest or "dermatomal" in rest:
            wanted = [one for one in wanted if one[0] == "dermatome"]
        found = (_each(name, segments) for name, _ in wanted)
        return tuple(meaning for meaning in found if meaning)
    regionless = tuple(word for word in bag if word not in REGIONS)
    kinds = phrase.hints
    found = (
        _each(name, segments)
        for name in dict.fromkeys(_families().get(bag, ()) + _families().get(regionless, ()))
        if kinds is None or families[name].kind in kinds
    )
    return tuple(meaning for meaning in found if meaning)


def _each(family: str, segments: tuple[str, ...]) -> Meaning:
    levels = vocabulary().families[family].levels
    return tuple(levels[one] for one in segments) if all(one in levels for one in segments) else ()


@lru_cache(maxsize=1)
def _families() -> dict[tuple[str, ...], tuple[str, ...]]:
    """Families by the words of their names; the plain words for skin and level are read as no name at all."""
    found: dict[tuple[str, ...], tuple[str, ...]] = {}
    for family in vocabulary().families.values():
        for name in (family.name, *family.synonyms):
            bag = canonical(words(name)).bag
            found[bag] = tuple(dict.fromkeys((*found.get(bag, ()), family.id)))
    for bag in (("dermatome",), ("band",), ("rib",), ("intercostal", "space"), ("intercostal",)):
        found[bag] = (*found.get(bag, ()), "dermatome")
    found.pop((), None)
    return found


@lru_cache(maxsize=16_384)
def listed(given: tuple[str, ...], path: bool = False) -> tuple[Meanings, ...]:
    """The meanings of each item of a list, or of the one phrase; () when any item is not understood.

    Words that items share are carried over: "biceps and triceps reflexes", "ankle dorsiflexion and eversion",
    "lateral leg and foot". path: "from the buttock to the heel" is a list too.
    """
    whole = meanings(given)
    if whole and (given in index().exact or not (SEPARATORS & set(given) and (apart := _apart(given)))):
        return (whole,)
    if whole:
        return apart
    items = _split(given, SEPARATORS | _PATH if path else SEPARATORS)
    if len(items) < 2 or len(items) > 24:
        return ()
    found: list[Meanings] = []
    for place, item in enumerate(items):
        read = _in_list(item, items[:place], items[place + 1 :])
        if not read:
            return ()
        found.append(read)
    return _one_web(tuple(found))


def _apart(given: tuple[str, ...]) -> tuple[Meanings, ...]:
    """The items of a list whose words would fit one area too, where each of them names skin by itself: "sole and
    lateral border of the foot", "little finger and ulnar side of the hand"."""
    phrase = canonical(given)
    if find_levels(given)[0] or not {"and", ",", ";", "/", "&"} & set(given) or "between" in given:
        return ()
    if phrase.bag == ("limb",) or index().is_list(phrase.bag):
        return ()
    found = []
    for item in _split(given, SEPARATORS):
        read = tuple(one for one in meanings(item) if one[0].kind == "skin" and not isinstance(one, Implied))
        if not read or not canonical(item).bag or set(canonical(item).bag) <= {"finger", "toe", "half"}:
            return ()
        found.append(tuple(one for one in meanings(item) if phrase.hints is None or one[0].kind in phrase.hints))
    return _one_web(tuple(found))


def _one_web(items: tuple[Meanings, ...]) -> tuple[Meanings, ...]:
    """ "Thumb and first web": beside a part of the hand the first web space is the hand's."""
    skin = vocabulary().structures
    foot, hand = skin["first-web-space-of-the-foot-skin"], skin["first-web-space-of-the-hand-skin"]
    if not any((foot,) in item for item in items):
        return items
    named = {one[0].id for item in items for one in item}
    if not any(part in name for name in named for part in _OF_THE_HAND):
        return items
    return tuple(tuple((hand,) if one == (foot,) else one for one in item) for item in items)


_OF_THE_HAND = ("thumb", "finger", "hand", "radial", "wrist", "forearm")


def _in_list(item: tuple[str, ...], before: list[tuple[str, ...]], after: list[tuple[str, ...]]) -> Meanings:
    if item in _SHORT_DIGITS and any(_DIGIT_WORDS & set(later) for later in after):
        return meanings((*item, "finger")) or meanings((*item, "toe"))
    if item[-1] in ("plantar", "dorsi", "palmar") and any(_ACTIONS & set(canonical(one).bag) for one in after):
        return meanings((*item, "flexion"))  # "ankle plantar and dorsiflexion"
    own = set(canonical(item).bag)
    muscle = any(one[0].kind == "muscle" for one in index().exact.get(item, ()))
    for later in after:  # the words that end a later item may belong to this one as well
        for start in range(1, len(later)):
            if not _is_head(later[start:]):
                continue
            head = set(canonical(later[start:]).bag)
            has_one = own & _ACTIONS or muscle if head & _ACTIONS else head and set(canonical(item[-1:]).bag) & _HEADS
            if not has_one and (found := meanings(item + later[start:])):
                return found
    alone = meanings(item)
    moved, hinted = _ACTIONS & own, canonical(item).hints is not None
    for earlier in reversed(before):  # and those that begin an earlier one
        for stop in range(len(earlier) - 1, 0, -1):
            begun = canonical(earlier[:stop])
            asked = not begun.bag and begun.hints is not None and not hinted  # "reflexes of biceps and triceps"
            shared = (begun.positions and _is_bare_part(item)) or (_ACTIONS & set(begun.bag) and not moved) or asked
            if alone and not shared:
                continue
            if found := meanings(earlier[:stop] + item):
                return found
    if not alone:  # "middle and lower trapezius", "supraspinous and infraspinous fossa"
        for later in after:
            for start in range(1, len(later)):
                if found := meanings(item + later[start:]):
                    return found
    return alone


_SHORT_DIGITS = frozenset({("middle",), ("index",), ("ring",), ("little",), ("small",), ("long",)})
_DIGIT_WORDS = frozenset({"finger", "digit", "fingertip"})
_ACTIONS = frozenset(
    {"flexion", "extension", "abduction", "adduction", "dorsiflexion", "plantarflexion", "inversion", "eversion",
     "externalrotation", "internalrotation", "spreading"}
)  # fmt: skip
_NO_JERK = _ACTIONS | {"below", "above"}
_HEADS = frozenset(
    {"flexion", "extension", "abduction", "adduction", "dorsiflexion", "plantarflexion", "inversion", "eversion",
     "pronation", "supination", "externalrotation", "internalrotation", "finger", "toe", "dermatome", "myotome",
     "indexfinger", "middlefinger", "ringfinger", "littlefinger", "greattoe", "littletoe", "digit", "walking",
     "opposition", "hand", "foot", "arm", "forearm", "thigh", "leg", "lowerleg", "calf", "knee", "hamstring",
     "lowerlimb", "limb"}
)  # fmt: skip
_BARE_PARTS = frozenset(
    {
        "upperarm",
        "arm",
        "forearm",
        "hand",
        "wrist",
        "elbow",
        "thigh",
        "knee",
        "leg",
        "lowerleg",
        "calf",
        "foot",
        "ankle",
        "shin",
    }
)


@lru_cache(maxsize=8_192)
def _is_head(given: tuple[str, ...]) -> bool:
    """Whether words can stand for the end of the item before them: an action, a digit, "reflexes", "strength"."""
    phrase = canonical(given)
    if phrase.positions or phrase.heights:
        return False
    return bool(given) and (set(phrase.bag) <= _HEADS) and (bool(phrase.bag) or phrase.hints is not None)


def _is_bare_part(item: tuple[str, ...]) -> bool:
    phrase = canonical(item)
    return len(phrase.bag) == 1 and phrase.bag[0] in _BARE_PARTS and phrase.hints is None


def _split(given: tuple[str, ...], separators: frozenset[str]) -> list[tuple[str, ...]]:
    items: list[tuple[str, ...]] = []
    item: list[str] = []
    for word in (*given, ","):
        if word not in separators:
            item.append(word)
            continue
        if canonical(tuple(item)).bag or canonical(tuple(item)).hints is not None:
            items.append(tuple(item))
        item = []
    return items
