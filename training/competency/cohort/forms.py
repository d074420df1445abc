from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass

SORTS = ("name", "met", "behind", "stuck", "away")
WHOM = ("", "away", "stuck")
MOST = 120


@dataclass(frozen=True)
class Asked:
    """What of the cohort is wanted; what is not understood in an address is as if it were not there."""

    search: str = ""
    cohort: str = ""
    sort: str = "name"
    whom: str = ""

    @classmethod
    def parse(cls, fields: Mapping[str, str]) -> Asked:
        sort, whom = fields.get("sort", ""), fields.get("whom", "")
        return cls(
            search=fields.get("search", "").strip()[:MOST],
            cohort=fields.get("cohort", "")[:MOST],
            sort=sort if sort in SORTS else SORTS[0],
            whom=whom if whom in WHOM else "",
        )

    @property
    def narrowed(self) -> bool:
        return bool(self.search or self.cohort or self.whom)

    def address(self) -> dict[str, str]:
        """The same question as arguments of an address, without what is as it would be anyway."""
        return {name: value for name, value in asdict(self).items() if value and (name, value) != ("sort", SORTS[0])}
