"""The reader of free wording, on the ways in which the literature and clinicians write findings.

wordings.csv holds a structure, a sign and a side as written, and what they must be read as: "structure-id sign [grade]
@side" for each observation, the side only where it differs from the cell. It was written from general knowledge of how
radiculopathy and nerve lesions are described; no published vignette was at hand.
"""

from __future__ import annotations

import csv
import time
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from training.anatomy import observations
from training.anatomy.observations import Misread, Observation, Reading, read_observations
from training.anatomy.segments import SEGMENTS
from training.anatomy.sign_table import sign_vocabulary
from training.anatomy.signs import is_alarm, resolve_red_flag, resolve_signs
from training.anatomy.structures import Structure
from training.anatomy.tables import DATA
from training.anatomy.vocabulary import Unknown, resolve_structure, vocabulary
from training.anatomy.wording import phrases, predicates, senses, sides, subjects, words
from training.anatomy.wording.index import index

WORDINGS = list(csv.DictReader((Path(__file__).parent / "wordings.csv").read_text("utf-8").splitlines()))


def said(one: Observation, side: str) -> str:
    grade = f" [{one.grade}]" if one.grade else ""
    other = f" @{one.side}" if one.side != side else ""
    return f"{one.structure.id} {one.sign}{grade}{other}"


def read(structure: str, sign: str, side: str = "right") -> list[tuple[str, str]]:
    found = read_observations(structure, sign, side)
    assert not found.misread, found
    return [(one.structure.id, one.sign) for one in found.observations]


def misread(structure: str, sign: str, side: str = "right") -> dict[str, Misread]:
    found = read_observations(structure, sign, side)
    assert found.observations == ()
    assert found.misread
    return {one.field: one for one in found.misread}


def test_there_are_enough_wordings() -> None:
    assert len(WORDINGS) >= 250


@pytest.mark.parametrize("row", WORDINGS, ids=lambda row: f"{row['structure']}|{row['sign']}|{row['side']}")
def test_a_wording_is_read_as_it_is_meant(row: dict[str, str]) -> None:
    found = read_observations(row["structure"], row["sign"], row["side"])
    assert found.misread == ()
    assert "; ".join(said(one, row["side"]) for one in found.observations) == row["observations"]


@pytest.mark.parametrize(
    ("written", "grade"),
    [
        ("4/5", "4/5"), ("4-/5", "4-/5"), ("4 - / 5", "4-/5"), ("4−/5", "4-/5"), ("MRC 3", "3/5"), ("grade 4", "4/5"),
        ("3+/5", "3+/5"), ("4+", "4+/5"), ("power 4", "4/5"), ("M4", "4/5"), ("4 out of 5", "4/5"), ("4 of 5", "4/5"),
        ("MRC grade IV/V", "4/5"), ("weak (4/5)", "4/5"), ("reduced to 3/5", "3/5"), ("2", "2/5"), ("0/5", "0/5"),
        ("mildly weak", "slightly"), ("markedly weak", "markedly"), ("severe weakness", "markedly"),
    ],
)  # fmt: skip
def test_strength_is_read_in_every_form(written: str, grade: str) -> None:
    (one,) = read_observations("tibialis anterior", written, "left").observations
    assert (one.sign, one.grade) == ("weak", grade)


@pytest.mark.parametrize(
    ("written", "sign"),
    [
        ("0", "absent"), ("1+", "reduced"), ("2+", "normal"), ("3+", "brisk"), ("trace", "reduced"), ("+", "reduced"),
        ("++", "normal"), ("+++", "brisk"), ("0/4", "absent"), ("1+/4", "reduced"), ("2/4", "normal"),
        ("present", "normal"), ("no response", "absent"), ("unable to elicit", "absent"), ("hypoactive", "reduced"),
    ],
)  # fmt: skip
def test_reflex_grades_are_read(written: str, sign: str) -> None:
    assert read("ankle jerk", written) == [("achilles-reflex", sign)]


