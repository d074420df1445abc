"""The checker asks localization whether an examination supports its key, and says which rows do not."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from training.config import ROOT
from training.content.reader import read_library

Check = Callable[..., list[str]]
CASE = (ROOT / "cases/cervical/elbow-climber.md").read_text(encoding="utf-8")


@pytest.fixture
def problems(tmp_path: Path) -> Check:
    """`problems(old, new, ...)`: what the checker says of the shipped case with these texts replaced."""

    def check(*changes: tuple[str, str]) -> list[str]:
        text = CASE
        for old, new in changes:
            assert old in text
            text = text.replace(old, new, 1)
        path = tmp_path / "cases/cervical/elbow-climber.md"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return [f"{one.line}: {one.what}; {one.todo}" for one in read_library(ROOT, [path]).problems]

    return check


def line_of(text: str) -> int:
    return CASE[: CASE.index(text)].count("\n") + 1


def test_a_supported_key_is_no_problem(problems: Check) -> None:
    assert problems() == []


def test_an_unsupported_key_names_the_segment_the_strength_and_the_rows(problems: Check) -> None:
    found = problems(("answer: C6", "answer: C8"))
    assert len(found) == 1
    assert found[0].startswith(f"{line_of('answer: C6')}: the examination speaks for C6 (")
    assert "rather than C8" in found[0]
    assert f"line {line_of('| thumb (skin)')}, thumb" in found[0]
    assert "key_note" in found[0]


def test_a_written_reason_keeps_the_key(problems: Check) -> None:
    reason = ("answer: C6", "answer: C8\nkey_note: The operation found C8.")
    assert problems(reason) == []


def test_one_of_several_keys_is_enough(problems: Check) -> None:
    assert problems(("answer: C6", "answer: [C6, C8]")) == []


def test_the_side_is_checked_too(problems: Check) -> None:
    found = problems(("side: right", "side: left"))
    assert found == [
        f"{line_of('side: right')}: the key says left, and the findings lie on the right; "
        "correct the side of the key or of the rows"
    ]


def test_a_nerve_that_fits_better_than_the_key_is_named(problems: Check) -> None:
    table = CASE[CASE.index("| extensor carpi") : CASE.index("\n\n## Question: segment")]
    ulnar = "\n".join(
        [
            "| little finger (skin) | numb | right |",
            "| ulnar half of the ring finger (skin) | numb | right |",
            "| dorsal interossei (hand) | weak, wasted | right |",
            "| Tinel sign at the elbow | positive | right |",
            "| medial forearm (skin) | normal | right |",
            "| abductor pollicis brevis | normal | right |",
            "| Spurling test | negative | right |",
        ]
    )
    found = problems((table, ulnar), ("answer: C6", "answer: C8"))
    assert any("the examination speaks for the ulnar nerve" in one for one in found)


def test_an_alarm_among_the_rows_of_a_segment_is_named_at_its_line(problems: Check) -> None:
    found = problems(("| deltoid | normal | both |", "| Babinski sign | positive | both |"))
    assert any(one.startswith(f"{line_of('| deltoid | normal')}: ") and "needling must wait" in one for one in found)


def test_a_distractor_without_any_support_is_pointed_out(problems: Check) -> None:
    question = (
        "## Question: choice {#second}\n\nWhich segment comes second?\n\n- [x] C7\n  > Close by.\n"
        "- [ ] T9\n  > Far away.\n- [ ] C5\n  > Near.\n\n## Explanation"
    )
    found = problems(("## Explanation", question))
    assert len(found) == 1
    assert "no finding supports T9" in found[0]


def test_nothing_is_said_of_the_key_while_a_row_cannot_be_read(problems: Check) -> None:
    found = problems(("answer: C6", "answer: C8"), ("| deltoid | normal |", "| deltoyd | normal |"))
    assert len(found) == 1
    assert "deltoyd" in found[0]
