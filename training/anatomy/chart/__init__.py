"""Where structures are drawn on the body."""
