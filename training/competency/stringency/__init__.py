"""How assessors rate beside the others: for themselves, and for those who decide."""
