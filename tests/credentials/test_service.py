from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.credentials.makers import EDMONTON, make_certificate, make_granted
from tests.makers import NOON, make_person
from training.credentials import codes, service
from training.credentials.models import Certificate, CertificateScope
from training.db.errors import Conflict, Invalid, NotFound, Refused
from training.journal import service as journal
from training.web.access import Role

LATER = NOON + timedelta(days=10)


def state_of(session: Session, code: str, *, at: datetime = LATER, zone: ZoneInfo = EDMONTON) -> str:
    session.expire_all()
    found = service.check(session, code, at=at, zone=zone)
    return found.state if found else "unknown"


def change(session: Session, code: str, state: str, *, by: int | None = None, **about: object) -> bool:
    by_id = by or make_decider(session)
    values = {"reason": "A complaint is looked into.", "at": LATER, "zone": EDMONTON, **about}
    return service.change_state(session, code, state, by_id=by_id, **values)  # type: ignore[arg-type]


def make_decider(session: Session) -> int:
    person = make_person(session, Role.DECIDER)
    session.flush()
    return person.id


# --- issuing ---------------------------------------------------------------------------------------------------


def test_a_granted_sign_off_becomes_an_active_certificate_with_every_line_of_its_scope(session: Session) -> None:
    code = make_certificate(session)
    found = service.check(session, codes.shown(code).lower(), at=LATER, zone=EDMONTON)

    assert found is not None
    assert (found.code, found.state, found.holder) == (code, "active", "Asha Rao")
    assert (found.issued_on, found.expires_on) == (date(2026, 6, 1), date(2028, 6, 1))
    assert [(line.region, line.level, line.state) for line in found.lines] == [
        ("cervical", "independent", "active"),
        ("lumbar", "supervised", "active"),
        ("chest-wall", "supervised", "active"),
    ]


def test_it_is_issued_on_the_day_it_is_where_the_school_is(session: Session) -> None:
    late_evening = datetime(2026, 2, 1, 5, 30, tzinfo=UTC)  # 31 January, 22:30 in Edmonton
    code = make_certificate(session, at=late_evening, valid_months=13)
    found = service.check(session, code, at=late_evening, zone=EDMONTON)

    assert found is not None
    assert (found.issued_on, found.expires_on) == (date(2026, 1, 31), date(2027, 2, 28))


def test_the_last_day_counts_whole_where_the_school_is(session: Session) -> None:
    code = make_certificate(session, valid_months=1)  # until 1 July 2026
    last_minute, midnight = datetime(2026, 7, 2, 5, 59, tzinfo=UTC), datetime(2026, 7, 2, 6, 0, tzinfo=UTC)

    assert state_of(session, code, at=last_minute) == "active"
    assert state_of(session, code, at=midnight) == "expired"
    assert state_of(session, code, at=last_minute, zone=ZoneInfo("UTC")) == "expired"


def test_an_expired_certificate_has_no_line_that_holds(session: Session) -> None:
    found = service.check(
        session, make_certificate(session, valid_months=1), at=NOON + timedelta(days=60), zone=EDMONTON
    )

    assert found is not None
    assert found.since == date(2026, 7, 2)
    assert {(line.state, line.holds) for line in found.lines} == {("expired", False)}


def test_a_newer_certificate_supersedes_the_one_before_and_is_linked_to_it(session: Session) -> None:
    trainee = make_person(session)
    first = make_certificate(session, trainee)
    second = make_certificate(session, trainee, at=LATER)
    renewed = session.scalars(select(Certificate).where(Certificate.code == second)).one()

    assert (state_of(session, first), state_of(session, second)) == ("superseded", "active")
    assert session.get_one(Certificate, renewed.replaces_id).code == first


def test_an_expired_certificate_is_superseded_too(session: Session) -> None:
    trainee = make_person(session)
    first = make_certificate(session, trainee, valid_months=1)
    much_later = NOON + timedelta(days=400)
    make_certificate(session, trainee, at=much_later)

    assert state_of(session, first, at=much_later) == "superseded"


def test_another_persons_certificate_is_left_alone(session: Session) -> None:
    hers = make_certificate(session)
    make_certificate(session, make_person(session))

    assert state_of(session, hers) == "active"


def test_nothing_is_granted_over_a_suspension(session: Session) -> None:
    trainee = make_person(session)
    code = make_certificate(session, trainee)
    change(session, code, "suspended")

    with pytest.raises(Refused, match="suspended"):
        make_certificate(session, trainee, at=LATER)
    assert state_of(session, code) == "suspended"


def test_after_a_withdrawal_a_new_sign_off_makes_a_certificate_of_its_own(session: Session) -> None:
    trainee = make_person(session)
    code = make_certificate(session, trainee)
    change(session, code, "withdrawn")
    fresh = make_certificate(session, trainee, at=LATER)

    assert (state_of(session, code), state_of(session, fresh)) == ("withdrawn", "active")
    assert session.scalars(select(Certificate.replaces_id).where(Certificate.code == fresh)).one() is None


