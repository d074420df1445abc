"""A cell of signs, read clause by clause: the senses, their grades and denials, a side, and what was left over."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache

from training.anatomy.structures import StructureKind
from training.anatomy.wording.measures import is_bare_measurement, with_comparisons_in_words
from training.anatomy.wording.senses import SCORE, Sense, Span, hint_of, spans
from training.anatomy.wording.sides import Side, take_sides
from training.anatomy.wording.words import HINTS, SEPARATORS, wording, words

_BREAKS = frozenset({",", ";", "but", "yet", "although", "though", "however"})
_TAIL = frozenset(
    {"compared", "compare", "comparison", "versus", "v", "vs", "than", "relative", "when", "while", "whilst", "after",
     "since", "on", "in", "at", "by", "against", "from", "to", "into", "over", "along", "within", "because", "due",
     "consistent", "suggesting", "suggestive", "worse", "worst", "more", "most", "especially", "particularly", "during",
     "as", "if", "until", "despite", "like", "for", "of", "before", "down", "up", "throughout", "through", "below",
     "above", "around", "across", "under", "near", "towards", "toward", "between", "upon", "via", "per",
     "sparing", "without"}
)  # fmt: skip
"""Words that begin what a sign is further said of or compared with; a sign has been named before them."""
_COMPARING = frozenset({"compared", "compare", "comparison", "versus", "v", "vs", "than", "relative", "as", "like"})
_EXCEPTING = frozenset({"except", "excepting", "apart", "save", "excluding", "exception", "besides", "barring", "bar"})
_DOUBTING = frozenset({"hardly", "barely", "scarcely", "rarely", "possibly", "probably", "maybe", "perhaps", "?"})
_MARKS = frozenset({"(", ")", ":", "-", "?", "/", "&", "+", "|"})
_PLUSES = {"+": "1", "++": "2", "+++": "3", "++++": "4", "±": "1"}


@dataclass(frozen=True)
class Clause:
    """One clause of a cell: what it says and of which side; `rest`: its other words; `strange`: those not known."""

    senses: tuple[Sense, ...]
    side: Side | None
    rest: tuple[str, ...]
    strange: tuple[str, ...]
    grade: str = ""
    hints: frozenset[StructureKind] | None = None


@dataclass(frozen=True)
class Predicate:
    """The clauses of a cell. `broken`: it excepts something, or names sides that exclude each other in one clause."""

    clauses: tuple[Clause, ...]
    broken: bool = False


@lru_cache(maxsize=16_384)
def read_predicate(text: str) -> Predicate:
    """Read a cell of signs; a cell without any clause is empty."""
    if text.strip() in ("-", "–", "−"):
        return Predicate((Clause((Sense("negative"),), None, (), ()),))
    if is_bare_measurement(text):
        return Predicate((Clause((Sense("equivocal"),), None, (), ()),))
    given = _without_remarks(words(with_comparisons_in_words(text), scores=True))
    if _EXCEPTING & set(given):
        return Predicate((), broken=True)
    clauses: list[Clause] = []
    denied = False
    chunk: list[str] = []
    broken = False
    for place, word in enumerate((*given, ",")):
        if word not in _BREAKS:
            chunk.append(word)
            continue
        if chunk:
            clause, denied, clash = _read_chunk(tuple(chunk), denied)
            broken = broken or clash
            clauses.append(clause)
            later = given[place + 1 :]
            # "no weakness, wasting or loss": the denial reaches to the "or"
            denied = denied and word == "," and ("or" in later or "nor" in later)
        chunk = []
    return Predicate(tuple(clauses), broken)


def _without_remarks(given: tuple[str, ...]) -> tuple[str, ...]:
    """Without what is said of the other side in parentheses: "absent (present on the right)"."""
    if "(" not in given or ")" not in given:
        return given
    start, stop = given.index("("), given.index(")")
    inside = given[start:stop]
    told = any(span.role in ("sense", "score") for span in spans(inside)) or any(word[0].isdigit() for word in inside)
    other = bool(_SIDES & set(inside)) and start > 0 and told
    return given[:start] + given[stop + 1 :] if other else given


_SIDES = frozenset({"left", "right", "contralateral", "other", "opposite"})


def _read_chunk(chunk: tuple[str, ...], denied: bool) -> tuple[Clause, bool, bool]:
    tail = next((place for place, word in enumerate(chunk) if word in _COMPARING), len(chunk))
    sided = take_sides(chunk[:tail])
    given = sided.rest + chunk[tail:]
    compared = len(sided.rest)
    clause, denied = read_senses(given, spans(given), denied, compared)
    return replace(clause, side=sided.side), denied, sided.clash


def read_senses(
    given: tuple[str, ...], found: tuple[Span, ...], denied: bool = False, compared: int = 10_000
) -> tuple[Clause, bool]:
    """The clause that words make when these spans of them are read as signs; and whether it ended in a denial.

    compared: where a comparison with the other side begins; what stands there is not said of this one.
    """
    senses: list[Sense] = []
    grade, score = "", ""
    used: set[int] = set()
    after_tail = False
    place = 0
    starts = {span.start: span for span in found}
    hints, hint_places = hint_of(given[:compared])
    bare_denial = False
    while place < min(len(given), compared):
        span = starts.get(place)
        if span is None:
            after_tail = after_tail or (bool(senses) and _begins_tail(given, place, senses, found))
            place += 1
            continue
        used.update(range(span.start, span.stop))
        place = span.stop
        if span.role == "denial":
            denied = bare_denial = True
        elif span.role == "grade":
            grade = grade or span.value
        elif span.role == "score":
            score = span.value
        elif not after_tail or span.value in ("normal", "equivocal"):
            senses.append(Sense(span.value, denied=denied))
            bare_denial = False
    if _DOUBTING & set(given[:compared]) and senses:
        senses = [Sense("equivocal")]
    if not senses and not score:
        score = _bare_score(given[:compared], used | hint_places)
    if bare_denial and not senses and not score:
        senses.append(Sense("absent"))
    senses = _with_scores(senses, score)
    senses = [replace(one, grade=one.grade or grade, hints=one.hints or hints) for one in senses]
    rest = tuple(word for place, word in enumerate(given[:compared]) if place not in used)
    known = used | _in_parentheses(given)
    told = tuple(word for place, word in enumerate(given[:compared]) if place not in known)
    strange = () if after_tail and not _strange(_before_tail(given, used)) else _strange(told)
    if not senses and rest and rest[0] in _TAIL | {"with", "without"}:
        strange = ()
    return Clause(tuple(senses), None, rest, strange, grade, hints), denied


def _begins_tail(given: tuple[str, ...], place: int, senses: list[Sense], found: tuple[Span, ...]) -> bool:
    """Whether a word begins what a sign is further said of, or what cannot be done: "unable to lift", "cannot make a
    fist"; "with" does when no other sign follows it."""
    word = given[place]
    if word == "with":
        return not any(span.start > place and span.role != "grade" for span in found)
    return word in _TAIL or (word in _DEEDS and senses[-1].word in ("unable", "impaired", "weak", "reduced"))


