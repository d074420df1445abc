"""Fingers and toes said by number or by side: "digits 4-5", "lateral three fingers", "first and second toes"."""

from __future__ import annotations

from training.anatomy.catalogue import vocabulary
from training.anatomy.structures import Structure
from training.anatomy.wording.words import Phrase, canonical

_DIGITS = {
    "finger": ("thumb-skin", "index-finger-skin", "middle-finger-skin", "ring-finger-skin", "little-finger-skin"),
    "toe": ("great-toe-skin", "second-toe-skin", "middle-toes-skin", "fourth-toe-skin", "little-toe-skin"),
}
_NUMBERS = {
    **{name: place for place, name in enumerate(("first", "second", "third", "fourth", "fifth"), 1)},
    **{str(number): number for number in range(1, 6)},
}
_SPELT = {"one": "1", "two": "2", "three": "3", "four": "4", "five": "5"}
_COUNTS = {"two": 2, "three": 3, "four": 4, "2": 2, "3": 3, "4": 4}
_FROM_BELOW = frozenset({"first", "lateral"})
_FROM_ABOVE = frozenset({"last", "medial"})
SIDEWAYS = frozenset({"medial", "lateral"})


def digits_of(phrase: Phrase) -> tuple[tuple[Structure, ...], ...]:
    """ "Lateral three fingers", "digits 4-5", "first and second toes": each digit by itself."""
    bag = set(phrase.bag)
    for part, ids in _DIGITS.items():
        if part not in bag:
            continue
        rest = bag - {part, "hand" if part == "finger" else "foot", "anterior", "posterior", "plantar"}
        places: list[int] = []
        counts = [_COUNTS[word] for word in rest if word in _COUNTS]
        if len(rest) == 2 and len(counts) == 1 and rest & _FROM_BELOW:
            places = list(range(1, counts[0] + 1))
            if part == "toe":  # the great toe is the medial one
                places = places if "first" in rest else list(range(6 - counts[0], 6))
        elif len(rest) == 2 and len(counts) == 1 and rest & _FROM_ABOVE:
            places = list(range(6 - counts[0], 6))
            if part == "toe" and "medial" in rest:
                places = list(range(1, counts[0] + 1))
        elif len(rest) == 1 and rest <= SIDEWAYS:
            places = [1, 2, 3] if part == "finger" else [4, 5]
            if "medial" in rest:
                places = [4, 5] if part == "finger" else [1, 2]
        elif rest and rest <= _NUMBERS.keys():
            places = sorted({_NUMBERS[word] for word in rest})
        if places:
            skin = vocabulary().structures
            return (tuple(skin[ids[place - 1]] for place in places),)
    return ()


_DIGIT_WORDS = {"digit": "finger", "finger": "finger", "toe": "toe"}


def numbered_digits(given: tuple[str, ...]) -> tuple[tuple[Structure, ...], ...]:
    """ "Digits 4-5", "toes 2 to 4", "fingers 1, 2 and 3"."""
    start = next((place for place, word in enumerate(given) if word in _DIGIT_WORDS), len(given))
    behind = [_SPELT.get(word, word) for word in given[start + 1 :]]
    numbers = [word for word in behind if word.isdigit()]
    others = [word for word in behind if not word.isdigit()]
    if len(numbers) < 2 or any(number not in _NUMBERS for number in numbers) or canonical(given[:start]).bag:
        return ()
    places = [_NUMBERS[number] for number in numbers]
    if len(places) == 2 and set(others) <= {"-", "to", "through"} and others:
        places = list(range(places[0], places[1] + 1))
    elif not set(others) <= {",", "and", "/", "&"}:
        return ()
    ids, skin = _DIGITS[_DIGIT_WORDS[given[start]]], vocabulary().structures
    return (tuple(skin[ids[place - 1]] for place in sorted(set(places))),) if places else ()


_PROFUNDUS = (("flexor", "digitorum", "profundus"), ("fdp",), ("deep", "flexor"), ("long", "flexor"))
_OTHERS = {
    ("flexor", "digitorum", "superficialis"): "flexor-digitorum-superficialis",
    ("fd",): "flexor-digitorum-superficialis",
    ("fds",): "flexor-digitorum-superficialis", ("extensor", "digitorum"): "extensor-digitorum",
    ("extensor", "digitorum", "communis"): "extensor-digitorum", ("edc",): "extensor-digitorum",
}  # fmt: skip
_HALVES = {
    "indexfinger": "flexor-digitorum-profundus-radial-half", "middlefinger": "flexor-digitorum-profundus-radial-half",
    "ringfinger": "flexor-digitorum-profundus-ulnar-half", "littlefinger": "flexor-digitorum-profundus-ulnar-half",
}  # fmt: skip
_SHORT = {"middle": "middlefinger", "ring": "ringfinger", "little": "littlefinger", "small": "littlefinger"}


def long_muscle_to(given: tuple[str, ...]) -> tuple[Structure, ...]:
    """ "Flexor digitorum profundus to index and little", "FDS of the middle finger": what moves those digits."""
    head = next((name for name in (*_PROFUNDUS, *_OTHERS) if given[: len(name)] == name and len(given) > len(name)), ())
    if head == ("long", "flexor") and set(canonical(given[2:]).bag) == {"thumb"}:
        return (vocabulary().structures["flexor-pollicis-longus"],)
    named = {_SHORT.get(word, word) for word in canonical(given[len(head) :]).bag} - {"finger"} if head else set()
    if not named or not named <= _HALVES.keys():
        return ()
    skin = vocabulary().structures
    if head in _OTHERS:
        return (skin[_OTHERS[head]],)
    return tuple(skin[one] for one in dict.fromkeys(_HALVES[name] for name in _HALVES if name in named))
