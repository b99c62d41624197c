"""The series: windows, identities, seams, bands."""
