"""From an allocation to a decision: the list fixed, the draw, answers, calls, re-runs, waiting lists, overrides."""
