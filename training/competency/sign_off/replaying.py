"""What a decided sign-off rested on, and whether it still holds."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy.orm import Session

from training.competency.review import Review
from training.competency.rule import bundle as bundles
from training.competency.rule import facts
from training.competency.rule.bundle import Replay
from training.competency.sign_off.models import Reversal, SignOff
from training.competency.sign_off.service import GRANTED, OUTCOMES, PROPOSED, sign_off
from training.db.errors import NotFound, Refused
from training.journal import service as journal
from training.journal.models import JournalEntry
from training.library import service as library

REVERSED = "reversed"
STEPS = tuple(f"sign-off.{step}" for step in (PROPOSED, *OUTCOMES, REVERSED))
LINKS = ("sign-off.shared", "sign-off.share-withdrawn")
MOST_STEPS = 10  # a proposal, a decision, a reversal; whatever is more was put there by no service
MOST_LINKS = 100


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
    steps = steps_of(session, row)
    if journaled(steps, *OUTCOMES) != [(f"sign-off.{row.state}", row.bundle_hash)]:
        faults.append("The journal holds no such decision.")
    faults += faults_of_reversal(session, row, journaled(steps, REVERSED))
    if faults:
        return Replay(False, (*faults, *(() if found.holds else found.details)))
    return found


def steps_of(session: Session, row: SignOff) -> Sequence[JournalEntry]:
    """The journal's entries of proposal, decision and reversal, newest first. Links, of which anybody may make and
    withdraw many, are not among them and so cannot crowd them out."""
    return journal.latest(session, limit=MOST_STEPS, subject=f"sign-off/{row.number}", kinds=STEPS)


def links_of(session: Session, row: SignOff) -> Sequence[JournalEntry]:
    """The journal's latest entries of links to a sign-off that were made or withdrawn, newest first."""
    return journal.latest(session, limit=MOST_LINKS, subject=f"sign-off/{row.number}", kinds=LINKS)


def journaled(steps: Sequence[JournalEntry], *kinds: str) -> list[tuple[str, str | None]]:
    """Of the steps of these kinds, the kind and the hash of the bundle that each names."""
    wanted = {f"sign-off.{kind}" for kind in kinds}
    return [(entry.kind, entry.payload.get("bundle_sha256")) for entry in steps if entry.kind in wanted]


def faults_of_reversal(session: Session, row: SignOff, entries: list[tuple[str, str | None]]) -> list[str]:
    """A reversed sign-off does not hold any more; whether the record of that was changed is said as well."""
    made = session.get(Reversal, row.id)
    if made is None or row.reversed_at is None:
        if made is None and row.reversed_at is None and not entries:
            return []
        return ["It was reversed, and the record of that is not whole any more."]
    faults = [f"It was reversed on {made.reversed_at:%Y-%m-%d}."]
    if bundles.bundle_hash(made.bundle) != made.bundle_hash or row.state != GRANTED:
        faults.append("The record of the reversal was changed afterwards: its hash does not fit.")
    if made.bundle.get("reverses_bundle_sha256") != row.bundle_hash:
        faults.append("The reversal names another decision than this one.")
    if entries != [(f"sign-off.{REVERSED}", made.bundle_hash)]:
        faults.append("The journal holds no such reversal.")
    return faults


def rule_is_published(session: Session, row: SignOff) -> bool:
    """Whether the rule in the bundle is, word for word, the framework version that the record names."""
    try:
        published = library.document(session, row.framework_hash)
        return bundles.framework_of(row.bundle or {}) == published
    except (NotFound, KeyError, ValueError):
        return False
