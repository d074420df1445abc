"""How well the localization does on a set of patterns whose answers are known."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from training.anatomy import exchange
from training.measurement.calibration import expected_calibration_error

PATTERNS = Path(__file__).with_name("patterns.json")
"""Textbook pictures, each with the work that teaches it; the vocabulary was mended on their wording."""
VIGNETTES = Path(__file__).with_name("vignettes.json")
"""In the style of case reports and examinations, written in three rounds by people who had not seen the vocabulary."""
Item = dict[str, Any]


@dataclass
class Score:
    """Counts, and shares from 0 to 1 of them; the lists name what went wrong, for mending the data."""

    roots: int = 0
    first: float = 0.0
    within_two: float = 0.0
    calibration_error: float = 0.0
    uncertain_though_clear: list[str] = field(default_factory=list)
    nerves: int = 0
    not_called_root: float = 0.0
    right_nerve: float = 0.0
    refers: int = 0
    referred: float = 0.0
    findings: int = 0
    understood: float = 0.0
    misses: list[str] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)


def patterns(path: Path = PATTERNS) -> list[Item]:
    found: list[Item] = json.loads(path.read_text(encoding="utf-8"))
    return found


def score(items: Sequence[Item]) -> Score:
    """Localize every pattern from its wording, and count."""
    its = Score()
    answered = [(item, _answer(item)) for item in items]
    for item, answer in answered:
        its.findings += len(item["findings"])
        left_out = {one["index"] for one in answer["unknown"] if one["field"] != "red_flag"}
        its.unknown += [f"{item['id']}: {item['findings'][place]}" for place in sorted(left_out)]
    its.understood = 1 - len(its.unknown) / max(its.findings, 1)
    _score_roots(its, [pair for pair in answered if pair[0]["kind"] == "root"])
    _score_nerves(its, [pair for pair in answered if pair[0]["kind"] == "nerve"])
    refers = [pair for pair in answered if pair[0]["kind"] == "refer"]
    missed = [item["id"] for item, answer in refers if answer["verdict"] != "refer"]
    its.refers, its.referred = len(refers), 1 - len(missed) / max(len(refers), 1)
    its.misses += missed
    return its


def _answer(item: Item) -> Item:
    asked = {"findings": item["findings"], "red_flags": item.get("red_flags", [])}
    return exchange.answer(exchange.read_request(json.dumps(asked)))


def _score_roots(its: Score, roots: Sequence[tuple[Item, Item]]) -> None:
    said, came = [], []
    within_two = 0
    for item, answer in roots:
        ranked = [one["segment"] for one in answer["segments"]]
        right = ranked[0] in item["answer"]
        within_two += bool(set(ranked[:2]) & set(item["answer"]))
        said.append(answer["segments"][0]["probability"])
        came.append(right)
        if not right:
            its.misses.append(_told(item, answer))
        if item.get("clear") and answer["verdict"] == "uncertain":
            its.uncertain_though_clear.append(_told(item, answer))
    its.roots = len(roots)
    its.first, its.within_two = sum(came) / max(len(roots), 1), within_two / max(len(roots), 1)
    its.calibration_error = expected_calibration_error(said, came) if said else 0.0


def _score_nerves(its: Score, nerves: Sequence[tuple[Item, Item]]) -> None:
    called_root = named = 0
    for item, answer in nerves:
        best = answer["nerves"][0]["nerve"].casefold()
        right = answer["verdict"] == "nerve" and any(name.casefold() in best for name in item["answer"])
        called_root += answer["verdict"] in ("segment", "segments")
        named += right
        if not right:
            its.misses.append(_told(item, answer))
    its.nerves = len(nerves)
    its.not_called_root = 1 - called_root / max(len(nerves), 1)
    its.right_nerve = named / max(len(nerves), 1)


def _told(item: Item, answer: Item) -> str:
    """What was answered instead, in one line."""
    segments = ", ".join(f"{one['segment']} {one['probability']:.2f}" for one in answer["segments"][:3])
    nerves = ", ".join(f"{one['nerve']} {one['probability']:.2f}" for one in answer["nerves"][:2])
    return f"{item['id']} ({', '.join(item['answer'])}): {answer['verdict']}; {segments}; {nerves}"
