"""The treatment log, and the learning curves that are drawn from it and from observations."""
