from __future__ import annotations

import csv
import re
import shutil
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from training.anatomy import signs
from training.anatomy.segments import SEGMENTS
from training.anatomy.signs import Observed, is_alarm, resolve_red_flag, resolve_signs, sign_fits, sign_vocabulary
from training.anatomy.structures import Structure
from training.anatomy.tables import DATA, DataError
from training.anatomy.vocabulary import Unknown, load, resolve_structure, vocabulary

GUIDE = (Path(__file__).parents[2] / "docs" / "authoring.md").read_text("utf-8")


def listed(heading: str) -> list[str]:
    """The names the authors' guide lists behind a word."""
    return re.findall(r"`([^`]+)`", GUIDE.split(f"\n{heading}: ")[1].split("\n\n")[0].split(". ")[0])


def resolved(text: str) -> Structure:
    found = resolve_structure(text)
    assert isinstance(found, Structure), found
    return found


def suggestions(text: str) -> tuple[str, ...]:
    found = resolve_structure(text)
    assert isinstance(found, Unknown), found
    return found.suggestions


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("Extensor Carpi Radialis Brevis", "extensor-carpi-radialis-brevis"),
        ("ECRB", "extensor-carpi-radialis-brevis"),
        ("peroneus longus", "fibularis-longus"),
        ("the supraspinatus muscle", "supraspinatus"),
        ("thumb (skin)", "thumb-skin"),
        ("skin over the thumb", "thumb-skin"),
        ("deltoid", "deltoid"),
        ("deltoid (skin)", "shoulder-skin"),
        ("supinator jerk", "brachioradialis-reflex"),
        ("knee jerk", "patellar-reflex"),
        ("Hoffmann’s sign", "hoffmann-sign"),
        ("Tinel's sign at the elbow (test)", "tinel-sign-at-the-elbow"),
        ("SLR", "straight-leg-raise"),
        ("Ankle Dorsiflexion (movement)", "ankle-dorsiflexion"),
        ("abductor digiti minimi (hand)", "abductor-digiti-minimi-hand"),
        ("abductor digiti minimi (foot) (muscle)", "abductor-digiti-minimi-foot"),
        ("C5–C6 facet joint", "facet-c5-c6"),
        ("L4/5 facet joint", "facet-l4-l5"),
        ("L5/S1 facet joint", "facet-l5-s1"),
        ("T10 dermatome", "dermatome-t10"),
        ("C6 (skin)", "dermatome-c6"),
    ],
)
def test_structures_are_found_as_clinicians_write_them(written: str, meant: str) -> None:
    assert resolved(written).id == meant


@pytest.mark.parametrize(
    ("written", "levels"),
    [
        ("multifidus C6", ("C6",)),
        ("Multifidus at L5", ("L5",)),
        ("paraspinal muscles C6", ("C6",)),
        ("paraspinals at L5", ("L5",)),
        ("multifidus C5–C6", ("C5", "C6")),
        ("multifidus L4/5", ("L4", "L5")),
        ("multifidus C7 to T1", ("C7", "C8", "T1")),
        ("lumbar multifidus L4", ("L4",)),
    ],
)
def test_multifidus_is_known_level_by_level(written: str, levels: tuple[str, ...]) -> None:
    found = resolved(written)
    assert found.segments == levels
    assert found.id.startswith("multifidus-")


def test_a_misspelt_name_gets_the_nearest_one() -> None:
    assert suggestions("tibialis anteriro")[0] == "tibialis anterior"


def test_a_name_of_several_kinds_is_not_guessed() -> None:
    assert set(suggestions("thumb")) == {"thumb (skin)", "thumb joint (joint)"}
    assert suggestions("skin over C7") == ("dermatome C7", "paraspinal skin C7")


def test_a_test_that_is_done_at_several_places_asks_which() -> None:
    assert all(name.startswith("Tinel sign at") for name in suggestions("Tinel"))


def test_a_level_that_a_muscle_lacks_is_refused() -> None:
    assert suggestions("multifidus C1") == ("multifidus C2", "multifidus S3")
    assert suggestions("multifidus T13") == ()
    assert suggestions("multifidus C6-C4") == ("multifidus C2", "multifidus S3")


