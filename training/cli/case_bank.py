"""What the banks of cases hold. Needs no configuration and no database."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING

import click

from training.cli.settings import content_root

if TYPE_CHECKING:
    from training.cli.bank_report import BankLine


@click.command("bank")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
def cases_bank(form: str) -> None:
    """Count the cases of each region and bank: how many are in band, by answer, and how clear their answers are.

    In band is a case whose difficulty, as its author estimates it, 30 to 80 of 100 just-competent people would master.
    Exit status 1 when a region has fewer than 100 sign-off cases in band or two cases have the same examination, 2 when
    the content has problems.
    """
    from training.cli.bank_report import FEWEST_IN_BAND, SIGN_OFF, bank_lines, doubles
    from training.content.reader import read_library

    root = content_root()
    read = read_library(root, [root / "cases"]) if (root / "cases").is_dir() else read_library(root)
    if read.problems:
        for problem in read.problems:
            click.echo(str(problem), err=True)
        click.echo("Nothing was counted: mend these first.", err=True)
        sys.exit(2)
    lines = bank_lines(read)
    same = doubles(read)
    short = [line for line in lines if line.bank == SIGN_OFF and line.in_band < FEWEST_IN_BAND]
    if form == "json":
        answer = {"fewest_in_band": FEWEST_IN_BAND, "banks": [line.as_json() for line in lines], "doubles": same}
        click.echo(json.dumps(answer, ensure_ascii=False, indent=2))
    else:
        _print(lines)
    for line in short:
        click.echo(f"{line.region}: {line.in_band} sign-off cases in band of the {FEWEST_IN_BAND} needed", err=True)
    for group in same:
        click.echo(f"the same examination: {', '.join(group)}", err=True)
    sys.exit(1 if short or same else 0)


def _print(lines: list[BankLine]) -> None:
    """A table, then what each bank's answers are."""
    click.echo(
        f"{'region':<10}{'bank':<10}{'templates':>10}{'cases':>7}{'in band':>9}{'refer':>7}  second/best at most"
    )
    for line in lines:
        worst = f"{line.ratio:.2f} ({line.ratio_case})" if line.ratio_case else "-"
        click.echo(
            f"{line.region:<10}{line.bank:<10}{line.templates:>10}{line.cases:>7}{line.in_band:>9}"
            f"{line.refer_share:>7.0%}  {worst}"
        )
    click.echo()
    for line in lines:
        if line.answers:
            answers = ", ".join(f"{name} {count}" for name, count in line.answers.items())
            click.echo(f"{line.region}, {line.bank}: {answers}")
