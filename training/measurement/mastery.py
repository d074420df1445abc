"""The mastery decision: is the evidence against "just at the standard" strong enough?

For each case answered at first sight, two people are compared: one exactly at the standard and one `delta` logits above
it. An answer multiplies the evidence by how much better it fits the second. All sessions count together, each later
start with half the weight of the one before it:

    M = sum over sessions k = 1..K of 2^-k E_k + 2^-K        E_k: product of the factors since the start of session k

For anybody at or below the standard every factor has an expectation of at most 1, so M is a non-negative
supermartingale that starts at 1, and P(M ever reaches 1/alpha) <= alpha (Ville), whatever the order of the cases,
however often one looks and however many sessions there are. It asks one thing: that no case is easier than rated by
more than `margin`.
Proof and simulations: docs/measurement.md, "Why it holds" and "The simulation"; training/measurement/simulation.py.
"""

from __future__ import annotations

import math
import tomllib
from collections.abc import Hashable, Iterable
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, Literal, SupportsFloat

Decision = Literal["pass", "fail", "continue"]
Held = Literal["evidence", "length"]

CONFIGURED = Path(__file__).parent / "data" / "mastery.toml"
_STEEPEST = 700.0  # logits; exp() of more does not fit a float, and the ratios no longer change there
_LARGEST = 1e300  # of a ratio: far above any 1/alpha, and products with it still fit a float


class Difficulty(float):
    """A case's difficulty in logits relative to the standard, with what the decision may know about the answer to it.

    attempt: 1 = first sight of the case; any other answer does not count.
    session: any hashable name of the session; None = a new one begins after every hold.
    area: any hashable name of the content area; None = counts for no content minimum.
    """

    __slots__ = ("area", "attempt", "session")
    attempt: int
    session: Hashable
    area: Hashable

    def __new__(
        cls, logits: SupportsFloat, *, attempt: int = 1, session: Hashable = None, area: Hashable = None
    ) -> Difficulty:
        made = super().__new__(cls, logits)
        made.attempt = attempt
        made.session = session
        made.area = area
        return made

    @classmethod
    def rated(cls, rating: float, *, attempt: int = 1, session: Hashable = None, area: Hashable = None) -> Difficulty:
        """From an Angoff rating, the share (0 < rating < 1) of just-competent people who answer the case rightly."""
        if not 0 < rating < 1:
            raise ValueError(f"a rating is a share between 0 and 1, not {rating!r}")
        return cls(-math.log(rating / (1 - rating)), attempt=attempt, session=session, area=area)


Response = tuple[SupportsFloat, bool]


@dataclass(frozen=True, kw_only=True)
class Rule:
    """Everything that can be set about the decision; the values stand in data/mastery.toml.

    alpha: chance, 0..1, that a person at or below the standard ever passes; 1/alpha is the ratio needed.
    margin, delta: logits; how much easier than rated a case is taken; how far above the standard the alternative is.
    clip: highest probability, 0..1, of a right answer under either.
    kept_back: share, 0..1, of the weight at hand that each session leaves to later ones.
    least_answers, session_cap, per_area: counts of first-sight answers. hold_at: a ratio below 1.
    areas: those which the content minimum asks for; empty = those that occur among the answers.
    Raises ValueError for values outside these ranges.
    """

    alpha: float = 0.05
    margin: float = 0.1
    delta: float = 1.0
    clip: float = 0.985
    kept_back: float = 0.5
    least_answers: int = 8
    hold_at: float = 0.10
    session_cap: int = 40
    per_area: int = 2
    areas: tuple[Hashable, ...] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "areas", tuple(self.areas))
        for name in ("alpha", "clip", "kept_back", "hold_at"):
            if not 0 < getattr(self, name) < 1:
                raise ValueError(f"{name} lies between 0 and 1, not {getattr(self, name)!r}")
        if not (0 <= self.margin < math.inf and 0 < self.delta < math.inf):
            raise ValueError(f"margin {self.margin!r} is at least 0 and delta {self.delta!r} above it, both finite")
        if min(self.least_answers, self.session_cap) < 1 or self.per_area < 0:
            raise ValueError("least_answers and session_cap are at least 1, per_area is at least 0")

    @property
    def needed(self) -> float:
        """The evidence ratio that passes: 1/alpha."""
        return 1 / self.alpha


