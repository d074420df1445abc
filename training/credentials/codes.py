"""The codes of certificates: random, short enough to read over the telephone, and able to tell when misread.

Crockford's base 32 with his check character (https://www.crockford.com/base32.html): sixteen characters, 80 random
bits, then the number modulo 37. Letters that look like digits are read as those digits. The check finds every single
wrong character and every swap of two neighbours.
"""

from __future__ import annotations

import re
import secrets
from urllib.parse import unquote

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
CHECK_SYMBOLS = ALPHABET + "*~$=U"  # all of them may stand in a path as they are
RANDOM_CHARACTERS = 16
LENGTH = RANDOM_CHARACTERS + 1
GROUP = 4

# White space, dots, and every dash that programs make of a hyphen.
_SEPARATORS = re.compile(r"[\s\-_.\u00ad\u200b\u2010-\u2015\u2212]+")
_LOOKALIKES = str.maketrans("OIL", "011")


class NotACodeError(ValueError):
    """Too long, too short, or with a character that no code has. `characters` is how many there were."""

    def __init__(self, characters: int) -> None:
        super().__init__(f"{characters} characters that are not a code")
        self.characters = characters


class MistypedError(ValueError):
    """It looks like a code, and its check character says that some character is wrong."""


def new_code() -> str:
    """Seventeen characters, without hyphens: as stored."""
    body = "".join(secrets.choice(ALPHABET) for _ in range(RANDOM_CHARACTERS))
    return body + check_character(body)


def check_character(body: str) -> str:
    """The character that belongs behind these."""
    number = 0
    for character in body:
        number = (number * 32 + ALPHABET.index(character)) % 37
    return CHECK_SYMBOLS[number]


def shown(code: str) -> str:
    """As people read it: groups of four with hyphens, the check character by itself."""
    return "-".join(code[start : start + GROUP] for start in range(0, len(code), GROUP))


def bare(text: str) -> str:
    """What was typed, without the case, separators and look-alikes that do not matter; of a link its last part."""
    last = unquote(text.strip().rstrip("/").rsplit("/", 1)[-1])
    return _SEPARATORS.sub("", last).upper().translate(_LOOKALIKES)


def parse(text: str) -> str:
    """The typed code, as stored. Raises NotACodeError, or MistypedError when its check character does not fit."""
    code = bare(text)
    if not well_formed(code):
        raise NotACodeError(len(code))
    if check_character(code[:-1]) != code[-1]:
        raise MistypedError
    return code


def well_formed(code: str) -> bool:
    """The right length and no foreign character, whether or not the check character fits."""
    return len(code) == LENGTH and set(code[:-1]) <= set(ALPHABET) and code[-1] in CHECK_SYMBOLS
