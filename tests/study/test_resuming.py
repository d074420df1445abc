"""Continue lands exactly where the person left off, also when they looked elsewhere in between."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import create_engine, select
from sqlalchemy.orm import Session

from tests.makers import NOON, make_person, sign_in
from training.accounts.models import Person
from training.content.documents import Course, Lesson, Library
from training.db.engine import engine_options, prepare
from training.library import service as library
from training.study import service
from training.study.models import LessonProgress
from training.web.access import Role

LATER = NOON + timedelta(hours=1)


@pytest.fixture
def reader(session: Session, shipped: Library) -> int:
    library.publish(session, shipped.items, at=NOON)
    person = make_person(session)
    session.commit()
    return person.id


def lessons_of(shipped: Library) -> list[Lesson]:
    course = next(item.document for item in shipped.items if isinstance(item.document, Course))
    by_id = {item.id: item.document for item in shipped.items if isinstance(item.document, Lesson)}
    return [by_id[entry.id] for entry in course.lessons]


def test_a_look_into_a_finished_lesson_does_not_lose_the_place_in_the_present_one(
    session: Session, reader: int, shipped: Library
) -> None:
    first, second, *_ = lessons_of(shipped)
    heading = second.headings[2]
    service.finish(session, reader, first.id, at=NOON)
    service.mark_place(session, reader, second.id, heading.id, at=NOON + timedelta(minutes=1))
    service.mark_place(session, reader, first.id, first.headings[1].id, at=LATER)

    place = service.continue_at(session, reader)

    assert (place.kind, place.id, place.heading_id, place.heading, place.begun) == (
        "lesson",
        second.id,
        heading.id,
        heading.text,
        True,
    )


def test_a_heading_that_the_new_version_lacks_leads_to_the_beginning(
    session: Session, reader: int, shipped: Library
) -> None:
    lesson = lessons_of(shipped)[0]
    service.mark_place(session, reader, lesson.id, lesson.headings[1].id, at=NOON)
    session.execute(LessonProgress.__table__.update().values(heading_id="sec-that-was-renamed"))

    place = service.continue_at(session, reader)

    assert (place.id, place.heading_id, place.begun) == (lesson.id, "", True)


def test_every_heading_that_script_may_send_is_one_the_server_knows(
    client: FlaskClient, person_in: Callable[..., Person], published: Library
) -> None:
    """place.js sends what begins with `sec-`; the heading of the sources must not be among them."""
    sign_in(client, person_in())
    for lesson in lessons_of(published):
        page = client.get(f"/courses/{lesson.course_id}/{lesson.id}").text
        article = page[page.index("data-place=") : page.index("</article>")]
        assert re.findall(r'<h[23][^>]* id="(sec-[^"]+)"', article) == [heading.id for heading in lesson.headings]
        assert 'id="references"' in article


def test_two_devices_at_once_leave_one_place(
    session: Session, reader: int, shipped: Library, database_url: str
) -> None:
    lesson = lessons_of(shipped)[0]
    engine = create_engine(**engine_options(database_url))
    prepare(engine)
    ready, faults = threading.Barrier(4), []

    def read(number: int) -> None:
        ready.wait()
        try:
            with Session(engine) as mine:
                mine.connection(execution_options={"training_writes": True})
                service.mark_place(mine, reader, lesson.id, lesson.headings[number].id, at=NOON)
                service.finish(mine, reader, lesson.id, at=NOON)
                mine.commit()
        except Exception as fault:
            faults.append(fault)

    readers = [threading.Thread(target=read, args=(number,)) for number in range(4)]
    for each in readers:
        each.start()
    for each in readers:
        each.join()
    engine.dispose()

    session.rollback()  # what this session saw is older than the readers
    assert faults == []
    assert len(session.scalars(select(LessonProgress)).all()) == 1


def test_who_teaches_can_read_as_well(
    app: Flask, client: FlaskClient, person_in: Callable[..., Person], published: Library
) -> None:
    sign_in(client, person_in(Role.ASSESSOR))

    assert client.get("/continue", follow_redirects=True).status_code == 200
