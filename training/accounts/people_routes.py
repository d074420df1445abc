"""People, their roles, invitations and cohorts: what administrators do."""

from __future__ import annotations

from datetime import UTC, datetime

from flask import Blueprint, current_app, flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from training.accounts import invitations, password_links, service
from training.accounts.forms import CohortForm, InviteForm, RolesForm
from training.db.base import new_public_id
from training.db.errors import Conflict, Refused
from training.db.session import session, transaction
from training.web.access import Permission, Role, me, open_to
from training.web.errors import worded
from training.web.paging import PAGE_SIZE, Page, asked_page

LONGEST_SEARCH = 120
SECTION = "accounts.people"


def register(bp: Blueprint) -> None:
    """Add these views to the slice's blueprint."""
    bp.get("/people")(people)
    bp.get("/people/<public_id>")(person)
    bp.post("/people/<public_id>/roles")(change_roles)
    bp.get("/people/<public_id>/roles")(confirm_roles)
    bp.post("/people/<public_id>/cohorts")(change_cohorts)
    bp.post("/people/<public_id>/password-link")(make_password_link)
    bp.get("/people/invitations")(invitation_list)
    bp.post("/people/invitations")(invite)
    bp.get("/people/invitations/<public_id>/withdraw")(confirm_withdrawal)
    bp.post("/people/invitations/<public_id>/withdraw")(withdraw)
    bp.get("/people/cohorts")(cohorts)
    bp.post("/people/cohorts")(add_cohort)


# --- people ----------------------------------------------------------------------------------------------------


@open_to(Permission.PEOPLE_MANAGE, section=SECTION)
def people() -> ResponseReturnValue:
    search = " ".join(request.args.get("search", "").split())[:LONGEST_SEARCH]
    role = Role(request.args["role"]) if request.args.get("role") in set(Role) else None
    cohorts = service.cohorts(session())
    asked = request.args.get("cohort", "")
    cohort = asked if asked in {one.public_id for one in cohorts} else ""
    number = asked_page()
    rows = service.people(
        session(),
        search=search,
        role=role,
        cohort_public_id=cohort,
        limit=PAGE_SIZE + 1,
        offset=(number - 1) * PAGE_SIZE,
    )
    return render_template(
        "accounts/people.html",
        page=Page.of(rows, number),
        search=search,
        role=role,
        cohort=cohort,
        cohorts=cohorts,
        roles=list(Role),
    )


@open_to(Permission.PEOPLE_MANAGE, section=SECTION)
def person(public_id: str) -> ResponseReturnValue:
    profile = service.profile(session(), public_id)
    return render_template(
        "accounts/person.html",
        profile=profile,
        roles=list(Role),
        cohorts=service.cohorts(session()),
        member_of=service.cohorts_of(session(), profile.id),
    )


@open_to(Permission.PEOPLE_MANAGE, section=SECTION)
def change_roles(public_id: str) -> ResponseReturnValue:
    """Giving is done at once; taking away is asked about first."""
    profile = service.profile(session(), public_id)
    form = RolesForm.parse(request.form)
    if form.had - form.roles and not form.confirmed:
        asked = url_for("accounts.confirm_roles", public_id=public_id, role=sorted(form.roles), had=sorted(form.had))
        return redirect(asked, code=303)
    try:
        with transaction() as db:
            service.set_roles(db, profile.id, form.roles, had=form.had, at=datetime.now(UTC), by_id=me().id)
    except (Conflict, Refused) as problem:
        flash(worded(problem), "bad")
    else:
        flash(gettext("The roles of %(name)s are saved.", name=profile.name))
    if profile.id == me().id and Role.ADMIN not in form.roles:
        return redirect(url_for("home.front"), code=303)
    return redirect(url_for("accounts.person", public_id=public_id), code=303)


@open_to(Permission.PEOPLE_MANAGE, section=SECTION)
def confirm_roles(public_id: str) -> ResponseReturnValue:
    profile = service.profile(session(), public_id)
    form = RolesForm.parse(request.args)
    return render_template(
        "accounts/confirm_roles.html",
        profile=profile,
        form=form,
        taken=[role for role in Role if role in form.had - form.roles],
        given=[role for role in Role if role in form.roles - form.had],
        self_locked_out=profile.id == me().id and Role.ADMIN in form.had - form.roles,
    )