@dataclass(frozen=True, kw_only=True)
class Evidence:
    """What a page shows of the evidence after the last answer. Counts are of first-sight answers, ratios to 1.

    decision: 'pass' once the rule was met after any of the answers, 'fail' (say "not yet") while the running session is
    held, else 'continue'. passed_after: the count of answers at which it was met.
    ratio: M; needed: the M that passes. session_ratio: the running session's own, without margin.
    held: why the running session ended: its 'evidence' against, or its 'length'.
    answers_missing, areas_missing: what the least number of answers and the content minimum still ask for.
    path: M after each answer, oldest first, for a drawing; session_starts: the indices in it where sessions began.
    """

    decision: Decision
    passed_after: int | None
    ratio: float
    needed: float
    session_ratio: float
    held: Held | None
    answers: int
    right: int
    sessions: int
    session_answers: int
    answers_missing: int
    areas_missing: dict[Hashable, int] = field(default_factory=dict)
    path: tuple[float, ...] = ()
    session_starts: tuple[int, ...] = ()


_Answer = tuple[float, bool, Hashable, Hashable]  # difficulty in logits, right, session, area


@cache
def configured_rule() -> Rule:
    """The rule of data/mastery.toml, read once."""
    return Rule(**tomllib.loads(CONFIGURED.read_text(encoding="utf-8")))


def decide(responses: Iterable[Response], rule: Rule | None = None) -> Decision:
    """'pass', 'fail' or 'continue' from all answers so far, oldest first; to be called after every answer.

    responses: pairs (difficulty, correct). The difficulty is in logits relative to the standard: a plain number, or one
    that carries any of the attributes `attempt`, `session` and `area` (see `Difficulty`, which is a float with them;
    whatever has them and turns into a float will do, also a pair that has them itself, such as a named tuple with the
    fields difficulty, correct, session). An attribute that is missing or None means: first sight; a new session after
    every hold; no area. `correct` is a bool, or the integers 0 and 1. rule: the configured one unless given.

    pass: M has reached 1/alpha after one of the answers, with at least `least_answers` answers and the content minimum
    met by then. It is final: the decision was made when it was reached, and the guarantee covers ever reaching it, so
    answers that arrive later (a second device, a caller that goes on) take nothing back.
    fail: "not yet". The running session's ratio without margin is at most `hold_at`, and there are `least_answers`
    answers in all; or the session has `session_cap` answers. Not final: the next session continues from M.
    No answers at all: 'continue'. Raises ValueError for a difficulty that is no finite number or a mark that is neither
    right nor wrong, naming the answer.
    Source: docs/measurement.md, "The formula"; A. Wald, Sequential Analysis (1947); for the bound over all times
    J. Ville, Étude critique de la notion de collectif (1939).
    """
    return evidence(responses, rule).decision


def evidence(responses: Iterable[Response], rule: Rule | None = None) -> Evidence:
    """The decision with all that a page shows of it; arguments and errors as in `decide`. One pass over the answers.

    The areas of the content minimum are those of the rule; if it names none, those that occur anywhere in the list.
    A session begins where a name occurs for the first time; the running one is the latest that began.
    """
    rule = rule or configured_rule()
    answers = _first_sights(responses)
    areas = rule.areas or dict.fromkeys(answer[3] for answer in answers if answer[3] is not None)
    missing = dict.fromkeys(areas, rule.per_area) if rule.per_area else {}
    needed, least, cap, hold_at = rule.needed, rule.least_answers, rule.session_cap, rule.hold_at
    factors, easier, exp = _Factors(rule.delta, rule.clip).of, math.exp(-rule.margin), math.exp
    started, reserve = 0.0, 1.0  # M is their sum: what became of the weights of the sessions so far, and what is left
    session_ratio, in_session, passed_after = 1.0, 0, 0
    held: Held | None = None
    seen: set[Hashable] = set()
    path: list[float] = []
    starts: list[int] = []
    for count, (difficulty, correct, session, area) in enumerate(answers, 1):
        if not starts or (held if session is None else session not in seen):
            starts.append(count - 1)
            started += (1 - rule.kept_back) * reserve
            reserve *= rule.kept_back
            session_ratio, in_session = 1.0, 0
        seen.add(session)
        odds = exp(difficulty if difficulty < _STEEPEST else _STEEPEST)  # of a wrong answer, at the standard
        started *= factors(odds * easier, correct)
        session_ratio *= factors(odds, correct)
        if started > _LARGEST or session_ratio > _LARGEST:
            started, session_ratio = min(started, _LARGEST), min(session_ratio, _LARGEST)
        in_session += 1
        if area in missing:
            missing[area] -= 1
            if not missing[area]:
                del missing[area]
        ratio = started + reserve
        path.append(ratio)
        held = "length" if in_session >= cap else None
        if count >= least:
            if session_ratio <= hold_at:
                held = "evidence"
            if ratio >= needed and not missing and not passed_after:
                passed_after = count
    return Evidence(
        decision="pass" if passed_after else "fail" if held else "continue",
        passed_after=passed_after or None,
        ratio=path[-1] if path else 1.0,
        needed=needed,
        session_ratio=session_ratio,
        held=None if passed_after else held,
        answers=len(answers),
        right=sum(answer[1] for answer in answers),
        sessions=len(starts),
        session_answers=in_session,
        answers_missing=max(0, least - len(answers)),
        areas_missing=missing,
        path=tuple(path),
        session_starts=tuple(starts),
    )


