"""Signing in and out, one's own account, and taking an invitation."""

from __future__ import annotations

from datetime import UTC, datetime

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from flask import session as browser
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_login import current_user, login_user, logout_user

from training.accounts import invitations, password_links, people_routes, service
from training.accounts.forms import NewPasswordForm, NewPersonForm, PasswordForm, SignInForm
from training.accounts.invitations import Closed
from training.db.errors import Conflict, NotFound, Problem, Refused
from training.db.session import session, transaction
from training.web.access import EVERYONE, Permission, Role, SignedIn, local_address, me, open_to
from training.web.errors import worded

bp = Blueprint("accounts", __name__)
people_routes.register(bp)


# --- signing in and out ----------------------------------------------------------------------------------------


@bp.get("/sign-in")
@open_to(EVERYONE, section="accounts.sign_in")
def sign_in() -> ResponseReturnValue:
    wanted = local_address(request.args.get("next"))
    if current_user.is_authenticated:
        return redirect(wanted or url_for("home.front"), code=303)
    return render_template("accounts/sign_in.html", form=SignInForm("", "", {}), wanted=wanted)


@bp.post("/sign-in")
@open_to(EVERYONE, section="accounts.sign_in")
def sign_in_submit() -> ResponseReturnValue:
    wanted = local_address(request.args.get("next"))
    form = SignInForm.parse(request.form)
    if form.errors:
        return render_template("accounts/sign_in.html", form=form, wanted=wanted), 422
    now, address = datetime.now(UTC), request.remote_addr or ""
    service.refuse_if_throttled(session(), form.email, address, at=now)
    person = service.check_password(session(), form.email, form.password)
    if person is None:
        with transaction() as db:
            service.note_failure(db, form.email, address, at=now)
        form.errors["password"] = gettext("E-mail address or password is not right. Type both again.")
        return render_template("accounts/sign_in.html", form=form, wanted=wanted), 422
    begin_session(person)
    return redirect(wanted or url_for("home.front"), code=303)


@bp.post("/sign-out")
@open_to(Permission.ACCOUNT_OWN)
def sign_out() -> ResponseReturnValue:
    logout_user()
    browser.clear()
    flash(gettext("You are signed out."))
    return redirect(url_for("home.front"), code=303)


def begin_session(person: SignedIn) -> None:
    """A new session that holds nothing of the one before, which somebody else may have prepared."""
    browser.clear()
    login_user(person)
    browser.permanent = True


# --- one's own account -----------------------------------------------------------------------------------------


@bp.get("/account")
@open_to(Permission.ACCOUNT_OWN, section="accounts.account")
def account() -> ResponseReturnValue:
    return show_account({})


@bp.post("/account/password")
@open_to(Permission.ACCOUNT_OWN, section="accounts.account")
def change_password() -> ResponseReturnValue:
    form = PasswordForm.parse(request.form)
    if form.errors:
        return show_account(form.errors), 422
    person, now, address = me(), datetime.now(UTC), request.remote_addr or ""
    service.refuse_if_throttled(session(), person.public_id, address, at=now)  # on a phone found unlocked
    try:
        with transaction() as db:
            stamp = service.change_password(db, person.id, form.old, form.password)
    except Refused as problem:
        with transaction() as db:
            service.note_failure(db, person.public_id, address, at=now)
        return show_account({"old": worded(problem)}), 422
    begin_session(SignedIn(person.id, person.public_id, person.name, person.email, stamp, person.roles))
    flash(gettext("Your password is changed. Every other session of yours has ended."))
    return redirect(url_for("accounts.account"), code=303)


def show_account(errors: dict[str, str]) -> str:
    return render_template("accounts/account.html", profile=service.profile(session(), me().public_id), errors=errors)


@bp.get("/password/<token>")
@open_to(EVERYONE)
def new_password(token: str) -> ResponseReturnValue:
    """For somebody who forgot theirs, by the link of an administrator."""
    return show_new_password(token, {})


@bp.post("/password/<token>")
@open_to(EVERYONE)
def set_new_password(token: str) -> ResponseReturnValue:
    form = NewPasswordForm.parse(request.form)
    if form.errors:
        return show_new_password(token, form.errors, 422)
    try:
        with transaction() as db:
            person = password_links.set_new(db, token, str(current_app.secret_key), form.password, at=datetime.now(UTC))
            db.flush()
            found = service.signed_in(db, person.public_id, person.session_stamp)
    except (Closed, NotFound) as problem:
        return closed_link(problem)
    assert found is not None  # it was written a moment ago, in the same transaction
    begin_session(found)
    flash(gettext("Your password is changed, and you are signed in."))
    return redirect(url_for("home.front"), code=303)


def show_new_password(token: str, errors: dict[str, str], status: int = 200) -> ResponseReturnValue:
    try:
        person = password_links.person_behind(session(), token, str(current_app.secret_key), at=datetime.now(UTC))
    except (Closed, NotFound) as problem:
        return closed_link(problem)
    return render_template("accounts/new_password.html", token=token, person=person, errors=errors), status


# --- taking an invitation --------------------------------------------------------------------------------------


@bp.get("/invitations/<token>")
@open_to(EVERYONE)
def invitation(token: str) -> ResponseReturnValue:
    return show_invitation(token, NewPersonForm("", "", "", {}))


@bp.post("/invitations/<token>")
@open_to(EVERYONE)
def accept_invitation(token: str) -> ResponseReturnValue:
    """As the signed-in person, or as somebody new."""
    now, key = datetime.now(UTC), str(current_app.secret_key)
    try:
        if current_user.is_authenticated:
            with transaction() as db:
                invitations.accept_as(db, token, key, me().id, at=now)
        else:
            form = NewPersonForm.parse(request.form)
            if form.errors:
                return show_invitation(token, form, 422)
            begin_session(accept_as_new(token, form, now))
    except Conflict as problem:
        form.errors["email"] = worded(problem)
        return show_invitation(token, form, 422)
    except (Closed, NotFound) as problem:
        return closed_link(problem)
    flash(gettext("Welcome. The invitation is taken; this is where you go on."))
    return redirect(url_for("home.front"), code=303)


def accept_as_new(token: str, form: NewPersonForm, now: datetime) -> SignedIn:
    with transaction() as db:
        person = invitations.accept_as_new(
            db,
            token,
            str(current_app.secret_key),
            name=form.name,
            email=form.email,
            password=form.password,
            at=now,
        )
        db.flush()
        found = service.signed_in(db, person.public_id, person.session_stamp)
    assert found is not None  # it was written a moment ago, in the same transaction
    return found


def show_invitation(token: str, form: NewPersonForm, status: int = 200) -> ResponseReturnValue:
    try:
        found = invitations.open_invitation(session(), token, str(current_app.secret_key), at=datetime.now(UTC))
    except (Closed, NotFound) as problem:
        return closed_link(problem)
    known = current_user.is_authenticated
    page = render_template(
        "accounts/invitation.html",
        token=token,
        form=form,
        role=Role(found.role),
        cohort=invitations.cohort_name(session(), found),
        expires_at=found.expires_at,
        needless=known and invitations.gives_nothing(session(), found, me().id),
    )
    return page, status


def closed_link(problem: Problem) -> ResponseReturnValue:
    """Why an invitation, or a link for a new password, opens nothing, and how to get another."""
    status = 404 if isinstance(problem, NotFound) else 410
    return render_template("accounts/closed_link.html", message=worded(problem)), status
