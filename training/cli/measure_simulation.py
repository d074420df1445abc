"""Show how often the configured sign-off rule errs. Needs no configuration and no database."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:  # NumPy takes a tenth of a second to import; no other command should pay for it
    from training.measurement.targets import Point, Target

PEOPLE, SEED = 10_000, 2026
CURVE_PEOPLE = 2_000  # at most, at each point of the curve: a drawing needs no more
UNUSABLE = 2  # exit status
FORMS = {"%": "{:.2f} %", "answers": "{:.1f}", "share": "{:.3f}"}
LIMITS = {"%": "{:g} %", "answers": "{:g}", "share": "{:g}"}


@click.command("simulate")
@click.option("--people", type=click.IntRange(100, 1_000_000), default=PEOPLE, show_default=True, help="In each cell.")
@click.option("--seed", type=click.IntRange(0), default=SEED, show_default=True, help="Same seed, same figures.")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
@click.option("--plots", type=click.Path(path_type=Path), metavar="DIR", help="Folder for three SVG drawings.")
def measure_simulate(people: int, seed: int, form: str, plots: Path | None) -> None:
    """Try the configured sign-off rule on simulated people whose competence is known.

    Prints how often it signs off who is not competent, holds who is, and how many answers it takes, each beside its
    target, under ideal and disturbed conditions. The rule stands in training/measurement/data/mastery.toml. Few people
    make uncertain figures: ± is the standard error. Exit status 1 when a target is missed, 2 when nothing could run.
    """
    from training.measurement import targets
    from training.measurement.mastery import configured_rule

    try:
        rule = configured_rule()
        if plots:
            plots.mkdir(parents=True, exist_ok=True)
    except (ValueError, TypeError, OSError) as error:
        click.echo(f"nothing was simulated: {error}", err=True)
        sys.exit(UNUSABLE)
    cells = (*targets.CELLS, *targets.CURVE_CELLS)
    on_curve = min(people, CURVE_PEOPLE)
    with click.progressbar(cells, label=f"Simulating {len(cells)} groups", file=sys.stderr) as bar:
        played = {
            cell.name: targets.play(cell, rule, on_curve if cell in targets.CURVE_CELLS else people, seed)
            for cell in bar
        }
    table, points = targets.judge(played), targets.curve(played)
    if form == "json":
        click.echo(_as_json(table, points, asdict(rule), people, seed))
    else:
        click.echo(_as_text(table, points))
    if plots:
        _draw(plots, points, seed)
    met = sum(target.met for target in table)
    click.echo(f"{met} of {len(table)} targets met", err=True)
    if any(not target.met and abs(target.value - target.limit) < 2 * target.error for target in table):
        click.echo("missed by less than two standard errors, which may be chance: raise --people", err=True)
    sys.exit(0 if met == len(table) else 1)


def _as_text(table: Sequence[Target], points: Sequence[Point]) -> str:
    """Two tables: the targets by world, then the curve."""
    lines = []
    for where in dict.fromkeys(target.where for target in table):
        lines.append(f"{where[0].upper()}{where[1:]}")
        lines += [_line(target) for target in table if target.where == where] + [""]
    lines.append("reported: by the study the rule was chosen on; see docs/measurement.md.")
    lines.append("20 at 80 %: the rule of 20 random answers, 80 % right.")
    lines += ["", "Signed off, and mean answers, by domain score (20 at 80 %: one try, five tries)"]
    lines += [
        f"  {100 * point.domain_score:5.1f} %   one session {point.one_session:6.2f} % {point.one_session_answers:6.1f}"
        f"   5 sessions, mix {point.five_sessions:6.2f} % {point.five_sessions_answers:6.1f}"
        f"   20 at 80 % {point.percent_rule:6.1f} % {point.percent_rule_five_tries:6.1f} %"
        for point in points
    ]
    return "\n".join(lines)


def _line(target: Target) -> str:
    value, error = (FORMS[target.unit].format(number) for number in (target.value, target.error))
    words = (
        f"  {'met   ' if target.met else 'MISSED'} {target.goal:<62}{value:>9} ± {error:<9}"
        f"{target.bound} {LIMITS[target.unit].format(target.limit):<6} reported {target.reference:<5g}"
    )
    return words if target.percent_rule is None else f"{words} 20 at 80 %: {target.percent_rule:.1f} %"


def _as_json(table: Sequence[Target], points: Sequence[Point], rule: dict[str, object], people: int, seed: int) -> str:
    written = {
        "people": people,
        "seed": seed,
        "rule": rule,
        "all_met": all(target.met for target in table),
        "targets": [{**asdict(target), "met": target.met} for target in table],
        "curve": [asdict(point) for point in points],
    }
    return json.dumps(_finite(written), ensure_ascii=False, indent=2, allow_nan=False)


def _finite(value: object) -> object:
    """JSON has no infinity; a mean over nobody is null."""
    if isinstance(value, dict):
        return {name: _finite(one) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [_finite(one) for one in value]
    return None if isinstance(value, float) and value in (float("inf"), float("-inf")) else value


def _draw(folder: Path, points: Sequence[Point], seed: int) -> None:
    from training.measurement import targets
    from training.measurement.mastery import configured_rule
    from training.measurement.simulation_plots import pictures

    rule = configured_rule()
    for name, picture in pictures(points, targets.traces(rule, seed), rule).items():
        (folder / name).write_text(picture, encoding="utf-8")
        click.echo(f"drew {folder / name}", err=True)
