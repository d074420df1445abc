"""Where somebody practises, and whether they may needle there."""