def test_a_sign_off_makes_one_certificate_only(session: Session) -> None:
    granted = make_granted(session)
    service.issue(session, granted, zone=EDMONTON)

    with pytest.raises(Conflict, match="already"):
        service.issue(session, granted, zone=EDMONTON)


def test_a_scope_that_certifies_nothing_makes_no_certificate(session: Session) -> None:
    with pytest.raises(Invalid):
        make_certificate(session, scope={"cervical": "not-certified"})


def test_issue_and_change_are_journaled_in_one_chain(session: Session) -> None:
    trainee = make_person(session)
    first = make_certificate(session, trainee)
    second = make_certificate(session, trainee, at=LATER)
    change(session, second, "suspended", region="lumbar")
    kinds = [
        (entry.kind, entry.subject)
        for entry in reversed(journal.latest(session, limit=50))
        if entry.kind.startswith("certificate.")
    ]

    assert kinds == [
        ("certificate.issued", f"certificate/{codes.shown(first)}"),
        ("certificate.superseded", f"certificate/{codes.shown(first)}"),
        ("certificate.issued", f"certificate/{codes.shown(second)}"),
        ("certificate.suspended", f"certificate/{codes.shown(second)}"),
    ]
    assert list(journal.faults(session)) == []


# --- what a code tells -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "typed", ["", "garbage", "7K3M-X0QV-9RTD-2HWN-M", "7K3M-X0QV-9RTD-2HWN-K", "%", "_" * 17, "\x00"]
)
def test_a_code_that_was_never_issued_tells_nothing(session: Session, typed: str) -> None:
    make_certificate(session)
    assert service.check(session, typed, at=LATER, zone=EDMONTON) is None


def test_a_part_of_a_code_tells_nothing(session: Session) -> None:
    code = make_certificate(session)
    for length in range(17):
        assert service.check(session, code[:length], at=LATER, zone=EDMONTON) is None


def test_a_list_is_told_in_the_order_it_was_typed_with_each_mistake(session: Session) -> None:
    code = make_certificate(session)
    never = "7K3M-X0QV-9RTD-2HWN-M"
    rows = service.check_list(session, [never, code, "nonsense", never[:-1] + "K", code], at=LATER, zone=EDMONTON)

    assert [(row.state, row.mistake) for row in rows] == [
        ("unknown", ""),
        ("active", ""),
        ("unknown", "not-a-code"),
        ("unknown", "mistyped"),
        ("active", ""),
    ]


# --- changing --------------------------------------------------------------------------------------------------


def test_a_suspended_certificate_suspends_every_line_and_a_restored_one_restores_them(session: Session) -> None:
    code = make_certificate(session)
    change(session, code, "suspended")
    session.flush()
    found = service.check(session, code, at=LATER, zone=EDMONTON)
    assert found is not None
    assert (found.state, found.since) == ("suspended", date(2026, 6, 11))
    assert {(line.state, line.since) for line in found.lines} == {("suspended", date(2026, 6, 11))}

    change(session, code, "active", reason="The complaint was unfounded.")
    assert state_of(session, code) == "active"


def test_one_region_can_be_suspended_while_the_others_hold(session: Session) -> None:
    code = make_certificate(session)
    change(session, code, "suspended", region="chest-wall")
    session.flush()
    found = service.check(session, code, at=LATER, zone=EDMONTON)

    assert found is not None
    assert found.state == "active"
    assert {line.region: line.holds for line in found.lines} == {"cervical": True, "lumbar": True, "chest-wall": False}


def test_a_withdrawn_region_stays_withdrawn_when_the_whole_is_suspended(session: Session) -> None:
    code = make_certificate(session)
    change(session, code, "withdrawn", region="lumbar")
    change(session, code, "suspended", reason="Another matter.")
    session.flush()
    found = service.check(session, code, at=LATER, zone=EDMONTON)

    assert found is not None
    assert [line.state for line in found.lines] == ["suspended", "withdrawn", "suspended"]


@pytest.mark.parametrize("state", ["active", "suspended"])
def test_withdrawn_is_final(session: Session, state: str) -> None:
    code = make_certificate(session)
    change(session, code, "withdrawn")

    with pytest.raises(Conflict, match="stays so"):
        change(session, code, state)
    with pytest.raises(Conflict, match="stays so"):
        change(session, code, "suspended", region="lumbar")


def test_a_superseded_certificate_is_not_restored(session: Session) -> None:
    trainee = make_person(session)
    first = make_certificate(session, trainee)
    make_certificate(session, trainee, at=LATER)

    with pytest.raises(Conflict):
        change(session, first, "active")


@pytest.mark.parametrize("state", ["expired", "superseded", "unknown", "", "ACTIVE"])
def test_only_the_three_changes_can_be_made(session: Session, state: str) -> None:
    code = make_certificate(session)
    with pytest.raises(Conflict):
        change(session, code, state)


def test_nobody_changes_their_own_certificate(session: Session) -> None:
    person = make_person(session, Role.TRAINEE, Role.DECIDER)
    code = make_certificate(session, person)

    for state in ("suspended", "withdrawn", "active"):
        with pytest.raises(Refused, match="your own"):
            change(session, code, state, by=person.id)


