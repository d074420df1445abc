"""What other slices, the factory and the commands may ask of accounts."""

from __future__ import annotations

from training.accounts.cohorts import (
    add_cohort,
    cohort,
    cohort_sizes,
    cohorts,
    cohorts_of,
    join_cohort,
    set_cohorts,
)
from training.accounts.people import (
    Profile,
    add_person,
    directory,
    give_role,
    names,
    names_by_public_id,
    nobody_yet,
    people,
    person_by_email,
    person_of,
    profile,
    public_ids,
    set_roles,
    take_role,
)
from training.accounts.signing_in import (
    change_password,
    check_password,
    note_failure,
    refuse_if_throttled,
    signed_in,
)

__all__ = [
    "Profile",
    "add_cohort",
    "add_person",
    "change_password",
    "check_password",
    "cohort",
    "cohort_sizes",
    "cohorts",
    "cohorts_of",
    "directory",
    "give_role",
    "join_cohort",
    "names",
    "names_by_public_id",
    "nobody_yet",
    "note_failure",
    "people",
    "person_by_email",
    "person_of",
    "profile",
    "public_ids",
    "refuse_if_throttled",
    "set_cohorts",
    "set_roles",
    "signed_in",
    "take_role",
]
