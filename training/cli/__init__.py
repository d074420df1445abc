"""The commands. Results go to stdout for a pipe, progress to stderr for a person, the exit status is for a script."""

from __future__ import annotations

from flask import Flask

from training.cli.cases import cases_group
from training.cli.content import content_group
from training.cli.database import db_group
from training.cli.demo import demo_group
from training.cli.exams import exams_group
from training.cli.framework import framework_group
from training.cli.journal import journal_group
from training.cli.localization import localize
from training.cli.measure import measure_group
from training.cli.people import person_group
from training.cli.renewal import renewal_group
from training.cli.sign_offs import signoff_group
from training.config import ROOT, ConfigError

COMMANDS = (
    content_group, framework_group, cases_group, localize, measure_group, person_group,
    signoff_group, renewal_group, exams_group, journal_group, db_group, demo_group,
)  # fmt: skip


def register(app: Flask) -> None:
    for command in COMMANDS:
        app.cli.add_command(command)


def unconfigured(error: ConfigError) -> Flask:
    """An application without configuration: commands run as far as they need none, others say what is missing."""
    app = Flask("training", root_path=str(ROOT))
    app.extensions["training.missing"] = str(error)
    register(app)
    return app
