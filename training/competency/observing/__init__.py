"""Observed practice."""