@given(st.text(max_size=200))
def test_any_text_is_answered(text: str) -> None:
    assert isinstance(resolve_structure(text), Structure | Unknown)
    assert isinstance(resolve_red_flag(text), str | Unknown)
    resolve_signs(text)


def test_every_structure_is_found_by_its_label() -> None:
    lost = [one.label for one in vocabulary().structures.values() if resolve_structure(one.label) != one]
    assert lost == []


def test_every_row_of_the_reference_muscles_is_there() -> None:
    muscles = [one for one in vocabulary().structures.values() if one.kind == "muscle"]
    assert sum(one.id.startswith("multifidus-") for one in muscles) >= 27
    assert all(set(one.principal) <= set(one.segments) <= set(SEGMENTS) for one in muscles)
    assert resolved("supraspinatus").disagreement.startswith("C4 included by")


KEY_POINTS = {
    "C2": "occiput", "C3": "supraclavicular fossa", "C4": "acromioclavicular joint", "C5": "lateral antecubital fossa",
    "C6": "thumb", "C7": "middle finger", "C8": "little finger", "T1": "medial elbow", "T2": "axilla",
    "T3": "third intercostal space", "T4": "nipple line", "T5": "below the nipple", "T6": "xiphisternum",
    "T7": "upper epigastrium", "T8": "mid epigastrium", "T9": "supraumbilical band", "T10": "umbilicus",
    "T11": "below the umbilicus", "T12": "inguinal ligament", "L1": "groin", "L2": "anteromedial thigh",
    "L3": "medial knee", "L4": "medial malleolus", "L5": "dorsum of the foot", "S1": "heel", "S2": "popliteal fossa",
    "S3": "medial buttock",
}  # fmt: skip


@pytest.mark.parametrize(("segment", "area"), KEY_POINTS.items())
def test_each_key_sensory_point_belongs_to_its_segment(segment: str, area: str) -> None:
    assert resolved(f"{area} (skin)").principal == (segment,)


def test_every_movement_of_a_limb_names_the_muscles_that_carry_it() -> None:
    neck = ("neck-retraction", "upper-cervical-rotation")
    moved = [one for one in vocabulary().structures.values() if one.kind == "movement" and one.principal]
    assert [one.id for one in moved if not one.parts and one.id not in neck] == []
    assert all(abs(sum(share for _, share in one.parts) - 1) < 1e-9 for one in moved if one.parts)


def test_every_row_names_a_source() -> None:
    assert all(one.sources for one in vocabulary().structures.values())
    assert all(one.sources for one in sign_vocabulary().signs.values())


@pytest.mark.parametrize("sign", listed("Signs"))
def test_every_sign_of_the_authors_guide_is_known(sign: str) -> None:
    assert resolve_signs(sign).observed == (Observed(sign),)


@pytest.mark.parametrize(
    ("written", "found"),
    [
        ("shortened, very tender", (Observed("shortened"), Observed("tender", "very"))),
        ("4/5 weak", (Observed("weak", "4/5"),)),
        ("weak 4+/5", (Observed("weak", "4+/5"),)),
        ("3/5", (Observed("weak", "3/5"),)),
        ("5/5", (Observed("normal"),)),
        ("trophedema", (Observed("trophoedema"),)),
        ("Peau d’Orange; goose-bumps", (Observed("peau d'orange"), Observed("goose bumps"))),
        ("mildly reduced", (Observed("reduced", "slightly"),)),
        ("paresthesia", (Observed("paraesthesia"),)),
        ("", ()),
    ],
)
def test_signs_are_read_with_their_grades(written: str, found: tuple[Observed, ...]) -> None:
    assert resolve_signs(written).observed == found
    assert resolve_signs(written).unknown == ()


def test_a_misspelt_sign_gets_the_nearest_one() -> None:
    assert resolve_signs("tender, slightly redcued").unknown == (Unknown("slightly redcued", ("slightly reduced",)),)


