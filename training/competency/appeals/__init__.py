"""Appeals against decisions, and complaints about certified practice."""
