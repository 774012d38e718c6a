"""Adapters for other planners. Each states a day in the peer's terms and returns its plan; the referee judges it."""
