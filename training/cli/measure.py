"""What the measurements are worth: how often the sign-off rule errs, how an exam's items behave."""

from __future__ import annotations

from flask.cli import AppGroup

from training.cli.measure_calibrate import measure_calibrate
from training.cli.measure_items import measure_items
from training.cli.measure_simulation import measure_simulate

measure_group = AppGroup("measure", help="Analyse items; show how often the sign-off rule errs.")
measure_group.add_command(measure_simulate)
measure_group.add_command(measure_items)
measure_group.add_command(measure_calibrate)
