"""How long the checker takes for a thousand cases."""

from __future__ import annotations

import re
import shutil
import time
from pathlib import Path

from bench.servers import ROOT
from training.content.reader import read_library

CASES = 1000


def seconds_to_check(folder: Path) -> float:
    """Read and check the shipped content with its cases copied, under new ids, until there are a thousand."""
    for part in ("courses", "quizzes", "cases"):
        shutil.copytree(ROOT / part, folder / part)
    shipped = sorted((folder / "cases").rglob("*.md"))
    for number in range(CASES - len(shipped)):
        path = shipped[number % len(shipped)]
        name = f"{path.stem}-copy-{number}"
        text = re.sub(r"(?m)^id: .*$", f"id: {name}", path.read_text(), count=1)
        (path.parent / f"{name}.md").write_text(text)
    began = time.perf_counter()
    read = read_library(folder)
    took = time.perf_counter() - began
    if read.problems:
        raise RuntimeError(f"the copied cases do not pass the check: {read.problems[0]}")
    return took
