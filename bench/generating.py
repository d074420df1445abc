"""How many practice cases a second one core generates and checks."""

from __future__ import annotations

import time

from training.anatomy.patients.generation import DIFFICULTIES, generate
from training.anatomy.segments import REGIONS
from training.content.checking import problems_of_case

WARM_UP = 60


def cases_a_second(count: int = 400, seed: int = 1) -> float:
    """Generated, written as Markdown and passed by the checker; in all regions and difficulties, in processor time."""
    began = 0.0
    for number in range(-WARM_UP, count):
        if number == 0:
            began = time.process_time()
        region, difficulty = REGIONS[number % len(REGIONS)], DIFFICULTIES[number % len(DIFFICULTIES)]
        case = generate(region, difficulty, seed * 1_000_000 + number)
        if problems := problems_of_case(case.markdown(), f"{case.id}.md"):
            raise RuntimeError(f"a generated case does not pass the check: {problems[0]}")
    return count / (time.process_time() - began)
