"""A wrong row in the data of the model is named by file and line, and nothing is guessed."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from training.anatomy.information import load_manners
from training.anatomy.nerves import load_nerves
from training.anatomy.parameters import load as load_parameters
from training.anatomy.supply import load_weights
from training.anatomy.tables import DATA, DataError
from training.anatomy.vocabulary import vocabulary

KNOWN = frozenset(vocabulary().structures)


def nerves(folder: Path) -> object:
    return load_nerves(KNOWN, folder)


def weights(folder: Path) -> object:
    return load_weights(KNOWN, folder)


@pytest.mark.parametrize(
    ("load", "file", "old", "new", "says"),
    [
        (nerves, "nerves.csv", "deltoid;", "deltoyd;", r"nerves\.csv:\d+: muscles: there is no structure 'deltoyd'"),
        (nerves, "nerves.csv", "winging:0.9", "winging:1.9", r"nerves\.csv:\d+: tests: 1\.9 lies outside"),
        (nerves, "nerves.csv", "winging:0.9", "winging:much", r"nerves\.csv:\d+: tests: 'much' is no number"),
        (nerves, "nerves.csv", ",,nerve,", ",,nerves,", r"nerves\.csv:\d+: group: 'nerves' is neither"),
        (nerves, "nerves.csv", ",saphenous,", ",saphenus,", r"nerves\.csv:\d+: includes: 'saphenus' is no other"),
        (weights, "weights.csv", "deltoid,C5,", "deltoyd,C5,", r"weights\.csv:\d+: there is no structure 'deltoyd'"),
        (weights, "weights.csv", "deltoid,C5,", "deltoid,C9,", r"weights\.csv:\d+: there is no segment 'C9'"),
        (weights, "weights.csv", "deltoid,C5,1,", "deltoid,C5,7,", r"weights\.csv:\d+: weight: 7\.0 lies outside"),
        (weights, "weights.csv", "deltoid,C6,", "deltoid,C5,", r"weights\.csv:\d+: deltoid has two weights for C5"),
        (load_parameters, "sensitivities.csv", "pain,pain,0.30", "pain,pain,1.30", r"sensitivities\.csv:\d+: mixed: 1"),
        (load_parameters, "priors.csv", "C5,1.0", "C5,0", r"priors\.csv:\d+: weight: 0\.0 is not above 0"),
        (load_parameters, "priors.csv", "C5,1.0", "C9,1.0", r"priors\.csv:\d+: there is no segment 'C9'"),
        (load_parameters, "parameters.csv", "pair.prior,", "pair.prior,x", r"parameters\.csv:\d+: value: 'x.*' is no"),
        (load_parameters, "normals.csv", "reflex,reflex-loss", "reflex,reflex-gain", r"normals\.csv:\d+: classes: ref"),
        (load_parameters, "special_classes.csv", "ptosis,oculo", "ptosis,occulo", r"special_classes\.csv:\d+: class:"),
        (load_manners, "manners.csv", ",15,", ",-15,", r"manners\.csv:\d+: seconds: -15\.0 is not above 0"),
    ],
)  # fmt: skip
def test_a_wrong_row_is_named_by_file_and_line(
    tmp_path: Path, load: Callable[[Path], object], file: str, old: str, new: str, says: str
) -> None:
    folder = tmp_path / "data"
    shutil.copytree(DATA, folder)
    text = (folder / file).read_text(encoding="utf-8")
    assert old in text
    (folder / file).write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(DataError) as caught:
        load(folder)
    assert re.match(says, str(caught.value)), str(caught.value)


def test_what_ships_is_sound() -> None:
    assert load_parameters().priors
    assert nerves(DATA)
    assert weights(DATA)
