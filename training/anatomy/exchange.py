"""Localization as JSON: what `flask localize` reads and writes (design section 7)."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from training.anatomy.contradictions import contradictions
from training.anatomy.explanation import Telling, rivals, tellings
from training.anatomy.information import best_next
from training.anatomy.localization import localize
from training.anatomy.observations import Misread, Observation, read_observations
from training.anatomy.patients.examined import usual
from training.anatomy.sentences import described, named, next_sentence, sentence
from training.anatomy.signs import resolve_red_flag
from training.anatomy.verdicts import verdict
from training.anatomy.vocabulary import Unknown

MOST_FINDINGS = 5_000
_FIELDS = ("structure", "sign", "side")


class Unusable(ValueError):
    """The input cannot be read at all; the message says what to write instead."""


@dataclass(frozen=True)
class Request:
    """Findings as they were written, and the names of red flags."""

    findings: tuple[dict[str, str], ...]
    red_flags: tuple[str, ...] = ()


@dataclass(frozen=True)
class Understood:
    """What of a request could be read: observations with the finding each came from, and what was not understood."""

    observations: tuple[Observation, ...]
    origins: tuple[int, ...]
    unknown: tuple[dict[str, Any], ...]


def read_request(text: str) -> Request:
    """A request from JSON text. Raises Unusable."""
    try:
        data = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise Unusable(f'this is no JSON ({error}); write {{"findings": [...]}}') from error
    if not isinstance(data, dict) or not isinstance(data.get("findings"), list):
        raise Unusable('write an object with a list of findings: {"findings": [{"structure", "sign", "side"}]}')
    findings = data["findings"]
    if not findings:
        raise Unusable("there are no findings; write at least one {structure, sign, side}")
    if len(findings) > MOST_FINDINGS:
        raise Unusable(f"{len(findings)} findings; at most {MOST_FINDINGS} are read at once")
    for place, finding in enumerate(findings):
        if not isinstance(finding, dict) or not all(isinstance(finding.get(name), str) for name in _FIELDS):
            raise Unusable(f"finding {place} is not an object with the texts structure, sign and side")
    flags = data.get("red_flags", [])
    if not isinstance(flags, list) or not all(isinstance(flag, str) for flag in flags):
        raise Unusable("red_flags is a list of texts")
    return Request(tuple({name: one[name] for name in _FIELDS} for one in findings), tuple(flags))


def understand(request: Request) -> Understood:
    """Read every finding; what is unknown, and what contradicts another, is left out and named."""
    seen: list[tuple[Observation, int]] = []
    unknown: list[dict[str, Any]] = []
    for place, finding in enumerate(request.findings):
        reading = read_observations(finding["structure"], finding["sign"], finding["side"])
        seen += ((observation, place) for observation in reading.observations)
        unknown += (_misread(place, misread) for misread in reading.misread)
    opposed = contradictions([observation for observation, _place in seen])
    for one, other in opposed:
        unknown += (_contradicts(seen, one, other), _contradicts(seen, other, one))
    left_out = {place for pair in opposed for place in pair}
    kept = [pair for place, pair in enumerate(seen) if place not in left_out]
    return Understood(
        tuple(one for one, _ in kept),
        tuple(place for _, place in kept),
        tuple(sorted(_once(unknown), key=lambda one: int(one["index"]))),
    )


def _misread(index: int, misread: Misread) -> dict[str, Any]:
    return {
        "index": index,
        "field": misread.field,
        "given": misread.given,
        "suggestions": list(misread.suggestions),
    }


def _contradicts(seen: Sequence[tuple[Observation, int]], one: int, other: int) -> dict[str, Any]:
    """A finding left out because another says the opposite; it is named with what it contradicts."""
    observation, index = seen[one]
    rival, its = seen[other]
    return {
        "index": index,
        "field": "sign",
        "given": observation.sign,
        "suggestions": [],
        "contradicts": f"finding {its}: {described(rival)}",
    }


def _once(unknown: Iterable[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    seen: set[str] = set()
    for one in unknown:
        said = json.dumps(one, sort_keys=True)
        if said not in seen:
            seen.add(said)
            yield one


def red_flags_of(request: Request) -> tuple[tuple[str, ...], tuple[dict[str, Any], ...]]:
    """The red flags by their names in the checked list, and those that are none of them."""
    known: list[str] = []
    unknown: list[dict[str, Any]] = []
    for place, text in enumerate(request.red_flags):
        found = resolve_red_flag(text)
        if isinstance(found, Unknown):
            suggestions = list(found.suggestions)
            unknown.append({"index": place, "field": "red_flag", "given": text, "suggestions": suggestions})
        else:
            known.append(found)
    return tuple(known), tuple(unknown)


def answer(request: Request) -> dict[str, Any]:
    """The answer of `flask localize` to a request."""
    understood = understand(request)
    flags, strangers = red_flags_of(request)
    found = localize(understood.observations)
    return {
        "segments": [{"segment": name, "probability": share} for name, share in found.segments],
        "nerves": [{"nerve": name, "probability": share} for name, share in found.nerves],
        "other": found.other,
        "verdict": verdict(found, flags),
        "explanation": [_told(telling) for telling in tellings(found)],
        "unknown": [*understood.unknown, *strangers],
    }


def nothing_understood(request: Request) -> bool:
    return not understand(request).observations and not red_flags_of(request)[0]


def _told(telling: Telling) -> dict[str, Any]:
    disagreement = telling.observation.structure.disagreement
    charts = f" Charts disagree: {disagreement}." if disagreement else ""
    return {
        "finding": described(telling.observation),
        "for": telling.favours.name,
        "against": telling.against.name,
        "odds": telling.odds,
        "text": sentence(telling) + charts,
    }


def unknown_in_words(unknown: Mapping[str, Any]) -> str:
    """One line about a cell that was left out, for a person."""
    what = f"finding {unknown['index']}: {unknown['field']} {unknown['given']!r}"
    if "contradicts" in unknown:
        return f"{what} contradicts {unknown['contradicts']}; both are left out, mend one of them"
    near = " or ".join(f'"{one}"' for one in unknown["suggestions"])
    return f"{what} is not understood and left out" + (f"; did you mean {near}?" if near else "")


def as_text(request: Request) -> str:
    """The answer for a person: the verdict, the leading hypotheses, the telling findings, and what to examine next."""
    flags, _strangers = red_flags_of(request)
    found = localize(understand(request).observations)
    best, rival = rivals(found)
    lines = [f"Verdict: {verdict(found, flags)}", ""]
    lines += [f"{probability:6.1%}  {named(hypothesis)}" for hypothesis, probability in found.ranked[:5]]
    lines += ["", f"What tells {named(best)} from {named(rival)}:"]
    lines += [f"- {sentence(telling)}" for telling in tellings(found)]
    examined = {observation.structure.id for observation in found.observations}
    worths = [worth for worth in best_next(found, 12, among=usual()) if worth.choice.structure.id not in examined][:3]
    lines += ["", next_sentence(worths, best, rival)] if worths else []
    return "\n".join(lines) + "\n"
