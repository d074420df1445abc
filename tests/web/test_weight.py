"""What a page may weigh: 60 KB of HTML, 40 KB of style sheets, 30 KB of script."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from flask import Flask
from flask.testing import FlaskClient

from tests.assessment.exams.makers import AT_ONCE, make_sitting, publish_exam
from tests.assessment.makers import CHOICE, PRACTICE, RIGHT, SEGMENT, nonce, publish
from tests.assessment.sign_off.makers import bank_case, publish_framework
from tests.makers import sign_in
from training.accounts.models import Person
from training.config import ROOT
from training.db.session import transaction
from training.web.access import Role

MOST = {"html": 60_000, "css": 40_000, "js": 30_000}
PersonIn = Callable[..., Person]


def weight(client: FlaskClient, address: str) -> dict[str, int]:
    reply = client.get(address)
    assert reply.status_code == 200, address
    found = {"html": len(reply.data)}
    for kind in ("css", "js"):
        names = set(re.findall(rf'"/static/([^"?]+\.{kind})\?', reply.text))
        assert kind == "js" or names, address
        found[kind] = sum((ROOT / "static" / name).stat().st_size for name in names)
    return found


def heavy(client: FlaskClient, *addresses: str) -> list[tuple[str, dict[str, int]]]:
    looked_at = [(one, weight(client, one)) for one in addresses]
    return [one for one in looked_at if any(one[1][kind] > most for kind, most in MOST.items())]


def answer(client: FlaskClient, address: str, question: str) -> None:
    sent = {
        "question": question,
        "nonce": nonce(),
        "confidence": "sure",
        "kind": "segment" if question == "segment" else "choice",
        **RIGHT[question],
    }
    assert client.post(f"{address}/answers", data=sent).status_code == 303


def test_a_case_at_each_of_its_steps(app: Flask, client: FlaskClient, person_in: PersonIn) -> None:
    case = replace(PRACTICE, questions=(SEGMENT, replace(CHOICE, id="first")))
    with app.app_context(), transaction() as db:
        publish(db, case)
    sign_in(client, person_in())
    address = client.post(f"/cases/{case.id}/attempts").location
    found = heavy(client, "/cases", f"/cases/{case.id}", address)
    for stage in (1, 2):
        client.post(f"{address}/stage", data={"stage": stage})
        found += heavy(client, address)
    answer(client, address, "segment")
    found += heavy(client, address)
    client.post(f"{address}/stage", data={"stage": 3})
    found += heavy(client, address)
    assert found + heavy(client, "/attempts") == []


def test_sign_off_pages(app: Flask, client: FlaskClient, person_in: PersonIn) -> None:
    with app.app_context(), transaction() as db:
        publish(db, *(bank_case(number, "C6") for number in range(24)))
        publish_framework(db)
    sign_in(client, person_in())
    found = heavy(client, "/sign-off")
    address = client.post("/sign-off/sessions", data={"region": "cervical"}).location
    for stage in (1, 2):
        client.post(f"{address}/stage", data={"stage": stage})
    found += heavy(client, address)
    answer(client, address, "segment")
    assert found + heavy(client, address, "/sign-off") == []


def test_exam_pages(app: Flask, client: FlaskClient, person_in: PersonIn) -> None:
    instructor, candidate = person_in(Role.ASSESSOR), person_in(Role.TRAINEE)
    now = datetime.now(UTC)
    with app.app_context(), transaction() as db:
        publish_exam(db, AT_ONCE)
        sitting = make_sitting(db, instructor, opens=now - timedelta(hours=1), closes=now + timedelta(hours=8))
    sign_in(client, candidate)
    found = heavy(client, "/exams", f"/exams/{sitting}")
    address = client.post(f"/exams/{sitting}/attempts").location
    found += heavy(client, *(f"{address}?question={number}" for number in range(1, 7)), f"{address}/hand-in")
    assert client.post(f"{address}/hand-in").status_code == 303
    found += heavy(client, f"{address}/result")
    sign_in(client, instructor)
    assert found + heavy(client, "/exams/sittings", f"/exams/sittings/{sitting}") == []
