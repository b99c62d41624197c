"""Columns become files, with a manifest that proves them."""
