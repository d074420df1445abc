"""Reading courses and resuming where one left off."""
