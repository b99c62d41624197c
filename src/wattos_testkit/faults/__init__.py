"""Faults of a plant, of what it reports, and of the wire: named, placed in time, seeded, told as labels."""