_DEEDS = frozenset(
    {"lift", "raise", "make", "form", "straighten", "bend", "hold", "keep", "reach", "walk", "stand", "climb", "do",
     "perform", "complete", "close", "open", "move", "press", "push", "pull", "squeeze", "grip", "turn", "resist",
     "maintain", "rise", "get", "lower", "touch", "spread", "cross", "sustain", "elevate", "flex", "extend", "clear",
     "dorsiflex", "plantarflex", "abduct", "adduct", "oppose", "pinch", "clench", "comb", "brush", "overcome",
     "lifting", "raising", "making", "holding", "reaching", "walking", "standing", "climbing", "rising", "getting",
     "opening", "closing", "turning", "bending", "straightening", "fasten", "button", "write", "carry", "pick", "use",
     "start", "initiate", "achieve", "manage", "support", "bear", "balance", "take", "put", "bring", "go", "run", "hop",
     "initiating", "starting", "passing", "emptying", "voiding", "controlling", "pass", "void", "empty", "control"}
)  # fmt: skip


def _in_parentheses(given: tuple[str, ...]) -> set[int]:
    """Where a remark stands, as in "4/5 (EHL)"."""
    depth = 0
    inside = set()
    for place, word in enumerate(given):
        depth = max(depth + (word == "(") - (word == ")"), 0)
        if depth:
            inside.add(place)
    return inside


