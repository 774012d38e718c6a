"""What every part of careplan shares: findings, statuses, stop rules, progress, executors, language."""
