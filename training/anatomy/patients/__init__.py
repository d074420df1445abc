"""Invented patients: what a lesion shows, and practice cases made of it."""
