"""Cases, quizzes and the attempts at them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from flask import Blueprint, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from training.assessment import again, forms, lists, player, service
from training.assessment.notes import service as notes
from training.assessment.notes import subjects
from training.content.documents import Case, Quiz
from training.db.errors import Conflict, Invalid
from training.db.session import session, transaction
from training.library import service as library
from training.web.access import Permission, me, open_to, wants_json
from training.web.errors import worded
from training.web.paging import PAGE_SIZE, Page, asked_page

bp = Blueprint("assessment", __name__)


@bp.app_template_global()
def answering_person() -> str:
    """Whose answers a form's script may keep and send again: a phone is lent, a computer shared."""
    return me().public_id


# --- cases -----------------------------------------------------------------------------------------------------


@bp.get("/cases")
@open_to(Permission.CASE_WORK, section="assessment.cases")
def cases() -> ResponseReturnValue:
    region = forms.region(request.args)
    bank = lists.case_bank(session(), me().id, region)
    number = asked_page()
    first = (number - 1) * PAGE_SIZE
    page = Page.of(bank.practice[first : first + PAGE_SIZE + 1], number)
    return render_template("assessment/cases.html", bank=bank, page=page, region=region)


@bp.get("/cases/<case_id>")
@open_to(Permission.CASE_WORK, section="assessment.cases")
def case(case_id: str) -> ResponseReturnValue:
    _version, found = library.current(session(), case_id, Case)
    if found.bank == "sign-off":  # nobody chooses one
        return redirect(url_for("sign_off.overview"))
    earlier = service.attempts_at(session(), me().id, case_id, "case")
    return render_template("assessment/case.html", case=found, earlier=earlier)


@bp.post("/cases/<case_id>/attempts")
@open_to(Permission.CASE_WORK, section="assessment.cases")
def start_case(case_id: str) -> ResponseReturnValue:
    with transaction() as db:
        begun = service.start(db, me().id, case_id, "case", at=datetime.now(UTC))
    return redirect(url_for("assessment.attempt", public_id=begun.public_id), code=303)


# --- quizzes ---------------------------------------------------------------------------------------------------


@bp.get("/quizzes/<quiz_id>")
@open_to(Permission.COURSE_STUDY, section="study.courses")
def quiz(quiz_id: str) -> ResponseReturnValue:
    _version, found = library.current(session(), quiz_id, Quiz)
    earlier = service.attempts_at(session(), me().id, quiz_id, "quiz")
    return render_template("assessment/quiz.html", quiz=found, earlier=earlier)


@bp.post("/quizzes/<quiz_id>/attempts")
@open_to(Permission.COURSE_STUDY, section="study.courses")
def start_quiz(quiz_id: str) -> ResponseReturnValue:
    with transaction() as db:
        begun = service.start(db, me().id, quiz_id, "quiz", at=datetime.now(UTC))
    return redirect(url_for("assessment.attempt", public_id=begun.public_id), code=303)


# --- attempts --------------------------------------------------------------------------------------------------


@bp.get("/attempts")
@open_to(Permission.COURSE_STUDY, section="assessment.cases")
def attempts() -> ResponseReturnValue:
    number = asked_page()
    offset = (number - 1) * PAGE_SIZE
    rows = lists.history(session(), me().id, limit=PAGE_SIZE + 1, offset=offset)
    return render_template("assessment/attempts.html", page=Page.of(rows, number))


@bp.get("/attempts/<public_id>")
@open_to(Permission.COURSE_STUDY, section="assessment.cases")
def attempt(public_id: str) -> ResponseReturnValue:
    return show(public_id, question_id=request.args.get("question", ""))


@bp.get("/attempts/<public_id>/again")
@open_to(Permission.COURSE_STUDY, section="assessment.cases")
def explain_again(public_id: str) -> ResponseReturnValue:
    found = again.of_attempt(session(), public_id, me().id)
    return render_template(
        "assessment/again.html", again=found, back=url_for("assessment.attempt", public_id=public_id)
    )


@bp.post("/attempts/<public_id>/stage")
@open_to(Permission.COURSE_STUDY, section="assessment.cases")
def open_stage(public_id: str) -> ResponseReturnValue:
    try:
        with transaction() as db:
            opened = service.advance(db, public_id, me().id, forms.stage(request.form), at=datetime.now(UTC))
    except Conflict as error:
        return show(public_id, notice=worded(error)), 409
    return redirect(url_for("assessment.attempt", public_id=public_id, _anchor=f"part-{opened}"), code=303)


@bp.post("/attempts/<public_id>/answers")
@open_to(Permission.COURSE_STUDY, section="assessment.cases")
def answer(public_id: str) -> ResponseReturnValue:
    sent = forms.sent_answer(request.form)
    try:
        with transaction() as db:
            service.answer(
                db,
                public_id,
                me().id,
                sent.question_id,
                sent.response,
                sent.confidence,
                sent.nonce,
                at=datetime.now(UTC),
            )
    except Conflict as error:
        if wants_json():
            return jsonify(state="kept", message=worded(error), location=place_of(public_id, sent.question_id)), 409
        return show(public_id, question_id=sent.question_id, notice=worded(error)), 409
    except Invalid as error:
        errors = {error.field if isinstance(error, service.InvalidAnswer) else "form": worded(error)}
        if wants_json():
            return jsonify(errors=errors), 422
        form = {"question_id": sent.question_id, "errors": errors, "given": forms.given_again(sent)}
        return show(public_id, question_id=sent.question_id, form=form), 422
    location = place_of(public_id, sent.question_id)
    if wants_json():
        return jsonify(state="saved", location=location)
    return redirect(location, code=303)


def place_of(public_id: str, question_id: str) -> str:
    """Where the answer and its feedback stand."""
    return url_for("assessment.attempt", public_id=public_id, question=question_id, _anchor=f"question-{question_id}")


def show(public_id: str, *, question_id: str = "", notice: str = "", form: dict[str, Any] | None = None) -> str:
    """The attempt's page; `form` is an answer that could not be read, with its errors by field."""
    played = player.play(session(), public_id, me().id, question_id)
    nothing: dict[str, Any] = {"question_id": "", "errors": {}, "given": {}}
    subject = subject_of(played)
    note = notes.note_on(session(), me().id, subject) if subject else None
    values: dict[str, Any] = {"play": played, "nonce": service.new_nonce(), "notice": notice, "form": form or nothing}
    values |= {"subject": subject, "note": note}
    if isinstance(played, player.CasePlay):
        return render_template("assessment/play_case.html", **values)
    return render_template("assessment/play_quiz.html", **values)


def subject_of(played: player.CasePlay | player.QuizPlay) -> str:
    """What a note on the page is about: the practice case, or the question that is shown; "" where there are none."""
    if isinstance(played, player.CasePlay):
        return "" if played.attempt.sign_off else subjects.of_case(played.case.id)
    return subjects.of_question(played.quiz.id, played.shown.question.id) if played.shown else ""
