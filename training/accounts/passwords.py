"""Passwords, kept as argon2id with the library's recommended costs (RFC 9106, low-memory profile)."""

from __future__ import annotations

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError

LEAST_LENGTH = 10
MOST_LENGTH = 200
hasher = PasswordHasher()


def hashed(password: str) -> str:
    return hasher.hash(password)


def matches(password_hash: str, password: str) -> bool:
    try:
        return hasher.verify(password_hash, password)
    except (VerifyMismatchError, InvalidHashError):
        return False


def spend_the_same_time(password: str) -> None:
    """Hash for nobody, so that an unknown address takes as long as a wrong password."""
    hasher.hash(password)
