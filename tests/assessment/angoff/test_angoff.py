"""Sheets of judges: two rounds, who may judge, what is shown when, and the cut."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import unescape

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from tests.makers import NOON, make_person, sign_in
from training.accounts.models import Person
from training.assessment.angoff import service
from training.assessment.panel.rating import Rater
from training.content.documents import Exam, Library
from training.db.errors import Conflict, Invalid, NotFound, Refused
from training.db.session import transaction
from training.journal import service as journal
from training.library import service as library
from training.web.access import Role

EXAM = "ims-written"


class Table:
    """The judges and their sheet."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.judges = [make_person(session, Role.AUTHOR, name=f"Judge {number}") for number in range(4)]
        self.runner = make_person(session, Role.DECIDER)
        session.flush()
        self.study = service.open_study(session, EXAM, by_id=self.runner.id, at=NOON)
        self.keys = [one.key for one in service.study(session, self.study.public_id).questions]

    def rate(self, judge: Person, share: int, *, number: int = 1, seen: int = 0, hand_in: bool = True) -> object:
        ratings = dict.fromkeys(self.keys, share)
        return service.save(
            self.session, self.study.public_id, Rater(judge.id, sits=False, at=NOON), ratings,
            number=number, seen=seen, hand_in=hand_in, at=NOON,
        )  # fmt: skip

    def found(self) -> service.Study:
        return service.study(self.session, self.study.public_id)


def bank_of(shipped: Library) -> list[object]:
    wanted = ("exam", "framework", "course")
    return [one for one in shipped.items if one.kind in wanted or getattr(one.document, "bank", "") == "exam"]


@pytest.fixture
def table(session: Session, shipped: Library) -> Table:
    library.publish(session, bank_of(shipped), at=NOON)  # type: ignore[arg-type]
    return Table(session)


def test_a_sheet_is_a_form_of_the_blueprint_and_an_exam_has_one_open(table: Table) -> None:
    exam = table.found().exam
    assert isinstance(exam, Exam)
    assert len(set(table.keys)) == exam.asked
    again = service.open_study(table.session, EXAM, by_id=table.judges[0].id, at=NOON)
    assert again is table.study
    with pytest.raises(NotFound):
        service.open_study(table.session, "no-such-exam", by_id=table.runner.id, at=NOON)


def test_two_rounds_end_in_a_cut_with_the_larger_error(table: Table) -> None:
    with pytest.raises(Refused, match="second round comes before"):
        service.close(table.session, table.study.public_id, by_id=table.runner.id, at=NOON)
    for judge, share in zip(table.judges[:3], (50, 60, 70), strict=True):
        with pytest.raises(Refused, match="Fewer than 3"):
            service.second_round(table.session, table.study.public_id, by_id=table.runner.id, at=NOON)
        table.rate(judge, share)
    assert not table.found().ended(1)
    service.second_round(table.session, table.study.public_id, by_id=table.runner.id, at=NOON)
    assert table.found().ended(1)
    said = table.found().spreads(1)[table.keys[0]]
    assert (said.mean, said.low, said.high) == pytest.approx((0.6, 0.5, 0.7))
    for judge, share in zip(table.judges[:3], (58, 60, 62), strict=True):
        table.rate(judge, share, number=2)
    row = service.close(table.session, table.study.public_id, by_id=table.runner.id, at=NOON)
    # SD of 0.5, 0.6, 0.7 is 0.1, over √3: 0.0577; the second round's 0.02/√3 would say too little.
    assert (row.judges, row.cut, row.cut_error) == (3, pytest.approx(0.6), pytest.approx(0.057735, abs=1e-6))
    with pytest.raises(Conflict, match="ended"):
        table.rate(table.judges[0], 40, number=2, seen=1)
    assert list(journal.faults(table.session)) == []
    assert service.open_study(table.session, EXAM, by_id=table.runner.id, at=NOON) is not row


def test_saving_is_not_handing_in_and_two_windows_do_not_write_over_each_other(table: Table) -> None:
    judge = table.judges[0]
    table.rate(judge, 50, hand_in=False)
    table.rate(judge, 50, hand_in=False)  # the second of two clicks
    assert table.found().cut(1) is None
    with pytest.raises(Conflict, match="another window"):
        table.rate(judge, 55)
    table.rate(judge, 55, seen=1)
    table.rate(judge, 55, seen=1)
    with pytest.raises(Conflict, match="handed in"):
        table.rate(judge, 60, seen=2)
    cut = table.found().cut(1)
    assert cut is not None
    assert cut.cut == pytest.approx(0.55)


