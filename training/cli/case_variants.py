"""The cases of all templates, written into a content folder. Needs no configuration and no database."""

from __future__ import annotations

import sys
from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from training.anatomy.segments import REGIONS
from training.cli.settings import content_root

if TYPE_CHECKING:
    from training.anatomy.patients.case_writing import GeneratedCase
    from training.anatomy.patients.stories import Story

SEPARATOR = "\x1e"
"""ASCII's record separator, alone on a line between two cases: no Markdown holds it."""


@click.command("variants")
@click.option("--template", "chosen", multiple=True, metavar="ID", help="Only this template; may be given repeatedly.")
@click.option(
    "--seed", required=True, type=int,
    help="The same seed gives the same cases. A school that certifies people keeps its own secret.",
)  # fmt: skip
@click.option(
    "--out", type=click.Path(file_okay=False, path_type=Path),
    help="Write DIR/<region>/<id>.md for each; without, they go to standard output with a line of U+001E between them.",
)  # fmt: skip
@click.option(
    "--prune", is_flag=True,
    help="Remove what --out holds of these templates and this run does not make, or makes otherwise.",
)  # fmt: skip
def cases_variants(chosen: tuple[str, ...], seed: int, out: Path | None, prune: bool) -> None:
    """Make the variants of the templates in cases/templates: cases for the sign-off and exam banks.

    Each variant has the story of its template, an answer and an examination of its own, and names its template in its
    front matter. They are drafts until somebody has reviewed them. Nothing but an outdated variant of these templates
    is ever overwritten or removed, and that only with --prune; if another file is in the way, nothing is written.

    The variants that ship are made with a seed that everybody can read, and are for demonstration. A school that
    certifies people uses a seed that it keeps to itself, and keeps the files outside any public repository.

    Prints what was written and removed. Exit status 2 when the input cannot be used.
    """
    if prune and out is None:
        raise click.UsageError("--prune needs --out")
    stories = _stories(chosen)
    made = _made(stories, seed)
    _refuse_doubles(made)
    if out is None:
        click.echo(f"\n{SEPARATOR}\n".join(one.markdown().removesuffix("\n") for one in made))
        return
    wanted = {out / one.region / f"{one.id}.md": one.markdown() for one in made}
    old = _variants_in(out, {one.id for one in stories}) if prune else set()
    _refuse_strangers(wanted, old)
    _bring_about(wanted, old)


def _stories(chosen: Collection[str]) -> list[Story]:
    """The templates of the content folder, or those named; without a fault, else the command ends."""
    from training.content.reader import read_library

    root = content_root()
    read = read_library(root, [root / "cases" / "templates"]) if (root / "cases" / "templates").is_dir() else None
    if read is None or (not read.templates and not read.problems):
        raise click.UsageError(f"there are no templates below {root / 'cases' / 'templates'}")
    if read.problems:
        for problem in read.problems:
            click.echo(str(problem), err=True)
        click.echo("Nothing was made: mend these first.", err=True)
        sys.exit(2)
    known = {one.id: one for one in read.templates}
    if unknown := [name for name in chosen if name not in known]:
        from training.content.faults import did_you_mean

        hint = did_you_mean(unknown[0], known, "see cases/templates")
        raise click.UsageError(f"there is no template {', '.join(unknown)}; {hint}")
    return [story for name, story in sorted(known.items()) if not chosen or name in chosen]


def _made(stories: Sequence[Story], seed: int) -> list[GeneratedCase]:
    from training.anatomy.patients.generation import CannotGenerate
    from training.anatomy.patients.variants import variants

    made: list[GeneratedCase] = []
    with click.progressbar(stories, label=f"Making cases of {len(stories)} templates", file=sys.stderr) as bar:
        for story in bar:
            try:
                made += variants(story, seed)
            except CannotGenerate as error:
                click.echo(f"\n{error}; widen its difficulty, or take the answer out", err=True)
                sys.exit(2)
    return made


def _refuse_doubles(made: Sequence[GeneratedCase]) -> None:
    """Two cases with one examination would be one case to whoever remembers it."""
    from training.anatomy.patients.variants import likeness

    first: dict[object, str] = {}
    for one in made:
        other = first.setdefault(likeness(one.rows, one.patient.side), one.id)
        if other != one.id:
            click.echo(f"{one.id} and {other} have the same examination; take another seed", err=True)
            sys.exit(2)


def _variants_in(out: Path, templates: Collection[str]) -> set[Path]:
    """The case files of a folder whose front matter names one of the templates."""
    return {path for path in _case_files(out) if _template_of(path) in templates}


def _case_files(out: Path) -> Iterator[Path]:
    for region in REGIONS:
        if (out / region).is_dir():
            yield from sorted((out / region).glob("*.md"))


def _template_of(path: Path) -> str:
    from training.content.faults import Faults
    from training.content.front_matter import split_front_matter
    from training.content.source import read_source

    faults = Faults(str(path))
    source = read_source(path, str(path), faults)
    front = split_front_matter(source, faults) if source else None
    return str(front.mapped.values.get("template", "")) if front else ""


def _refuse_strangers(wanted: Mapping[Path, str], old: Collection[Path]) -> None:
    """Whatever stands where a case should go, is something else and may not be replaced ends the command."""
    in_the_way = [path for path, text in wanted.items() if path not in old and path.exists() and not _holds(path, text)]
    for path in in_the_way:
        click.echo(f"{path} is there already and holds something else", err=True)
    if in_the_way:
        click.echo("Nothing was written: move these away, or replace outdated variants with --prune.", err=True)
        sys.exit(2)


def _bring_about(wanted: Mapping[Path, str], old: Collection[Path]) -> None:
    """Remove and write until the folder holds what is wanted; each change is printed."""
    path = Path()
    try:
        removed = [one for one in sorted(old) if one not in wanted or not _holds(one, wanted[one])]
        for path in removed:
            path.unlink()
            click.echo(f"removed {path}")
        written = [one for one in wanted if not one.exists()]
        for path in written:
            path.parent.mkdir(parents=True, exist_ok=True)
            with path.open("x", encoding="utf-8", newline="\n") as file:
                file.write(wanted[path])
            click.echo(f"written {path}")
    except OSError as error:
        click.echo(f"{path} cannot be changed ({error.strerror}); run the command again to go on", err=True)
        sys.exit(2)
    same = len(wanted) - len(written)
    click.echo(f"{len(written)} cases written, {same} as they were, {len(removed)} removed", err=True)


def _holds(path: Path, text: str) -> bool:
    try:
        return path.read_bytes() == text.encode("utf-8")
    except OSError:
        return False
