"""No file, however spoilt, makes the reader raise, and every problem is one printable line."""

from __future__ import annotations

import json
import time
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from training.content.reader import read_library
from training.content.report import report_json, report_text

from .conftest import FILES

TEXTS = {name: text for name, text in FILES.items() if not name.endswith(".svg")}
PIECES = ["\n", "\n\n", "---\n", "## ", "- [x] ", "- [ ] ", "> ", "  > ", "|", "{{", "}}", "{{ check: a#b }}", ": ",
          "[", "]", "{", "}", "&a ", "*a", "!!python/object:os.system ", "\t", "\x00", "\u2028", "\ud7ff", "é", "#",
          "answer: refer\n", "side: both\n", "1e999", ".nan", "-0x1F", "9" * 50, "2026-13-45", "12:30:45", "~",
          "yes", "<<: {id: x}\n", "? ", "'", '"', "|\n", "```\n", "![](", "## Question: order\n",
          "\r", "\ufeff"]  # fmt: skip


def check(name: str, data: bytes) -> None:
    with TemporaryDirectory() as folder:
        root = Path(folder)
        for other, text in FILES.items():
            (root / other).parent.mkdir(parents=True, exist_ok=True)
            (root / other).write_text(text, "utf-8")
        (root / name).write_bytes(data)
        library = read_library(root)
        lines = report_text(library.problems).split("\n")
        assert len(lines) == len(library.problems) + 1
        assert all(problem.line >= 1 and problem.todo for problem in library.problems)
        assert len(json.loads(report_json(library.problems))["problems"]) == len(library.problems)


@st.composite
def mutated(draw: st.DrawFn) -> tuple[str, bytes]:
    """A sound file in which pieces were cut, doubled, replaced or put in."""
    name = draw(st.sampled_from(sorted(TEXTS)))
    text = TEXTS[name]
    for _ in range(draw(st.integers(1, 4))):
        start = draw(st.integers(0, len(text)))
        end = min(len(text), start + draw(st.integers(0, 30)))
        new = draw(st.one_of(st.sampled_from(PIECES), st.text(max_size=6), st.just(text[start:end] * 2)))
        text = text[:start] + new + text[end:]
    return name, text.encode("utf-8", "surrogatepass")


FUZZ = settings(max_examples=250, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@FUZZ
@given(mutated())
def test_no_mutation_of_a_sound_file_breaks_the_reader(case: tuple[str, bytes]) -> None:
    check(*case)


@FUZZ
@given(st.sampled_from(sorted(TEXTS)), st.binary(max_size=400))
def test_no_bytes_break_the_reader(name: str, data: bytes) -> None:
    check(name, data)


@FUZZ
@given(st.sampled_from(sorted(TEXTS)), st.text(max_size=200), st.text(max_size=200))
def test_no_front_matter_or_body_breaks_the_reader(name: str, keys: str, body: str) -> None:
    check(name, f"---\n{keys}\n---\n{body}".encode("utf-8", "replace"))


@settings(FUZZ, max_examples=100)
@given(st.dictionaries(st.sampled_from(["id", "title", "answer", "side", "modules", "draw", "red_flags", "order"]),
                       st.recursive(st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
                                    lambda inner: st.lists(inner, max_size=3)
                                    | st.dictionaries(st.text(max_size=4), inner, max_size=3)), max_size=6),
       st.sampled_from(sorted(TEXTS)))  # fmt: skip
def test_no_values_break_the_reader(values: dict[str, object], name: str) -> None:
    lines = [f"{key}: {json.dumps(value)}" for key, value in values.items()]
    check(name, ("---\n" + "\n".join(lines) + "\n---\n" + TEXTS[name].split("---\n")[-1]).encode())


@pytest.mark.parametrize("count", [1000])
def test_a_thousand_cases_are_checked_in_five_seconds(root: Path, count: int) -> None:
    text = FILES["cases/cervical/elbow.md"]
    for number in range(count):
        name = f"case-{number}"
        changed = text.replace("id: elbow", f"id: {name}").replace("climber", f"climber {number}")
        (root / f"cases/cervical/{name}.md").write_text(changed, "utf-8")
    started = time.process_time()
    library = read_library(root)
    assert library.problems == ()
    assert time.process_time() - started < 5
