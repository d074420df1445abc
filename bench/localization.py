"""How fast and how well signs are turned into segments."""

from __future__ import annotations

import csv
import json
import statistics
import subprocess
import sys
import time

from bench.generating import cases_a_second
from bench.report import Row, table
from bench.servers import ROOT
from bench.timing import median_seconds
from tests.anatomy.scoring import VIGNETTES, Score, patterns, score
from training.anatomy.information import best_next
from training.anatomy.localization import localize
from training.anatomy.observations import Observation, read_observations
from training.anatomy.patients.simulation import simulate
from training.measurement.calibration import expected_calibration_error

TEN = (
    ("triceps", "4/5", "left"),
    ("triceps jerk", "absent", "left"),
    ("wrist flexion", "weak", "left"),
    ("middle finger", "reduced to pinprick", "left"),
    ("biceps jerk", "normal", "both"),
    ("supinator jerk", "normal", "both"),
    ("deltoid", "5/5", "left"),
    ("thumb", "normal", "left"),
    ("Spurling's test", "positive", "left"),
    ("little finger", "intact to light touch", "left"),
)
SIMULATED = 2_000
WORDINGS = ROOT / "tests/anatomy/wordings.csv"
_FIRST = """
import json, sys, time
from training.anatomy import exchange
request = exchange.read_request(sys.argv[1])
began = time.perf_counter()
exchange.answer(request)
print(time.perf_counter() - began)
"""


def report() -> str:
    """All figures, each beside its target."""
    observations = _read()
    found = localize(observations)
    localized = median_seconds(lambda: localize(observations), 2_000)
    worded, unseen = median_seconds(_read, 300), _unseen()
    best_next(found)
    next_test = median_seconds(lambda: best_next(found, 5), 50)
    first = statistics.median(_first_call() for _ in range(5))
    rate = cases_a_second()
    said, came = _simulated()
    calibration = expected_calibration_error(said, came)
    rows = [
        Row(("localize, ten findings resolved, median", f"{localized * 1e6:.0f} us", "< 200 us"), localized < 200e-6),
        Row(("resolve the wording of ten, seen before", f"{worded * 1e3:.3f} ms", "< 1 ms"), worded < 1e-3),
        Row(("resolve the wording of ten, never seen", f"{unseen * 1e3:.2f} ms", "< 1 ms"), unseen < 1e-3),
        Row(("first call of a process", f"{first * 1e3:.0f} ms", "< 50 ms"), first < 0.05),
        Row(("next best test among all structures", f"{next_test * 1e3:.1f} ms", "< 20 ms"), next_test < 0.02),
        Row(("cases generated and checked, one core", f"{rate:.0f} a second", ">= 200 a second"), rate >= 200),
        Row((f"{SIMULATED} simulated patients: right first", f"{sum(came) / len(came):.1%}", "")),
        Row((f"{SIMULATED} simulated patients: calibration error", f"{calibration:.3f}", "< 0.05"), calibration < 0.05),
        *_recognised("textbook", score(patterns())),
        *_recognised("vignette", score(patterns(VIGNETTES))),
    ]  # fmt: skip
    return table(("what", "measured", "target"), rows)


def _recognised(what: str, known: Score) -> list[Row]:
    unclear = len(known.uncertain_though_clear)
    return [
        Row((f"{known.roots} {what} roots: right first", f"{known.first:.1%}", ">= 95 %"), known.first >= 0.95),
        Row(("  within the first two", f"{known.within_two:.1%}", "100 %"), known.within_two == 1),
        Row(("  calibration error", f"{known.calibration_error:.3f}", "< 0.10"), known.calibration_error < 0.10),
        Row(("  clear ones called uncertain", f"{unclear}", "0"), not unclear),
        Row((f"{known.nerves} {what} nerves: not called a root", f"{known.not_called_root:.1%}", ">= 95 %"),
            known.not_called_root >= 0.95),
        Row(("  called that nerve", f"{known.right_nerve:.1%}", ">= 70 %"), known.right_nerve >= 0.70),
        Row((f"{known.refers} {what} referrals: referred", f"{known.referred:.1%}", ">= 95 %"), known.referred >= 0.95),
        Row((f"{known.findings} {what} findings: understood", f"{known.understood:.1%}", ">= 97 %"),
            known.understood >= 0.97),
    ]  # fmt: skip


def _read() -> list[Observation]:
    return [one for cells in TEN for one in read_observations(*cells).observations]


def _unseen() -> float:
    """Seconds for ten findings whose wording this process has not read: the median over the tests' wordings."""
    with WORDINGS.open(encoding="utf-8", newline="") as lines:
        rows = [(row["structure"], row["sign"], row["side"]) for row in csv.DictReader(lines)]
    taken = []
    for first in range(0, len(rows) - 10, 10):
        began = time.perf_counter()
        for cells in rows[first : first + 10]:
            read_observations(*cells)
        taken.append(time.perf_counter() - began)
    return statistics.median(taken)


def _first_call() -> float:
    request = json.dumps({"findings": [dict(zip(("structure", "sign", "side"), one, strict=True)) for one in TEN]})
    done = subprocess.run(
        [sys.executable, "-c", _FIRST, request], cwd=ROOT, capture_output=True, text=True, check=True, timeout=60
    )
    return float(done.stdout)


def _simulated() -> tuple[list[float], list[bool]]:
    """How sure the model was of its best segment, and whether that was the truth; patients drawn from the model."""
    said, came = [], []
    for truth, found in simulate(SIMULATED, seed=20260101):
        best, probability = found.ranked[0]
        said.append(probability)
        came.append(best.id == truth)
    return said, came
