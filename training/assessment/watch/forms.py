from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from flask_babel import gettext

from training.anatomy.segments import REGIONS
from training.assessment.watch.withholding import REASON_LENGTH, SHORTEST_REASON

STATES = ("drawn", "withheld", "suspected", "used-up")
SORTS = ("met", "title", "right", "leak")


@dataclass(frozen=True)
class Asked:
    """Which cases, and in which order; of the empty ones all, and those that most people met first."""

    region: str = ""
    state: str = ""
    sort: str = "met"

    @classmethod
    def parse(cls, fields: Mapping[str, str]) -> Asked:
        """What is none of ours is left out."""
        region, state, sort = (fields.get(name, "") for name in ("region", "state", "sort"))
        return cls(
            region if region in REGIONS else "", state if state in STATES else "", sort if sort in SORTS else "met"
        )

    @property
    def address(self) -> dict[str, Any]:
        """As parts of an address."""
        wanted = {"region": self.region, "state": self.state, "sort": self.sort if self.sort != "met" else ""}
        return {name: value for name, value in wanted.items() if value}

    @property
    def narrowed(self) -> bool:
        return bool(self.region or self.state)


@dataclass(frozen=True)
class ReasonForm:
    """Why a case is withheld or given back, and that it was meant."""

    reason: str
    errors: dict[str, str] = field(default_factory=dict)

    @classmethod
    def parse(cls, fields: Mapping[str, str]) -> ReasonForm:
        errors: dict[str, str] = {}
        reason = " ".join(fields.get("reason", "").replace("\x00", "").split())
        if not SHORTEST_REASON <= len(reason) <= REASON_LENGTH:
            errors["reason"] = gettext(
                "Say why, in %(least)s to %(most)s characters.", least=SHORTEST_REASON, most=REASON_LENGTH
            )
        if fields.get("sure") != "yes":
            errors["sure"] = gettext("Read what happens, and confirm it.")
        return cls(reason[: 2 * REASON_LENGTH], errors)
