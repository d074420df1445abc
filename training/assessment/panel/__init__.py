"""How hard questions are: a panel's ratings, what answers add to them, and the questions authors should look at."""
