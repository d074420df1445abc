"""Pure: what the framework asks, what evidence holds of it, and the bundle that a decision freezes."""
