"""The file of rules where people practise: what ships is sound, and every fault is told at its line."""

from __future__ import annotations

from pathlib import Path

import pytest

from training.config import ROOT
from training.content.faults import Faults
from training.content.jurisdictions import FACTS, Jurisdiction, load_jurisdictions, read_jurisdictions
from training.content.reader import read_library
from training.content.references import read_references
from training.content.source import read_source

FILE = ROOT / "courses/jurisdictions.yaml"
SHIPPED = FILE.read_text()


@pytest.fixture(scope="module")
def shipped() -> dict[str, Jurisdiction]:
    return {one.id: one for one in load_jurisdictions(ROOT)}


def problems_after(tmp_path: Path, old: str, new: str) -> list[tuple[int, str]]:
    """The problems when the first such piece of the shipped file is written otherwise."""
    assert old in SHIPPED
    file = tmp_path / "jurisdictions.yaml"
    file.write_text(SHIPPED.replace(old, new, 1))
    faults = Faults("f")
    source = read_source(file, "f", faults)
    cited = read_source(ROOT / "courses/references.yaml", "r", Faults("r"))
    assert source is not None
    assert cited is not None
    assert read_jurisdictions(source, read_references(cited, Faults("r")), faults) == []
    return [(one.line, one.what) for one in faults]


def test_what_ships_is_read_without_a_problem() -> None:
    assert list(read_library(ROOT, [FILE]).problems) == []


def test_alberta_says_who_may_not_and_florida_its_clock(shipped: dict[str, Jurisdiction]) -> None:
    provisional = shipped["alberta"].register_class("provisional")
    assert provisional is not None
    assert provisional.may_needle is False
    assert [one.key for one in provisional.sources] == ["CPTA-interns", "onpoint"]
    assert "15 days" in shipped["florida"].facts["adverse_events"].says
    assert "25 supervised sessions" in shipped["florida"].facts["supervised"].says


def test_whatever_is_said_has_a_source_and_silence_has_none(shipped: dict[str, Jurisdiction]) -> None:
    for place in shipped.values():
        assert set(place.facts) == set(FACTS)
        for fact in (*place.classes, *place.facts.values()):
            assert bool(fact.says) == bool(fact.sources), (place.id, fact)


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("sources: [CPTA-interns, onpoint]", "sources: []", "without a source"),
        ("says: unknown, sources: []", "says: unknown, sources: [pphc]", "unknown"),
        ("CPTA-interns", "CPTA-intern", "unknown source"),
        ("id: provisional", "id: general", "stands twice"),
        ("id: british-columbia", "id: alberta", "stands twice"),
        ("may_needle: no", "may_needle: perhaps", "may_needle"),
        ("checked: unknown", "checked: yesterday", "checked"),
        ("country: Canada", "land: Canada", "unknown key"),
        ("      supervised: {says: unknown, sources: [], checked: unknown}\n", "", "supervised is missing"),
    ],
)
def test_a_fault_is_told_at_a_line(tmp_path: Path, old: str, new: str, says: str) -> None:
    found = problems_after(tmp_path, old, new)
    assert any(says in what for _line, what in found), found
    assert all(line > 10 for line, _what in found)


def test_a_root_without_the_file_has_no_rules_and_a_broken_one_says_where(tmp_path: Path) -> None:
    assert load_jurisdictions(tmp_path) == ()
    (tmp_path / "courses").mkdir()
    (tmp_path / "courses/jurisdictions.yaml").write_text("jurisdictions:\n  - id: x\n")
    with pytest.raises(ValueError, match=r"courses/jurisdictions.yaml:\d+: "):
        load_jurisdictions(tmp_path)
