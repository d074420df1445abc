"""The analysis as JSON and as a table for people. English, for the command line."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from training.measurement import intervals
from training.measurement.intervals import Interval
from training.measurement.item_analysis import Analysis, Notice
from training.measurement.sample_size import COUNTS_ONLY, KEY_IN_DOUBT, TRUSTED

Value = str | int | float | None
_NAMES_AT_MOST = 12

_WORDS = {
    "few-people": f"Only {{people}}: under {COUNTS_ONLY} read the counts and nothing else; every other figure "
    "is mostly chance.",
    "some-people": f"Only {{people}}: read the facility with its interval; discrimination and alpha are mostly "
    f"chance below {TRUSTED}.",
    "unseen": "Nobody answered {items}: left out of the totals.",
    "empty-rows": "Rows without any mark: {rows}.",
    "missing": "Missing answers: {gaps} (items {items}). Items use the answers given; discrimination uses the mean "
    "mark on the other items the same person saw; mean, sd, skewness, kurtosis, alpha and sem use complete rows only: "
    "{complete} of {rows}.",
    "few-answers": f"Fewer than {COUNTS_ONLY} answers to {{items}}: read the counts only.",
    "zero-variance": "Everybody has the same mark on {items}: zero variance, so discrimination is undefined.",
    "negative-discrimination": "Negative discrimination of {items}: who does well elsewhere does worse here. Check the "
    "key.",
    "negative-by-chance": f"Negative discrimination of {{items}}, but below {KEY_IN_DOUBT} people a good item often "
    "shows that by chance.",
    "one-item": "Fewer than two items with answers: discrimination, alpha, sem and difficulty are undefined.",
    "no-complete-rows": "Nobody saw every item: the figures of the test, alpha and sem are undefined.",
    "alpha-few": "Complete rows: {rows}; alpha and sem need three.",
    "alpha-no-spread": "Everybody has the same total: alpha and sem are undefined.",
    "alpha-negative": "Alpha is negative: the items do not measure one thing, or keys are wrong; sem exceeds sd.",
    "alpha-small": f"Alpha rests on {{rows}} complete rows; below {TRUSTED} it is mostly chance.",
    "partial-marks": "Partial marks on {items}: the Rasch model is for marks of 0 and 1, so no difficulty there; the "
    "other items' difficulties are estimated among themselves.",
    "no-difficulty-extreme": "All or none right on {items}: no finite difficulty.",
    "no-difficulty-apart": "No difficulty for {items}: too few people got one of these right and another item wrong, "
    "and the reverse, to compare them with the rest.",
    "perfect-scores": "Perfect scores ({perfect}) and zero scores ({zero}) say nothing about differences of "
    "difficulty: left out of it; {people} remain.",
    "difficulty-few": f"Difficulty rests on {{people}}: below {TRUSTED} treat it as a guess with the interval "
    "given, and prefer the panel's rating.",
    "difficulty-one": "Fewer than two items have marks of 0 and 1 only: no difficulty can be estimated.",
    "not-converged": "The difficulties did not settle; treat them as rough.",
}


def in_words(notice: Notice) -> str:
    names = list(notice.items[:_NAMES_AT_MOST])
    more = len(notice.items) - len(names)
    listed = ", ".join(names) + (f" and {more} more" if more else "")
    counts = {name: _people(count) if name == "people" else str(count) for name, count in notice.counts}
    return _WORDS[notice.code].format(items=listed, **counts)


def _people(count: int) -> str:
    return "1 person" if count == 1 else f"{count} people"


def as_json(analysis: Analysis, first: Iterable[str] = ()) -> dict[str, object]:
    """Plain values for json.dumps. `first` are warnings from reading the file."""
    return {
        "items": [_item(analysis, place) for place in range(len(analysis.items))],
        "test": _test(analysis),
        "warnings": warnings(analysis, first),
    }


def warnings(analysis: Analysis, first: Iterable[str] = ()) -> list[str]:
    """`first`, then what the analysis itself has to say."""
    return [*first, *(in_words(notice) for notice in analysis.notices)]


def _ends(name: str, interval: Interval | None) -> dict[str, Value]:
    low, high = interval if interval is not None else (None, None)
    return {f"{name}_low": low, f"{name}_high": high}


def _item(analysis: Analysis, place: int) -> dict[str, Value]:
    one = analysis.items[place]
    difficulty, error = analysis.difficulties[place], analysis.difficulty_errors[place]
    around = None if difficulty is None or error is None else intervals.around(difficulty, error)
    return {
        "item": one.item,
        "n": one.n,
        "facility": one.facility,
        **_ends("facility", one.facility_interval),
        "sd": one.sd,
        "discrimination": one.discrimination,
        **_ends("discrimination", one.discrimination_interval),
        "discrimination_n": one.discrimination_n,
        "discriminative_efficiency": one.efficiency,
        "effective_weight": analysis.effective_weights[place],
        "difficulty": difficulty,
        "difficulty_se": error,
        **_ends("difficulty", around),
        "alpha_if_deleted": analysis.alpha_if_deleted[place],
    }


def _test(analysis: Analysis) -> dict[str, Value]:
    totals, whole, found = analysis.totals, analysis.reliability, analysis.rasch
    return {
        "people": analysis.people,
        "items": whole.items,
        "n": totals.n,
        "mean": totals.mean,
        **_ends("mean", totals.mean_interval),
        "sd": totals.sd,
        "skewness": totals.skewness,
        "skewness_se": totals.skewness_se,
        "kurtosis": totals.kurtosis,
        "kurtosis_se": totals.kurtosis_se,
        "alpha": whole.alpha,
        **_ends("alpha", whole.alpha_interval),
        "alpha_n": whole.n,
        "kr21": whole.kr21,
        "sem": whole.sem,
        **_ends("sem", whole.sem_interval),
        "difficulty_n": found.people if found else 0,
        "difficulty_log_likelihood": found.log_likelihood if found else None,
    }


def as_text(analysis: Analysis) -> str:
    """Two tables; intervals in brackets, a dash where a figure is undefined. Warnings are the caller's to print."""
    head = ("item", "n", "facility", "sd", "discrimination", "difficulty", "se", "alpha without")
    body = []
    for place, one in enumerate(analysis.items):
        row = _item(analysis, place)
        body.append(
            (
                one.item,
                str(one.n),
                _within(row, "facility"),
                _figure(row["sd"]),
                _within(row, "discrimination"),
                _within(row, "difficulty"),
                _figure(row["difficulty_se"]),
                _figure(row["alpha_if_deleted"]),
            )
        )
    test = _test(analysis)
    lines = [
        f"{_people(analysis.people)}, items: {len(analysis.items)}; totals out of {test['items']}, from complete rows "
        f"only: {test['n']}",
        *(
            f"  {name:<9} {_within(test, name) if f'{name}_low' in test else _figure(test[name])}"
            for name in ("mean", "sd", "skewness", "kurtosis", "alpha", "sem")
        ),
        "",
        *_table(head, body),
    ]
    return "\n".join(lines)


def _figure(value: Value) -> str:
    return f"{value:.3f}" if isinstance(value, int | float) else "-"


def _within(row: dict[str, Value], name: str) -> str:
    low, high = row[f"{name}_low"], row[f"{name}_high"]
    bounds = f" [{_figure(low)}, {_figure(high)}]" if low is not None else ""
    return _figure(row[name]) + bounds


def _table(head: Sequence[str], body: Sequence[Sequence[str]]) -> list[str]:
    widths = [max(len(row[place]) for row in [head, *body]) for place in range(len(head))]
    return [
        "  ".join(cell.ljust(width) if place == 0 else cell.rjust(width) for place, (cell, width) in enumerate(pairs))
        for row in [head, *body]
        for pairs in [list(zip(row, widths, strict=True))]
    ]
