"""Items that behave oddly, for their author's queue."""

from __future__ import annotations

from enum import StrEnum

from training.measurement.item_statistics import ItemStatistics
from training.measurement.option_counts import OptionTable
from training.measurement.sample_size import (
    HARD_KEY,
    KEY_IN_DOUBT,
    RARE_OPTION,
    TRUSTED,
    WEAK_DISCRIMINATION,
    WEAK_ITEMS,
)

LEAKED = 3.0  # the drift beyond which a case is retired


class Flag(StrEnum):
    """A message id; the web words it."""

    NEGATIVE = "negative-discrimination"  # check the key
    WEAK = "weak-discrimination"
    HARD = "key-under-30-percent"
    UNUSED = "option-nobody-takes"
    RARE = "option-under-5-percent"
    SUSPECT_KEY = "option-better-than-key"
    LEAKED = "much-easier-lately"
    HARDER = "much-harder-lately"


def flags(item: ItemStatistics, options: OptionTable | None = None, drift: float | None = None) -> list[Flag]:
    """What is odd, from as many people on as can tell: 20 for the key, 30 for options, 100 for weak items."""
    found = []
    r = item.discrimination
    if r is not None and r < 0 and item.discrimination_n >= KEY_IN_DOUBT:
        found.append(Flag.NEGATIVE)
    elif r is not None and r < WEAK_DISCRIMINATION and item.discrimination_n >= WEAK_ITEMS:
        found.append(Flag.WEAK)
    if item.facility is not None and item.facility < HARD_KEY and item.n >= KEY_IN_DOUBT:
        found.append(Flag.HARD)
    if options is not None:
        found += _of_options(options)
    if drift is not None and abs(drift) > LEAKED:
        found.append(Flag.LEAKED if drift > 0 else Flag.HARDER)
    return found


def _of_options(table: OptionTable) -> list[Flag]:
    if table.n < TRUSTED:
        return []
    found = []
    others = [option for option in table.options if not option.is_key]
    if any(option.count == 0 for option in others):
        found.append(Flag.UNUSED)
    if table.n >= WEAK_ITEMS and any(0 < option.share < RARE_OPTION for option in others):
        found.append(Flag.RARE)
    keys = [option.correlation for option in table.options if option.is_key and option.correlation is not None]
    rivals = [option.correlation for option in others if option.correlation is not None]
    if keys and rivals and max(rivals) > max(keys):
        found.append(Flag.SUSPECT_KEY)
    return found
