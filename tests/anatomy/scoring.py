"""How well the localization does on a set of patterns whose answers are known."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from training.anatomy import exchange
from training.measurement.calibration import expected_calibration_error

PATTERNS = Path(__file__).parent / "patterns.json"


@dataclass
class Score:
    """Shares from 0 to 1; the lists name what went wrong, for mending the data."""

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


def patterns(path: Path = PATTERNS) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(path.read_text(encoding="utf-8"))
    return found


def score(items: Sequence[dict[str, Any]]) -> Score:
    """Localize every pattern from its wording, and count."""
    its = Score()
    said: list[float] = []
    came: list[bool] = []
    counts = dict.fromkeys(("first", "two", "not_root", "nerve", "refer", "unknown"), 0)
    for item in items:
        request = exchange.read_request(
            json.dumps({"findings": item["findings"], "red_flags": item.get("red_flags", [])})
        )
        answer = exchange.answer(request)
        its.findings += len(item["findings"])
        left_out = {one["index"] for one in answer["unknown"] if one["field"] != "red_flag"}
        counts["unknown"] += len(left_out)
        its.unknown += [f"{item['id']}: {item['findings'][place]}" for place in sorted(left_out)]
        ranked = [(one["segment"], one["probability"]) for one in answer["segments"]]
        verdict = answer["verdict"]
        if item["kind"] == "root":
            its.roots += 1
            shares = dict(ranked)
            right = max(item["answer"], key=lambda one: shares[one])
            places = [name for name, _ in ranked]
            counts["first"] += places[0] in item["answer"]
            counts["two"] += bool(set(places[:2]) & set(item["answer"]))
            said.append(ranked[0][1])
            came.append(places[0] in item["answer"])
            top = f"{', '.join(f'{name} {p:.2f}' for name, p in ranked[:3])}; {answer['nerves'][0]}; other {answer['other']:.2f}"
            if places[0] not in item["answer"]:
                its.misses.append(f"{item['id']} ({right} {shares[right]:.2f}): {verdict}; {top}")
            if item.get("clear") and verdict == "uncertain":
                its.uncertain_though_clear.append(f"{item['id']} ({right} {shares[right]:.2f}): {top}")
        elif item["kind"] == "nerve":
            its.nerves += 1
            name = answer["nerves"][0]["nerve"]
            fits = any(one.casefold() in name.casefold() for one in item["answer"])
            counts["not_root"] += verdict not in ("segment", "segments")
            counts["nerve"] += verdict == "nerve" and fits
            if verdict != "nerve" or not fits:
                best = ", ".join(f"{one['nerve']} {one['probability']:.2f}" for one in answer["nerves"][:3])
                its.misses.append(
                    f"{item['id']} {item['answer']}: {verdict}; {best}; {ranked[0]}; other {answer['other']:.2f}"
                )
        else:
            its.refers += 1
            counts["refer"] += verdict == "refer"
            if verdict != "refer":
                its.misses.append(f"{item['id']}: {verdict}")
    its.first, its.within_two = counts["first"] / max(its.roots, 1), counts["two"] / max(its.roots, 1)
    its.calibration_error = expected_calibration_error(said, came) if said else 0.0
    its.not_called_root = counts["not_root"] / max(its.nerves, 1)
    its.right_nerve = counts["nerve"] / max(its.nerves, 1)
    its.referred = counts["refer"] / max(its.refers, 1)
    its.understood = 1 - counts["unknown"] / max(its.findings, 1)
    return its
