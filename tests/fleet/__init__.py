"""Tests of who exists."""
