"""Words behind a structure that only tell how it was examined, or which part of it most."""

from __future__ import annotations

from collections.abc import Iterator

from training.anatomy.wording.words import canonical

_BEGIN = frozenset(
    {"especially", "particularly", "mainly", "mostly", "predominantly", "chiefly", "notably", "maximal", "tested",
     "examined", "assessed", "measured", "including", "worse", "more", "most", "only", "rated", "graded", "using",
     "performed", "elicited", "compared", "against", "objectively", "subjectively", "repeated", "ten", "times",
     "gravity", "starting", "beginning", "extending", "reaching", "sparing", "such"}
)  # fmt: skip
"""Words that begin a rider, at once or behind a comma."""
_CIRCUMSTANCE = frozenset({"with", "while", "when", "during", "after", "on", "in", "at", "from", "for", "without"})
_POSTURES = frozenset(
    {"supination", "pronation", "neutral", "sitting", "lying", "standing", "prone", "supine", "position",
     "flexed", "extended", "bent", "straight", "gravity", "resistance", "table", "bed", "chair", "couch", "side",
     "examiner", "reinforcement", "effort", "rotation", "flexion", "extension", "abduction", "walking", "exertion",
     "rest", "hand", "knee", "elbow", "wrist", "hip", "forearm", "arm", "leg", "shoulder", "finger", "thumb", "ankle",
     "dorsiflexion", "plantarflexion", "repetition", "testing", "wall", "degree", "front", "hold"}
)  # fmt: skip
_ACTIONS = frozenset(
    {"flexion", "extension", "abduction", "adduction", "dorsiflexion", "plantarflexion", "inversion", "eversion",
     "pronation", "supination", "opposition", "externalrotation", "internalrotation", "spreading"}
)  # fmt: skip


def riderless(given: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    """The words without their rider, the longest rest first."""
    for place in range(len(given) - 1, 0, -1):
        measured = given[place].isdigit() and given[place + 1 : place + 2] in (("cm",), ("inch",), ("finger",))
        if measured or given[place] in _BEGIN or (given[place - 1] == "," and _describes(given[place:])):
            yield given[:place]
    for place in range(len(given) - 1, 0, -1):
        before = set(canonical(given[:place]).bag)
        if given[place] in _CIRCUMSTANCE and before & _ACTIONS and _POSTURES & set(given[place:]):
            yield given[:place]


def _describes(given: tuple[str, ...]) -> bool:
    """Whether words name nothing of their own: "palmar and dorsal", "small oval patch"."""
    phrase = canonical(given)
    rest = set(phrase.without(*phrase.fillers, *phrase.positions, *phrase.heights))
    return rest <= _SHAPES


_SHAPES = frozenset(
    {"thin", "narrow", "oval", "small", "large", "long", "round", "irregular", "band", "sharp", "blunt", "midline"}
)  # fmt: skip
