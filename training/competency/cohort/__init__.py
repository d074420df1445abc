"""How a cohort stands: people by competencies, who is stuck where, and who stays away."""
