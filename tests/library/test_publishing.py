from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests.makers import NOON
from tests.query_counts import counted
from training.content.documents import Case, Course, Item, Lesson, Library, Quiz
from training.db.errors import NotFound
from training.journal import service as journal
from training.library import service
from training.library.models import Asset, ItemVersion, LibraryItem

LATER = NOON + timedelta(days=1)


def one(shipped: Library, kind: str) -> Item:
    """The first item of a kind that people can meet outside an exam."""
    return next(
        item for item in shipped.items if item.kind == kind and getattr(item.document, "bank", None) != service.EXAM
    )


def reworded(item: Item) -> Item:
    """The item as its author changed it."""
    document = replace(item.document, title="Another title")
    return replace(item, title="Another title", hash="f" * 64, source=item.source + "\n", document=document)


def count(session: Session, model: type) -> int:
    return session.scalar(select(func.count()).select_from(model)) or 0


def test_what_ships_is_published_and_comes_back_as_it_was(session: Session, shipped: Library) -> None:
    done = service.publish(session, shipped.items, at=NOON)
    session.flush()
    service._documents.clear()

    assert len(done.new) == len(shipped.items)
    stored = service.documents(session, [item.hash for item in shipped.items])
    assert stored == {item.hash: item.document for item in shipped.items}


def test_publishing_the_same_again_does_nothing(session: Session, shipped: Library) -> None:
    service.publish(session, shipped.items, at=NOON)
    entries = journal.count(session)

    done = service.publish(session, shipped.items, at=LATER)

    assert (done.new, done.changed, done.unchanged, done.retired) == ((), (), len(shipped.items), ())
    assert journal.count(session) == entries
    assert count(session, ItemVersion) == len(shipped.items)


def test_a_changed_item_gets_a_new_version_and_the_old_one_stays(session: Session, shipped: Library) -> None:
    quiz = one(shipped, "quiz")
    service.publish(session, [quiz], at=NOON)

    done = service.publish(session, [reworded(quiz)], at=LATER)
    session.flush()

    assert done.changed == (quiz.id,)
    assert service.current(session, quiz.id, Quiz)[0] == "f" * 64
    assert service.document(session, quiz.hash) == quiz.document
    found = service.with_versions(session, quiz.id)
    assert [version.hash for version in found.versions] == ["f" * 64, quiz.hash]


def test_going_back_to_an_older_text_makes_no_second_version(session: Session, shipped: Library) -> None:
    quiz = one(shipped, "quiz")
    for item in (quiz, reworded(quiz), quiz):
        service.publish(session, [item], at=NOON)
    session.flush()

    assert service.current(session, quiz.id, Quiz)[0] == quiz.hash
    assert count(session, ItemVersion) == 2


def test_an_item_whose_file_is_gone_is_not_offered_and_not_lost(session: Session, shipped: Library) -> None:
    case, quiz = one(shipped, "case"), one(shipped, "quiz")
    service.publish(session, [case, quiz], at=NOON)

    done = service.publish(session, [quiz], at=LATER)
    session.flush()

    assert done.retired == (case.id,)
    with pytest.raises(NotFound):
        service.current(session, case.id, Case)
    assert service.entries(session, "case") == []
    assert service.document(session, case.hash) == case.document
    assert [row.retired for row in service.catalogue(session)["case"]] == [True]


def test_a_file_that_comes_back_is_offered_again(session: Session, shipped: Library) -> None:
    case = one(shipped, "case")
    for items in ([case], [], [case]):
        service.publish(session, items, at=NOON)
    session.flush()

    assert [entry.id for entry in service.entries(session, "case")] == [case.id]


def test_publishing_one_item_need_not_retire_the_others(session: Session, shipped: Library) -> None:
    case, quiz = one(shipped, "case"), one(shipped, "quiz")
    service.publish(session, [case], at=NOON)

    service.publish(session, [quiz], at=LATER, retire_missing=False)

    assert len(service.entries(session, ("case", "quiz"))) == 2


def test_what_changed_is_journaled_once(session: Session, shipped: Library) -> None:
    case, quiz = one(shipped, "case"), one(shipped, "quiz")
    service.publish(session, [case, quiz], at=NOON)
    service.publish(session, [reworded(quiz)], at=LATER)

    entry = journal.latest(session, limit=1)[0]

    assert entry.kind == "content.published"
    assert entry.payload == {"versions": {quiz.id: "f" * 64}, "retired": [case.id]}
    assert journal.count(session) == 2


def test_a_figure_is_stored_once_however_many_show_it(session: Session, shipped: Library) -> None:
    drawn = next(item for item in shipped.items if item.assets)
    twin = replace(reworded(drawn), assets=drawn.assets)

    service.publish(session, [drawn], at=NOON)
    service.publish(session, [twin], at=LATER)
    session.flush()

    assert count(session, Asset) == len({asset.hash for asset in drawn.assets})
    first = drawn.assets[0]
    assert service.asset(session, f"{first.hash}.svg").data == first.data


def test_cases_say_where_they_belong_and_nothing_else_does(session: Session, shipped: Library) -> None:
    service.publish(session, shipped.items, at=NOON)
    session.flush()

    for row in session.scalars(select(LibraryItem)):
        assert (row.kind == "case") == (row.region is not None) == (row.difficulty is not None)
        assert row.kind == "case" or row.bank is None or (row.kind, row.bank) == ("quiz", service.EXAM)
        assert row.kind != "case" or row.bank is not None
    practice = service.entries(session, "case", bank="practice")
    assert practice
    assert {entry.bank for entry in practice} == {"practice"}


def test_a_version_is_read_from_the_database_once(session: Session, shipped: Library) -> None:
    service.publish(session, shipped.items, at=NOON)
    session.commit()
    service._documents.clear()
    hashes = [item.hash for item in shipped.items]

    with counted(session.get_bind()) as asked:  # type: ignore[arg-type]
        for _ in range(3):
            service.documents(session, hashes)
            service.document(session, hashes[0])

    assert len(asked) == 1


def test_the_cache_has_an_end(session: Session, shipped: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    service.publish(session, shipped.items, at=NOON)
    session.flush()
    monkeypatch.setattr(service, "DOCUMENTS_CACHED", 3)
    service._documents.clear()

    for item in shipped.items:
        assert service.document(session, item.hash) == item.document
        assert len(service._documents) <= 3


def test_an_item_of_another_kind_is_not_found(session: Session, shipped: Library) -> None:
    course = one(shipped, "course")
    service.publish(session, [course], at=NOON)
    session.flush()

    assert service.current(session, course.id, Course)[0] == course.hash
    with pytest.raises(NotFound):
        service.current(session, course.id, Lesson)
    with pytest.raises(NotFound):
        service.document(session, "0" * 64)


def test_courses_stand_in_their_order(session: Session, shipped: Library) -> None:
    course = one(shipped, "course")
    assert isinstance(course.document, Course)
    others = [
        replace(
            course,
            id=f"c{order}",
            hash=f"c{order}" * 32,
            document=replace(course.document, id=f"c{order}", order=order, title=f"Z{9 - order}"),
        )
        for order in (3, 2)
    ]
    service.publish(session, [*others, course], at=NOON)
    session.flush()

    assert [found.id for _, found in service.courses(session)] == [course.id, "c2", "c3"]