def _before_tail(given: tuple[str, ...], used: set[int]) -> tuple[str, ...]:
    """The words before the first that begins a tail behind a sign."""
    first = min(used, default=0)
    stop = next(
        (
            place
            for place in range(first, len(given))
            if place not in used and (given[place] in _TAIL or given[place] in _DEEDS or given[place] == "with")
        ),
        len(given),
    )
    return tuple(word for place, word in enumerate(given[:stop]) if place not in used)


def _bare_score(given: tuple[str, ...], used: set[int]) -> str:
    """A number or a row of plus signs that stands alone, as a score on whatever scale the structure has."""
    left = [word for place, word in enumerate(given) if place not in used and word not in _FREE]
    if len(left) != 1:
        return ""
    word = left[0]
    if word in _PLUSES:
        return f"p:{_PLUSES[word]}"
    return f"+:{word}" if word[0] in "012345" and word[1:] in ("", "+", "-") else ""


_FREE = frozenset({"grade", "score", "mrc", "of", "is", ":", "(", ")", "at", "to", "=", "about", "on", "in"})


def _with_scores(senses: list[Sense], score: str) -> list[Sense]:
    """A strength grades a weakness; beside any other sign a score says nothing more, and alone it is the sign."""
    if not score:
        return senses
    scale, _, value = score.partition(":")
    kinds = {"5": HINTS["motor"], "4": HINTS["reflex"], "2": HINTS["skin"]}.get(scale)
    if not senses:
        return [Sense(SCORE, score, hints=kinds)]
    if scale == "5" and value == "5" and any(one.word in _GRADED and not one.denied for one in senses):
        return [*senses, Sense(SCORE, score, hints=kinds)]  # "weak 5/5" contradicts itself
    if scale != "5" or value == "5":
        return senses
    if all(one.word in _BESIDE_WEAKNESS and not one.denied for one in senses):
        return [Sense(SCORE, score, hints=kinds), *senses]  # "4/5 with pain"
    return [
        replace(one, grade=f"{value}/5", hints=kinds) if one.word in _GRADED and not one.denied else one
        for one in senses
    ]


_BESIDE_WEAKNESS = frozenset({"painful", "tender", "radiating pain", "progressing"})
_GRADED = frozenset({"weak", "reduced", "impaired", "unable", "loss", "absent", "paralysed", "abnormal"})


_COUNTING = frozenset(
    {"one", "two", "three", "four", "five", "once", "twice", "episode", "few", "several", "attack", "occasion", "range",
     "rom", "movement", "count", "beat", "toe", "finger", "breadth", "with", "without", "patient"}
)  # fmt: skip


_PASSED = SEPARATORS | _MARKS | _TAIL | _COUNTING


@lru_cache(maxsize=8_192)
def _strange(given: tuple[str, ...]) -> tuple[str, ...]:
    """The words that no list knows; adverbs and numbers are let pass."""
    known = wording()
    left: list[str] = []
    place = 0
    while place < len(given):
        word = given[place]
        length = min(known.longest.get(word, 0), len(given) - place)
        while length and given[place : place + length] not in known.meanings:
            length -= 1
        if length:
            place += length
            continue
        place += 1
        if word in _PASSED or word[0].isdigit() or word[0] in "+±":
            continue
        if len(word) > 4 and word.endswith("ly"):
            continue
        left.append(word)
    return tuple(left)
