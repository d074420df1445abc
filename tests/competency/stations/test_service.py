"""Scoring, striking, standards and the release, and what of it becomes evidence."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import func, select

from tests.competency.stations.makers import CONSENT, MOTOR, Hall, worth
from tests.makers import NOON, make_person
from training.competency import service as competency
from training.competency.evidence import gather
from training.competency.rule import bundle, facts
from training.competency.rule.stations import of_stations
from training.competency.stations import service
from training.competency.stations.models import StationResult, StationScore
from training.content.documents import StationsAsked
from training.db.base import new_public_id
from training.db.errors import Conflict, Invalid, NotFound, Refused
from training.journal import service as journal
from training.journal.models import JournalEntry
from training.web.access import Role


def test_a_session_keeps_the_versions_it_was_opened_with_and_is_opened_once(hall: Hall) -> None:
    nonce = new_public_id()
    keys = {
        "title": "  A   name ",
        "held_on": NOON.date(),
        "station_ids": [MOTOR, CONSENT, MOTOR],
        "by_id": 1,
        "at": NOON,
    }
    keys["by_id"] = hall.examiner.id
    ids = [one.public_id for one in hall.candidates]
    first = service.open_session(hall.session, **keys, candidate_ids=ids, nonce=nonce)  # type: ignore[arg-type]
    again = service.open_session(hall.session, **keys, candidate_ids=ids, nonce=nonce)  # type: ignore[arg-type]
    found = service.practical(hall.session, first.public_id)
    assert again is first
    assert (first.title, [one.station.id for one in found.places]) == ("A name", [MOTOR, CONSENT])
    assert [one.name for one in found.candidates] == ["Candidate 00", "Candidate 01", "Candidate 02"]
    assert found.missing == 6


def test_what_is_no_session_is_refused(hall: Hall) -> None:
    with pytest.raises(Invalid, match="station"):
        hall.open(stations=[])
    with pytest.raises(Invalid, match="station"):
        hall.open(stations=[MOTOR, "no-such-station"])
    with pytest.raises(Invalid, match="trainee"):
        hall.open(people=[])
    with pytest.raises(Invalid, match="trainee"):
        hall.open(people=[hall.candidates[0], hall.other])  # an assessor is no candidate
    with pytest.raises(NotFound):
        service.practical(hall.session, new_public_id())


def test_a_score_is_the_weight_of_what_was_done_and_is_kept_once(hall: Hall) -> None:
    exam, nonce = hall.open(), new_public_id()
    missing = worth(hall.station[MOTOR], 4)
    lost = sum(one.weight for one in hall.station[MOTOR].items if one.id in missing)
    first = hall.score(exam, hall.candidates[0], missing=missing, nonce=nonce)
    again = hall.score(exam, hall.candidates[0], missing=missing, nonce=nonce)
    assert again is first
    assert first.share == pytest.approx(1 - lost / hall.station[MOTOR].weight)
    with pytest.raises(Conflict, match="sent before"):
        hall.score(exam, hall.candidates[0], nonce=nonce)
    with pytest.raises(Conflict, match="meanwhile"):
        hall.score(exam, hall.candidates[0], examiner=hall.other)
    assert hall.session.scalar(select(func.count()).select_from(StationScore)) == 1
    assert hall.session.scalars(select(JournalEntry.kind).order_by(JournalEntry.number)).all()[-1] == "practical.scored"


def test_nobody_scores_themselves_nor_others_beside_whom_they_are_examined(hall: Hall) -> None:
    both = make_person(hall.session, Role.TRAINEE, Role.ASSESSOR)
    exam = hall.open(people=[both, hall.candidates[0]])
    with pytest.raises(Refused, match="This is you"):
        hall.score(exam, both, examiner=both)
    with pytest.raises(Refused, match="candidate of this session"):
        hall.score(exam, hall.candidates[0], examiner=both)


def test_bad_scores_are_refused(hall: Hall) -> None:
    exam = hall.open()
    for rating in (0, 6):
        with pytest.raises(Invalid, match="global rating"):
            hall.score(exam, hall.candidates[0], rating=rating)
    with pytest.raises(Invalid, match="what you saw"):
        hall.score(exam, hall.candidates[0], rating=1, comment=" ")
    with pytest.raises(Invalid, match="what you saw"):
        hall.score(exam, hall.candidates[0], missing=["red-flags"], comment="short")
    with pytest.raises(NotFound):
        hall.score(exam, hall.candidates[0], station=CONSENT)
    with pytest.raises(NotFound):
        hall.score(exam, make_person(hall.session))
    with pytest.raises(Invalid, match="checklist"):
        service.score(
            hall.session, exam.public_id, MOTOR, candidate_id=hall.candidates[0].id, examiner_id=hall.examiner.id,
            done=["lung"], rating=3, comment="", nonce=new_public_id(), at=NOON,
        )  # fmt: skip


def test_a_struck_score_stays_to_be_seen_and_gives_way_to_another(hall: Hall) -> None:
    exam = hall.open()
    wrong = hall.score(exam, hall.candidates[0], nonce="n" * 22)
    with pytest.raises(Invalid, match="why"):
        service.strike(hall.session, wrong.public_id, by_id=hall.other.id, reason="  no ", at=NOON)
    service.strike(hall.session, wrong.public_id, by_id=hall.other.id, reason="The wrong name was chosen.", at=NOON)
    service.strike(hall.session, wrong.public_id, by_id=hall.other.id, reason="", at=NOON)  # the second of two clicks
    with pytest.raises(Conflict, match="struck"):
        hall.score(exam, hall.candidates[0], nonce="n" * 22)
    right = hall.score(exam, hall.candidates[0], rating=2)
    found = service.practical(hall.session, exam.public_id)
    assert found.place(MOTOR).scores[hall.candidates[0].id] is right
    assert service.struck_at_station(hall.session, exam.id, MOTOR, hall.candidates[0].id) == [wrong]


def test_few_scores_are_judged_by_the_authors_cut_and_said_to_be(hall: Hall) -> None:
    exam = hall.open()
    hall.score(exam, hall.candidates[0], rating=5)
    hall.score(exam, hall.candidates[1], rating=2, missing=worth(hall.station[MOTOR], 6))
    hall.score(exam, hall.candidates[2], rating=3, missing=["red-flags"])
    found = service.practical(hall.session, exam.public_id)
    standard = service.standards(hall.session, found)[MOTOR]
    assert (standard.method, standard.cut, standard.low) == ("provisional", 0.7, None)
    assert "few" in standard.why_not
    assert standard.grey
    said = {one.candidate.name: one.judged for one in service.lines(found, {MOTOR: standard})}
    assert said["Candidate 00"].outcome == "passed"
    assert said["Candidate 01"].outcome == "second-look"  # 0.7 lies within one standard error
    assert (said["Candidate 02"].outcome, said["Candidate 02"].missed) == ("not-yet", ("red-flags",))


def test_enough_scores_set_the_cut_by_regression_earlier_released_sessions_among_them(hall: Hall) -> None:
    many = [make_person(hall.session) for _ in range(12)]
    earlier = hall.open(people=many[:6])
    for number, one in enumerate(many[:6]):
        missing = worth(hall.station[MOTOR], (0, 4, 9)[number % 3])
        hall.score(earlier, one, rating=(5, 3, 2)[number % 3], missing=missing)
    exam = hall.open(people=many[6:])
    for number, one in enumerate(many[6:]):
        missing = worth(hall.station[MOTOR], (1, 5, 10)[number % 3])
        hall.score(exam, one, rating=(5, 3, 2)[number % 3], missing=missing)
    found = service.practical(hall.session, exam.public_id)
    assert service.standards(hall.session, found)[MOTOR].people == 6  # the other session is not released
    hall.release(earlier)
    standard = service.standards(hall.session, found)[MOTOR]
    assert (standard.method, standard.people, standard.why_not) == ("borderline-regression", 12, ())
    assert standard.line is not None
    assert standard.cut == pytest.approx(standard.line.at(2))
    assert standard.low is not None
    assert standard.high is not None
    assert standard.low < standard.cut < standard.high
    hall.release(exam)
    place = service.practical(hall.session, exam.public_id).place(MOTOR)
    assert (place.row.method, place.row.people) == ("borderline-regression", 12)
    assert place.row.cut == pytest.approx(standard.cut)
    # A later session changes nothing of what was released.
    later = hall.open(people=many[:3])
    hall.score(later, many[0], rating=2)
    hall.release(later)
    again = service.standards(hall.session, service.practical(hall.session, exam.public_id))[MOTOR]
    assert (again.cut, again.people) == (pytest.approx(standard.cut), 12)


def test_nothing_is_a_result_before_the_release_and_everything_after(hall: Hall) -> None:
    exam = hall.open()
    score = hall.score(exam, hall.candidates[0])
    hall.score(exam, hall.candidates[1], missing=["red-flags"])
    ids = [one.id for one in hall.candidates]
    assert service.released_of(hall.session, ids) == []
    assert gather(hall.session, ids, with_names=True).evidence[ids[0]].stations == ()
    hall.release(exam)
    first, second = sorted(service.released_of(hall.session, ids), key=lambda one: one.person_id)
    assert (first.outcome, first.share, first.method, first.cut) == ("passed", 1.0, "provisional", 0.7)
    assert (second.outcome, second.critical_missed) == ("not-yet", ("red-flags",))
    with pytest.raises(Refused, match="released"):
        hall.score(exam, hall.candidates[2])
    with pytest.raises(Refused, match="released"):
        service.strike(hall.session, score.public_id, by_id=hall.other.id, reason="Seen too late, alas.", at=NOON)
    hall.session.flush()
    assert list(journal.faults(hall.session)) == []


def test_who_may_release(hall: Hall) -> None:
    both = make_person(hall.session, Role.DECIDER, Role.ASSESSOR)
    sits = make_person(hall.session, Role.DECIDER, Role.TRAINEE)
    exam = hall.open(people=[*hall.candidates, sits])
    with pytest.raises(Refused, match="Nobody was scored"):
        hall.release(exam)
    hall.score(exam, hall.candidates[0], examiner=both)
    with pytest.raises(Refused, match="You examined"):
        hall.release(exam, both)
    with pytest.raises(Refused, match="candidate"):
        hall.release(exam, sits)
    with pytest.raises(Invalid, match="Not every candidate"):
        hall.release(exam, gaps=False)
    with pytest.raises(Invalid, match="after you opened"):
        service.release(hall.session, exam.public_id, by_id=hall.decider.id, with_gaps=True, scores_seen=7, at=NOON)
    hall.release(exam)
    assert hall.release(exam) is hall.release(exam)  # the second click
    with pytest.raises(Refused, match="are released"):
        hall.release(exam, make_person(hall.session, Role.DECIDER))
    assert hall.session.scalar(select(func.count()).select_from(StationResult)) == 1


def test_results_are_evidence_and_a_bundle_replays_with_them(hall: Hall) -> None:
    person = hall.candidates[0]
    exam = hall.open(stations=[MOTOR, CONSENT])
    hall.score(exam, person)
    hall.score(exam, person, station=CONSENT, missing=["lung"])
    hall.release(exam)
    review = competency.review(hall.session, person.id)
    tries = {one.station_id: one for one in review.evidence.stations}
    assert tries[MOTOR].outcome == "passed"
    assert tries[MOTOR].competencies == ("examination",)
    assert facts.from_json(facts.to_json(review.evidence)) == review.evidence
    named = of_stations(StationsAsked((MOTOR, CONSENT), "", 2), review.evidence)
    assert (named.met, named.have, named.need, named.step.id if named.step else "") == (False, 1, 2, CONSENT)
    assert of_stations(StationsAsked((MOTOR,), "", 1), review.evidence).met
    by_competency = of_stations(StationsAsked((), "examination", 1), review.evidence)
    assert by_competency.met
    assert by_competency.step is None
    rule = replace(review.readiness.framework.competencies[0], rule=(StationsAsked((), "examination", 1),))
    framework = replace(review.readiness.framework, competencies=(rule, *review.readiness.framework.competencies[1:]))
    frozen = {
        "outcome": "deferred", "scope": {}, "evidence": facts.to_json(review.evidence),
        "framework": {"rule": bundle.codec.to_json(framework)},
        "readiness": bundle.to_json(bundle.readiness(framework, review.evidence)),
    }  # fmt: skip
    assert bundle.replay(frozen).holds
    frozen["evidence"]["stations"] = []  # type: ignore[index]
    assert not bundle.replay(frozen).holds


def test_an_old_bundle_has_no_stations_and_still_replays(hall: Hall) -> None:
    evidence = competency.review(hall.session, hall.candidates[0].id).evidence
    old = facts.to_json(evidence)
    del old["stations"], old["offered"]["stations"]
    assert facts.from_json(old).stations == ()


def test_what_stands_near_the_cut_is_said(hall: Hall) -> None:
    exam = hall.open()
    hall.score(exam, hall.candidates[1], rating=2, missing=worth(hall.station[MOTOR], 6))
    hall.release(exam)
    evidence = gather(hall.session, [hall.candidates[1].id], with_names=True).evidence[hall.candidates[1].id]
    standing = of_stations(StationsAsked((MOTOR,), "", 1), evidence)
    assert not standing.met
    assert standing.now.values["again"] == 1
