"""What the three doors share: one judge's word about what the mock serves and what is generated."""
