"""Prove that the journal was not changed, and keep its head elsewhere: docs/journal.md."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import NoReturn

import click
from flask.cli import AppGroup
from sqlalchemy.exc import SQLAlchemyError

from training.cli.settings import settings
from training.db.session import session
from training.journal import heads, keys, verifying
from training.journal import service as journal
from training.journal.guards import missing_guards

journal_group = AppGroup("journal", help="Prove that the journal was not changed.")
FILE = click.Path(dir_okay=False, path_type=Path)


@journal_group.command("verify")
@click.option("--head", "head_files", type=FILE, multiple=True, help="A head that was kept; may be given repeatedly.")
@click.option("--key", "key_file", type=FILE, help="The public key that every --head must be signed with.")
def journal_verify(head_files: tuple[Path, ...], key_file: Path | None) -> None:
    """Recompute the chain; exit 0 when it holds, 1 with each entry that does not, 2 when it cannot be read.

    With --head the chain must still hold what was its end then, with --key the head must carry that key's signature.
    """
    config = settings()
    if key_file and not head_files:
        raise click.UsageError("--key says who signed a head; name the head with --head")
    kept = [(path, head_in(path)) for path in head_files]
    said = [f"{path}: {what}" for path, head in kept if (what := unfit(head, config.school, key_file))]
    try:
        found = verifying.examine(session(), [head.known() for _, head in kept])
        said += [str(fault) for fault in found.faults]
        said += [f"the database does not refuse {change} of entries any more" for change in missing_guards(session())]
    except SQLAlchemyError as error:
        unusable(f"The journal cannot be read: {error}")
    for line in said:
        click.echo(line)
    if found.unnamed:
        click.echo(f"and {found.unnamed} faults more")
    if said:
        sys.exit(1)
    held = f", and {len(kept)} kept head{'s' if len(kept) > 1 else ''}" if kept else ""
    click.echo(f"{found.entries} entries, the chain holds{held}")
    if kept and not key_file:
        click.echo("No signature was checked: give the public key with --key.", err=True)


def unfit(head: heads.Head, school: str, key_file: Path | None) -> str:
    """What is wrong with a kept head by itself; empty when nothing is."""
    if head.school != school:
        return f"a head of the school {head.school}, and this is {school}"
    if key_file is None:
        return ""
    if not head.signature:
        return "not signed"
    try:
        key = keys.public_key(key_file)
    except keys.KeyFileError as error:
        unusable(str(error))
    return "" if heads.signature_holds(head, key) else "changed after it was signed, or signed with another key"


def head_in(path: Path) -> heads.Head:
    try:
        return heads.from_text(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, heads.HeadError) as error:
        unusable(f"{path} cannot be used: {error}")


@journal_group.command("head")
@click.option("--out", type=FILE, help="Write it there, never over a file; without, it goes to standard output.")
@click.option("--sign", "key_file", type=FILE, help="The private key to sign with.")
def journal_head(out: Path | None, key_file: Path | None) -> None:
    """Say where the chain ends now: number, hash, time and school, as JSON to be kept elsewhere.

    Exit 1 when the last entry is not what the head says; 2 when the database or the key cannot be used.
    """
    config = settings()
    try:
        end, last = journal.head_of(session()), journal.latest(session(), limit=1)
    except SQLAlchemyError as error:
        unusable(f"The journal cannot be read: {error}")
    if end is None or end != ((last[0].number, last[0].hash) if last else (0, journal.GENESIS)):
        click.echo("The chain does not end where its head says: flask journal verify", err=True)
        sys.exit(1)
    head = heads.Head(config.school, *end, at=datetime.now(UTC))
    if key_file:
        try:
            head = heads.signed(head, keys.private_key(key_file))
        except keys.KeyFileError as error:
            unusable(str(error))
    if out is None:
        click.echo(heads.to_text(head), nl=False)
        return
    try:
        with out.open("x", encoding="utf-8") as file:
            file.write(heads.to_text(head))
    except OSError as error:
        unusable(f"{out} cannot be written: {error.strerror}")


@journal_group.group("key")
def key_group() -> None:
    """The pair of keys that signs heads."""


@key_group.command("new")
@click.argument("path", type=FILE, required=False)
def key_new(path: Path | None) -> None:
    """Make a pair of Ed25519 keys: PATH for its owner's eyes only (0600), PATH.pub for whoever checks.

    Without PATH it is journal-key.pem in the instance folder.
    """
    path = path or settings().instance / "journal-key.pem"
    try:
        keys.make_key(path)
    except keys.KeyFileError as error:
        unusable(str(error))
    click.echo(f"{path}\n{keys.public_path(path)}")


def unusable(why: str) -> NoReturn:
    click.echo(why, err=True)
    sys.exit(2)
