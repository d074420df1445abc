"""Sign-off numbers: `SO-` and ten random Crockford base-32 characters with a check character, in groups.

The check character follows the hybrid scheme of ISO/IEC 7064 (MOD 33,32), which finds every single wrong character and
nearly every swap of two neighbours.
"""

from __future__ import annotations

import secrets

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
RANDOM_CHARACTERS = 10
PREFIX = "SO"
_READ_AS = str.maketrans({"O": "0", "I": "1", "L": "1"})


def new_number() -> str:
    """50 random bits, such as SO-7K3M-9QX2-4TB."""
    text = "".join(secrets.choice(ALPHABET) for _ in range(RANDOM_CHARACTERS))
    return grouped(text + check_character(text))


def check_character(text: str) -> str:
    size = len(ALPHABET)
    product = size
    for letter in text:
        total = (product + ALPHABET.index(letter)) % size or size
        product = total * 2 % (size + 1)
    return ALPHABET[(size + 1 - product) % size]


def grouped(text: str) -> str:
    return "-".join((PREFIX, text[:4], text[4:8], text[8:]))


def read_number(given: str) -> str | None:
    """The number as we write it, from what somebody typed; None when it cannot be one."""
    letters = "".join(letter for letter in given.upper() if letter.isalnum())
    if not letters.startswith(PREFIX):
        return None
    text = letters[len(PREFIX) :].translate(_READ_AS)
    if len(text) != RANDOM_CHARACTERS + 1 or any(letter not in ALPHABET for letter in text):
        return None
    return grouped(text) if check_character(text[:-1]) == text[-1] else None
