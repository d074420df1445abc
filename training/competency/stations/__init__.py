"""Practical exams: sessions of stations, scores, where the standard lies, the release."""
