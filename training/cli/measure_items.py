"""Item analysis of marks from anywhere. Needs no configuration and no database."""

from __future__ import annotations

import json
import sys
from typing import BinaryIO

import click


@click.command("items")
@click.argument("file", type=click.File("rb"))
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
def measure_items(file: BinaryIO, form: str) -> None:
    """Analyse the marks in FILE, a CSV table ("-" reads standard input).

    Rows are people, columns items: a header row, an id in the first column, marks from 0 to 1, empty for an item not
    seen. Prints each item's facility, discrimination and Rasch difficulty, and the reliability of the test. Exit
    status 2 when the table cannot be used; every fault is named by its line.
    """
    from training.measurement import analysis_report, item_analysis, marks_file

    name = getattr(file, "name", "-")
    try:
        read = marks_file.read_marks(file.read())
    except marks_file.UnusableFile as unusable:
        for fault in unusable.faults:
            place = f"{name}:{fault.line}" if fault.line else name
            click.echo(f"{place}: {fault.what}; {fault.todo}", err=True)
        if unusable.more:
            click.echo(f"... and {unusable.more} more problems", err=True)
        sys.exit(2)
    except OSError as error:
        click.echo(f"{name}: cannot be read ({error.strerror})", err=True)
        sys.exit(2)
    analysis = item_analysis.analyse(read.marks)
    if form == "json":
        answer = analysis_report.as_json(analysis, read.warnings)
        click.echo(json.dumps(answer, ensure_ascii=False, indent=2, allow_nan=False))
        return
    click.echo(analysis_report.as_text(analysis))
    for warning in analysis_report.warnings(analysis, read.warnings):
        click.echo(f"! {warning}", err=True)
