"""How free clinical wording is read: the grammar behind vocabulary, signs and observations."""
