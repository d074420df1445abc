"""Framework, evidence, observed practice, readiness and sign-off."""
