"""Pure facts and arithmetic about the spine: segments, structures, signs, shared innervation."""
