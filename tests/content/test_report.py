from __future__ import annotations

import json

from training.content.documents import Problem
from training.content.report import report_json, report_text

PROBLEM = Problem("cases/lumbar/shin.md", 14, 'unknown structure "x"', 'did you mean "y"?')


def test_text_has_one_line_for_each_problem() -> None:
    assert report_text([PROBLEM]) == 'cases/lumbar/shin.md:14: unknown structure "x"; did you mean "y"?\n'
    assert report_text([]) == ""


def test_json_has_the_fixed_form() -> None:
    assert json.loads(report_json([PROBLEM])) == {
        "problems": [
            {"path": PROBLEM.path, "line": 14, "what": PROBLEM.what, "todo": PROBLEM.todo},
        ]
    }
    assert json.loads(report_json([])) == {"problems": []}
