"""Dates, shares and the names of things, in the reader's language and the school's time zone."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from babel.dates import format_date as babel_date
from babel.dates import format_time as babel_time
from babel.support import NullTranslations
from flask import Flask, current_app, g
from flask_babel import get_locale, get_translations, lazy_gettext
from jinja2 import pass_eval_context
from jinja2.nodes import EvalContext
from markupsafe import Markup

NAMES = {
    "trainee": lazy_gettext("Trainee"),
    "author": lazy_gettext("Author"),
    "reviewer": lazy_gettext("Reviewer"),
    "assessor": lazy_gettext("Assessor"),
    "decider": lazy_gettext("Decider"),
    "clinic": lazy_gettext("Clinic"),
    "admin": lazy_gettext("Administrator"),
    "cervical": lazy_gettext("Cervical"),
    "thoracic": lazy_gettext("Thoracic"),
    "lumbar": lazy_gettext("Lumbar"),
    "sacral": lazy_gettext("Sacral"),
    "chest-wall": lazy_gettext("Over the chest wall"),
    "left": lazy_gettext("Left"),
    "right": lazy_gettext("Right"),
    "both": lazy_gettext("Both sides"),
    "midline": lazy_gettext("Midline"),
    "guess": lazy_gettext("Guess"),
    "think": lazy_gettext("I think so"),
    "sure": lazy_gettext("Sure"),
    "practice": lazy_gettext("Practice"),
    "sign-off": lazy_gettext("Sign-off"),
    "independent": lazy_gettext("Independent"),
    "supervised": lazy_gettext("Under supervision"),
    "not-certified": lazy_gettext("Not certified"),
    "active": lazy_gettext("Active"),
    "suspended": lazy_gettext("Suspended"),
    "withdrawn": lazy_gettext("Withdrawn"),
    "expired": lazy_gettext("Expired"),
    "superseded": lazy_gettext("Superseded"),
    "unknown": lazy_gettext("Unknown"),
    "mistyped": lazy_gettext("Mistyped"),
    "not-a-code": lazy_gettext("Not a code"),
    "proposed": lazy_gettext("Waiting for a decision"),
    "granted": lazy_gettext("Granted"),
    "deferred": lazy_gettext("Deferred"),
    "refused": lazy_gettext("Refused"),
    "established": lazy_gettext("Established"),
    "consensus": lazy_gettext("Consensus"),
    "model": lazy_gettext("Gunn model"),
    "contested": lazy_gettext("Contested"),
    "refer": lazy_gettext("Do not needle: refer"),
    "course": lazy_gettext("Course"),
    "lesson": lazy_gettext("Lesson"),
    "nerve": lazy_gettext("Peripheral nerve"),
    "quiz": lazy_gettext("Quiz"),
    "case": lazy_gettext("Case"),
    "framework": lazy_gettext("Framework"),
    "exam": lazy_gettext("Exam"),
    "exam.announced": lazy_gettext("Exam announced"),
    "exam.changed": lazy_gettext("Exam changed"),
    "exam.extra-time": lazy_gettext("Extra time given in an exam"),
    "exam.finished": lazy_gettext("Exam finished"),
    "exam.question-struck": lazy_gettext("Exam question struck"),
    "exam.released": lazy_gettext("Exam results released"),
    "content.published": lazy_gettext("Content published"),
    "role.given": lazy_gettext("Role given"),
    "role.taken": lazy_gettext("Role taken"),
    "invitation.made": lazy_gettext("Invitation made"),
    "invitation.withdrawn": lazy_gettext("Invitation withdrawn"),
    "password.link-made": lazy_gettext("Password link made"),
    "password.set-by-link": lazy_gettext("Password set by link"),
    "panel.counted": lazy_gettext("Panel rating counts"),
    "panel.changed": lazy_gettext("Panel rating changed"),
    "bank.calibrated": lazy_gettext("Difficulties computed from answers"),
    "bank.withheld": lazy_gettext("Sign-off case withheld"),
    "bank.released": lazy_gettext("Sign-off case given back"),
    "observation.recorded": lazy_gettext("Observation recorded"),
    "sign-off.proposed": lazy_gettext("Sign-off proposed"),
    "sign-off.granted": lazy_gettext("Sign-off granted"),
    "sign-off.deferred": lazy_gettext("Sign-off deferred"),
    "sign-off.refused": lazy_gettext("Sign-off refused"),
    "certificate.issued": lazy_gettext("Certificate issued"),
    "certificate.active": lazy_gettext("Certificate restored"),
    "certificate.suspended": lazy_gettext("Certificate suspended"),
    "certificate.withdrawn": lazy_gettext("Certificate withdrawn"),
    "certificate.superseded": lazy_gettext("Certificate superseded"),
}


def init_app(app: Flask) -> None:
    app.add_template_filter(day)
    app.add_template_filter(moment)
    app.add_template_filter(percent)
    app.add_template_filter(named)
    app.add_template_global(named_pairs)
    # In place of Jinja's own, which send each text through the template's context twice, and a page has fifty.
    app.jinja_env.globals.update(_=translated, gettext=translated, ngettext=translated_count)


@pass_eval_context
def translated(how: EvalContext, text: str, /, **values: object) -> str:
    """A text of a template in the reader's language; its values are escaped as any others."""
    said = catalogue().ugettext(text)
    if how.autoescape:
        said = Markup(said)
    return said % values if "%" in said else said  # most texts have no places, and filling none takes as long as ten


@pass_eval_context
def translated_count(how: EvalContext, one: str, many: str, count: int, /, **values: object) -> str:
    """The same where the words follow a number, which stands in them as `%(num)s`."""
    said = catalogue().ungettext(one, many, count)
    return (Markup(said) if how.autoescape else said) % {"num": count, **values}


def catalogue() -> NullTranslations:
    """The reader's translations, found once a request: Flask-Babel finds them anew for each of a page's fifty texts."""
    found: NullTranslations | None = g.get("catalogue") if g else None
    if found is None:
        found = get_translations()
        if g:
            g.catalogue = found
    return found


def zone() -> ZoneInfo:
    """The school's time zone."""
    found: ZoneInfo = current_app.extensions["training.config"].timezone
    return found


def named(word: str) -> str:
    """The name that people read for a word of ours such as a role, a region or a state; a segment is its own name."""
    return _named(word, catalogue()) if word in NAMES else word


@lru_cache(maxsize=1024)
def _named(word: str, _of: NullTranslations) -> str:
    return str(NAMES[word])


def named_pairs(words: Iterable[str]) -> list[tuple[str, str]]:
    """Each word with its name, for the options of a select."""
    return [(word, named(word)) for word in words]


def day(when: date | datetime) -> str:
    """ "21 Nov 2026", the day it is where the school is."""
    local = when.astimezone(zone()).date() if isinstance(when, datetime) else when
    return _day(local, str(get_locale()))


def moment(when: datetime) -> str:
    """ "21 Nov 2026, 14:05 MST"; the zone is said, since people read it elsewhere."""
    local = when.astimezone(zone())
    return f"{_day(local.date(), str(get_locale()))}, {babel_time(local, 'HH:mm', locale=get_locale())} {local:%Z}"


def percent(share: float) -> str:
    """A share from 0 to 1 as whole per cent; 0.9999 is 99 %, since nothing is complete before it is."""
    return f"{int(share * 100 + 1e-9)} %"


@lru_cache(maxsize=4096)
def _day(when: date, locale: str) -> str:
    return babel_date(when, "d MMM y", locale=locale)
