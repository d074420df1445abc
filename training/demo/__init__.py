"""The demonstration school, made through the slices' services."""
