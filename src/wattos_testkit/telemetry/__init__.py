"""A resource and a half-open window become columns of rows, at any interval, from any day, in any order."""
