"""What the answers of many say about questions and about a cohort, for instructors."""
