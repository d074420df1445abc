"""No version of the framework may drop a competency that a record was made under."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import cast

from sqlalchemy import select, union
from sqlalchemy.orm import Session

from training.competency.observing.models import Observation
from training.competency.sign_off.models import SignOff
from training.content.documents import Framework
from training.db.errors import Conflict
from training.library import service as library

_RECORDED = union(select(Observation.framework_hash), select(SignOff.framework_hash))


def refuse_dropped(session: Session, offered: Sequence[Framework]) -> None:
    """What is to be offered from now on still has every competency that a record was made under; two queries.

    Raises Conflict, naming what is missing and how it is retired instead.
    """
    dropped = dropped_in_use(in_use(session), offered)
    if not dropped:
        return
    raise Conflict(
        "The framework drops competencies that observations or sign-offs were made under: %(dropped)s. Put them back "
        "into courses/framework.yaml with their ids. What is not asked for any more keeps its entry, with "
        "`retired: yes`, and leaves the scope.",
        dropped=", ".join(dropped),
    )


def in_use(session: Session) -> list[Framework]:
    """The versions that records name."""
    hashes = set(session.scalars(_RECORDED))
    return [cast(Framework, one) for one in library.documents(session, hashes).values()]


def dropped_in_use(used: Iterable[Framework], offered: Iterable[Framework]) -> list[str]:
    """Ids that versions in use have and none of those to be offered has, in the order of the file."""
    kept = {one.id for framework in offered for one in framework.competencies}
    return list(dict.fromkeys(one.id for framework in used for one in framework.competencies if one.id not in kept))
