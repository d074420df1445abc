"""What the address of the overview asks for; anything that is none of ours is passed over."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from training.anatomy.segments import REGIONS

KINDS = ("quiz", "case")
BANKS = ("practice", "sign-off", "exam")
SORTS = ("title", "n", "facility", "discrimination", "flags")


@dataclass(frozen=True)
class Asked:
    """Which lines, of whose answers, in which order; `down` turns the order over."""

    kind: str = ""
    region: str = ""
    bank: str = ""
    cohort: str = ""
    flagged: bool = False
    sort: str = "title"
    down: bool = False

    @classmethod
    def parse(cls, fields: Mapping[str, str]) -> Asked:
        def one_of(name: str, known: tuple[str, ...]) -> str:
            given = fields.get(name, "")
            return given if given in known else ""

        sort = fields.get("sort", "")
        return cls(
            kind=one_of("kind", KINDS),
            region=one_of("region", REGIONS),
            bank=one_of("bank", BANKS),
            cohort=cohort(fields),
            flagged=fields.get("flagged") == "1",
            sort=sort.lstrip("-") if sort.lstrip("-") in SORTS else "title",
            down=sort.startswith("-"),
        )

    @property
    def narrowed(self) -> bool:
        """Whether less than everything is asked for."""
        return bool(self.kind or self.region or self.bank or self.flagged)

    def address(self, **changes: str) -> dict[str, str]:
        """These filters as parts of an address, some of them changed."""
        now = {
            "kind": self.kind,
            "region": self.region,
            "bank": self.bank,
            "cohort": self.cohort,
            "flagged": "1" if self.flagged else "",
            "sort": ("-" if self.down else "") + self.sort,
        }
        return {name: value for name, value in {**now, **changes}.items() if value}

    def sorted_by(self, sort: str) -> str:
        """What a column's heading asks for: its order, or that turned over when it stands already."""
        return f"-{sort}" if self.sort == sort and not self.down else sort


def cohort(fields: Mapping[str, str]) -> str:
    return fields.get("cohort", "")[:40].replace("\x00", "")
