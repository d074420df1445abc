"""The chain's end as a small file to be kept elsewhere: whoever has one knows later whether all before it still stands.

It is JSON; its signature is Ed25519 (RFC 8032) over the other fields as JSON with sorted keys and no white space.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from training.journal import keys
from training.journal.verifying import KnownHead

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

FORMAT = "segmental-journal-head-1"


class HeadError(Exception):
    """A file that is no head; the message says why."""


@dataclass(frozen=True)
class Head:
    """`at` is when it was exported. `signature` and `public_key` are hex, empty when it is not signed."""

    school: str
    number: int
    hash: str
    at: datetime
    signature: str = ""
    public_key: str = ""

    def signed_bytes(self) -> bytes:
        """What the signature is over."""
        return json.dumps(self.fields(), sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()

    def fields(self) -> dict[str, Any]:
        at = self.at.astimezone(UTC).isoformat()
        return {"format": FORMAT, "school": self.school, "number": self.number, "hash": self.hash, "at": at}

    def known(self) -> KnownHead:
        return KnownHead(self.number, self.hash, self.at)


def signed(head: Head, key: Ed25519PrivateKey) -> Head:
    return replace(head, signature=key.sign(head.signed_bytes()).hex(), public_key=keys.public_hex(key.public_key()))


def signature_holds(head: Head, key: Ed25519PublicKey) -> bool:
    """Whether the head was signed by whoever holds the private half; the key that the file names is not believed."""
    try:
        given = bytes.fromhex(head.signature)
    except ValueError:
        return False
    return keys.verifies(key, given, head.signed_bytes())


def to_text(head: Head) -> str:
    kept = head.fields()
    if head.signature:
        kept["signature"] = {"algorithm": "Ed25519", "public_key": head.public_key, "value": head.signature}
    return json.dumps(kept, indent=2, ensure_ascii=False) + "\n"


def from_text(text: str) -> Head:
    """Raises HeadError."""
    try:
        kept = json.loads(text)
    except ValueError as error:
        raise HeadError(f"it is no JSON: {error}") from None
    except RecursionError:
        raise HeadError("it is no JSON of ours") from None
    if not isinstance(kept, Mapping) or kept.get("format") != FORMAT:
        raise HeadError(f'it is no journal head: "format" must be "{FORMAT}"')
    school, number, digest, at = (kept.get(name) for name in ("school", "number", "hash", "at"))
    if not isinstance(school, str) or not isinstance(digest, str) or len(digest) != 64:
        raise HeadError('"school" and "hash" must be text, the hash of 64 characters')
    if not isinstance(number, int) or isinstance(number, bool) or number < 0:
        raise HeadError('"number" must be a whole number from 0 on')
    signature = kept.get("signature", {})
    if not isinstance(signature, Mapping):
        raise HeadError('"signature" must be an object')
    value, public = str(signature.get("value", "")), str(signature.get("public_key", ""))
    return Head(school, number, digest, _moment(at), value, public)


def _moment(at: Any) -> datetime:
    try:
        found = datetime.fromisoformat(at)
    except (TypeError, ValueError):
        raise HeadError('"at" must be a time, as 2026-05-01T00:00:00+00:00') from None
    if found.tzinfo is None:
        raise HeadError('"at" must say its zone, as 2026-05-01T00:00:00+00:00')
    return found
