"""Keeping a certificate current by small doses, and what a lapse does."""
