"""Control while the mock runs: its clock, its faults, and the journal of what was asked, for all workers."""
