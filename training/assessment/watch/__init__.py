"""Watching the sign-off bank: who met what, whether a case has become known, and taking one out of the drawing."""
