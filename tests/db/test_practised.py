"""Encounters from before there were columns for what the plan reads get them filled."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path

from sqlalchemy import create_engine, text

from training.db import migrate
from training.db.engine import engine_options, prepare

BEFORE = "0009"
PATIENTS = {
    "plan": {"keys": ["C6"], "difficulty": 2, "wish": {"pair": "C6/C7"}, "plan": {"block": "C6", "pair": ["C6", "C7"]}},
    "wish": {"keys": ["L5"], "difficulty": 3, "wish": {"pair": "L5/S1"}},
    "none": {"keys": ["refer"], "difficulty": 1, "wish": {}},
}
FILLED = {"plan": ("C6", 2, "C6", "C6/C7"), "wish": ("L5", 3, None, "L5/S1"), "none": ("refer", 1, None, "")}


def test_they_are_filled(tmp_path: Path) -> None:
    engine = create_engine(**engine_options(f"sqlite:///{tmp_path / 'old.sqlite3'}"))
    prepare(engine)
    migrate.upgrade(engine, BEFORE)
    with sqlite3.connect(tmp_path / "old.sqlite3") as plain:  # without foreign keys: no person is needed
        plain.executemany(
            "INSERT INTO encounter (public_id, person_id, mode, source, patient, run, number, started_at, touched_at) "
            "VALUES (?, 1, 'given', 'generated', ?, ?, 1, '2026-01-01', '2026-01-01')",
            [(name, json.dumps(patient), name) for name, patient in PATIENTS.items()],
        )
    migrate.upgrade(engine)
    with engine.connect() as connection:
        rows = connection.execute(text('SELECT public_id, "key", difficulty, block, pair FROM encounter')).all()
    engine.dispose()
    assert {row[0]: tuple(row[1:]) for row in rows} == FILLED
