"""Cases made from the model, and what the bank holds. Needs no configuration and no database."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from hashlib import blake2b
from pathlib import Path
from typing import TYPE_CHECKING

import click
from flask.cli import AppGroup

from training.anatomy.segments import REGIONS
from training.cli.case_bank import cases_bank
from training.cli.case_variants import SEPARATOR, cases_variants

if TYPE_CHECKING:
    from training.anatomy.patients.case_writing import GeneratedCase

MOST_CASES = 10_000

cases_group = AppGroup("cases", help="Make cases, and say what the bank of them holds.")
cases_group.add_command(cases_variants)
cases_group.add_command(cases_bank)


@cases_group.command("generate")
@click.option("--region", required=True, type=click.Choice(list(REGIONS)))
@click.option("--count", required=True, type=click.IntRange(1, MOST_CASES))
@click.option("--seed", required=True, type=int, help="The same seed gives the same cases.")
@click.option(
    "--difficulty", type=click.IntRange(1, 5), help="From 1 (plain) to 5 (subtle); all of them in turn without."
)
@click.option(
    "--refer-share", type=click.FloatRange(0, 1), default=0.1, show_default=True,
    help="How many of the cases are such that needling is wrong.",
)  # fmt: skip
@click.option(
    "--out", type=click.Path(file_okay=False, path_type=Path), help="Write a file for each case into this folder."
)
@click.option(
    "--format", "form", type=click.Choice(["markdown", "json"]), default="markdown", show_default=True,
    help="On standard output: Markdown with a line of U+001E between cases, or one JSON object a line.",
)  # fmt: skip
def cases_generate(
    region: str, count: int, seed: int, difficulty: int | None, refer_share: float, out: Path | None, form: str
) -> None:
    """Write invented practice cases, each with one best answer, in the form of authored ones.

    They never count towards a certificate unless they are reviewed and published under an id of their own. An existing
    file is never overwritten. Exit status 2 when the input cannot be used.
    """
    if out is not None and form == "json":
        raise click.UsageError("--out writes Markdown files; leave --format json out")
    cases = _generate(region, count, seed, difficulty, refer_share)
    if out is None:
        _print(cases, form)
    else:
        _write(cases, count, out)


def _generate(
    region: str, count: int, seed: int, difficulty: int | None, refer_share: float
) -> Iterator[GeneratedCase]:
    from training.anatomy.patients.generation import DIFFICULTIES, generate

    for number in range(count):
        level = difficulty or DIFFICULTIES[number % len(DIFFICULTIES)]
        yield generate(region, level, seed_of(seed, number), refer_share=refer_share)


def seed_of(seed: int, number: int) -> int:
    """The seed of one case of a run, so that runs with neighbouring seeds share no case."""
    return int.from_bytes(blake2b(f"{seed}|{number}".encode(), digest_size=6).digest(), "big")


def _print(cases: Iterator[GeneratedCase], form: str) -> None:
    for number, case in enumerate(cases):
        if form == "json":
            click.echo(json.dumps(as_json(case), ensure_ascii=False))
        else:
            click.echo(f"{SEPARATOR}\n{case.markdown()}" if number else case.markdown(), nl=False)


def _write(cases: Iterator[GeneratedCase], count: int, out: Path) -> None:
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise click.UsageError(f"{out} cannot be made a folder ({error.strerror})") from error
    written = 0
    with click.progressbar(cases, length=count, label=f"Generating {count} cases", file=sys.stderr) as bar:
        for case in bar:
            path = out / f"{case.id}.md"
            try:
                with path.open("x", encoding="utf-8", newline="\n") as file:
                    file.write(case.markdown())
            except FileExistsError:
                click.echo(f"\n{path} is there already and was left as it is; stopped after {written}.", err=True)
                sys.exit(2)
            except OSError as error:
                click.echo(f"\n{path} cannot be written ({error.strerror}); stopped after {written}.", err=True)
                sys.exit(2)
            written += 1
    click.echo(f"{written} cases written to {out}", err=True)


def as_json(case: GeneratedCase) -> dict[str, object]:
    """What a program would want to know of a case, besides its file."""
    return {
        "id": case.id,
        "region": case.region,
        "difficulty": case.difficulty,
        "seed": case.seed,
        "answer": case.answer,
        "side": case.side,
        "red_flags": list(case.red_flags),
        "findings": [{"structure": row.structure.name, "sign": row.finding, "side": row.side} for row in case.rows],
        "distractors": [
            {"name": one.hypothesis.name, "probability": one.probability, "reason": one.reason}
            for one in case.distractors
        ],
        "markdown": case.markdown(),
    }
