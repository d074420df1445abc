"""What a decided sign-off rested on, and whether it still holds."""

from __future__ import annotations

from sqlalchemy.orm import Session

from training.competency.review import Review
from training.competency.rule import bundle as bundles
from training.competency.rule import facts
from training.competency.rule.bundle import Replay
from training.competency.sign_off.models import Reversal, SignOff
from training.competency.sign_off.service import sign_off
from training.db.errors import NotFound, Refused
from training.journal import service as journal
from training.library import service as library

MOST_ENTRIES = 200  # of one sign-off: a proposal, a decision, a reversal, and links that were made and withdrawn


def review_then(row: SignOff) -> Review:
    """The evidence of a decided sign-off as it was frozen, and what its rule makes of it."""
    if row.bundle is None:
        raise Refused("This sign-off is not decided yet.")
    found = bundles.readiness_of(row.bundle)
    return Review(row.framework_hash, facts.from_json(row.bundle["evidence"]), found)


def replay_sign_off(session: Session, number: str) -> Replay:
    """Run the rule over a decided sign-off's frozen bundle again, and prove that bundle and rule were not changed.

    Raises NotFound for a number we never gave, Refused for a sign-off that is still open.
    """
    row = sign_off(session, number)
    if row.bundle is None or row.bundle_hash is None:
        raise Refused("This sign-off is not decided yet, so there is nothing to replay.")
    found = bundles.replay(row.bundle)
    faults = []
    if bundles.bundle_hash(row.bundle) != row.bundle_hash:
        faults.append("The bundle was changed after the decision: its hash does not fit.")
    said = {"number": row.number, "outcome": row.state, "scope": row.scope}
    if any(row.bundle.get(name) != value for name, value in said.items()):
        faults.append("The record and its bundle do not say the same.")
    if not rule_is_published(session, row):
        faults.append("The bundle's rule is not the published framework that the record names.")
    journaled = [
        entry.payload.get("bundle_sha256")
        for entry in journal.latest(session, limit=MOST_ENTRIES, subject=f"sign-off/{row.number}")
        if entry.kind == f"sign-off.{row.state}"
    ]
    if journaled != [row.bundle_hash]:
        faults.append("The journal holds no such decision.")
    if row.reversed_at is not None:
        faults += faults_of_reversal(session, row)
    if faults:
        return Replay(False, (*faults, *(() if found.holds else found.details)))
    return found


def faults_of_reversal(session: Session, row: SignOff) -> list[str]:
    """A reversed sign-off does not hold any more; whether the record of that was changed is said as well."""
    made = session.get_one(Reversal, row.id)
    faults = [f"It was reversed on {made.reversed_at:%Y-%m-%d}."]
    if bundles.bundle_hash(made.bundle) != made.bundle_hash:
        faults.append("The record of the reversal was changed afterwards: its hash does not fit.")
    return faults


def rule_is_published(session: Session, row: SignOff) -> bool:
    """Whether the rule in the bundle is, word for word, the framework version that the record names."""
    try:
        published = library.document(session, row.framework_hash)
        return bundles.framework_of(row.bundle or {}) == published
    except (NotFound, KeyError, ValueError):
        return False
