"""Checkers of what follows an allocation; they share no code with :mod:`optimizer.places.decision`."""
