"""The configuration as commands see it: there, or missing with the reason."""

from __future__ import annotations

import click
from flask import current_app

from training.config import Config


def settings() -> Config:
    """The configuration; a command that needs it ends with what is missing."""
    if "training.missing" in current_app.extensions:
        raise click.ClickException(current_app.extensions["training.missing"])
    config: Config = current_app.extensions["training.config"]
    return config
