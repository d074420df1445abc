"""What can go wrong in a treatment, as the log asks for it: a checked list, each kind with its source."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Harm = Literal["none", "minor", "serious"]


@dataclass(frozen=True)
class Event:
    """A kind of adverse event. `sources` are keys of courses/references.yaml; `per_cent` of treatments in BRADY2014."""

    id: str
    harm: Harm
    sources: tuple[str, ...]
    per_cent: float | None = None


NOTHING = Event("none", "none", ())

# Serious after the grades that Physiotherapy Alberta quotes (PTALB: hospital, lasting disability or death), the kinds
# after what reports of harm name most. When in doubt between two, the log asks for the graver.
EVENTS: tuple[Event, ...] = (
    NOTHING,
    Event("bruising", "minor", ("BRADY2014", "BOYCE2020"), 7.55),
    Event("bleeding", "minor", ("BRADY2014", "BOYCE2020"), 4.65),
    Event("pain-during", "minor", ("BRADY2014", "BOYCE2020"), 3.01),
    Event("pain-after", "minor", ("BRADY2014",), 2.19),
    Event("worse-symptoms", "minor", ("BRADY2014",), 0.88),
    Event("drowsiness", "minor", ("BRADY2014",), 0.26),
    Event("headache", "minor", ("BRADY2014",), 0.14),
    Event("nausea", "minor", ("BRADY2014",), 0.13),
    Event("faint", "minor", ("ZHANG2010",)),
    Event("other-minor", "minor", ("PTALB",)),
    Event("lung", "serious", ("SACT1", "HQCA2014", "ZHANG2010")),
    Event("deep-bleeding", "serious", ("LEE2011", "BERRIGAN2018", "ZHANG2010")),
    Event("infection", "serious", ("ZHANG2010",)),
    Event("other-serious", "serious", ("PTALB",)),
)
BY_ID = {one.id: one for one in EVENTS}


def harm_of(event: str) -> Harm:
    """A word that is not in the list any more counts as the gravest."""
    found = BY_ID.get(event)
    return found.harm if found else "serious"
