"""Tests of the faults: of each one, of scenarios, and of what places them."""
