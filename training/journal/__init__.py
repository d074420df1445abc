"""Append-only, hash-chained record of what matters; any slice may write to it, nothing may change it."""
