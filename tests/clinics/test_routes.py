from __future__ import annotations

import csv
import io
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, datetime, timedelta

import pytest
from flask.testing import FlaskClient

from tests.makers import sign_in
from training.accounts.models import Person
from training.clinics.export import guarded
from training.credentials import codes
from training.web.access import Role

NEVER_ISSUED = "7K3M-X0QV-9RTD-2HWN-M"
Maker = Callable[..., str]
Queries = Callable[[], AbstractContextManager[list[str]]]
People = Callable[..., Person]


@pytest.fixture
def clinic(client: FlaskClient, person_in: People) -> FlaskClient:
    """A client that is signed in as a clinic."""
    sign_in(client, person_in(Role.CLINIC))
    return client


def rows_of(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))


def test_a_list_tells_each_state_and_what_is_mistyped_or_unknown_apart(
    clinic: FlaskClient, certificate_in: Maker
) -> None:
    now = datetime.now(UTC)
    active, expired = certificate_in(at=now), certificate_in(at=now - timedelta(days=62), valid_months=1)
    text = "\n".join([codes.shown(active), expired.lower(), NEVER_ISSUED, NEVER_ISSUED[:-1] + "K", "nobody 7"])
    rows = rows_of(clinic.post("/clinic", data={"codes": text, "format": "csv"}).text)

    assert [row["State"] for row in rows] == ["Active", "Expired", "Unknown", "Mistyped", "Not a code"]
    assert [row["Holder"] for row in rows] == ["Asha Rao", "Asha Rao", "", "", ""]
    assert [row["As typed"] for row in rows] == text.splitlines()
    assert (rows[0]["Cervical"], rows[0]["Sacral"], rows[0]["Over the chest wall"]) == (
        "Independent",
        "Not certified",
        "Under supervision",
    )
    assert (rows[1]["Cervical"], rows[1]["Sacral"]) == ("Expired", "Not certified")


def test_the_page_shows_a_summary_and_a_row_each(clinic: FlaskClient, certificate_in: Maker) -> None:
    code = certificate_in(at=datetime.now(UTC))
    page = clinic.post("/clinic", data={"codes": f"{code}\n{NEVER_ISSUED}\n<b>7</b>"})

    assert page.status_code == 200
    assert "3 entries checked" in page.text
    assert page.text.count('<tr role="row" class="report-') == 3
    assert "&lt;b&gt;7&lt;/b&gt;" in page.text
    assert page.headers["Cache-Control"] == "no-store"


def test_the_file_holds_what_the_page_showed(clinic: FlaskClient, certificate_in: Maker) -> None:
    code = certificate_in(at=datetime.now(UTC))
    response = clinic.post("/clinic", data={"codes": code, "format": "csv"})

    assert response.mimetype == "text/csv"
    assert "attachment; filename=" in response.headers["Content-Disposition"]
    assert [row["As typed"] for row in rows_of(response.text)] == [code]


@pytest.mark.parametrize("cell", ['=HYPERLINK("http://x")', "+1", "-1", "@SUM(A1)", "\t=1", "\r=1"])
def test_no_cell_of_the_file_is_a_formula(cell: str) -> None:
    assert guarded(cell) == f"'{cell}"
    assert guarded("Asha Rao") == "Asha Rao"


def test_a_holder_whose_name_is_a_formula_does_no_harm(
    clinic: FlaskClient, certificate_in: Maker, person_in: People
) -> None:
    code = certificate_in(person_in(Role.TRAINEE, name="=1+1"), at=datetime.now(UTC))
    rows = rows_of(clinic.post("/clinic", data={"codes": f"{code}\n=2+2", "format": "csv"}).text)

    assert rows[0]["Holder"] == "'=1+1"
    assert rows[1]["As typed"] == "'=2+2"


@pytest.mark.parametrize("text", ["", "  \n ", "\n".join([NEVER_ISSUED] * 201)])
def test_an_empty_or_too_long_list_is_told_at_the_field(clinic: FlaskClient, text: str) -> None:
    page = clinic.post("/clinic", data={"codes": text})

    assert page.status_code == 422
    assert "<title>Error: " in page.text
    assert 'id="codes-error"' in page.text


def test_two_hundred_codes_take_two_queries(clinic: FlaskClient, certificate_in: Maker, queries: Queries) -> None:
    made = [certificate_in(at=datetime.now(UTC)) for _ in range(3)]
    text = "\n".join(made + [codes.new_code() for _ in range(197)])
    with queries() as asked:
        page = clinic.post("/clinic", data={"codes": text})

    assert page.status_code == 200
    assert len(asked) == 2


@pytest.mark.parametrize("role", [Role.TRAINEE, Role.ASSESSOR, Role.DECIDER, Role.ADMIN])
def test_only_clinics_check_lists(client: FlaskClient, person_in: People, role: Role) -> None:
    sign_in(client, person_in(role))

    assert client.get("/clinic").status_code == 403
    assert client.post("/clinic", data={"codes": NEVER_ISSUED}).status_code == 403


def test_whoever_is_not_signed_in_is_asked_to(client: FlaskClient) -> None:
    assert client.get("/clinic").status_code == 303
