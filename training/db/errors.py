"""What can be refused, without knowing HTTP; `training.web.errors` gives each its status and its words.

A message is an English sentence that names the mend and may hold `%(name)s` places; it is also the id under which a
translation is found, so values go into the places and never into the sentence.
"""

from __future__ import annotations


class Problem(Exception):
    """Something asked for cannot be done. `message` with `values` says why and what to do."""

    def __init__(self, message: str, /, **values: object) -> None:
        super().__init__(message % values if values else message)
        self.message = message
        self.values = values


class NotFound(Problem):
    """No such thing, or it is another person's: the two look the same."""


class Refused(Problem):
    """Known, but this person may not do it, or not now."""


class Conflict(Problem):
    """Somebody else, or an earlier click, was first; what they did stands."""


class Invalid(Problem):
    """What was sent cannot be read as an answer to what was asked."""


class TooMany(Problem):
    """Tried too often. `retry_after_seconds` says how long to wait."""

    def __init__(self, message: str, /, retry_after_seconds: int, **values: object) -> None:
        super().__init__(message, **values)
        self.retry_after_seconds = retry_after_seconds
