from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from training.clinics.entries import entries
from training.credentials import codes

ONE, TWO = "7K3M-X0QV-9RTD-2HWN-M", "1111-1111-1111-1111-" + codes.check_character("1" * 16)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", []),
        (" \n\t\n,;\n", []),
        (f"{ONE}\n{TWO}\r\n", [ONE, TWO]),
        (f"{ONE}, {TWO};{ONE}|{TWO}\t{ONE}", [ONE, TWO, ONE, TWO, ONE]),
        (f"{ONE} {TWO}", [ONE, TWO]),
        ("7k3m x0qv 9rtd 2hwn m", ["7k3m x0qv 9rtd 2hwn m"]),
        ("7K3M X0QV 9RTD 2HWN M 7K3M X0QV 9RTD 2HWN M", ["7K3M X0QV 9RTD 2HWN M"] * 2),
        (f"Asha Rao, {ONE}", [ONE]),
        (f"Asha Rao {ONE} Calgary", [ONE]),
        (f"https://school.example/verify/{ONE}", [f"https://school.example/verify/{ONE}"]),
    ],
)
def test_codes_are_found_however_they_are_separated(text: str, found: list[str]) -> None:
    assert entries(text) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Asha Rao", ["Asha Rao"]),
        ("7K3M-X0QV", ["7K3M-X0QV"]),
        (f"{ONE}, 7K3M-X0QV-9RTD-2HWN", [ONE, "7K3M-X0QV-9RTD-2HWN"]),
        ("7K3M-X0QV-9RTD-2HWN-MM", ["7K3M-X0QV-9RTD-2HWN-MM"]),
    ],
)
def test_whoever_has_no_code_stays_on_the_list(text: str, found: list[str]) -> None:
    assert entries(text) == found


@given(st.lists(st.sampled_from([ONE, TWO]), max_size=8), st.sampled_from(["\n", ",", " ; ", "\t", "  ", "\r\n", "|"]))
def test_every_code_comes_back_in_its_order(given_codes: list[str], separator: str) -> None:
    assert entries(separator.join(given_codes)) == given_codes