def test_gaps_strange_questions_and_shares_are_refused(table: Table) -> None:
    judge = Rater(table.judges[0].id, sits=False, at=NOON)

    def save(ratings: dict[str, int]) -> None:
        service.save(table.session, table.study.public_id, judge, ratings, number=1, seen=0, hand_in=True, at=NOON)

    with pytest.raises(Invalid, match="every question"):
        save(dict.fromkeys(table.keys[1:], 50))
    for ratings in ({"no#such": 50}, {table.keys[0]: 0}, {table.keys[0]: 100}):
        with pytest.raises(Invalid, match="1 to 99"):
            save(ratings)


def test_who_sits_exams_is_no_judge_and_the_second_round_is_for_those_of_the_first(table: Table) -> None:
    sits = make_person(table.session, Role.TRAINEE, Role.AUTHOR)
    with pytest.raises(Refused, match="trainee as well"):
        service.refuse_judge(table.session, table.found(), Rater(sits.id, sits=True, at=NOON))
    for judge in table.judges[:3]:
        table.rate(judge, 60)
    service.second_round(table.session, table.study.public_id, by_id=table.runner.id, at=NOON)
    with pytest.raises(Refused, match="handed in the first"):
        table.rate(table.judges[3], 60, number=2)
    with pytest.raises(Conflict, match="ended"):
        table.rate(table.judges[0], 61, number=1, seen=1)


# --- pages -----------------------------------------------------------------------------------------------------


def test_the_pages_of_a_judge_and_of_who_runs_it(
    app: Flask, client: FlaskClient, shipped: Library, person_in: Callable[..., Person]
) -> None:
    with app.app_context(), transaction() as db:
        library.publish(db, bank_of(shipped), at=NOON)  # type: ignore[arg-type]
    runner, judges = person_in(Role.DECIDER), [person_in(Role.AUTHOR) for _ in range(3)]
    sign_in(client, runner)
    assert "No sheet yet" in client.get(f"/exams/{EXAM}/standard").text
    board = client.post(f"/exams/{EXAM}/standard").location
    assert client.post(f"/exams/{EXAM}/standard").location == board
    study = str(board).rsplit("/", 1)[1]
    assert client.post(f"{board}/round").status_code == 403  # too few
    sign_in(client, judges[0])
    assert f"/panel/angoff/{study}" in client.get("/panel/angoff").text
    page = client.get(f"/panel/angoff/{study}").text
    names = re.findall(r'name="(share-\d+)"', page)
    half = client.post(f"/panel/angoff/{study}", data={names[0]: "60", names[1]: "0", "round": "1", "then": "hand-in"})
    assert half.status_code == 422
    assert 'value="60"' in half.text
    assert "a whole number from 1 to 99" in half.text
    for number, judge in enumerate(judges):
        sign_in(client, judge)
        sent = {**dict.fromkeys(names, str(50 + 10 * number)), "round": "1", "seen": "0", "then": "hand-in"}
        for _ in range(2):
            assert client.post(f"/panel/angoff/{study}", data=sent).status_code == 303
        assert "First round:" not in client.get(f"/panel/angoff/{study}").text
    sign_in(client, runner)
    assert "SD of judges" not in client.get(str(board)).text
    assert client.post(f"{board}/round").status_code == 303
    sign_in(client, judges[0])
    told = client.get(f"/panel/angoff/{study}").text
    assert "First round: you 50; all 60 on average, from 50 to 70 (SD 10.0)" in told
    for judge in judges:
        sign_in(client, judge)
        sent = {**dict.fromkeys(names, "62"), "round": "2", "seen": "0", "then": "hand-in"}
        assert client.post(f"/panel/angoff/{study}", data=sent).status_code == 303
    sign_in(client, runner)
    assert client.post(f"{board}/close").status_code == 303
    closed = client.get(str(board)).text
    assert 'standard: {pass_mark: 0.62, method: "modified Angoff, 3 judges, two rounds' in unescape(closed)
    assert client.get("/exams/standards/" + "A" * 22).status_code == 404
