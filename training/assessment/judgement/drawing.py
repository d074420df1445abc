"""What the pictures of a person's judgement show, and the texts that stand for them."""

from __future__ import annotations

from flask_babel import gettext

from training.assessment.analysis.confusion import Decision, Share
from training.assessment.analysis.pictures import Bar, Column
from training.web.wording import named


def decision_bars(found: Decision) -> list[Bar]:
    """Who had to be referred and who could be needled; of each first those treated rightly."""
    missed, needless = found.missed, found.needless
    return [
        Bar(gettext("Had to be referred: %(number)s", number=missed.n), [missed.n - missed.count, missed.count]),
        Bar(gettext("Could be needled: %(number)s", number=needless.n), [needless.n - needless.count, needless.count]),
    ]


def decision_text(found: Decision) -> str:
    text: str = gettext(
        "Of %(refer)s patients who had to be referred %(missed)s were needled; of %(needle)s who could be needled "
        "%(needless)s were referred. The table has the shares.",
        refer=found.missed.n,
        missed=found.missed.count,
        needle=found.needless.n,
        needless=found.needless.count,
    )
    return text


def confidence_columns(found: dict[str, Share]) -> list[Column]:
    return [
        Column(
            named(said),
            gettext("%(right)s of %(number)s right", right=one.count, number=one.n),
            None if one.hidden else one.value,
            None if one.hidden else one.interval,
        )
        for said, one in found.items()
    ]


def confidence_text(found: dict[str, Share]) -> str:
    said = "; ".join(
        gettext("%(said)s: %(right)s of %(number)s right", said=named(word), right=one.count, number=one.n)
        for word, one in found.items()
    )
    return str(gettext("Share right by how sure. %(said)s. The table has the intervals.", said=said))
