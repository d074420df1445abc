from __future__ import annotations

from datetime import UTC, datetime

from flask import Blueprint, flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from training.assessment import service as assessment
from training.db.errors import Conflict
from training.db.session import session, transaction
from training.study import reading, service
from training.web.access import Permission, me, open_to, wants_json
from training.web.errors import worded

bp = Blueprint("study", __name__)
COURSES = "study.courses"


@bp.get("/courses")
@open_to(Permission.COURSE_STUDY, section=COURSES)
def courses() -> ResponseReturnValue:
    return render_template("study/courses.html", courses=service.courses_progress(session(), me().id))


@bp.get("/continue")
@open_to(Permission.COURSE_STUDY, section=COURSES)
def continue_() -> ResponseReturnValue:
    """To exactly where the person left off."""
    place = service.continue_at(session(), me().id)
    return redirect(address_of(place), code=302)


def address_of(place: service.Place) -> str:
    match place.kind:
        case "lesson":
            anchor = place.heading_id or None
            return url_for("study.lesson", course_id=place.course_id, lesson_id=place.id, _anchor=anchor)
        case "quiz":
            return url_for("assessment.quiz", quiz_id=place.id)
        case "attempt":
            return url_for("assessment.attempt", public_id=place.id)
        case "done":
            return url_for("study.courses")


@bp.get("/courses/<course_id>")
@open_to(Permission.COURSE_STUDY, section=COURSES)
def course(course_id: str) -> ResponseReturnValue:
    return render_template("study/course.html", progress=service.course_progress(session(), me().id, course_id))


@bp.get("/courses/<course_id>/<lesson_id>")
@open_to(Permission.COURSE_STUDY, section=COURSES)
def lesson(course_id: str, lesson_id: str) -> ResponseReturnValue:
    return show_lesson(course_id, lesson_id)


def show_lesson(course_id: str, lesson_id: str, wrong: reading.Wrong | None = None) -> ResponseReturnValue:
    page = reading.page(session(), me().id, course_id, lesson_id, seed=me().public_id, wrong=wrong)
    return render_template("study/lesson.html", page=page), 422 if wrong else 200


@bp.post("/courses/<course_id>/<lesson_id>/place")
@open_to(Permission.COURSE_STUDY, section=COURSES)
def mark_place(course_id: str, lesson_id: str) -> ResponseReturnValue:
    """Sent by script while somebody reads: which heading is in view."""
    with transaction() as db:
        service.mark_place(db, me().id, lesson_id, request.form.get("heading", ""), at=datetime.now(UTC))
    return "", 204


@bp.post("/courses/<course_id>/<lesson_id>/finished")
@open_to(Permission.COURSE_STUDY, section=COURSES)
def finish_lesson(course_id: str, lesson_id: str) -> ResponseReturnValue:
    """The lesson is read; on to what follows it."""
    with transaction() as db:
        service.finish(db, me().id, lesson_id, at=datetime.now(UTC))
        following = service.following(service.course_progress(db, me().id, course_id), lesson_id)
    if following is None:
        flash(gettext("That was the last lesson of this course."))
        return redirect(url_for("study.course", course_id=course_id), code=303)
    if following.kind == "quiz":
        return redirect(url_for("assessment.quiz", quiz_id=following.id), code=303)
    return redirect(url_for("study.lesson", course_id=course_id, lesson_id=following.id), code=303)


@bp.post("/courses/<course_id>/<lesson_id>/checks/<quiz_id>/<question_id>")
@open_to(Permission.COURSE_STUDY, section=COURSES)
def answer_check(course_id: str, lesson_id: str, quiz_id: str, question_id: str) -> ResponseReturnValue:
    """Save the answer to a question that is set into a lesson."""
    sent = assessment.read_sent(request.form.to_dict(flat=False))
    there = url_for("study.lesson", course_id=course_id, lesson_id=lesson_id, _anchor=f"check-{question_id}")
    try:
        with transaction() as db:
            reading.answer(db, me().id, course_id, lesson_id, quiz_id, question_id, sent, at=datetime.now(UTC))
    except assessment.InvalidAnswer as error:
        if wants_json():
            return jsonify(errors={error.field: worded(error)}), 422
        wrong = reading.Wrong(quiz_id, question_id, {error.field: worded(error)}, sent)
        return show_lesson(course_id, lesson_id, wrong)
    except Conflict as error:
        if wants_json():
            return jsonify(state="kept", message=worded(error), location=there), 409
        raise
    if wants_json():
        return jsonify(state="saved", location=there)
    return redirect(there, code=303)