def likelihood_ratio(difficulty: float, correct: bool, *, margin: float, delta: float, clip: float) -> float:
    """How much better one answer fits a person `delta` logits above the standard than one at it.

    difficulty, margin, delta: logits; clip: probability. With p = sigmoid(margin - difficulty) and
    q = sigmoid(margin + delta - difficulty), neither above `clip`: q/p if correct, else (1 - q)/(1 - p).
    """
    return _Factors(delta, clip).of(math.exp(min(difficulty - margin, _STEEPEST)), correct)


class _Factors:
    """The same ratio from the odds of a wrong answer, which spares an exponential.

    p = 1/(1 + odds) and q = 1/(1 + odds/e^delta); so q/p = (1 + odds)/(1 + odds/e^delta) and (1 - q)/(1 - p) =
    (1 + odds)/(e^delta + odds) unless clipped. Written so, rounding cannot carry them to the wrong side of 1.
    """

    __slots__ = ("clip", "p_clipped", "q_clipped", "step")

    def __init__(self, delta: float, clip: float) -> None:
        self.clip = clip
        self.step = math.exp(delta)
        self.p_clipped = 1 / clip - 1  # odds below which p, and those below which q, would exceed the clip
        self.q_clipped = self.p_clipped * self.step

    def of(self, odds: float, correct: bool) -> float:
        if odds >= self.q_clipped:
            return (1 + odds) / (1 + odds / self.step if correct else self.step + odds)
        if odds <= self.p_clipped:
            return 1.0
        return self.clip * (1 + odds) if correct else (1 - self.clip) * (1 + odds) / odds


def _first_sights(responses: Any) -> list[_Answer]:
    """All answers are checked; those which count are returned."""
    if isinstance(responses, str | bytes) or not hasattr(responses, "__iter__"):
        raise ValueError("the responses are a list of (difficulty, correct) pairs")
    counted: list[_Answer] = []
    for number, response in enumerate(responses, 1):
        try:
            difficulty, correct = response
        except (TypeError, ValueError):
            difficulty, correct = _named(response, number)
        plain = type(response) is tuple or type(response) is list
        if type(difficulty) is float and plain:
            value, attempt, session, area = difficulty, None, None, None
        else:
            value = float(difficulty) if isinstance(difficulty, float) else _number(difficulty, number)
            attempt = getattr(difficulty, "attempt", None)
            session = getattr(difficulty, "session", None)
            area = getattr(difficulty, "area", None)
            if not plain:
                attempt = getattr(response, "attempt", None) if attempt is None else attempt
                session = getattr(response, "session", None) if session is None else session
                area = getattr(response, "area", None) if area is None else area
            try:
                hash((session, area))
            except TypeError as error:
                raise ValueError(f"answer {number}: session and area are plain names, numbers or texts") from error
        if not math.isfinite(value):
            raise ValueError(f"answer {number}: the difficulty {value} is not finite; it is in logits")
        if correct is not True and correct is not False:
            correct = _mark(correct, number)
        if attempt is None or attempt == 1:
            counted.append((value, correct, session, area))
    return counted


def _named(response: Any, number: int) -> tuple[Any, Any]:
    """A response that is no pair, but an object with the fields of one."""
    if hasattr(response, "difficulty") and hasattr(response, "correct"):
        return response.difficulty, response.correct
    raise ValueError(f"answer {number} is {response!r}; it must be a pair (difficulty, correct)")


def _number(difficulty: Any, number: int) -> float:
    """Whatever turns into a float by itself; neither a text nor a truth value does."""
    numeric = hasattr(difficulty, "__float__") or hasattr(difficulty, "__index__")
    try:
        if numeric and not _is_bool(difficulty):
            return float(difficulty)
    except (TypeError, ValueError, OverflowError) as error:
        raise ValueError(f"answer {number}: the difficulty {difficulty!r} is no number in logits") from error
    raise ValueError(f"answer {number}: the difficulty {difficulty!r} is no number in logits")


def _mark(correct: Any, number: int) -> bool:
    """A bool that is not Python's own (numpy's), or an integer 0 or 1. A share of a point is no mark here."""
    if (_is_bool(correct) or hasattr(correct, "__index__")) and correct in (0, 1):
        return bool(correct)
    raise ValueError(f"answer {number}: {correct!r} is neither right nor wrong; only an exact match counts, as a bool")


def _is_bool(value: Any) -> bool:
    """Python's or numpy's, which this module does not import."""
    return type(value).__name__ in ("bool", "bool_")
