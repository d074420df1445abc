"""The front page and each role's first page."""
