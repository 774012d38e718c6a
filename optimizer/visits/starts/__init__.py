"""The exact timing step: for given routes the cheapest starts, where cost can fall with a later one."""

from optimizer.visits.starts.step import can_gain, improve_starts

__all__ = ["can_gain", "improve_starts"]
