"""Spaced review: what was learnt once comes back before it fades. Practice for ever, evidence never."""
