"""Exams: sittings, attempts against the clock, release, and what follows from a released result."""
