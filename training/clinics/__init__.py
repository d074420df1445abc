"""What a clinic does without knowing us: checking a list of codes."""
