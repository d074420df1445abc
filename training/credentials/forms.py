from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from flask_babel import gettext

from training.credentials.service import MOST_REASON, REGIONS


@dataclass(frozen=True)
class ChangeForm:
    """Suspend, restore or withdraw a certificate or, with a region, one of its lines."""

    STATES: ClassVar[tuple[str, ...]] = ("suspended", "active", "withdrawn")

    state: str
    region: str | None
    reason: str
    seen: int | None
    errors: dict[str, str]

    @classmethod
    def parse(cls, fields: Mapping[str, str]) -> ChangeForm:
        errors = {}
        state, region = fields.get("state", ""), fields.get("region", "") or None
        if state not in cls.STATES:
            errors["state"] = gettext("Choose what is to happen on the certificate's page.")
        if region is not None and region not in REGIONS:
            errors["region"] = gettext("Choose a region on the certificate's page.")
        reason = fields.get("reason", "").strip()
        if not reason:
            errors["reason"] = gettext("Say why. Whoever reads the history later must understand it.")
        elif len(reason) > MOST_REASON:
            errors["reason"] = gettext("Shorten the reason to %(most)s characters.", most=MOST_REASON)
        if state == "withdrawn" and fields.get("final") != "yes":
            errors["final"] = gettext("Tick that you know that this is final.")
        seen = fields.get("seen", "")
        return cls(state, region, reason, int(seen) if seen.isdecimal() and len(seen) < 19 else None, errors)
