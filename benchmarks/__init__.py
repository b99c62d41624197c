"""What is measured, and how: `python -m benchmarks` prints the whole table, `--list` its rows."""