@pytest.mark.parametrize("reason", ["", "   \n", "x" * 2001])
def test_a_change_needs_a_reason(session: Session, reason: str) -> None:
    with pytest.raises(Invalid, match="reason"):
        change(session, make_certificate(session), "suspended", reason=reason)


def test_a_code_or_region_that_is_not_there_is_not_found(session: Session) -> None:
    code = make_certificate(session)
    with pytest.raises(NotFound):
        change(session, "7K3MX0QV9RTD2HWNM", "suspended")
    with pytest.raises(NotFound):
        change(session, code, "suspended", region="sacral")


def test_the_second_of_two_clicks_changes_and_journals_nothing(session: Session) -> None:
    code, decider = make_certificate(session), make_decider(session)
    seen = service.record(session, code, at=LATER, zone=EDMONTON).last_event

    assert change(session, code, "suspended", by=decider, seen=seen) is True
    entries = journal.count(session)
    assert change(session, code, "suspended", by=decider, seen=seen) is False
    assert journal.count(session) == entries


def test_whoever_decides_upon_an_older_state_is_told(session: Session) -> None:
    code, decider = make_certificate(session), make_decider(session)
    seen = service.record(session, code, at=LATER, zone=EDMONTON).last_event
    change(session, code, "suspended")
    change(session, code, "active", reason="Unfounded.")

    with pytest.raises(Conflict, match="meanwhile"):
        change(session, code, "suspended", by=decider, seen=seen)


def test_two_people_cannot_both_suspend(session: Session) -> None:
    code = make_certificate(session)
    change(session, code, "suspended")

    with pytest.raises(Conflict, match="meanwhile"):
        change(session, code, "suspended", reason="Seen by me too.")


# --- finding ---------------------------------------------------------------------------------------------------


def test_certificates_are_found_by_name_code_and_state(session: Session) -> None:
    mira, noor = make_person(session, name="Mira O'Neil"), make_person(session, name="Noor 100% Sure")
    old = make_certificate(session, mira, valid_months=1)
    new = make_certificate(session, noor)
    today = date(2026, 8, 1)

    def found(search: str = "", state: str = "", on: date = today) -> list[str]:
        return [row.code for row in service.listed(session, search=search, state=state, today=on, limit=10)]

    assert found() == [new, old]
    assert found(search="o'neil") == [old]
    assert found(search="100%") == [new]
    assert found(search="%") == [new]
    assert found(search=codes.shown(old).lower()[:9]) == [old]
    assert found(state="expired") == [old]
    assert found(state="active") == [new]
    assert found(state="lapsing") == []
    assert found(state="lapsing", on=date(2026, 6, 20)) == [old]
    assert found(state="suspended") == []


def test_the_history_names_who_did_what_and_why(session: Session) -> None:
    code = make_certificate(session)
    change(session, code, "suspended", region="lumbar", reason="Seen needling without a line.")
    history = service.record(session, code, at=LATER, zone=EDMONTON).events

    assert [(event.state, event.region, event.reason) for event in history] == [
        ("suspended", "lumbar", "Seen needling without a line."),
        ("active", None, ""),
    ]


def test_the_tables_hold_the_rules_too(session: Session) -> None:
    code = make_certificate(session)
    row = session.scalars(select(Certificate).where(Certificate.code == code)).one()
    session.add(CertificateScope(certificate_id=row.id, region="knee", level="independent", since=row.issued_on))

    with pytest.raises(Exception, match=r"(?i)check"):
        session.flush()


# --- a line that was decided upon ------------------------------------------------------------------------------


def test_a_new_certificate_does_not_restore_a_suspended_line(session: Session) -> None:
    holder = make_person(session, name="Asha Rao")
    code = make_certificate(session, holder)
    change(session, code, "suspended", region="lumbar")

    with pytest.raises(Refused, match="line lumbar is suspended"):
        make_certificate(session, holder)


def test_a_new_certificate_does_not_bring_a_withdrawn_line_back(session: Session) -> None:
    holder = make_person(session, name="Asha Rao")
    change(session, make_certificate(session, holder), "withdrawn", region="lumbar")

    with pytest.raises(Refused, match="line lumbar was withdrawn"):
        make_certificate(session, holder)
    assert make_certificate(session, holder, scope={"chest-wall": "supervised", "cervical": "independent"})


def test_a_new_certificate_does_not_drop_a_line_in_silence(session: Session) -> None:
    holder = make_person(session, name="Asha Rao")
    make_certificate(session, holder)

    with pytest.raises(Refused, match="would drop it"):
        make_certificate(session, holder, scope={"cervical": "independent"})


def test_lines_of_an_expired_certificate_bind_nobody(session: Session) -> None:
    holder = make_person(session, name="Asha Rao")
    make_certificate(session, holder, valid_months=1)

    later = NOON + timedelta(days=90)
    assert make_certificate(session, holder, scope={"cervical": "independent"}, at=later)
