"""`flask localize`: JSON in, JSON out, and clear words for what cannot be used."""

from __future__ import annotations

import json
from typing import Any

import pytest
from flask import Flask

from training.anatomy import exchange
from training.anatomy.segments import SEGMENTS
from training.cli import unconfigured
from training.config import ConfigError

C7 = [
    {"structure": "triceps reflex", "sign": "absent", "side": "left"},
    {"structure": "triceps", "sign": "weak", "side": "left"},
    {"structure": "middle finger", "sign": "numb", "side": "left"},
    {"structure": "biceps reflex", "sign": "normal", "side": "both"},
]


@pytest.fixture
def commands() -> Flask:
    """The commands without any configuration: localizing needs none."""
    return unconfigured(ConfigError("nothing is set"))


def run(commands: Flask, *arguments: str, text: str) -> tuple[int, str, str]:
    done = commands.test_cli_runner().invoke(args=["localize", *arguments], input=text)
    return done.exit_code, done.stdout, done.stderr


def ask(*findings: dict[str, Any], **more: Any) -> dict[str, Any]:
    return exchange.answer(exchange.read_request(json.dumps({"findings": list(findings), **more})))


def test_the_answer_has_the_fixed_form(commands: Flask) -> None:
    status, out, err = run(commands, text=json.dumps({"findings": C7}))
    answer = json.loads(out)
    assert (status, err) == (0, "")
    assert list(answer) == ["segments", "nerves", "other", "verdict", "explanation", "unknown"]
    assert sorted(one["segment"] for one in answer["segments"]) == sorted(SEGMENTS)
    shares = [one["probability"] for one in answer["segments"]]
    assert shares == sorted(shares, reverse=True)
    assert sum(shares) + sum(one["probability"] for one in answer["nerves"]) + answer["other"] == pytest.approx(1)
    assert answer["segments"][0]["segment"] == "C7"
    assert answer["verdict"] == "segment"
    assert {tuple(one) for one in answer["explanation"]} == {("finding", "for", "against", "odds", "text")}
    assert all(one["odds"] >= 1 for one in answer["explanation"])


def test_a_file_is_read_as_standard_input_is(commands: Flask, tmp_path: Any) -> None:
    path = tmp_path / "findings.json"
    path.write_text(json.dumps({"findings": C7}))
    assert run(commands, str(path), text="") == run(commands, text=path.read_text())


def test_what_is_not_understood_is_named_and_left_out() -> None:
    answer = ask(*C7, {"structure": "tricepts brachi reflecks", "sign": "absent", "side": "left"})
    assert [one["index"] for one in answer["unknown"]] == [4]
    assert answer["unknown"][0]["field"] == "structure"
    assert answer["segments"] == ask(*C7)["segments"]


def test_contradictions_are_left_out_and_each_names_the_other(commands: Flask) -> None:
    findings = [*C7, {"structure": "triceps jerk", "sign": "normal", "side": "left"}]
    answer = ask(*findings)
    assert {one["index"] for one in answer["unknown"]} == {0, 4}
    assert "finding 4" in answer["unknown"][0]["contradicts"]
    assert answer["segments"] == ask(*C7[1:])["segments"]
    status, _out, err = run(commands, text=json.dumps({"findings": findings}))
    assert status == 0
    assert "contradicts" in err


def test_the_other_side_is_no_contradiction() -> None:
    assert ask(*C7, {"structure": "triceps reflex", "sign": "normal", "side": "right"})["unknown"] == []


def test_red_flags_turn_the_verdict(commands: Flask) -> None:
    assert ask(*C7, red_flags=["malignancy"])["verdict"] == "refer"
    assert ask(*C7, red_flags=["anticoagulant"])["verdict"] == "segment"
    strange = ask(*C7, red_flags=["sunburn of the moon"])
    assert strange["unknown"][0]["field"] == "red_flag"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "no JSON"),
        ("{", "no JSON"),
        ("[" * 100_000, "no JSON"),
        ("[]", "an object with a list"),
        ('{"findings": {}}', "an object with a list"),
        ('{"findings": []}', "there are no findings"),
        ('{"findings": ["triceps"]}', "finding 0"),
        ('{"findings": [{"structure": "triceps", "sign": "weak"}]}', "finding 0"),
        ('{"findings": [{"structure": 7, "sign": "weak", "side": "left"}]}', "finding 0"),
        (json.dumps({"findings": C7, "red_flags": "cancer"}), "red_flags is a list"),
        (json.dumps({"findings": C7 * 2_000}), "at most 5000"),
    ],
)
def test_unusable_input_ends_with_status_2_and_a_reason(commands: Flask, text: str, says: str) -> None:
    status, out, err = run(commands, text=text)
    assert (status, out) == (2, "")
    assert says in err
    assert "Traceback" not in err


def test_findings_of_which_none_is_understood_are_unusable_but_named(commands: Flask) -> None:
    nonsense = {"findings": [{"structure": "qwzx", "sign": "vbn", "side": "up"}]}
    status, out, err = run(commands, text=json.dumps(nonsense))
    assert status == 2
    assert {one["field"] for one in json.loads(out)["unknown"]} >= {"structure"}
    assert "not understood" in err


def test_a_batch_answers_line_by_line_in_order_and_goes_on_after_a_bad_line(commands: Flask) -> None:
    other = {"findings": [{"structure": "knee jerk", "sign": "absent", "side": "right"}]}
    lines = [json.dumps({"findings": C7}), "not json", "", json.dumps(other)]
    status, out, _err = run(commands, "--batch", text="\n".join(lines))
    answers = [json.loads(line) for line in out.splitlines()]
    assert status == 2
    assert answers[0]["segments"][0]["segment"] == "C7"
    assert list(answers[1]) == ["error"]
    assert answers[2]["segments"][0]["segment"] in ("L3", "L4")
    assert run(commands, "--batch", text=lines[0])[0] == 0


def test_thousands_of_rows_are_answered(commands: Flask) -> None:
    status, out, _err = run(commands, text=json.dumps({"findings": C7 * 1_000}))
    assert status == 0
    assert json.loads(out)["segments"] == ask(*C7)["segments"]


def test_for_a_person_there_is_text(commands: Flask) -> None:
    status, out, _err = run(commands, "--format", "text", text=json.dumps({"findings": C7}))
    assert status == 0
    assert out.startswith("Verdict: segment")
    assert "C7" in out
    assert "examine next" in out
    assert run(commands, "--batch", "--format", "text", text="")[0] == 2
