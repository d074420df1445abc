"""What templates/assessment/reasoning.html makes of the findings."""

from __future__ import annotations

import pytest
from flask import Flask, get_template_attribute

from tests.assessment.room.makers import finding
from training.assessment.reasoning import reasoning_of
from training.content.documents import Finding

FINDINGS = (
    finding("wrist extension", "movement", "right", ("weak", "")),
    finding("brachioradialis reflex", "reflex", "right", ("reduced", "")),
    finding("thumb (skin)", "skin", "right", ("numb", "")),
    finding("triceps reflex", "reflex", "both", ("normal", "")),
)


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("tibial", "the tibial nerve"),
        ("posterior interosseous (radial)", "the posterior interosseous nerve"),
        ("recurrent motor branch (median)", "the recurrent motor branch of the median nerve"),
        ("deep branch of the ulnar", "the deep branch of the ulnar nerve"),
        ("medial cutaneous nerve of the forearm", "the medial cutaneous nerve of the forearm"),
        ("lower trunk of the brachial plexus", "the lower trunk of the brachial plexus"),
    ],
)
def test_a_nerve_is_called_one(app: Flask, name: str, said: str) -> None:
    with app.test_request_context():
        assert get_template_attribute("assessment/reasoning.html", "nerve")(name) == said


def words(app: Flask, key: str, chosen: str, findings: tuple[Finding, ...] = FINDINGS) -> str:
    with app.test_request_context():
        reasoning = get_template_attribute("assessment/reasoning.html", "reasoning")
        return str(reasoning(reasoning_of(findings, (key,), chosen), chosen, (key,)))


def test_a_wrong_segment_is_told_how_near_it_came(app: Flask) -> None:
    assert "% as probable as the best segment" in words(app, "C6", "C7", FINDINGS[:1])
    assert "L4 is less than a hundredth as probable" in words(app, "C6", "L4")
    assert "as probable as" not in words(app, "C6", "C6")


def test_where_to_refer_is_right_no_segment_is_near(app: Flask) -> None:
    said = words(app, "refer", "C6")
    assert "Needling is wrong here" in said
    assert "as probable as" not in said
