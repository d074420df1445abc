from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from training.db.base import Base, public_id_column

_OPEN_CASE = text("finished_at IS NULL AND source = 'case'")


class Encounter(Base):
    """One person's meeting with one patient. It is practice for ever: nothing that certifies reads this table.

    `mode`: in the `room` the person finds the findings; `given` shows them. `source`: an authored `case`, which
    `item_id` and `version_hash` pin, or a `generated` patient. `patient` pins what the examination follows from, and a
    generated patient whole, so that a changed model changes nothing under way. `run` and `number` (1, 2, 3 ...) place
    a generated patient within a row of them. `response` is {"segment", "side", "confidence", "plan"}, saved once with
    the `nonce` of its form; `right` needs segment and side. `score`: how probable the findings make the answered
    segment beside the best one, 0 to 1.

    `key`, `difficulty`, `block` and `pair` ("C6/C7", or "") are what the plan of practice reads of a generated patient
    three hundred at a time; they say again what stands in `patient`. Without a plan there is no block.
    """

    __tablename__ = "encounter"
    __table_args__ = (
        Index(
            "uq_encounter_open_case",
            "person_id",
            "item_id",
            unique=True,  # so the second of two clicks resumes what the first began
            sqlite_where=_OPEN_CASE,
            postgresql_where=_OPEN_CASE,
        ),
        UniqueConstraint("person_id", "run", "number", "mode"),  # so a second click meets the same next patient
        Index(None, "person_id", "touched_at"),
        CheckConstraint("mode IN ('room', 'given')", "mode"),
        CheckConstraint("source IN ('case', 'generated')", "source"),
        CheckConstraint("(source = 'case') = (item_id IS NOT NULL AND version_hash IS NOT NULL)", "case_is_pinned"),
        CheckConstraint("(source = 'generated') = (run IS NOT NULL AND number IS NOT NULL)", "generated_in_a_run"),
        CheckConstraint("mode = 'room' OR source = 'generated'", "given_is_generated"),
        CheckConstraint('(finished_at IS NULL) = ("right" IS NULL)', "finished_is_marked"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = public_id_column()
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    mode: Mapped[str] = mapped_column(String(8))
    source: Mapped[str] = mapped_column(String(12))
    item_id: Mapped[str | None] = mapped_column(String(64))
    version_hash: Mapped[str | None] = mapped_column(ForeignKey("item_version.hash"))
    patient: Mapped[dict[str, Any]]
    run: Mapped[str | None] = mapped_column(String(22))
    number: Mapped[int | None]
    nonce: Mapped[str | None] = mapped_column(String(22))  # of the form that was answered
    response: Mapped[dict[str, Any] | None]
    right: Mapped[bool | None]
    segment_right: Mapped[bool | None]
    side_right: Mapped[bool | None]
    score: Mapped[float | None]
    key: Mapped[str | None] = mapped_column(String(16))
    difficulty: Mapped[int | None]
    block: Mapped[str | None] = mapped_column(String(16))
    pair: Mapped[str | None] = mapped_column(String(16))
    started_at: Mapped[datetime]
    touched_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]


class EncounterStep(Base):
    """One thing examined, in one manner, and what it showed then; never changed afterwards.

    `number` counts from 1 within the encounter. `observations` is as `training.assessment.room.found` writes it.
    `seconds` is what it cost.
    """

    __tablename__ = "encounter_step"
    __table_args__ = (
        UniqueConstraint("encounter_id", "structure_id", "manner"),  # looking twice shows nothing new
        UniqueConstraint("encounter_id", "number"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    encounter_id: Mapped[int] = mapped_column(ForeignKey("encounter.id"))
    number: Mapped[int]
    structure_id: Mapped[str] = mapped_column(String(80))
    manner: Mapped[str] = mapped_column(String(16))
    observations: Mapped[dict[str, Any]]
    seconds: Mapped[int]
    at: Mapped[datetime]
