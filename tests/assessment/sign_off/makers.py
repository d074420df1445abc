"""A small bank and somebody who works through it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from hashlib import sha256
from random import Random

from sqlalchemy.orm import Session

from tests.assessment.makers import PRACTICE, SEGMENT, nonce, publish
from tests.makers import NOON
from training.assessment import service as assessment
from training.assessment.sign_off import service
from training.content.documents import Case, Competency, Framework, Item, MasteryAsked
from training.library import service as library

SECOND = timedelta(seconds=1)
KEYS = {"cervical": ("C3", "C6", "C8", "refer"), "lumbar": ("L2", "L5", "refer")}


def bank_case(number: int, key: str, region: str = "cervical", *, template: str = "", difficulty: int = 3) -> Case:
    segment = replace(SEGMENT, segments=(key,), side=None if key == "refer" else "right")
    return replace(
        PRACTICE,
        id=f"bank-{region}-{number:03}",
        title=f"Patient {region} {number}",
        region=region,
        bank="sign-off",
        questions=(segment,),
        template=template,
        difficulty=difficulty,
    )  # type: ignore[arg-type]


def bank(region: str = "cervical", *, each: int = 8) -> list[Case]:
    """So many cases for each area of a region."""
    keys = KEYS[region]
    return [bank_case(number, keys[number % len(keys)], region) for number in range(each * len(keys))]


def publish_framework(session: Session, *, provisional: bool = True) -> None:
    rule = tuple(MasteryAsked(region, provisional) for region in KEYS)  # type: ignore[arg-type]
    competency = Competency("dx", "Diagnosis", "group", "Means.", "Tested.", rule)
    document = Framework("frame", "1", "A framework", 24, (), (competency,), ())
    version_hash = sha256(
        f"framework {provisional}".encode()
    ).hexdigest()  # versions are cached by hash for the whole process
    item = Item("frame", "framework", "frame.yaml", "A framework", version_hash, "# source", document)
    library.publish(session, [item], at=NOON, retire_missing=False)
    session.flush()


@dataclass
class Candidate:
    """Somebody who draws and answers; each case takes a second."""

    session: Session
    person_id: int
    now: datetime = NOON
    random: Random = field(default_factory=lambda: Random(7))

    def begin(self, *regions: str, demonstration: bool = True) -> None:
        service.begin(self.session, self.person_id, regions, self.now, demonstration=demonstration)

    def draw(self, *, demonstration: bool = True) -> assessment.AttemptView:
        self.now += SECOND
        public_id = service.next_case(
            self.session, self.person_id, self.now, demonstration=demonstration, random=self.random
        )
        return assessment.attempt_of(self.session, public_id, self.person_id)

    def answer(self, attempt: assessment.AttemptView, *, right: bool = True) -> None:
        case = library.document(self.session, attempt.version_hash)
        assert isinstance(case, Case)
        key = case.questions[0].segments[0]
        wrong = {"segment": "S5", "side": "left"}
        given = {"segment": "refer"} if key == "refer" else {"segment": key, "side": "right"}
        for stage in (1, 2):
            assessment.advance(self.session, attempt.public_id, self.person_id, stage, at=self.now)
        assessment.answer(
            self.session,
            attempt.public_id,
            self.person_id,
            "segment",
            given if right else wrong,
            None,
            nonce(),
            at=self.now,
        )

    def work(self, count: int, *, right: bool = True) -> list[assessment.AttemptView]:
        attempts = []
        for _number in range(count):
            attempts.append(self.draw())
            self.answer(attempts[-1], right=right)
        return attempts

    def standing(self, region: str = "cervical", *, demonstration: bool = True) -> service.RegionStanding:
        found = service.overview(self.session, self.person_id, demonstration=demonstration)
        return next(one for one in found.regions if one.region == region)

    def practise(self, count: int) -> None:
        """So many practice cases, finished; the day after."""
        self.now += timedelta(days=1)
        for number in range(count):
            case = replace(PRACTICE, id=f"practice-{number:03}", questions=(SEGMENT,))
            publish(self.session, case)
            attempt = assessment.start(self.session, self.person_id, case.id, "case", at=self.now)
            self.answer(attempt)
