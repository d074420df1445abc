"""From signs to segment, at the command line. Needs no configuration and no database."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from typing import TextIO

import click


@click.command("localize")
@click.argument("file", type=click.File("r", encoding="utf-8"), default="-")
@click.option("--batch", is_flag=True, help="Read one request a line, and write one answer a line in the same order.")
@click.option("--format", "form", type=click.Choice(["json", "text"]), default="json", show_default=True)
def localize(file: TextIO, batch: bool, form: str) -> None:
    """Say how strongly findings speak for each segment and nerve.

    FILE, or standard input, is JSON: {"findings": [{"structure", "sign", "side"}], "red_flags": []}. For teaching; not
    a diagnostic device. Exit status 2 when the input, or a line of it, cannot be used.
    """
    if batch and form == "text":
        raise click.UsageError("--batch writes JSON lines; leave --format text out")
    try:
        sys.exit(_batch(file) if batch else _one(file.read(), form))
    except UnicodeDecodeError as error:
        click.echo(f"the input is not UTF-8 text ({error.reason} at byte {error.start})", err=True)
        sys.exit(2)


def _one(text: str, form: str) -> int:
    from training.anatomy import exchange

    try:
        request = exchange.read_request(text)
    except exchange.Unusable as error:
        click.echo(str(error), err=True)
        return 2
    answer = exchange.answer(request)
    click.echo(exchange.as_text(request) if form == "text" else json.dumps(answer, ensure_ascii=False, indent=2))
    for unknown in answer["unknown"]:
        click.echo(exchange.unknown_in_words(unknown), err=True)
    return 2 if exchange.nothing_understood(request) else 0


def _batch(lines: TextIO) -> int:
    worst = 0
    for answer, usable in _answers(lines):
        click.echo(json.dumps(answer, ensure_ascii=False))
        worst = worst if usable else 2
    return worst


def _answers(lines: TextIO) -> Iterator[tuple[dict[str, object], bool]]:
    from training.anatomy import exchange

    for line in lines:
        if not line.strip():
            continue
        try:
            request = exchange.read_request(line)
        except exchange.Unusable as error:
            yield {"error": str(error)}, False
            continue
        if exchange.nothing_understood(request):
            yield {"error": "none of the findings is understood", "unknown": exchange.answer(request)["unknown"]}, False
        else:
            yield exchange.answer(request), True
