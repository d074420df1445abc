"""What the pictures of a learning curve say in words."""

from __future__ import annotations

from flask_babel import gettext
from markupsafe import Markup

from training.competency.rule.curve import SkillCurve
from training.competency.treatments.pictures import Labels, curve_picture
from training.measurement.cusum import CusumRule
from training.web.wording import day, named


def picture_of(found: SkillCurve, rule: CusumRule) -> Markup:
    """Empty for a curve of which everything was left out."""
    if not found.results:
        return Markup("")
    labels = Labels(
        upper=gettext("Upper limit: asks for a look"),
        lower=gettext("Lower limit: the skill is shown"),
        signed=gettext("signed off"),
        first=day(found.results[0].on),
        last=day(found.results[-1].on),
        text=gettext(
            "%(region)s, %(number)s results, of them %(successes)s successes; the score is now %(score)s between "
            "%(lower)s and %(upper)s. The table has every result.",
            region=named(found.region),
            number=len(found.results),
            successes=sum(one.success for one in found.results),
            score=figure(found.points[-1].score),
            lower=figure(rule.lower),
            upper=figure(rule.upper),
        ),
    )
    return curve_picture(found.points, rule, found.monitored_from, labels)


def figure(value: float) -> str:
    return f"{value:.2f}".replace("-", "−")
