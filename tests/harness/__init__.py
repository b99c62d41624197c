"""Tests of the harness, against real servers on real ports."""