@pytest.mark.parametrize(
    ("sign", "structure"),
    [
        ("weak", "biceps-brachii"), ("absent", "biceps-reflex"), ("1+", "biceps-reflex"), ("4/5", "biceps-brachii"),
        ("numb", "anterior-upper-arm-skin"), ("normal", "biceps-brachii"), ("tender", "biceps-brachii"),
    ],
)  # fmt: skip
def test_the_sign_decides_what_an_ambiguous_name_means(sign: str, structure: str) -> None:
    assert [one for one, _ in read("biceps", sign)] == [structure]


@pytest.mark.parametrize(("structure", "sign"), [("C6", "reduced"), ("triceps", "3+")])
def test_what_stays_ambiguous_is_not_guessed(structure: str, sign: str) -> None:
    assert len(misread(structure, sign)["structure"].suggestions) > 1


@pytest.mark.parametrize(
    ("structure", "sign", "side", "field"),
    [
        ("flux capacitor", "weak", "right", "structure"),
        ("", "weak", "right", "structure"),
        ("C9", "weak", "right", "structure"),
        ("T13 dermatome", "numb", "right", "structure"),
        ("deltoid", "purple", "right", "sign"),
        ("deltoid", "", "right", "sign"),
        ("triceps reflex", "purple", "right", "sign"),
        ("all muscles", "normal except EHL", "both", "sign"),
        ("deltoid", "normal, weak", "right", "sign"),
        ("triceps reflex", "absent and normal", "right", "sign"),
        ("triceps", "5/5 weak", "right", "sign"),
        ("triceps reflex", "positive", "right", "sign"),
        ("thumb", "numb", "", "side"),
        ("thumb", "numb", "up", "side"),
        ("thumb", "numb", "ipsilateral", "side"),
        ("left thumb", "numb", "right", "side"),
        ("left thumb", "numb", "both", "side"),
        ("thumb", "numb on the left", "right", "side"),
        ("external rotation", "4/5", "right", "structure"),
        ("ext. rotation", "4/5", "right", "structure"),
        ("S1 root signs", "absent", "right", "structure"),
        ("below the wall", "numb", "right", "structure"),
        ("between the thumb and the knee", "numb", "right", "structure"),
        ("thumb", "cannot", "right", "sign"),
    ],
)
def test_what_is_not_understood_is_named_by_its_field(structure: str, sign: str, side: str, field: str) -> None:
    assert set(misread(structure, sign, side)) == {field}


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("18 kg compared with 34 kg on the other side", "weak"), ("34 kg versus 18 kg on the left", ""),
        ("30 kg vs 31 kg on the left", "normal"), ("60% of the other hand", "weak"), ("18 kg", "equivocal"),
        ("95 percent of the right hand", "normal"),
    ],
)  # fmt: skip
def test_a_measurement_says_something_only_beside_the_other_side(written: str, meant: str) -> None:
    found = read_observations("grip strength", written, "left").observations
    assert [one.sign for one in found] == ([meant] if meant else [])


@pytest.mark.parametrize(
    ("structure", "sign", "alarming"),
    [
        ("temperature", "38.9 degrees", True), ("temperature", "101 F", True), ("temperature", "36.9 °C", False),
        ("blood pressure", "90/60", True), ("blood pressure", "130/80", False), ("foot pulses", "absent", True),
        ("foot pulses", "present", False), ("legs", "ascending weakness", True), ("legs", "weak", False),
        ("headache", "sudden", True), ("headache", "occasional", False), ("face", "droops", True),
        ("speech", "normal", False), ("speech", "slurred", True), ("breathing", "short of breath", True),
        ("sensation below T8", "reduced", True), ("hands", "clumsy", True), ("eyelid", "drooping", False),
        ("pain and temperature over the arms", "lost", False), ("shin", "tense and swollen", True),
        ("arms", "pain and temperature lost, touch preserved", True), ("onset", "sudden", False),
    ],
)  # fmt: skip
def test_what_must_be_looked_at_first_is_an_alarm(structure: str, sign: str, alarming: bool) -> None:
    found = read_observations(structure, sign, "both").observations
    assert found
    assert any(is_alarm(one.structure, one.sign) for one in found) is alarming


