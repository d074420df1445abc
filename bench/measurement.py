"""How fast a sign-off is decided, an exam analysed and the rule simulated, and whether the rule meets its targets."""

from __future__ import annotations

import json
import math
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

from bench.analysing import seconds_to_overview
from bench.report import Row, table
from bench.servers import ROOT
from bench.timing import median_seconds
from tests.measurement.simulated import answers
from training.measurement.item_calibration import PANEL_ERROR, calibrate, shrunk
from training.measurement.mastery import Difficulty, Response, decide

ANSWERS = 500
PEOPLE, ITEMS = 1_000, 200
ONE_THREAD = {"OPENBLAS_NUM_THREADS": "1"}
SECONDS_AT_MOST = 600.0
_ANALYSE = """
import json, sys, time
import numpy as np
from tests.measurement.simulated import answers, marks
from training.measurement.analysis_report import as_json
from training.measurement.item_analysis import analyse
from training.measurement.marks_file import read_marks
people, items, missing = int(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3])
found = marks(answers(people, np.random.default_rng(1).normal(0, 1, items), missing=missing))
lines = [",".join(["id", *found.items])]
for number, row in enumerate(found.values):
    lines.append(",".join([f"p{number}", *("" if one != one else f"{one:g}" for one in row)]))
content = "\\n".join(lines).encode()
analysing, reading = [], []
for _ in range(5):
    began = time.perf_counter()
    done = analyse(found)
    analysing.append(time.perf_counter() - began)
    began = time.perf_counter()
    read_marks(content)
    json.dumps(as_json(done))
    reading.append(time.perf_counter() - began)
print(min(analysing), min(reading))
"""


def report() -> str:
    """All figures, each beside its target."""
    plain, recorded = _way(recorded=False), _way(recorded=True)
    bare = median_seconds(lambda: decide(plain), 200)
    named = median_seconds(lambda: decide(recorded), 200)
    whole, reading = _analysed(0.0, ONE_THREAD)
    gaps, _ = _analysed(0.1, ONE_THREAD)
    threads, _ = _analysed(0.0, {})
    gaps_threads, _ = _analysed(0.1, {})
    with tempfile.TemporaryDirectory(prefix="segmental-bench-") as folder:
        overview = seconds_to_overview(Path(folder))
    calibrated = _calibrated()
    simulated, met, targets = _simulated()
    table_of = f"{PEOPLE:,} people x {ITEMS} items"
    rows = [
        Row((f"decide, {ANSWERS} answers, plain numbers", f"{bare * 1e3:.2f} ms", "< 1 ms"), bare < 1e-3),
        Row((f"decide, {ANSWERS} answers, sessions and areas", f"{named * 1e3:.2f} ms", "< 1 ms"), named < 1e-3),
        Row((f"item analysis, {table_of}, one thread", f"{whole:.2f} s", "< 2 s"), whole < 2),
        Row(("  a tenth of the answers missing", f"{gaps:.2f} s", "< 2 s"), gaps < 2),
        Row(("  reading it from CSV, writing it as JSON", f"{reading:.2f} s", "< 1 s"), reading < 1),
        Row((f"item analysis, {table_of}, all threads", f"{threads:.2f} s", "< 2 s"), threads < 2),
        Row(("  a tenth of the answers missing", f"{gaps_threads:.2f} s", "< 2 s"), gaps_threads < 2),
        Row((f"analysis page of {table_of}, stored", f"{overview:.2f} s", "< 2 s"), overview < 2),
        Row(("calibration, 100 people x 60 cases", f"{calibrated * 1e3:.0f} ms", "< 50 ms"), calibrated < 0.05),
        Row(("flask measure simulate, 10,000 in each cell", f"{simulated:.1f} s", "< 30 s"), simulated < 30),
        Row(("  targets of the sign-off rule met", f"{met}", f"{targets}"), met == targets),
    ]
    return table(("what", "measured", "target"), rows)


def _way(*, recorded: bool) -> list[Response]:
    """Somebody's answers; recorded: in sessions of forty, from four areas."""
    chances = [(math.sin(place), place % 3 > 0) for place in range(ANSWERS)]
    if not recorded:
        return list(chances)
    return [
        (Difficulty(logits, session=place // 40, area=place % 4), right)
        for place, (logits, right) in enumerate(chances)
    ]


def _analysed(missing: float, threads: dict[str, str]) -> tuple[float, float]:
    """Seconds to analyse, and to read and write, the fastest of five: what else the machine does only adds to them.

    In a process of its own, for NumPy counts its threads once, at import.
    """
    settings = {name: value for name, value in os.environ.items() if name not in ONE_THREAD} | threads
    done = subprocess.run(
        [sys.executable, "-c", _ANALYSE, str(PEOPLE), str(ITEMS), str(missing)],
        cwd=ROOT, env=settings, capture_output=True, text=True, check=True, timeout=SECONDS_AT_MOST,
    )  # fmt: skip
    analysing, reading = map(float, done.stdout.split())
    return analysing, reading


def _calibrated() -> float:
    """Seconds."""
    chance = np.random.default_rng(1)
    true = chance.normal(0, 1, 60)
    ratings = (true + chance.normal(0, PANEL_ERROR, len(true))).tolist()
    met = answers(100, true)
    return median_seconds(lambda: calibrate(met, shrunk(ratings)), 5)


def _simulated() -> tuple[float, int, int]:
    """Seconds of the whole command, how many of its targets were met, and how many there are."""
    began = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-m", "flask", "measure", "simulate", "--format", "json"],
        cwd=ROOT, capture_output=True, text=True, timeout=SECONDS_AT_MOST,
    )  # fmt: skip
    taken = time.perf_counter() - began
    if done.returncode not in (0, 1):  # 1: a target was missed, which the table says
        raise RuntimeError(f"flask measure simulate ended with {done.returncode}: {done.stderr[-500:]}")
    targets = json.loads(done.stdout)["targets"]
    return taken, sum(one["met"] for one in targets), len(targets)
