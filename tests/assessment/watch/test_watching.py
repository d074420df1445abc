"""What the draws say of the bank, and taking a case out of the drawing; services on both databases."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from tests.assessment.makers import PRACTICE, SEGMENT, publish
from tests.assessment.sign_off.conftest import another
from tests.assessment.sign_off.makers import Candidate, bank, bank_case, publish_framework
from tests.makers import NOON, make_person
from tests.query_counts import counted
from training.assessment import service as assessment
from training.assessment.watch import figures, standard, withholding
from training.assessment.watch.forms import Asked
from training.db.errors import Conflict, Invalid, NotFound, Refused
from training.journal import service as journal
from training.web.access import Role

LATER = NOON + timedelta(hours=1)


@pytest.fixture
def candidate(session: Session) -> Candidate:
    publish(session, *bank(), *bank("lumbar"))
    publish_framework(session)
    return another(session)()


@pytest.fixture
def keeper(session: Session) -> int:
    person = make_person(session, Role.REVIEWER, name="Rae Reviewer")
    session.flush()
    return int(person.id)


def line(session: Session, item_id: str) -> figures.CaseLine:
    return figures.found(session).case(item_id)


# --- exposure and overlap --------------------------------------------------------------------------------------


def test_a_bank_that_nobody_met_says_nothing(candidate: Candidate) -> None:
    found = figures.found(candidate.session)
    assert len(found.cases) == 56
    assert [one.overlap for one in found.regions] == [None] * 4
    assert {one.state for one in found.cases} == {"drawn"}
    assert all(one.exposure.met == 0 and one.watched.answers == 0 for one in found.cases)


def test_draws_are_counted_per_person_and_what_waits_is_named(candidate: Candidate) -> None:
    session = candidate.session
    candidate.begin("cervical")
    (first,) = candidate.work(1)
    waiting = candidate.draw()
    other = another(session)()
    other.begin("cervical", "lumbar")
    one = line(session, first.item_id)
    assert (one.exposure.met, one.exposure.candidates, one.waiting) == (1, 2, 0)
    assert (one.watched.answers, one.watched.right, one.watched.drift) == (1, 1, None)
    assert line(session, waiting.item_id).waiting == 1


def test_two_people_with_the_same_cases_share_all_of_them(session: Session) -> None:
    publish(session, *(bank_case(number, "C6") for number in range(20)))
    publish_framework(session)
    people = [another(session)() for _ in range(2)]
    for one in people:
        one.begin("cervical")
    first, second = people
    drawn = {attempt.item_id for attempt in first.work(4)}
    drawn_too = {attempt.item_id for attempt in second.work(4)}
    region = next(one for one in figures.found(session).regions if one.region == "cervical")
    assert region.overlap == pytest.approx(len(drawn & drawn_too) / 4)
    assert (region.people, region.enough) == (2, False)


def test_filter_and_order(candidate: Candidate, keeper: int) -> None:
    session = candidate.session
    candidate.begin("cervical")
    (met,) = candidate.work(1)
    withholding.withhold(session, "bank-lumbar-003", "Seen in a chat.", by_id=keeper, at=NOON)
    found = figures.found(session)
    assert found.asked(Asked())[0].item_id == met.item_id
    assert {one.region for one in found.asked(Asked(region="lumbar"))} == {"lumbar"}
    assert [one.item_id for one in found.asked(Asked(state="withheld"))] == ["bank-lumbar-003"]
    titles = [one.title for one in found.asked(Asked(sort="title"))]
    assert titles == sorted(titles)
    for sort in ("right", "leak"):
        assert len(found.asked(Asked(sort=sort))) == 56


def test_the_figures_take_few_queries_however_many_drew(candidate: Candidate) -> None:
    candidate.begin("cervical", "lumbar")
    candidate.work(6)
    other = another(candidate.session)()
    other.begin("cervical")
    other.work(5, right=False)
    figures.found(candidate.session)
    engine = candidate.session.get_bind()
    assert isinstance(engine, Engine)
    with counted(engine) as statements:
        figures.found(candidate.session)
        standard.since_the_pass(candidate.session)
    assert len(statements) <= 6


# --- withholding -----------------------------------------------------------------------------------------------


def test_a_withheld_case_is_drawn_for_nobody_and_given_back_is_drawn_again(session: Session, keeper: int) -> None:
    publish(session, *(bank_case(number, "C6") for number in range(15)))
    publish_framework(session)
    candidate = another(session)()
    candidate.begin("cervical")
    for number in range(14):
        withholding.withhold(session, f"bank-cervical-{number:03}", "It was shared.", by_id=keeper, at=NOON)
    (only,) = candidate.work(1)
    assert only.item_id == "bank-cervical-014"
    with pytest.raises(Refused, match="no case left"):
        candidate.draw()
    withholding.release(session, "bank-cervical-003", "It was another case.", by_id=keeper, at=LATER)
    assert candidate.draw().item_id == "bank-cervical-003"


def test_evidence_and_what_is_open_stay_when_a_case_is_withheld(candidate: Candidate, keeper: int) -> None:
    session = candidate.session
    candidate.begin("cervical")
    (answered,) = candidate.work(1)
    before = candidate.standing().evidence
    under_way = candidate.draw()
    for attempt in (answered, under_way):
        withholding.withhold(session, attempt.item_id, "It was shared.", by_id=keeper, at=NOON)
    assert candidate.standing().evidence == before
    assert candidate.draw().public_id == under_way.public_id
    candidate.answer(under_way)
    assert candidate.standing().evidence.answers == 2


def test_every_step_stands_in_the_journal_with_its_reason(candidate: Candidate, keeper: int) -> None:
    session, item_id = candidate.session, "bank-cervical-000"
    withholding.withhold(session, item_id, "  Seen\n in a chat. ", by_id=keeper, at=NOON)
    withholding.withhold(session, item_id, "Seen in a chat.", by_id=keeper, at=NOON)  # the second of two clicks
    assert line(session, item_id).withheld == withholding.Withheld("Seen in a chat.", "Rae Reviewer", NOON)
    withholding.release(session, item_id, "Checked: not this one.", by_id=keeper, at=LATER)
    steps = withholding.steps(session, item_id)
    assert [(one.kind, one.reason, one.by) for one in steps] == [
        ("bank.released", "Checked: not this one.", "Rae Reviewer"),
        ("bank.withheld", "Seen in a chat.", "Rae Reviewer"),
    ]
    assert list(journal.faults(session)) == []


def test_what_cannot_be_withheld_or_given_back_is_said(candidate: Candidate, keeper: int) -> None:
    session, item_id = candidate.session, "bank-cervical-000"
    for reason in ("", "    ", "no", "x" * 501):
        with pytest.raises(Invalid, match="Say why"):
            withholding.withhold(session, item_id, reason, by_id=keeper, at=NOON)
    with pytest.raises(Conflict, match="not withheld"):
        withholding.release(session, item_id, "Why not.", by_id=keeper, at=NOON)
    withholding.withhold(session, item_id, "Seen in a chat.", by_id=keeper, at=NOON)
    with pytest.raises(Conflict, match="already"):
        withholding.withhold(session, item_id, "Another reason.", by_id=keeper, at=NOON)
    publish(session, PRACTICE)
    for name in ("no-such-case", PRACTICE.id, "a\x00b"):
        with pytest.raises(NotFound):
            withholding.withhold(session, name, "Seen in a chat.", by_id=keeper, at=NOON)


# --- the standard ----------------------------------------------------------------------------------------------


def test_after_a_pass_unseen_cases_of_the_region_are_weighed_against_their_ratings(session: Session) -> None:
    publish(session, *bank(each=30))
    publish_framework(session)
    candidate = another(session)()
    candidate.begin("cervical")
    while not candidate.standing().passed:
        candidate.work(1)
    cervical = standard.since_the_pass(session)[0]
    assert (cervical.region, cervical.passed, cervical.after.answers) == ("cervical", 1, 0)
    candidate.now += timedelta(days=1)
    cases = [replace(PRACTICE, id=f"new-{number}", questions=(SEGMENT,)) for number in range(22)]
    elsewhere = replace(PRACTICE, id="new-elsewhere", region="lumbar", questions=(SEGMENT,))
    publish(session, *cases, elsewhere)  # type: ignore[arg-type]
    for number, case in enumerate([*cases, elsewhere, cases[0]]):
        candidate.now += timedelta(minutes=1)
        candidate.answer(
            assessment.start(session, candidate.person_id, case.id, "case", at=candidate.now), right=number % 4 != 0
        )
    found = {one.region: one for one in standard.since_the_pass(session)}
    since = found["cervical"].after
    assert (since.people, since.answers, since.right, since.provisional) == (1, 20, 15, 20)
    assert since.expected == pytest.approx(20 * 0.75)  # for want of a panel, what the author estimated
    assert since.holds is None
    assert found["lumbar"].after.answers == 0