def test_a_denied_sign_is_not_read_as_the_sign() -> None:
    assert resolve_signs("not tender").observed == ()


def test_what_a_structure_certainly_cannot_show_is_said() -> None:
    assert not sign_fits("sweating", "reflex")
    assert not sign_fits("brisk", "skin")
    assert sign_fits("tender", "muscle")
    assert all(sign_fits("normal", kind) for kind in ("muscle", "movement", "reflex", "skin", "joint", "test"))


@pytest.mark.parametrize(
    ("structure", "sign"),
    [
        ("Babinski sign", "positive"),
        ("Hoffmann sign", "positive"),
        ("triceps reflex", "brisk"),
        ("ankle jerk", "clonus"),
        ("perianal area (skin)", "numb"),
        ("saddle area (skin)", "reduced sensation"),
        ("S4 dermatome", "numb"),
    ],
)
def test_some_findings_alone_make_needling_wrong(structure: str, sign: str) -> None:
    assert is_alarm(resolved(structure), sign)


@pytest.mark.parametrize(("structure", "sign"), [("Babinski sign", "negative"), ("thumb (skin)", "numb")])
def test_ordinary_findings_do_not(structure: str, sign: str) -> None:
    assert not is_alarm(resolved(structure), sign)


@pytest.mark.parametrize("flag", listed("Red flags"))
def test_every_red_flag_of_the_authors_guide_is_known(flag: str) -> None:
    assert resolve_red_flag(flag) == flag


def test_red_flags_have_synonyms_and_suggestions() -> None:
    assert resolve_red_flag("saddle anesthesia") == "saddle anaesthesia"
    assert resolve_red_flag("anticoagulents") == Unknown("anticoagulents", ("anticoagulant",))


@pytest.fixture
def data(tmp_path: Path) -> Path:
    shutil.copytree(DATA, tmp_path / "data")
    return tmp_path / "data"


@pytest.mark.parametrize(
    ("file", "old", "new", "words"),
    [
        ("muscles.csv", ",C5;C6,", ",C5;C9,", r"muscles\.csv:\d+: principal: there is no segment 'C9'"),
        ("muscles.csv", "id,name", "id,names", r"muscles\.csv:1: the columns are"),
        ("tests.csv", ",MEM,", ",,", r"tests\.csv:\d+: the row names no source"),
        ("muscle_groups.csv", ";soleus,", ";solleus,", r"muscle_groups\.csv:\d+: members: no muscle solleus"),
        ("levels.csv", ",muscle,", ",muscles,", r"levels\.csv:\d+: kind: 'muscles' is none of"),
        ("joints.csv", ",MEM,", ",MEM,,", r"joints\.csv:\d+: \d+ cells"),
    ],
)
def test_a_wrong_row_is_named_by_file_and_line(data: Path, file: str, old: str, new: str, words: str) -> None:
    text = (data / file).read_text("utf-8")
    assert old in text
    (data / file).write_text(text.replace(old, new, 1), "utf-8")
    with pytest.raises(DataError, match=words):
        load(data)


def test_a_name_of_two_structures_of_one_kind_is_refused(data: Path) -> None:
    with (data / "tests.csv").open("a", encoding="utf-8") as stream:
        stream.write("other-slump,slump test,,,,,MEM,,\n")
    with pytest.raises(ValueError, match="names two of a kind"):
        load(data)


def test_a_sign_spelt_like_another_is_refused(data: Path) -> None:
    with (data / "signs.csv").open("a", encoding="utf-8") as stream:
        stream.write("smarting,sore,motor,tender,muscle,,MEM\n")
    with pytest.raises(DataError, match="already means 'tender'"):
        signs.load(data)


def test_the_data_is_plain_csv_with_known_source_keys() -> None:
    for file in DATA.glob("*.csv"):
        with file.open(encoding="utf-8", newline="") as lines:
            for row in csv.DictReader(lines):
                assert re.fullmatch(r"[A-Z0-9_]+(;[A-Z0-9_]+)*", row["sources"]), (file.name, row)
