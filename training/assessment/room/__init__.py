"""The examination room, where one finds the findings oneself, and practice on generated patients without end."""
