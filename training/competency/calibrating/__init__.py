"""Assessors rate written sample encounters, and see afterwards what was expected."""
