"""What stands in the head of every page: the places that this person's roles open."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Flask, current_app, request, url_for
from flask_babel import get_locale, lazy_gettext
from flask_babel.speaklater import LazyString

from training.web.access import Permission, me

PLACES: tuple[tuple[Permission, str, LazyString], ...] = (
    (Permission.PROGRESS_OWN, "home.front", lazy_gettext("Today")),
    (Permission.COURSE_STUDY, "study.courses", lazy_gettext("Courses")),
    (Permission.CASE_WORK, "assessment.cases", lazy_gettext("Cases")),
    (Permission.PROGRESS_OWN, "competency.progress", lazy_gettext("Progress")),
    (Permission.TRAINEE_READ, "competency.trainees", lazy_gettext("Trainees")),
    (Permission.SIGN_OFF_READ, "sign_offs.sign_offs", lazy_gettext("Sign-offs")),
    (Permission.CERTIFICATE_MANAGE, "credentials.certificates", lazy_gettext("Certificates")),
    (Permission.CLINIC_CHECK, "clinics.check", lazy_gettext("Check a list")),
    (Permission.LIBRARY_READ, "library.items", lazy_gettext("Library")),
    (Permission.ANALYSIS_READ, "analysis.overview", lazy_gettext("Analysis")),
    (Permission.PANEL_RATE, "panel.waiting_list", lazy_gettext("Panel")),
    (Permission.PEOPLE_MANAGE, "accounts.people", lazy_gettext("People")),
    (Permission.JOURNAL_READ, "home.journal", lazy_gettext("Journal")),
)


@dataclass(frozen=True)
class Place:
    address: str
    label: str
    here: bool


def navigation() -> list[Place]:
    """The signed-in person's places; one is `here` when its blueprint answers this request."""
    person = me()
    endpoint = request.endpoint or ""
    return [
        Place(url_for(target), str(label), endpoint == target or section_of(endpoint) == target)
        for permission, target, label in PLACES
        if person.may(permission)
    ]


def section_of(endpoint: str) -> str:
    """The place under whose name a deeper page stands; a view says so with `open_to(..., section=...)`."""
    view = current_app.view_functions.get(endpoint)
    return str(getattr(view, "section", ""))


def init_app(app: Flask) -> None:
    app.add_template_global(navigation)
    app.add_template_global(lambda: str(get_locale()), "get_locale_name")
