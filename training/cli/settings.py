"""The configuration as commands see it: there, or missing with the reason."""

from __future__ import annotations

import os
from pathlib import Path

import click
from flask import current_app

from training.config import ROOT, Config


def settings() -> Config:
    """The configuration; a command that needs it ends with what is missing."""
    if "training.missing" in current_app.extensions:
        raise click.ClickException(current_app.extensions["training.missing"])
    config: Config = current_app.extensions["training.config"]
    return config


def content_root() -> Path:
    """The folder of authored content; needs no other setting, nor a database. UsageError where there is none."""
    root = Path(os.environ.get("SEGMENTAL_CONTENT_ROOT") or ROOT).absolute()
    if not root.is_dir():
        raise click.UsageError(f"SEGMENTAL_CONTENT_ROOT is {root}, and there is no such folder")
    return root