@open_to(Permission.PEOPLE_MANAGE, section=SECTION)
def change_cohorts(public_id: str) -> ResponseReturnValue:
    profile = service.profile(session(), public_id)
    with transaction() as db:
        service.set_cohorts(db, profile.id, request.form.getlist("cohort"))
    flash(gettext("The cohorts of %(name)s are saved.", name=profile.name))
    return redirect(url_for("accounts.person", public_id=public_id), code=303)


@open_to(Permission.PEOPLE_MANAGE, section=SECTION)
def make_password_link(public_id: str) -> ResponseReturnValue:
    """Answers with the link itself: it is kept nowhere, so no other page could show it."""
    profile, key = service.profile(session(), public_id), str(current_app.secret_key)
    with transaction() as db:
        token = password_links.make(db, profile.id, key, by_id=me().id, at=datetime.now(UTC))
    link = url_for("accounts.new_password", token=token, _external=True)
    response = make_response(render_template("accounts/password_link.html", profile=profile, link=link))
    response.headers["Cache-Control"] = "no-store"
    return response


# --- invitations -----------------------------------------------------------------------------------------------


@open_to(Permission.PEOPLE_MANAGE, section=SECTION)
def invitation_list() -> ResponseReturnValue:
    return show_invitations(InviteForm.empty())


@open_to(Permission.PEOPLE_MANAGE, section=SECTION)
def invite() -> ResponseReturnValue:
    cohorts = {cohort.public_id: cohort.id for cohort in service.cohorts(session())}
    form = InviteForm.parse(request.form, set(cohorts))
    if form.errors or form.role is None:
        return show_invitations(form), 422
    with transaction() as db:
        made = invitations.invite(
            db,
            note=form.note,
            role=form.role,
            cohort_id=cohorts.get(form.cohort),
            days=form.days,
            by_id=me().id,
            at=datetime.now(UTC),
            public_id=form.public_id,
        )
        public_id = made.public_id
    flash(gettext("The invitation is made. Copy its link and send it yourself; it works once."))
    return redirect(url_for("accounts.invitation_list", made=public_id), code=303)


def show_invitations(form: InviteForm) -> str:
    number, now = asked_page(), datetime.now(UTC)
    rows = invitations.invitations(session(), at=now, limit=PAGE_SIZE + 1, offset=(number - 1) * PAGE_SIZE)
    key = str(current_app.secret_key)
    links = {
        row.invitation.public_id: url_for(
            "accounts.invitation", token=invitations.token(row.invitation, key), _external=True
        )
        for row in rows
        if row.state == "open"
    }
    return render_template(
        "accounts/invitations.html",
        page=Page.of(rows, number),
        links=links,
        made=request.args.get("made", ""),
        form=form,
        form_id=new_public_id(),
        roles=[role.value for role in Role],
        cohorts=service.cohorts(session()),
        days_open=invitations.DAYS_OPEN,
    )


@open_to(Permission.PEOPLE_MANAGE, section=SECTION)
def confirm_withdrawal(public_id: str) -> ResponseReturnValue:
    found = invitations.invitation_of(session(), public_id)
    state = invitations.state_of(found, at=datetime.now(UTC))
    return render_template("accounts/withdraw.html", invitation=found, state=state)


@open_to(Permission.PEOPLE_MANAGE, section=SECTION)
def withdraw(public_id: str) -> ResponseReturnValue:
    with transaction() as db:
        invitations.revoke(db, public_id, by_id=me().id, at=datetime.now(UTC))
    flash(gettext("The invitation is withdrawn; its link opens nothing any more."))
    return redirect(url_for("accounts.invitation_list"), code=303)


# --- cohorts ---------------------------------------------------------------------------------------------------


@open_to(Permission.PEOPLE_MANAGE, section=SECTION)
def cohorts() -> ResponseReturnValue:
    return show_cohorts(CohortForm("", None, "", {}))


@open_to(Permission.PEOPLE_MANAGE, section=SECTION)
def add_cohort() -> ResponseReturnValue:
    form = CohortForm.parse(request.form)
    if form.errors or form.starts_on is None:
        return show_cohorts(form), 422
    try:
        with transaction() as db:
            service.add_cohort(db, form.name, form.starts_on)
    except Conflict as problem:
        form.errors["name"] = worded(problem)
        return show_cohorts(form), 422
    flash(gettext("The cohort %(name)s is added.", name=form.name))
    return redirect(url_for("accounts.cohorts"), code=303)


def show_cohorts(form: CohortForm) -> str:
    return render_template(
        "accounts/cohorts.html", cohorts=service.cohorts(session()), sizes=service.cohort_sizes(session()), form=form
    )