def test_parts_of_a_horner_syndrome_do_not_contradict_each_other() -> None:
    cells = (("pupil", "small"), ("eyelid", "droops"), ("sweating of the face", "normal"))
    assert [read(*one)[0] for one in cells] == [
        ("miosis", "positive"), ("ptosis", "positive"), ("facial-anhidrosis", "normal"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("structure", "sign", "meant"),
    [
        ("scapula", "medial winging on the wall push-up", "scapular-winging positive"),
        ("scapular winging", "on abduction", "lateral-scapular-winging positive"),
        ("scapula", "no winging", "scapular-winging negative"),
        ("wall push-up", "scapula wings", "scapular-winging positive"),
        ("gait", "steppage", "foot-drop positive"),
        ("wrist extension", "weak", "wrist-extension weak"),
        ("wrist extension", "strong with radial deviation", "wrist-radial-deviation-on-extension positive"),
        ("knee extension", "gives way", "knee-extension weak"),
        ("foot", "numb", "dorsum-of-the-foot-skin numb"),
    ],
)
def test_both_cells_together_make_up_a_picture(structure: str, sign: str, meant: str) -> None:
    assert " ".join(read(structure, sign)[0]) == meant


def test_every_relation_to_a_landmark_names_its_skin() -> None:
    for row in csv.DictReader((DATA / "places.csv").read_text("utf-8").splitlines()):
        mark = {"costalmargin": "costal margin", "inguinalligament": "inguinal ligament", "iliaccrest": "iliac crest"}
        one, other = (mark.get(row[name], row[name]) for name in ("landmark", "other"))
        words_for_it = {"at": f"skin at the level of the {one}", "beside": f"skin next to the {one}"}
        text = words_for_it.get(row["relation"], f"skin just {row['relation']} the {one}")
        text = f"skin halfway between {one} and {other}" if other else text
        found = read_observations(text, "numb", "left")
        assert found.misread == (), text
        literal = isinstance(resolve_structure(f"{row['relation']} the {one}"), Structure)
        assert literal or [said.structure.id for said in found.observations] == [row["area"]], text


def test_every_field_that_is_wrong_is_named() -> None:
    assert {"structure", "side"} <= set(misread("qwzx", "vbn", "up"))


def test_a_misspelt_structure_gets_the_nearest_name() -> None:
    assert misread("tibialis anteriro", "weak")["structure"].suggestions[0] == "tibialis anterior"


@pytest.mark.parametrize(
    ("sign", "meant"),
    [
        ("no weakness", "normal"), ("not affected", "normal"), ("spared", "normal"), ("without deficit", "normal"),
        ("no wasting or fasciculations", "normal"), ("no tenderness", "no such sign"), ("not tested", "equivocal"),
    ],
)  # fmt: skip
def test_a_denied_sign_is_not_read_as_the_sign(sign: str, meant: str) -> None:
    assert {one for _, one in read("gastrocnemius", sign)} == {meant}


def test_normal_is_never_read_as_a_positive_test() -> None:
    """Words of both cells may name a test together ("foot: drop"), but not when the sign says that all is well."""
    for sign in ("normal", "normal power, tone and reflexes", "no weakness", "full"):
        for structure in ("upper limbs", "gait", "foot", "scapula", "abdominal wall", "pupil", "bladder", "leg"):
            found = read_observations(structure, sign, "both")
            assert all(one.sign in ("normal", "negative", "no such sign") for one in found.observations), found


@pytest.mark.parametrize("segment", SEGMENTS[1:])
def test_every_level_has_its_dermatome_in_several_wordings(segment: str) -> None:
    wanted = [(f"dermatome-{segment.lower()}", "reduced sensation")]
    for text in (f"{segment} dermatome", f"dermatome {segment}", f"sensation in {segment}", f"skin of {segment}"):
        assert read(text, "reduced") == wanted
    assert read(f"in the {segment} distribution", "reduced pinprick") == wanted


@pytest.mark.parametrize("segment", SEGMENTS[:-1])
def test_every_level_has_its_myotome(segment: str) -> None:
    assert read(f"{segment} myotome", "weak") == [(f"myotome-{segment.lower()}", "weak")]


JOINTS = {
    "shoulder": ("abduction", "adduction", "flexion", "extension", "external rotation", "internal rotation"),
    "elbow": ("flexion", "extension"),
    "wrist": ("flexion", "extension"),
    "finger": ("flexion", "extension", "abduction", "adduction"),
    "thumb": ("flexion", "extension", "abduction", "adduction", "opposition"),
    "hip": ("flexion", "extension", "abduction", "adduction"),
    "knee": ("flexion", "extension"),
    "ankle": ("dorsiflexion", "plantarflexion", "inversion", "eversion"),
    "great toe": ("flexion", "extension"),
}


@pytest.mark.parametrize(("joint", "action"), [(joint, one) for joint, them in JOINTS.items() for one in them])
def test_a_movement_is_read_in_any_order_of_its_words(joint: str, action: str) -> None:
    (wanted,) = read(f"{joint} {action}", "weak")
    for text in (f"{action} of the {joint}", f"power of {joint} {action}", f"{joint} {action} strength"):
        assert read(text, "weak") == [wanted]
    for text in (f"weak {joint} {action}", f"weakness of {joint} {action}", f"reduced {action} of the {joint}"):
        assert read(text, "") == [wanted]
        assert read(text, "present") == [wanted]


SURFACES = {
    ("forearm", "lateral"): "lateral-forearm-skin", ("forearm", "medial"): "medial-forearm-skin",
    ("upper arm", "lateral"): "lateral-upper-arm-skin", ("upper arm", "medial"): "medial-upper-arm-skin",
    ("thigh", "anterior"): "anterior-thigh-skin", ("thigh", "posterior"): "posterior-thigh-skin",
    ("thigh", "medial"): "medial-thigh-skin", ("thigh", "lateral"): "lateral-thigh-skin",
    ("leg", "medial"): "medial-leg-skin", ("leg", "lateral"): "lateral-leg-skin", ("leg", "posterior"): "calf-skin",
    ("foot", "lateral"): "lateral-foot-skin", ("foot", "medial"): "medial-foot-skin",
    ("knee", "medial"): "medial-knee-skin",
}  # fmt: skip


@pytest.mark.parametrize(("surface", "area"), SURFACES.items(), ids=lambda one: str(one))
def test_a_surface_is_read_in_many_wordings(surface: tuple[str, str], area: str) -> None:
    part, position = surface
    for text in (
        f"{position} {part}", f"{position} aspect of the {part}", f"{part}, {position} side",
        f"{position} surface of {part}",
        f"skin of the {position} {part}", f"over the {position} {part}", f"{position} part of the {part}",
        f"sensation over the {position} aspect of the {part}",
    ):  # fmt: skip
        assert read(text, "reduced light touch") == [(area, "reduced sensation")]


REFLEXES = {
    "biceps-reflex": ("biceps jerk", "biceps tendon reflex", "biceps DTR", "BJ", "reflex of the biceps"),
    "triceps-reflex": ("triceps jerk", "triceps tendon jerk", "TJ", "triceps deep tendon reflex"),
    "brachioradialis-reflex": ("supinator jerk", "brachioradialis jerk", "radial reflex", "supinator reflex", "SJ"),
    "patellar-reflex": (
        "knee jerk",
        "patellar tendon reflex",
        "quadriceps reflex",
        "KJ",
        "knee reflex",
        "patella reflex",
    ),
    "achilles-reflex": ("ankle jerk", "Achilles tendon reflex", "tendo Achillis reflex", "AJ", "gastrocnemius reflex"),
    "medial-hamstring-reflex": ("medial hamstring jerk", "medial hamstring reflex"),
    "plantar-response": ("plantars", "plantar reflex", "plantar responses"),
}


@pytest.mark.parametrize(("reflex", "names"), REFLEXES.items())
def test_a_reflex_has_many_names(reflex: str, names: tuple[str, ...]) -> None:
    for name in names:
        assert read(name, "absent") == [(reflex, "absent")]


LISTED = st.permutations(["thumb", "lateral forearm", "C7 dermatome", "dorsum of the foot", "little finger"])


@given(LISTED, st.integers(2, 5), st.sampled_from([", ", " and ", "; ", " / ", " & "]))
def test_the_order_of_a_list_does_not_matter(items: list[str], count: int, joint: str) -> None:
    found = read_observations(joint.join(items[:count]), "numb", "left").observations
    alone = [one for item in items[:count] for one in read_observations(item, "numb", "left").observations]
    assert Counter(found) == Counter(alone)


@given(st.sampled_from(WORDINGS), st.sampled_from([str.upper, str.title, str.lower]), st.sampled_from("-–‑"))
def test_case_dashes_and_spaces_do_not_matter(row: dict[str, str], cased: object, dash: str) -> None:
    assert callable(cased)
    cells = [cased(row[name]).replace("-", dash).replace(" ", "  ") for name in ("structure", "sign", "side")]
    found = read_observations(f" {cells[0]} ", cells[1], cells[2])
    assert found.misread == ()
    assert found.observations == read_observations(row["structure"], row["sign"], row["side"]).observations


WORDS = sorted(
    {word for row in WORDINGS for word in f"{row['structure']} {row['sign']}".split()}
    | {"(", ")", "-", "§5:4", "½", "/"}
)
CELLS = st.one_of(st.text(max_size=120), st.lists(st.sampled_from(WORDS), max_size=14).map(" ".join))


@given(CELLS, CELLS, st.one_of(st.sampled_from(["left", "right", "both", "midline", ""]), st.text(max_size=20)))
@settings(max_examples=300, deadline=None)
def test_any_cells_are_answered(structure: str, sign: str, side: str) -> None:
    found = read_observations(structure, sign, side)
    assert isinstance(found, Reading)
    assert bool(found.observations) is not bool(found.misread)
    for one in found.observations:
        assert one.sign in sign_vocabulary().signs
        assert one.structure in vocabulary().structures.values()
        assert one.side in ("left", "right", "both", "midline")


@pytest.mark.parametrize(
    "text",
    [
        "weak " * 400,
        "thumb and " * 300,
        "c5, " * 600,
        "( " * 900,
        "a" * 100_000,
        "4/5 " * 600,
        "no " * 900,
        "§" * 3_000,
        "below the " * 300,
        "between umbilicus and " * 200,
        "level of " * 400,
        "10 kg vs " * 300,
        "( left 2 ) " * 200,
        ", especially with " * 200,
        "flexor digitorum profundus to " * 100,
    ],
)
def test_a_pasted_page_does_not_make_it_slow(text: str) -> None:
    begun = time.perf_counter()
    for cells in ((text, "weak", "right"), ("thumb", text, "right"), ("hand", "numb", text), (text, text, text)):
        assert isinstance(read_observations(*cells), Reading)
    assert time.perf_counter() - begun < 2


CACHED = (
    observations._read, phrases.meanings, phrases.listed, phrases._levels, phrases._is_head, predicates.read_predicate,
    predicates._strange, senses.spans, senses.hint_of, sides.read_side, sides.take_sides, subjects.read_subject,
    subjects._read, words.words, words.canonical,
)  # fmt: skip


def test_wording_never_seen_takes_less_than_a_millisecond() -> None:
    """The median over the wordings of a finding that no cache knows; the budget is for one typical finding."""
    read_observations("deltoid", "weak", "right")
    spent = []
    for row in WORDINGS[::3]:
        for cached in CACHED:
            cached.cache_clear()
        begun = time.perf_counter()
        read_observations(row["structure"], row["sign"], row["side"])
        spent.append(time.perf_counter() - begun)
    assert sorted(spent)[len(spent) // 2] < 0.001


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("dorsiflexion of the foot", "ankle-dorsiflexion"), ("outer aspect of the forearm", "lateral-forearm-skin"),
        ("extension of the great toe", "great-toe-extension"), ("C7 myotome", "myotome-c7"),
        ("reflex of the triceps", "triceps-reflex"), ("shoulder tip (skin)", "acromioclavicular-joint-skin"),
        ("dorsum of the foot, lateral part", "lateral-dorsum-of-the-foot-skin"),
    ],
)  # fmt: skip
def test_authors_may_write_so_too(written: str, meant: str) -> None:
    found = resolve_structure(written)
    assert isinstance(found, Structure)
    assert found.id == meant


