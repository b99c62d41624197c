"""The data sets that `generate` writes."""
