"""How fast and how good: speed suites, the gate against a baseline, quality runs, peers."""
