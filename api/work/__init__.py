"""Who does the work: the desk (checks and reports), workers (solving), and the supervisor that watches over workers."""
