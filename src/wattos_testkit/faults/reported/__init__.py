"""Faults of telemetry: the plant is well, what is reported of it is not."""
