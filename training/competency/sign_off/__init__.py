"""The sign-off that two people make."""
