"""What a person's own answers say of their judgement, for themselves and for whoever reads about trainees."""
