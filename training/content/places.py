"""Which files there are to read, and what each one is by the place where it lies."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from training.anatomy.segments import REGIONS
from training.content.faults import Faults, one_line

PlaceKind = Literal[
    "course", "lesson", "quiz", "case", "template", "framework", "exam", "station", "calibration", "references",
    "jurisdictions",
]  # fmt: skip

FOLDERS = ("courses", "quizzes", "cases", "exams", "stations")
_DEEPEST = 8
_YAML_BY_NAME: dict[str, PlaceKind] = {
    "framework": "framework", "jurisdictions": "jurisdictions", "calibration": "calibration",
}  # fmt: skip


@dataclass(frozen=True)
class Place:
    """A file to read.

    path: as shown to people: relative to the root where it lies below it, else as given.
    kind: by its place; None where only the front matter can tell.
    region: the region folder of a case or a template, "" for one that lies in none, None where no place rule applies.
    home: whether it belongs to the root's own content, where ids must be unique and file names are checked.
    """

    file: Path
    path: str
    kind: PlaceKind | None
    region: str | None = None
    home: bool = True


def shown(path: str | os.PathLike[str]) -> str:
    """A path for people; names that are not UTF-8 keep their readable part."""
    return one_line(os.fsencode(path).decode("utf-8", "replace").replace(os.sep, "/"))


def find_home(root: Path, faults: list[Faults]) -> list[Place]:
    """The content files below a root, sorted; what cannot be looked into becomes a problem."""
    found = []
    for folder in FOLDERS:
        if (root / folder).is_dir():
            for relative in sorted(_walk(root, Path(folder), root.resolve(), faults)):
                kind, region = kind_of(relative.parts)
                if kind is not None:
                    found.append(Place(root / relative, shown(relative), kind, region))
    return found


def find_given(root: Path, given: Sequence[Path], home: Sequence[Place], faults: list[Faults]) -> list[Place]:
    """The given files that are not among the root's own, and those in given folders; what is missing is a problem."""
    known = {absolute(place.file) for place in home}
    found: dict[Path, Place] = {}
    for path in given:
        try:
            is_folder, is_file = path.is_dir(), path.exists()
        except (OSError, ValueError):
            is_folder = is_file = False
        if not is_file:
            missing = Faults(shown(path))
            missing.add(1, "there is no such file or folder", "correct the path")
            faults.append(missing)
        elif not is_folder:
            if absolute(path) not in known:
                found[absolute(path)] = _foreign(root, path, explicit=True)
        elif not root.resolve().is_relative_to(absolute(path)) or not home:
            for relative in sorted(_walk(path, Path(), path.resolve(), faults)):
                file = path / relative
                place = _foreign(root, file, explicit=False)
                if absolute(file) not in known and (place.kind or file.suffix == ".md"):
                    found[absolute(file)] = place
    return list(found.values())


def _foreign(root: Path, file: Path, explicit: bool) -> Place:
    """A file outside the root's content folders: its kind by the nearest content folder above it, if any."""
    parts = absolute(file).parts
    starts = [number for number, part in enumerate(parts[:-1]) if part in FOLDERS]
    kind: PlaceKind | None = None
    region: str | None = None
    if starts and not absolute(file).is_relative_to(absolute(root)):
        kind, region = kind_of(parts[starts[-1] :])
    if explicit and kind is None and file.suffix in (".yaml", ".yml"):
        kind = _YAML_BY_NAME.get(file.stem, "references")
    return Place(file, shown(file), kind, region, home=False)


def kind_of(parts: Sequence[str]) -> tuple[PlaceKind | None, str | None]:
    """What a file is by its path from a content folder on, and the region folder of a case or a template."""
    folder, name = parts[0], parts[-1]
    if folder == "courses" and name == "references.yaml" and len(parts) == 2:
        return "references", None
    if folder == "courses" and name == "framework.yaml" and len(parts) == 2:
        return "framework", None
    if folder == "courses" and name == "jurisdictions.yaml" and len(parts) == 2:
        return "jurisdictions", None
    if folder == "courses" and name == "calibration.yaml" and len(parts) == 2:
        return "calibration", None
    if folder == "exams" and name.endswith((".yaml", ".yml")):
        return "exam", None
    if folder == "stations" and name.endswith((".yaml", ".yml")):
        return "station", None
    if folder in ("exams", "stations") or not name.endswith(".md") or name.casefold() == "readme.md":
        return None, None
    if folder == "courses" and len(parts) == 3:
        return ("course" if name == "course.md" else "lesson"), None
    if folder == "quizzes":
        return "quiz", None
    if folder == "cases" and len(parts) > 2 and parts[1] == "templates":
        return "template", parts[2] if len(parts) == 4 and parts[2] in REGIONS else ""
    if folder == "cases":
        return "case", parts[1] if len(parts) == 3 and parts[1] in REGIONS else ""
    return None, None


def absolute(path: Path) -> Path:
    """The path from the root of the disk; a file keeps its own name even where it is a symbolic link."""
    return path.parent.resolve() / path.name if path.name not in ("", "..") else path.resolve()


def _walk(base: Path, folder: Path, limit: Path, faults: list[Faults], depth: int = 0) -> Iterator[Path]:
    """The files below a folder, relative to base. Symbolic links are followed to files that stay inside only."""
    try:
        entries = sorted(os.scandir(base / folder), key=lambda entry: entry.name)
    except OSError as error:
        unreadable = Faults(shown(folder) or shown(base))
        unreadable.add(1, f"the folder cannot be read ({error.strerror})", "check its permissions")
        faults.append(unreadable)
        return
    for entry in entries:
        if entry.name.startswith("."):
            continue
        relative = folder / entry.name
        if entry.is_symlink() and not _stays_inside(base / relative, limit):
            if entry.name.endswith((".md", ".yaml")) or not Path(entry.name).suffix:
                leaving = Faults(shown(relative))
                leaving.add(1, "a symbolic link that leads outside", "replace it by the file itself")
                faults.append(leaving)
        elif entry.is_file():
            yield relative
        elif entry.is_dir(follow_symlinks=False) and depth < _DEEPEST:
            yield from _walk(base, relative, limit, faults, depth + 1)


def _stays_inside(path: Path, limit: Path) -> bool:
    try:
        return path.resolve(strict=True).is_relative_to(limit)
    except (OSError, RuntimeError):
        return False
