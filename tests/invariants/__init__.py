"""Tests of the judge, on rows made by hand."""
