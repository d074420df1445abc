"""What an assessor may record: words first, then the rating; and what happens when something is sent twice."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from tests.competency.records import SEEN, School, observe
from tests.makers import NOON
from training.accounts.models import Person
from training.competency import service
from training.competency.calibrating import service as calibrating
from training.competency.observing import requests
from training.competency.observing import service as observing
from training.competency.observing.models import Observation, ObservationDraft, ObservationRequest
from training.competency.observing.service import DAYS_BACK
from training.content import codec
from training.content.documents import Item, Library
from training.content.reader import item_hash
from training.db.base import new_public_id
from training.db.errors import Conflict, Invalid, NotFound, Refused
from training.journal import service as journal
from training.library import service as library

TODAY = NOON.date()
SOON = NOON + timedelta(seconds=30)
KEY = "a key for tests only"


def write(school: School, **changes: object) -> ObservationDraft:
    """The words of a new assessor on a new trainee, with some of it told otherwise."""
    about: dict[str, object] = {
        "region": "cervical",
        "seen": SEEN,
        "observed_on": TODAY,
        "nonce": new_public_id(),
        "today": TODAY,
        "at": NOON,
    }
    if "trainee_id" not in changes:
        about["trainee_id"] = school.person().id
    if "assessor_id" not in changes:
        about["assessor_id"] = school.person().id
    return observing.write_words(school.session, **{**about, **changes})  # type: ignore[arg-type]


def sign(school: School, draft: ObservationDraft, level: int = 4, *, at: datetime = SOON) -> Observation:
    return observing.sign(
        school.session, draft.public_id, assessor_id=draft.assessor_id, entrustment=level, today=at.date(), at=at
    )


def ask(
    school: School, trainee: Person, *, region: str = "lumbar", focus: str = "", at: datetime = NOON
) -> ObservationRequest:
    return requests.ask(
        school.session, trainee.id, region=region, focus=focus, public_id=new_public_id(), secret_key=KEY, at=at
    )


def how_many(school: School, what: type[Observation | ObservationDraft] = Observation) -> int:
    return school.session.scalar(select(func.count()).select_from(what)) or 0


# --- words, then the rating ---


def test_an_observation_is_kept_with_the_framework_it_was_made_under(school: School) -> None:
    made = sign(school, write(school, region="chest-wall"), 5)
    assert (made.region, made.entrustment, made.seen) == ("chest-wall", 5, SEEN)
    assert made.framework_hash == service.current_framework(school.session).hash


def test_the_record_and_the_journal_prove_that_words_came_first(school: School) -> None:
    draft = write(school)
    made = sign(school, draft)
    assert made.words_at == NOON < made.recorded_at
    first, second = sorted(journal.latest(school.session, limit=2), key=lambda one: one.number)
    assert [first.kind, second.kind] == ["observation.words", "observation.recorded"]
    assert first.payload["seen_sha256"] == second.payload["seen_sha256"]
    assert second.payload["words"] == draft.public_id
    assert second.payload["entrustment"] == 4
    assert SEEN not in f"{first.payload}{second.payload}"
    assert list(journal.faults(school.session)) == []


@pytest.mark.parametrize("at", [NOON, NOON - timedelta(seconds=1)])
def test_a_rating_that_is_not_after_the_words_is_refused(school: School, at: datetime) -> None:
    with pytest.raises(Invalid, match="words were saved a moment ago"):
        sign(school, write(school), at=at)
    assert how_many(school) == 0


def test_the_database_holds_the_order_as_well(school: School) -> None:
    made = sign(school, write(school))
    made.words_at = made.recorded_at
    with pytest.raises(IntegrityError):
        school.session.flush()


def test_words_written_anew_are_timed_anew_and_their_first_hash_stays_in_the_journal(school: School) -> None:
    draft = write(school)
    for at in (SOON, SOON):
        observing.rewrite_words(
            school.session,
            draft.public_id,
            draft.assessor_id,
            region="lumbar",
            seen=f"{SEEN} Then compared both sides.",
            observed_on=TODAY,
            today=TODAY,
            at=at,
        )
    assert (draft.words_at, draft.region) == (SOON, "lumbar")
    kinds = [one.kind for one in journal.latest(school.session, limit=5)]
    assert kinds.count("observation.words") == 2
    with pytest.raises(Invalid):
        sign(school, draft, at=SOON)
    assert sign(school, draft, at=SOON + timedelta(seconds=1)).words_at == SOON


def test_another_day_or_place_does_not_move_the_time_of_the_words(school: School) -> None:
    draft = write(school)
    observing.rewrite_words(
        school.session, draft.public_id, draft.assessor_id,
        region="sacral", seen=SEEN, observed_on=TODAY - timedelta(days=1), today=TODAY, at=SOON,
    )  # fmt: skip
    assert (draft.words_at, draft.region, draft.observed_on) == (NOON, "sacral", TODAY - timedelta(days=1))


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"seen": "Looked fine to me.."}, "at least 20"),
        ({"seen": "   \n  " + "x" * 19 + "   "}, "at least 20"),
        ({"seen": "\x00" * 40}, "at least 20"),
        ({"seen": "x" * 4001}, "at most 4000"),
        ({"region": "any"}, "where on the body"),
        ({"region": ""}, "where on the body"),
        ({"observed_on": TODAY + timedelta(days=1)}, "still to come"),
        ({"observed_on": TODAY - timedelta(days=DAYS_BACK + 1)}, "within 30 days"),
        ({"nonce": ""}, "Reload"),
        ({"nonce": "short"}, "Reload"),
        ({"nonce": "x" * 23}, "Reload"),
    ],
)
def test_words_that_cannot_be_kept_are_refused_with_the_mend(
    school: School, changes: dict[str, object], why: str
) -> None:
    with pytest.raises(Invalid, match=why):
        write(school, **changes)
    assert how_many(school, ObservationDraft) == 0


@pytest.mark.parametrize("level", [0, 6, -1])
def test_there_are_five_levels(school: School, level: int) -> None:
    with pytest.raises(Invalid, match="from 1 to 5"):
        sign(school, write(school), level)


@pytest.mark.parametrize("days", [0, DAYS_BACK])
def test_the_days_that_are_open(school: School, days: int) -> None:
    assert write(school, observed_on=TODAY - timedelta(days=days)).id


def test_a_draft_that_was_left_too_long_cannot_be_signed(school: School) -> None:
    draft = write(school)
    with pytest.raises(Invalid, match="within 30 days"):
        sign(school, draft, at=NOON + timedelta(days=DAYS_BACK + 1))


def test_nobody_observes_themselves(school: School) -> None:
    person = school.person()
    with pytest.raises(Refused, match="This is you"):
        write(school, trainee_id=person.id, assessor_id=person.id)


# --- sent twice ---


def test_the_same_form_and_the_same_rating_twice_make_one_observation(school: School) -> None:
    trainee, assessor, nonce = school.person(), school.person(), new_public_id()
    first = observe(school.session, trainee, assessor, nonce=nonce)
    entries = journal.count(school.session)
    second = observe(school.session, trainee, assessor, nonce=nonce)
    assert second.id == first.id
    assert how_many(school) == 1
    assert journal.count(school.session) == entries


def test_another_rating_of_what_was_signed_is_a_conflict_and_the_first_stands(school: School) -> None:
    draft = write(school)
    sign(school, draft, 2)
    with pytest.raises(Conflict, match="signed at level 2"):
        sign(school, draft, 5)
    assert school.session.scalars(select(Observation.entrustment)).all() == [2]


def test_signed_words_cannot_be_changed_or_thrown_away(school: School) -> None:
    draft = write(school)
    sign(school, draft)
    with pytest.raises(Conflict, match="what was signed stands"):
        write(
            school, trainee_id=draft.trainee_id, assessor_id=draft.assessor_id, nonce=draft.nonce,
            seen=f"{SEEN} Or so I say now.",
        )  # fmt: skip
    with pytest.raises(Conflict):
        observing.discard(school.session, draft.public_id, draft.assessor_id)


def test_somebody_elses_form_or_draft_is_not_mine(school: School) -> None:
    draft, other = write(school), school.person()
    with pytest.raises(Conflict, match="sent before"):
        write(school, trainee_id=draft.trainee_id, assessor_id=other.id, nonce=draft.nonce)
    for attempt in (
        lambda: observing.draft_of(school.session, draft.public_id, other.id),
        lambda: observing.discard(school.session, draft.public_id, other.id),
        lambda: observing.keep_as_own(school.session, draft.public_id, other.id),
        lambda: observing.sign(
            school.session, draft.public_id, assessor_id=other.id, entrustment=5, today=TODAY, at=SOON
        ),
    ):
        with pytest.raises(NotFound):
            attempt()


def test_discarded_words_leave_no_observation(school: School) -> None:
    draft = write(school)
    assert observing.drafts_of(school.session, draft.assessor_id) == [draft]
    observing.discard(school.session, draft.public_id, draft.assessor_id)
    assert observing.drafts_of(school.session, draft.assessor_id) == []
    assert how_many(school) == 0


# --- by a request ---


def test_a_link_is_not_in_the_database_and_only_the_key_makes_it_again(school: School) -> None:
    made = ask(school, school.person())
    token = requests.token_of(made, KEY)
    assert token is not None
    assert len(token) == 22
    kept = [str(getattr(made, column.key)) for column in ObservationRequest.__table__.columns]
    assert not any(token in one for one in kept)
    assert requests.token_of(made, "another key") is None
    assert requests.request_behind(school.session, token) is made
    for wrong in ("", "x" * 22, token[:-1], token.swapcase(), made.public_id):
        with pytest.raises(NotFound):
            requests.request_behind(school.session, wrong)


def test_nothing_of_a_request_becomes_part_of_the_record(school: School) -> None:
    trainee, assessor = school.person(), school.person()
    asked = ask(school, trainee, focus="Write that I am excellent at everything, level 5.")
    made = sign(school, write(school, trainee_id=trainee.id, assessor_id=assessor.id, request=asked, region="sacral"))
    kept = " ".join(str(getattr(made, column.key)) for column in Observation.__table__.columns)
    assert "excellent" not in kept
    assert (made.region, made.seen, made.request_id) == ("sacral", SEEN, asked.id)


def test_of_two_assessors_with_one_link_the_second_is_told_and_keeps_the_words(school: School) -> None:
    trainee, ann, bob = school.person(), school.person(name="Ann"), school.person(name="Bob")
    asked = ask(school, trainee)
    first = write(school, trainee_id=trainee.id, assessor_id=ann.id, request=asked)
    second = write(school, trainee_id=trainee.id, assessor_id=bob.id, request=asked)
    sign(school, first)
    with pytest.raises(requests.Closed, match="Ann was first"):
        sign(school, second)
    assert observing.why_closed(school.session, second, at=SOON) is not None
    observing.keep_as_own(school.session, second.public_id, bob.id)
    assert observing.why_closed(school.session, second, at=SOON) is None
    assert sign(school, second, 3).request_id is None
    assert how_many(school) == 2


def test_the_same_assessor_opening_a_link_again_finds_the_same_draft(school: School) -> None:
    trainee, assessor = school.person(), school.person()
    asked = ask(school, trainee)
    first = write(school, trainee_id=trainee.id, assessor_id=assessor.id, request=asked)
    again = write(school, trainee_id=trainee.id, assessor_id=assessor.id, request=asked, seen=f"{SEEN} More.", at=SOON)
    assert again is first
    assert how_many(school, ObservationDraft) == 1


def test_a_request_is_open_seven_days(school: School) -> None:
    trainee, assessor = school.person(), school.person()
    asked = ask(school, trainee)
    late = asked.expires_at
    assert late == NOON + timedelta(days=7)
    requests.refuse_unless_open(school.session, asked, assessor.id, at=late - timedelta(seconds=1))
    with pytest.raises(requests.Closed, match="expired"):
        requests.refuse_unless_open(school.session, asked, assessor.id, at=late)
    draft = write(school, trainee_id=trainee.id, assessor_id=assessor.id, request=asked)
    with pytest.raises(requests.Closed, match="expired"):
        sign(school, draft, at=late)


def test_what_was_taken_back_or_used_is_closed_and_says_so(school: School) -> None:
    trainee, assessor = school.person(), school.person()
    back, used = ask(school, trainee), ask(school, trainee)
    requests.cancel(school.session, back.public_id, trainee.id, at=NOON)
    requests.cancel(school.session, back.public_id, trainee.id, at=SOON)
    assert back.cancelled_at == NOON
    with pytest.raises(requests.Closed, match="took this request back"):
        write(school, trainee_id=trainee.id, assessor_id=assessor.id, request=back)
    sign(school, write(school, trainee_id=trainee.id, assessor_id=assessor.id, request=used))
    with pytest.raises(Conflict, match="observation stands"):
        requests.cancel(school.session, used.public_id, trainee.id, at=SOON)
    with pytest.raises(requests.Closed, match="You have signed"):
        requests.refuse_unless_open(school.session, used, assessor.id, at=SOON)
    states = [one.state for one in requests.requests_of(school.session, trainee.id, at=SOON)]
    assert sorted(states) == ["cancelled", "used"]


def test_ones_own_link_and_anothers_request_are_refused(school: School) -> None:
    trainee, other = school.person(), school.person()
    asked = ask(school, trainee)
    with pytest.raises(Refused, match="your own request"):
        requests.refuse_unless_open(school.session, asked, trainee.id, at=NOON)
    for attempt in (requests.request_of, requests.cancel):
        with pytest.raises(NotFound):
            attempt(school.session, asked.public_id, other.id, at=NOON)


def test_a_double_click_makes_one_request_and_bad_ones_are_refused(school: School) -> None:
    trainee, form = school.person(), new_public_id()
    about = {"region": "lumbar", "focus": "  the \n angle ", "public_id": form, "secret_key": KEY, "at": NOON}
    first = requests.ask(school.session, trainee.id, **about)  # type: ignore[arg-type]
    assert first.focus == "the angle"
    assert requests.ask(school.session, trainee.id, **about) is first  # type: ignore[arg-type]
    with pytest.raises(Conflict):
        requests.ask(school.session, school.person().id, **about)  # type: ignore[arg-type]
    for bad in ({"region": "moon"}, {"focus": "x" * 201, "public_id": new_public_id()}, {"public_id": "x"}):
        with pytest.raises(Invalid):
            requests.ask(school.session, trainee.id, **{**about, **bad})  # type: ignore[arg-type]


def test_not_too_many_requests_are_open_at_once(school: School) -> None:
    trainee = school.person()
    made = [ask(school, trainee) for _ in range(requests.MOST_OPEN)]
    with pytest.raises(Refused, match="take some back"):
        ask(school, trainee)
    requests.cancel(school.session, made[0].public_id, trainee.id, at=NOON)
    assert ask(school, trainee).id
    assert ask(school, trainee, at=NOON + timedelta(days=8)).id


# --- what the framework asks of assessors ---


def test_where_the_framework_asks_for_samples_nobody_signs_before_them(school: School, shipped: Library) -> None:
    (item,) = (one for one in shipped.items if one.kind == "framework")
    asks = replace(item.document, calibrations=1)  # type: ignore[type-var]
    changed: Item = replace(item, document=asks, hash=item_hash(f"{item.source}\n# asks", (), asks))  # type: ignore[arg-type]
    assert codec.from_json("framework", codec.to_json(asks)) == asks  # type: ignore[arg-type]
    library.publish(school.session, [changed], at=NOON, retire_missing=False)
    draft = write(school)
    with pytest.raises(calibrating.Uncalibrated, match="you have rated 0"):
        sign(school, draft)
    (first, *_) = calibrating.samples_for(school.session, draft.assessor_id)
    sample = first.encounter.id
    calibrating.write_words(school.session, draft.assessor_id, sample, words=SEEN, at=NOON)
    calibrating.rate(school.session, draft.assessor_id, sample, entrustment=4, at=SOON)
    assert sign(school, draft).id


def test_observations_come_newest_first_and_only_of_whom_was_asked(school: School) -> None:
    trainee, assessor = school.person(), school.person()
    older = observe(school.session, trainee, assessor, at=NOON - timedelta(days=3))
    newer = observe(school.session, trainee, assessor)
    observe(school.session, school.person(), assessor)
    assert list(service.observations_of(school.session, [trainee.id])) == [newer, older]
