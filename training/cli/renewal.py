"""The nightly run of renewal."""

from __future__ import annotations

from datetime import UTC, datetime

import click
from flask.cli import AppGroup

from training.cli.settings import settings
from training.credentials import service as credentials
from training.db.session import transaction

renewal_group = AppGroup("renewal", help="Notices before a certificate's lines lapse, and what a lapse does.")


@renewal_group.command("run")
def renewal_run() -> None:
    """Write the notices that are due and suspend the lines that lapsed. Run it every night; twice does no harm."""
    config = settings()
    with transaction() as db:
        done = credentials.run_renewal(db, at=datetime.now(UTC), zone=config.timezone)
    for code, region in done.narrowed:
        click.echo(f"{code} {region}: narrowed")
    click.echo(f"{done.looked_at} certificates, {done.notices} notices, {len(done.narrowed)} lines narrowed")
