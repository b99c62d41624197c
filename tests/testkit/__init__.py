"""Tests of what other people's tests use."""
