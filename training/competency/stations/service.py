"""What the rest of the slice, and others through it, may ask of practical exams."""

from __future__ import annotations

from training.competency.stations.release import Line, Released, lines, release, released_of, why_not
from training.competency.stations.scoring import score, score_of, strike, struck_at_station
from training.competency.stations.sessions import (
    Place,
    Practical,
    listed,
    open_session,
    practical,
    standards,
    stations_offered,
)
from training.competency.stations.standard import StationStandard

__all__ = [
    "Line",
    "Place",
    "Practical",
    "Released",
    "StationStandard",
    "lines",
    "listed",
    "open_session",
    "practical",
    "release",
    "released_of",
    "score",
    "score_of",
    "standards",
    "stations_offered",
    "strike",
    "struck_at_station",
    "why_not",
]
