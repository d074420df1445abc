"""What `flask content check` prints, as pure functions of the problems."""

from __future__ import annotations

import json
from collections.abc import Iterable

from training.content.documents import Problem


def report_text(problems: Iterable[Problem]) -> str:
    """One line `path:line: what; todo` for each problem; empty when there is none."""
    return "".join(f"{problem}\n" for problem in problems)


def report_json(problems: Iterable[Problem]) -> str:
    """`{"problems": [{"path", "line", "what", "todo"}]}` as JSON text."""
    listed = [
        {"path": problem.path, "line": problem.line, "what": problem.what, "todo": problem.todo} for problem in problems
    ]
    return json.dumps({"problems": listed}, ensure_ascii=False, indent=2) + "\n"
