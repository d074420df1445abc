"""People, roles, cohorts, invitations and sign-in."""
