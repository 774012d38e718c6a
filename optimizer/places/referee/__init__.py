"""Checkers of results of places, plain and apart from the solvers: they share no code with them."""
