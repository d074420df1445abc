"""Who may use which view. Refused unless opened: a view that does not say who may use it answers nobody."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar
from urllib.parse import urlsplit

from flask import abort, current_app, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import UserMixin, current_user


class Role(StrEnum):
    """What a person does here; one person may hold several."""

    TRAINEE = "trainee"
    AUTHOR = "author"
    REVIEWER = "reviewer"
    ASSESSOR = "assessor"
    DECIDER = "decider"
    CLINIC = "clinic"
    ADMIN = "admin"


class Permission(StrEnum):
    """`resource:action`; a view names one, a role grants some."""

    ACCOUNT_OWN = "account:own"
    COURSE_STUDY = "course:study"
    CASE_WORK = "case:work"
    PROGRESS_OWN = "progress:own"
    EXAM_TAKE = "exam:take"
    EXAM_RUN = "exam:run"
    LIBRARY_READ = "library:read"
    ANALYSIS_READ = "analysis:read"
    PANEL_RATE = "panel:rate"
    BANK_CALIBRATE = "bank:calibrate"
    BANK_WITHHOLD = "bank:withhold"
    TRAINEE_READ = "trainee:read"
    TRAINEE_OBSERVE = "trainee:observe"
    SIGN_OFF_PROPOSE = "sign-off:propose"
    SIGN_OFF_READ = "sign-off:read"
    SIGN_OFF_DECIDE = "sign-off:decide"
    CERTIFICATE_OWN = "certificate:own"
    CERTIFICATE_MANAGE = "certificate:manage"
    CLINIC_CHECK = "clinic:check"
    PEOPLE_MANAGE = "people:manage"
    JOURNAL_READ = "journal:read"


EVERYONE = "everyone"
P = Permission
GRANTS: dict[Role, frozenset[Permission]] = {
    Role.AUTHOR: frozenset({P.COURSE_STUDY, P.LIBRARY_READ, P.ANALYSIS_READ, P.PANEL_RATE}),
    Role.REVIEWER: frozenset(
        {P.COURSE_STUDY, P.LIBRARY_READ, P.ANALYSIS_READ, P.PANEL_RATE, P.BANK_CALIBRATE, P.BANK_WITHHOLD}
    ),
    Role.TRAINEE: frozenset({P.COURSE_STUDY, P.CASE_WORK, P.PROGRESS_OWN, P.CERTIFICATE_OWN, P.EXAM_TAKE}),
    Role.ASSESSOR: frozenset(
        {
            P.COURSE_STUDY,
            P.ANALYSIS_READ,
            P.PANEL_RATE,
            P.BANK_WITHHOLD,
            P.TRAINEE_READ,
            P.TRAINEE_OBSERVE,
            P.SIGN_OFF_PROPOSE,
            P.SIGN_OFF_READ,
            P.EXAM_RUN,
        }
    ),
    Role.DECIDER: frozenset(
        {
            P.COURSE_STUDY,
            P.ANALYSIS_READ,
            P.BANK_CALIBRATE,
            P.BANK_WITHHOLD,
            P.TRAINEE_READ,
            P.SIGN_OFF_READ,
            P.SIGN_OFF_DECIDE,
            P.CERTIFICATE_MANAGE,
            P.EXAM_RUN,
        }
    ),
    Role.CLINIC: frozenset({P.CLINIC_CHECK}),
    Role.ADMIN: frozenset({P.PEOPLE_MANAGE, P.LIBRARY_READ, P.JOURNAL_READ}),
}


@dataclass(frozen=True)
class SignedIn(UserMixin):  # type: ignore[misc]  # Flask-Login is not typed
    """The person behind a request. A plain value: nothing loads more of it, nothing writes through it."""

    id: int
    public_id: str
    name: str
    email: str
    session_stamp: str
    roles: frozenset[Role]

    def get_id(self) -> str:
        """What the session cookie keeps; a changed password changes the stamp and ends other sessions."""
        return f"{self.public_id}.{self.session_stamp}"

    def may(self, permission: Permission) -> bool:
        return permission is Permission.ACCOUNT_OWN or any(permission in GRANTS[role] for role in self.roles)


View = TypeVar("View", bound=Callable[..., ResponseReturnValue])


def open_to(rule: Permission | str, *, section: str = "") -> Callable[[View], View]:
    """Say who may use a view: EVERYONE, or those whose roles grant the permission.

    `section` is the endpoint of the place in the navigation under which the page stands.
    """
    if rule != EVERYONE and not isinstance(rule, Permission):
        raise ValueError(f"{rule!r} is neither EVERYONE nor a Permission")

    def mark(view: View) -> View:
        view.open_to = rule  # type: ignore[attr-defined]
        view.section = section  # type: ignore[attr-defined]
        return view

    return mark


def me() -> SignedIn:
    """The signed-in person, in views that are not open to everyone."""
    person: SignedIn = current_user._get_current_object()
    return person


def refuse_unless_open() -> ResponseReturnValue | None:
    """Before every view; one that does not say who may use it is refused."""
    if request.endpoint is None:
        return None  # no such page; the 404 follows
    rule = getattr(current_app.view_functions[request.endpoint], "open_to", None)
    if rule == EVERYONE:
        return None
    if not current_user.is_authenticated:
        return sign_in_first()
    if not isinstance(rule, Permission) or not me().may(rule):
        abort(403)
    return None


def sign_in_first() -> ResponseReturnValue:
    """To the sign-in page and back again; what was posted cannot be repeated, so it goes back to its page."""
    if wants_json():
        abort(401)
    wanted = request.full_path.rstrip("?") if request.method == "GET" else page_before()
    return redirect(url_for("accounts.sign_in", next=local_address(wanted)), code=303)


def page_before() -> str:
    """The path of the page that a form stands on, as the browser says it; empty when it says none."""
    try:
        return urlsplit(request.referrer or "").path
    except ValueError:
        return ""


def local_address(wanted: str | None) -> str | None:
    """The address when it stays on this site, else None."""
    if not wanted or not wanted.startswith("/") or wanted.startswith(("//", "/\\")) or not wanted.isprintable():
        return None
    parts = urlsplit(wanted)
    return wanted if not parts.scheme and not parts.netloc and "\\" not in wanted else None


def wants_json() -> bool:
    """Our own script and programs ask for JSON; a browser's address line asks for a page."""
    accepted = request.accept_mimetypes
    return accepted["application/json"] > accepted["text/html"]