@pytest.mark.parametrize(
    "written",
    [
        "thumb and index finger",
        "C6, C7",
        "biceps and triceps reflexes",
        "left thumb",
        "weak wrist extension",
        "digits 4-5",
    ],
)
def test_authors_write_one_structure_a_row(written: str) -> None:
    assert isinstance(resolve_structure(written), Unknown)


@pytest.mark.parametrize(
    ("written", "signs"),
    [
        ("reduced to pinprick and light touch", ["reduced sensation"]), ("weak (4/5)", ["weak"]),
        ("no weakness", ["normal"]),
        ("weak and wasted", ["weak", "wasted"]), ("MRC 3", ["weak"]), ("decreased light touch", ["reduced sensation"]),
        ("weak grip", []), ("absent on the left", []), ("not tender", []), ("impaired", []),
    ],
)  # fmt: skip
def test_authors_signs_are_read_only_when_they_say_it_outright(written: str, signs: list[str]) -> None:
    assert [one.sign for one in resolve_signs(written).observed] == signs


@pytest.mark.parametrize(
    ("written", "flag"),
    [
        ("urinary retention", "bladder or bowel change"), ("history of breast cancer", "malignancy"),
        ("unexplained weight loss of 10 kg", "weight loss"), ("rapidly progressive weakness", "progressive weakness"),
        ("gait disturbance", "cord compression"), ("clumsy hands", "cord compression"), ("IV drug use", "infection"),
        ("long-term steroid use", "fracture"), ("night sweats", "fever"), ("significant trauma", "fracture"),
        ("saddle anaesthesia", "saddle anaesthesia"), ("warfarin", "anticoagulant"),
    ],
)  # fmt: skip
def test_red_flags_are_read_in_many_wordings(written: str, flag: str) -> None:
    assert resolve_red_flag(written) == flag


def test_a_denied_red_flag_is_none() -> None:
    assert isinstance(resolve_red_flag("no history of cancer"), Unknown)
    assert isinstance(resolve_red_flag("denies weight loss"), Unknown)


def test_each_red_flag_says_whether_to_refer_or_to_adapt() -> None:
    actions = sign_vocabulary().flag_actions
    assert set(actions) == set(sign_vocabulary().red_flags)
    assert {flag for flag, action in actions.items() if action == "adapt"} == {
        "anticoagulant", "pregnancy", "lymphoedema", "implant",
    }  # fmt: skip


def test_no_two_structures_of_a_kind_are_told_apart_only_by_order_of_words() -> None:
    """Names that fall together when their words lose their order: each was looked at and means nearly the same."""
    assert len(index().clashes) < 40
