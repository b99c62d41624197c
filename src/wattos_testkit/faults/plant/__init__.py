"""Faults of the plant itself: true minutes are changed, and all that measures them sees it."""
