"""The numbers of the localization model, each read from a data file that names its source."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from training.anatomy.segments import SEGMENTS
from training.anatomy.structures import KINDS
from training.anatomy.tables import DATA, Row, read_table

PROFILES = ("mixed", "motor", "sensory", "irritative")
IGNORED = "ignored"
"""The class of signs that say nothing (equivocal, not tested)."""


@dataclass(frozen=True)
class FindingClass:
    """How often a kind of sign is found. Shares from 0 to 1.

    family: classes of one family are signs of the same loss, so at one structure the firmest of them counts alone.
    sensitivity: by profile, where the lesion supplies the structure fully.
    background: where it does not supply it at all.
    """

    name: str
    family: str
    sensitivity: tuple[float, ...]
    background: float


@dataclass(frozen=True)
class Parameters:
    """Everything numeric in the model but the innervation itself.

    classes: by the names that signs.csv uses. normals: which classes a "normal" of a kind of structure denies. special:
    tests whose result is of a class of its own, by structure id.
    priors: relative weights of the thirty segments. values: parameters.csv, by name.
    """

    classes: Mapping[str, FindingClass]
    normals: Mapping[str, tuple[str, ...]]
    special: Mapping[str, str]
    priors: Mapping[str, float]
    values: Mapping[str, float]

    def __getitem__(self, name: str) -> float:
        return self.values[name]

    def profiles(self, kind: str) -> tuple[float, ...]:
        """How often a lesion of this kind (segment, nerve) shows in each profile; they add up to 1."""
        shares = [self[f"profile.{kind}.{profile}"] for profile in PROFILES]
        return tuple(share / sum(shares) for share in shares)

    def grade_factor(self, grade: str) -> float:
        """What a grade does to the background rate: a slight finding is more often chance, a marked one less often."""
        if grade in ("slightly", "4+/5"):
            return self["grade.mild.background"]
        if grade in ("markedly", "very") or grade[:1] in ("0", "1", "2", "3"):
            return self["grade.marked.background"]
        return 1.0


def load(folder: Path = DATA) -> Parameters:
    """Read and check the files of numbers; DataError for a wrong row."""
    classes: dict[str, FindingClass] = {}
    for row in read_table(folder, "sensitivities.csv", ("class", "family", *PROFILES, "background", "sources", "note")):
        shares = tuple(share(row, profile) for profile in PROFILES)
        classes[row["class"]] = FindingClass(row["class"], row["family"], shares, share(row, "background"))
    normals: dict[str, tuple[str, ...]] = {}
    for row in read_table(folder, "normals.csv", ("kind", "classes", "sources", "note")):
        if row["kind"] not in KINDS:
            raise row.fault(f"kind: {row['kind']!r} is none of {', '.join(KINDS)}")
        if strangers := [name for name in row.many("classes") if name not in classes]:
            raise row.fault(f"classes: {', '.join(strangers)} not in sensitivities.csv")
        normals[row["kind"]] = row.many("classes")
    special = {}
    for row in read_table(folder, "special_classes.csv", ("structure", "class", "sources", "note")):
        if row["class"] not in classes:
            raise row.fault(f"class: {row['class']!r} is not in sensitivities.csv")
        special[row["structure"]] = row["class"]
    priors = {}
    for row in read_table(folder, "priors.csv", ("segment", "weight", "sources", "note")):
        if row["segment"] not in SEGMENTS:
            raise row.fault(f"there is no segment {row['segment']!r}")
        priors[row["segment"]] = above_zero(row, "weight")
    values = {
        row["name"]: above_zero(row, "value")
        for row in read_table(folder, "parameters.csv", ("name", "value", "sources", "note"))
    }
    return Parameters(classes, normals, special, priors, values)


@lru_cache(maxsize=1)
def parameters() -> Parameters:
    """The numbers that ship, read once."""
    return load()


def number(row: Row, column: str) -> float:
    """A cell as a number; DataError for anything else."""
    try:
        return float(row[column])
    except ValueError:
        raise row.fault(f"{column}: {row[column]!r} is no number") from None


def share(row: Row, column: str) -> float:
    """A cell as a share that is neither 0 nor 1, since nothing in an examination is certain."""
    value = number(row, column)
    if not 0 < value < 1:
        raise row.fault(f"{column}: {value} lies outside 0 to 1")
    return value


def above_zero(row: Row, column: str) -> float:
    value = number(row, column)
    if not value > 0:
        raise row.fault(f"{column}: {value} is not above 0")
    return value
