from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from training.credentials import codes

bodies = st.text(alphabet=codes.ALPHABET, min_size=16, max_size=16)


def with_check(body: str) -> str:
    return body + codes.check_character(body)


def test_a_new_code_is_random_and_reads_back_as_itself() -> None:
    made = {codes.new_code() for _ in range(500)}

    assert len(made) == 500
    assert all(codes.parse(code) == code and codes.parse(codes.shown(code)) == code for code in made)


@pytest.mark.parametrize(
    ("body", "check"),
    [("0" * 16, "0"), ("0" * 15 + "1", "1"), ("0" * 14 + "10", "*"), ("0" * 14 + "14", "U"), ("0" * 14 + "15", "0")],
)
def test_the_check_character_is_the_number_modulo_37_in_crockfords_symbols(body: str, check: str) -> None:
    assert codes.check_character(body) == check


def test_a_code_is_shown_in_groups_of_four() -> None:
    assert codes.shown("7K3MX0QV9RTD2HWNM") == "7K3M-X0QV-9RTD-2HWN-M"


@pytest.mark.parametrize(
    "typed",
    [
        "7k3m-x0qv-9rtd-2hwn-m",
        "  7K3M X0QV 9RTD 2HWN M\n",
        "7K3MXOQV9RTD2HWNM",
        "7k3mxoqv9rtd2hwnm",
        "7K3M–X0QV—9RTD‑2HWN.M",
        "https://school.example/verify/7K3M-X0QV-9RTD-2HWN-M",
        "https://school.example/verify/7K3M-X0QV-9RTD-2HWN-M/",
    ],
)
def test_case_blanks_dashes_lookalikes_and_a_whole_link_do_not_matter(typed: str) -> None:
    assert codes.parse(typed) == "7K3MX0QV9RTD2HWNM"


@pytest.mark.parametrize("symbol", "*~$=U")
def test_every_check_symbol_survives_an_address(symbol: str) -> None:
    number = 32 + "*~$=U".index(symbol)
    body = "0" * 14 + codes.ALPHABET[number // 32] + codes.ALPHABET[number % 32]

    assert codes.parse(f"/verify/{body}%{ord(symbol):02X}") == body + symbol


def test_letters_like_one_are_read_as_one() -> None:
    body = "1" * 16
    assert codes.parse("IiLl1IiLl1IiLl11" + codes.check_character(body))[:-1] == body


@given(body=bodies, place=st.integers(0, 16), other=st.sampled_from(codes.CHECK_SYMBOLS))
def test_every_wrong_character_is_found(body: str, place: int, other: str) -> None:
    code = with_check(body)
    wrong = code[:place] + other + code[place + 1 :]
    if wrong == code:
        assert codes.parse(wrong) == code
    else:
        with pytest.raises((codes.MistypedError, codes.NotACodeError)):
            codes.parse(wrong)


@given(body=bodies, place=st.integers(0, 15))
def test_every_swap_of_two_neighbours_is_found(body: str, place: int) -> None:
    code = with_check(body)
    swapped = code[:place] + code[place + 1] + code[place] + code[place + 2 :]
    if swapped == code:
        assert codes.parse(swapped) == code
    else:
        with pytest.raises((codes.MistypedError, codes.NotACodeError)):
            codes.parse(swapped)


@pytest.mark.parametrize(
    "typed", ["", "-", "7K3M", "7K3MX0QV9RTD2HWN", "7K3MX0QV9RTD2HWNMM", "U" * 17, "é" * 17, "7K3M!0QV9RTD2HWNM"]
)
def test_what_is_no_code_is_told_apart_from_a_mistyped_one(typed: str) -> None:
    with pytest.raises(codes.NotACodeError):
        codes.parse(typed)


def test_a_wrong_check_character_is_a_mistyped_code() -> None:
    with pytest.raises(codes.MistypedError):
        codes.parse("7K3M-X0QV-9RTD-2HWN-K")


@given(st.text(max_size=40))
def test_no_text_breaks_the_reader(text: str) -> None:
    try:
        code = codes.parse(text)
    except (codes.MistypedError, codes.NotACodeError):
        return
    assert codes.well_formed(code)
